"""Passages about the words near the cursor: documentation, and languages without an outline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from glm_ls.context.part import Part, bytes_of

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.index.database import Passage

MAX_WORDS = 16
"""Words searched for, the nearest to the cursor."""


def parts(
    question: Question,
    room: int,
    comment: str,
    search: Callable[[Sequence[str]], Sequence[Passage]],
) -> tuple[Part, ...]:
    """Return the best passages within `room` bytes; those of the document itself are left out."""
    near = sorted(question.near_words, key=lambda word: (-question.near_words[word], word))
    chosen = []
    for found in search(near[:MAX_WORDS]) if near and room > 0 else ():
        text = f"{comment} {found.path}:{found.start + 1}\n{found.text.strip(chr(10))}\n"
        stop = found.start + found.text.count("\n") + 1
        part = Part("documentation", found.path, found.start, stop, text, 0.0, "same words")
        if found.path != question.document.path and bytes_of(part) <= room:
            room -= bytes_of(part)
            chosen.append(part)
    return tuple(chosen)
