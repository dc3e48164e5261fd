"""A text as its whole lines, with what the rules of ending ask about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame
from glm_ls.syntax.brackets import Scan, scan

_BEGUN = re.compile(r"[ \t]*+\w++")


@dataclass(frozen=True)
class Lines:
    """The whole lines of a text and its surroundings."""

    frame: Frame
    text: str
    lines: list[str]
    begun: list[str]
    """The whole lines, and the last one as far as it has come, once its first word is there. In a
    chat answer it may yet turn out to be a sentence, so it does not count."""
    starts: list[int]
    first: str
    """The cursor's line as it will be."""
    floor: int
    """Columns below which a line does not belong to the block at the cursor."""
    final: bool
    """Whether no more lines will come."""

    @classmethod
    def of(cls, frame: Frame, draft: Draft) -> Lines:
        """Cut a draft into lines."""
        lines = draft.lines
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        last = draft.text[starts[-1] :]
        begins = not frame.chat and bool(lines) and _BEGUN.match(last)
        begun = [*lines, last] if begins else lines
        first = frame.line_prefix + (lines[0] if lines else draft.text)
        floor = _floor(frame, first, begun)
        return cls(frame, draft.text, lines, begun, starts, first, floor, draft.final)

    def below(self) -> Iterator[tuple[int, str]]:
        """Yield the whole lines after the cursor's that are not blank, with their numbers."""
        return ((at, line) for at, line in enumerate(self.lines) if at and line.strip())

    def begun_below(self) -> Iterator[tuple[int, str]]:
        """Yield the same, and the line that has begun: its indentation and first word count."""
        return ((at, line) for at, line in enumerate(self.begun) if at and line.strip())

    def is_inside(self, at: int) -> bool:
        """Whether a line starts in a string or bracket that was opened above it."""
        before = scan(self.frame.language, self.text[: self.starts[at]], self.frame.literal)
        if before.literal or before.opened:
            return True
        around = self.frame.openers[len(before.closed) :][:1]
        return any(one.closer in (")", "]") and one.fate != "on line" for one in around)

    @cached_property
    def scanned(self) -> Scan:
        """The brackets of the whole text."""
        return scan(self.frame.language, self.text, self.frame.literal)


Rule = Callable[[Lines], int | None]
"""Returns the offset from which on a text is too much."""


def _floor(frame: Frame, first: str, lines: list[str]) -> int:
    if frame.site.starts_line:
        return frame.width(first)
    own = frame.statement_width
    below = next((line for line in lines[1:] if line.strip()), "")
    # A deeper line shows that the cursor's line is a header: what is not deeper is not its block.
    opens = frame.width(below) > own or below.strip() == "{"
    return own + 1 if opens else own
