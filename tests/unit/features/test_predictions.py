"""Predictions that wait: rejected ones stay away, silence grows and ends, memory stays bounded."""

from __future__ import annotations

from itertools import pairwise

from glm_ls.features.predictions import DOCUMENTS, MOST_PAUSE_S, REJECTED, Predictions
from glm_ls.postprocess.next_edit import Hunk, plan
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

TEXT = "a = 1\nb = 1\n"


def document(uri: str = "file:///a.py", text: str = TEXT, version: int = 1) -> Snapshot:
    return Snapshot.of(uri, "python", version, text)


def hunks(snapshot: Snapshot, *lines: str) -> tuple[Hunk, ...]:
    rows = range(len(snapshot.lines) - 1)
    return plan(snapshot, [rows], {1: list(lines)}, ()).hunks


def pause_s(predictions: Predictions) -> float:
    """Return how long automatic requests are silent from time 0 on, in steps of a second."""
    return next(s for s in range(1000) if not predictions.backs_off(float(s)))


def test_a_prediction_is_there_for_the_very_snapshot() -> None:
    predictions, snapshot = Predictions(), document()
    predictions.keep(snapshot, hunks(snapshot, "a = 2", "b = 2"), "glm")
    assert [one.edit.text for one in predictions.of(snapshot)] == ["2", "2"]
    assert predictions.of(document()) == ()
    predictions.forget(snapshot.uri)
    assert predictions.of(snapshot) == ()


def test_a_rejected_edit_stays_away_wherever_its_line_is_by_then() -> None:
    predictions, snapshot = Predictions(), document()
    predictions.keep(snapshot, hunks(snapshot, "a = 2", "b = 2"), "glm")
    first, second = predictions.of(snapshot)
    predictions.reject([first.id], 0.0)
    assert [one.id for one in predictions.of(snapshot)] == [second.id]
    later = document(text=f"import os\n{TEXT}")
    predictions.keep(later, hunks(later, "import os", "a = 2", "b = 2"), "glm")
    assert [one.id for one in predictions.of(later)] == [second.id]
    predictions.keep(later, hunks(later, "import os", "a = 3", "b = 1"), "glm")
    assert len(predictions.of(later)) == 1


def test_without_a_name_what_was_shown_last_is_rejected() -> None:
    predictions, snapshot = Predictions(), document()
    predictions.keep(snapshot, hunks(snapshot, "a = 2", "b = 2"), "glm")
    first, second = predictions.of(snapshot)
    predictions.shown([second.id])
    predictions.reject([], 0.0)
    assert predictions.of(snapshot) == (first,)


def test_silence_grows_with_each_rejection_up_to_a_limit_and_ends_with_an_acceptance() -> None:
    predictions = Predictions()
    assert not predictions.backs_off(0.0)
    pauses = []
    for _ in range(8):
        predictions.reject(["x"], 0.0)
        pauses.append(pause_s(predictions))
    assert all(a < b or a == MOST_PAUSE_S for a, b in pairwise(pauses))
    assert pauses[-1] == MOST_PAUSE_S
    predictions.accept()
    assert pause_s(predictions) == 0


def test_memory_is_bounded() -> None:
    predictions = Predictions()
    snapshots = [document(f"file:///{n}.py") for n in range(DOCUMENTS + 3)]
    for snapshot in snapshots:
        predictions.keep(snapshot, hunks(snapshot, "a = 2", "b = 1"), "glm")
    assert sum(bool(predictions.of(snapshot)) for snapshot in snapshots) == DOCUMENTS
    last = snapshots[-1]
    [oldest] = predictions.of(last)
    predictions.reject([oldest.id], 0.0)
    predictions.reject([f"other-{n}" for n in range(REJECTED)], 0.0)
    predictions.keep(last, hunks(last, "a = 2", "b = 1"), "glm")
    assert predictions.of(last) == (oldest,), "the oldest rejection is forgotten"


def test_what_the_user_has_made_by_hand_is_over() -> None:
    predictions, snapshot = Predictions(), document()
    predictions.keep(snapshot, hunks(snapshot, "a = 2", "b = 1"), "glm")
    after = snapshot.edited(Edit(Range(Position(0, 4), Position(0, 5)), "2"), 2)
    predictions.changed(snapshot, after)
    assert predictions.of(after) == ()
