// What was suggested and how the text changed go in; how much of the suggestion was taken comes out.
//
// The editor keeps its own events about that to itself (a proposed API), so a change that puts
// in more than a key does, and goes on as the suggestion does, counts as taking a part of it.

export type Place = { line: number; column: number };
export type Shown = { uri: string; at: Place; text: string };
/** `start` is where text was put in; `before` is the line up to there. */
export type Change = { uri: string; start: Place; before: string; text: string };

/** Characters of the suggestion that stand in the text by now; 0 if no part was taken, or all. */
export function takenOf(shown: Shown | undefined, change: Change): number {
  if (!shown || shown.uri !== change.uri || shown.at.line !== change.start.line) return 0;
  const typed = change.before.slice(shown.at.column) + change.text;
  const isKey = change.text.length < 2;
  return !isKey && typed.length < shown.text.length && shown.text.startsWith(typed) ? typed.length : 0;
}
