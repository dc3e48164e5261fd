// When the server crashed goes in; how long to wait before the next start comes out.

const DELAYS_MS = [500, 2000, 5000];
const FORGOTTEN_MS = 180_000;

/** Returns the crashes that still count, `now` being the newest, and the pause; undefined: give up. */
export function afterCrash(earlier: readonly number[], now: number): { crashes: number[]; pause: number | undefined } {
  const crashes = [...earlier.filter((time) => now - time < FORGOTTEN_MS), now];
  return { crashes, pause: DELAYS_MS[crashes.length - 1] };
}
