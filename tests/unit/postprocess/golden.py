r"""Golden cases of completion as text: a place, an answer, and the document that comes of it.

    == name: python chat
    def add(a, b):
        return ¦
    -- answer
    return a + b
    -- becomes
    def add(a, b):
        return ⟦a + b⟧

`¦` is the cursor and `⟦…⟧` what is inserted; closers that the text replaces are gone from the
document below. `(nothing)` stands for no suggestion, `↵` in an answer for a line end at its end,
`·` there for a space that would not be seen. Words after the name: the language id, `chat` or
`fim`, `line` or `statement` for less than a block, `auto` for what the place asks for, `cut` for a
stream that broke off. In a place and in an answer, `\u202e` and the like stand for the character.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import CompletionStream
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.syntax.extent import Extent, extent_of
from glm_ls.syntax.languages import language_of
from tests.golden import Golden, read_golden

EXTENTS: tuple[Extent, ...] = get_args(Extent)
CURSOR = "¦"
CASES = Path(__file__).parents[2] / "cases" / "completion"

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


class Case(Golden):
    """One golden case."""

    @property
    def said(self) -> str:
        """The answer as the model gives it."""
        text = _characters(self.answer).replace("·", " ")
        return text.removesuffix("↵") + "\n" * self.answer.endswith("↵")

    @property
    def site(self) -> Site:
        prefix, _, suffix = _characters(self.place).partition(CURSOR)
        return Site(prefix, suffix, self.words[0], extent=self.extent)

    @property
    def extent(self) -> Extent:
        if "auto" in self.words:
            return extent_of(language_of(self.words[0]), *self.place.split(CURSOR))
        return next((extent for extent in EXTENTS if extent in self.words), "block")

    @property
    def chat(self) -> bool:
        return "chat" in self.words

    @property
    def whole(self) -> bool:
        return "cut" not in self.words


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file."""
    return read_golden(file, Case)


def _characters(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def answer_to(case: Case, pieces: list[str]) -> Suggestion | None:
    """Run a stream that comes in `pieces`, closing it as soon as it is enough."""
    stream = CompletionStream(case.site, chat=case.chat)
    enough = any(stream.feed(piece) for piece in pieces)
    return stream.close(whole=case.whole or enough)


def document(site: Site, suggestion: Suggestion | None) -> str:
    """Return the document with the suggestion marked in it."""
    if suggestion is None:
        return "(nothing)"
    return f"{site.prefix}⟦{suggestion.text}⟧{site.suffix[suggestion.replace :]}"
