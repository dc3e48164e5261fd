"""Speed as it is against speed as it was: the figures of typing, start and keystrokes, compared.

    python -m bench.baseline          # measure and compare with baseline.json
    python -m bench.baseline --save   # measure and keep as the new baseline

A machine's pace is measured beside (ten million additions) and milliseconds are scaled by it, so
that a baseline from another machine still says something. Marks what is worse by more than half
and by more than LEAST; asserts nothing, since neighbours on a machine move times twofold.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import keystroke, start, typing
from bench.figures import Figure, Figures

FILE = Path(__file__).with_name("baseline.json")
SLACK, LEAST = 0.5, 2.0
"""Share by which a figure may be worse unmarked, and how much in its unit."""
STARTS = 3
PACE = "ten million additions"


async def measure() -> Figures:
    """Return all figures of this machine as it is now."""
    figures = await typing.measure()
    keys = keystroke.measure("x", read_text=False)
    figures.add("keystroke in 50,000 lines, p95", statistics.quantiles(keys, n=20)[18], "ms")
    with tempfile.TemporaryDirectory() as home:
        starts = [await start.start(start.SERVERS["glm-ls"], home) for _ in range(STARTS)]
    figures.add("start to the initialize answer", min(took for took, _ in starts), "ms")
    figures.add("memory, idle with a document", starts[-1][1], "MiB")
    return figures


def pace_ms() -> float:
    """Return how long this machine takes for ten million additions."""
    began, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return (time.perf_counter() - began) * 1000


def compared(figures: Figures, pace: float, kept: dict[str, float]) -> str:
    """Return a line per figure: now, before on a machine of this pace, and a mark where worse."""
    scale = pace / kept[PACE]
    return "\n".join(_line(figure, scale, kept.get(figure.name)) for figure in figures)


def _line(figure: Figure, scale: float, before: float | None) -> str:
    now = f"{figure.name:60} {figure.value:9.2f} {figure.unit:3}"
    if before is None:
        return f"{now}  new"
    expected = before * scale if figure.unit == "ms" else before
    mark = "  WORSE" if figure.is_worse(expected, SLACK, LEAST) else ""
    return f"{now}  before {expected:9.2f}{mark}"


def main() -> None:
    pace = min(pace_ms() for _ in range(3))
    figures = asyncio.run(measure())
    kept = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {PACE: pace}
    print(f"{PACE}: {pace:.0f} ms, {kept[PACE]:.0f} ms when the baseline was kept")
    print(compared(figures, pace, kept))
    if "--save" in sys.argv[1:]:
        new = {PACE: round(pace, 1), **{each.name: round(each.value, 2) for each in figures}}
        FILE.write_text(json.dumps(new, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
