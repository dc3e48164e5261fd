"""Where the user is at work: files just edited, visited, open, or changed since the last commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.part import Part, bytes_of
from glm_ls.context.sources.examples import excerpt

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

FADE = 0.7
"""What is left of a file's weight with each later one."""
EDITED, VISITED, OPEN, CHANGED = 1.0, 0.6, 0.5, 0.5
ABOVE, BELOW = 3, 7
"""Lines shown around an edit."""
MAX_EXCERPTS = 2


def score(question: Question, signals: Signals) -> None:
    """Lift the definitions of files the user is at work in."""
    around = question.surroundings
    files = np.zeros(len(question.corpus.entries), np.float32)
    rows = (
        (EDITED, [spot.path for spot in around.edits]),
        (VISITED, [spot.path for spot in around.visits]),
        (OPEN, list(around.open)),
        (CHANGED, list(around.changed)),
    )
    for weight, paths in rows:
        for path in dict.fromkeys(paths):
            at = question.corpus.at.get(path)
            if at is not None and path != question.document.path:
                files[at] = max(files[at], weight)
                weight *= FADE
    if files.any():
        signals.put_by_file("editing", files)


def parts(
    question: Question, room: int, comment: str, lines_of: Callable[[str], Sequence[str] | None]
) -> tuple[Part, ...]:
    """Return what stands around the latest edits in other files, within `room` bytes."""
    chosen: list[Part] = []
    for spot in question.surroundings.edits:
        if len(chosen) == MAX_EXCERPTS:
            break
        if spot.path == question.document.path or any(one.path == spot.path for one in chosen):
            continue
        lines = lines_of(spot.path)
        start = max(0, spot.row - ABOVE)
        shown = excerpt(spot.path, start, spot.row + BELOW, lines or (), comment, 1.0)
        if shown is None:
            continue
        part = Part(
            "editing", shown.path, shown.start, shown.stop, shown.text, 1.0, "edited just now"
        )
        if bytes_of(part) <= room:
            room -= bytes_of(part)
            chosen.append(part)
    return tuple(chosen)
