"""How long a keystroke takes to arrive in a document of 50,000 lines.

    python -m bench.keystroke

Prints milliseconds for one inserted character and for Enter at 2,000 random places each, once for
the change alone and once with the whole text asked for afterwards, as a parser does.
"""

from __future__ import annotations

import random
import statistics
import time

from glm_ls.text.edit import Change
from glm_ls.text.snapshot import Snapshot

LINES, KEYS = 50_000, 2_000


def measure(text: str, read_text: bool) -> list[float]:
    """Return the milliseconds each of KEYS insertions of `text` took."""
    rng = random.Random(1)
    source = "".join(f"    value_{n} = compute({n}, 'naïve 😀')\n" for n in range(LINES))
    snapshot = Snapshot.of("file:///big.py", "python", 0, source)
    spent = []
    for version in range(1, KEYS + 1):
        place = (rng.randrange(LINES), rng.randrange(40))
        change = Change(place, place, text)
        start = time.perf_counter()
        snapshot = snapshot.changed([change], version, "utf-16")
        if read_text:
            _ = snapshot.text
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def main() -> None:
    """Print one row per kind of keystroke."""
    print(f"{LINES:,} lines, {KEYS:,} keys at random lines; ms      p50     p95     max")
    for label, text, read_text in (
        ("character", "x", False),
        ("Enter", "\n    ", False),
        ("character, then text", "x", True),
    ):
        spent = measure(text, read_text)
        percentiles = statistics.quantiles(spent, n=20)
        print(f"{label:52}{percentiles[9]:8.3f}{percentiles[18]:8.3f}{max(spent):8.3f}")


if __name__ == "__main__":
    main()
