"""What next edits cost the event loop: a keystroke that is noted, and one prediction's own work.

    python -m bench.next_edit

Prints milliseconds of CPU: for each of KEYS insertions in a document of LINES lines while a
prediction waits in it, and for laying out a prompt and reading its answer.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from glm_ls.context.scene import scene_of
from glm_ls.context.target import Target
from glm_ls.features.predictions import Predictions
from glm_ls.postprocess.next_edit import plan
from glm_ls.prompt.next_edit import next_edit_prompt
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.edits import Edits, RecentEdit

LINES, KEYS, PREDICTIONS = 50_000, 2_000, 200
TOKENS = 2_000
SOURCE = "".join(f"def f{n}(value):\n    return value + {n}\n\n\n" for n in range(LINES // 4))


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of CPU that something took."""
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def keystrokes(text: str) -> list[float]:
    """Return what noting each key and carrying a prediction over it took."""
    rng = random.Random(1)
    snapshot = Snapshot.of("file:///big.py", "python", 0, SOURCE)
    edits, predictions = Edits(), Predictions()
    rows = range(4)
    answer = ["def f0(other):", "    return other + 0", "", ""]
    spent = []
    for version in range(KEYS):
        predictions.keep(snapshot, plan(snapshot, [rows], {1: answer}, ()).hunks, "glm")
        at = Position(rng.randrange(10, LINES), 0)
        before = snapshot
        snapshot = before.edited(Edit(Range(at, at), text), version)

        def note(before: Snapshot = before, after: Snapshot = snapshot) -> None:
            edits.note(before, after, 0.0)
            predictions.changed(before, after)

        spent.append(timed(note))
        assert predictions.of(snapshot)
    return spent


def predictions() -> tuple[list[float], list[float]]:
    """Return what laying out each prompt took, and what checking each answer took."""
    rng = random.Random(1)
    laid_out, checked = [], []
    for _ in range(PREDICTIONS):
        row = rng.randrange(LINES // 4) * 4
        before = Snapshot.of("file:///big.py", "python", 1, SOURCE)
        line = before.line(row)
        span = Range(Position(row, line.index("value")), Position(row, len(line) - 2))
        after = before.edited(Edit(span, "other"), 2)
        edits = Edits()
        edits.note(before, after, 0.0)
        target = Target(after, Position(row, len(line) - 2), "big.py")
        shown = [("big.py", edit) for edit in edits.all()]
        laid_out.append(timed(partial(_lay_out, target, shown)))
        made = scene_of(target, shown, TOKENS)
        assert made is not None
        windows = made[1]
        answers = {
            number: [after.line(at).replace("value", "other") for at in rows]
            for number, rows in enumerate(windows, 1)
        }
        recent = edits.of(after.uri)
        checked.append(timed(partial(plan, after, windows, answers, recent)))
    return laid_out, checked


def _lay_out(target: Target, shown: list[tuple[str, RecentEdit]]) -> None:
    made = scene_of(target, shown, TOKENS)
    assert made is not None
    next_edit_prompt(made[0])


def main() -> None:
    """Print one row for each kind of work."""
    print(f"{LINES:,} lines; ms of CPU                     p50     p95     max")
    laid_out, checked = predictions()
    for label, spent in (
        ("a character", keystrokes("x")),
        ("Enter", keystrokes("\n")),
        ("a prompt laid out", laid_out),
        ("an answer checked", checked),
    ):
        percentiles = statistics.quantiles(spent, n=20)
        print(f"{label:38}{percentiles[9]:8.3f}{percentiles[18]:8.3f}{max(spent):8.3f}")


if __name__ == "__main__":
    main()
