"""An answer on its way through the stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from glm_ls.postprocess.frame import Frame


@dataclass(frozen=True, slots=True)
class Draft:
    """What has come so far, as the stages before have left it."""

    text: str
    final: bool
    """Whether nothing that may still come changes the text: the last line is whole."""
    replace: int = 0
    rest: str = ""
    note: str = ""
    """What ended the text, for the debug log."""

    def with_text(self, text: str) -> Self:
        """Return the draft with another text."""
        return self if text == self.text else replace(self, text=text)

    def end(self, text: str, note: str, rest: str = "") -> Self:
        """Return the draft with its text complete."""
        return replace(self, text=text, final=True, note=note, rest=rest)

    @property
    def lines(self) -> list[str]:
        """The lines that are whole."""
        lines = self.text.split("\n")
        return lines if self.final else lines[:-1]


Stage = Callable[[Frame, Draft], Draft | None]
"""A step from answer to code; None: undecided until more comes. A stage given a final draft
always decides."""
