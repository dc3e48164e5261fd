"""What a model changed in the lines it quoted, done to the lines that really stand there.

Quote, replacement and text are merged like three versions of a file: where the replacement keeps
a quoted line, the line of the text stays as it is, with its indentation, its comment and without
the model's slip of the key; what the model left out of its quote stays; only what it changed is
taken from the replacement, indented as the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from glm_ls.postprocess.edits.forms import is_elision, is_placeholder
from glm_ls.postprocess.edits.indent import Indents
from glm_ls.postprocess.edits.place import Pairs
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.syntax.languages import Language
from glm_ls.text.line_map import match_lines

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """A line of the result."""

    text: str | None
    """Without its end; None: the line `source` as it stands."""
    source: int
    """0-based line of the text that it is or replaces; -1: a line more."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote and where its lines stand."""

    language: Language
    lines: Sequence[str]
    """The text in which the quote was found, without line ends."""
    quote: Sequence[str]
    pairs: Pairs


def adapt(found: Quoted, new: Sequence[str]) -> list[Piece] | Refusal:
    """Return the lines that take the place of those from the first pair to the last."""
    lazy = next((line for line in new if is_placeholder(line) and line not in found.quote), None)
    if lazy is not None:
        return Refusal("placeholder", "the replacement leaves lines out that the quote has")
    merge = _Merge(found, new)
    return next((piece for piece in merge.pieces if isinstance(piece, Refusal)), None) or [
        piece for piece in merge.pieces if isinstance(piece, Piece)
    ]


class _Merge:
    """One merge on its way from the first line to the last."""

    def __init__(self, found: Quoted, new: Sequence[str]) -> None:
        self._found = found
        self._new = [line.rstrip() if not line.strip() else line for line in new]
        self._there = dict(found.pairs)
        self._at = found.pairs[0][1]
        self._stop = found.pairs[-1][1] + 1
        self._indents = Indents.of(
            [(found.quote[here], found.lines[there]) for here, there in found.pairs],
            new,
            found.lines[self._at : self._stop],
        )
        self.pieces: list[Piece | Refusal] = list(self._all())

    def _all(self) -> Iterator[Piece | Refusal]:
        kept = match_lines([line.rstrip() for line in self._found.quote],
                           [line.rstrip() for line in self._new])  # fmt: skip
        here = there = 0
        for quoted, new in (*kept, (len(self._found.quote), len(self._new))):
            yield from self._gap(range(here, quoted), range(there, new))
            if quoted < len(self._found.quote):
                yield from self._keep(quoted)
            here, there = quoted + 1, new + 1
        yield from self._rest(self._stop)

    def _keep(self, quoted: int) -> Iterator[Piece]:
        """Let a line stay, and what was left out before it; a mark is all up to the next."""
        if quoted in self._there:
            yield from self._rest(self._there[quoted] + 1)
        elif is_elision(self._found.quote[quoted]):
            yield from self._rest(self._next_place(quoted))

    def _rest(self, stop: int) -> Iterator[Piece]:
        for at in range(self._at, stop):
            yield Piece(None, at)
        self._at = max(self._at, stop)

    def _next_place(self, quoted: int) -> int:
        return next((there for here, there in self._found.pairs if here >= quoted), self._stop)

    def _gap(self, quoted: range, new: range) -> Iterator[Piece | Refusal]:
        """Put new lines in the place of quoted ones."""
        gone = [at for at in quoted if at in self._there]
        if any(is_elision(self._found.quote[at]) and at not in self._there for at in quoted):
            yield Refusal("elision", "the replacement drops lines that the quote only hints at")
            return
        if not gone:
            # Right below the line above: a comment left out of the quote belongs to the next one.
            yield from (self._line(self._new[at], -1) for at in new)
            return
        yield from self._rest(self._there[gone[0]])
        yield from self._replaced(gone, list(new))
        self._at = self._there[gone[-1]] + 1

    def _replaced(self, gone: list[int], new: list[int]) -> Iterator[Piece | Refusal]:
        first, last = self._there[gone[0]], self._there[gone[-1]]
        paired = {self._there[at] for at in gone}
        left_out = [at for at in range(first, last + 1)
                    if at not in paired and self._found.lines[at].strip()]  # fmt: skip
        solid = [at for at in new if self._new[at].strip()]
        one_to_one = len(solid) == len([at for at in gone if self._found.quote[at].strip()])
        if one_to_one and len(solid) == len(gone):
            yield from self._one_by_one(gone, new)
            return
        if left_out:
            yield Refusal("elision", "lines left out of the quote stand among replaced ones")
            return
        for at, line in enumerate(new):
            source = self._there[gone[at]] if at < len(gone) else -1
            yield self._line(self._new[line], source, is_pair=False)

    def _one_by_one(self, gone: list[int], new: list[int]) -> Iterator[Piece | Refusal]:
        """Put a line in the place of each, around what was left out between them."""
        left = iter(gone)
        for line in new:
            if not self._new[line].strip():
                yield Piece(self._new[line], -1)
                continue
            at = next(left)
            yield from self._rest(self._there[at])
            yield self._line(self._mended(at, self._new[line]), self._there[at])
            self._at = self._there[at] + 1

    def _line(self, line: str, source: int, *, is_pair: bool = True) -> Piece | Refusal:
        like = self._found.lines[source] if source >= 0 and is_pair else None
        fitted = self._indents.fit(line, like)
        if fitted is None:
            return Refusal("indentation", "the quote's indentation tells nothing of the text's")
        return Piece(fitted, source)

    def _mended(self, quoted: int, new: str) -> str:
        """Return a changed line without the quote's slip and with the comment it left out."""
        quote = self._found.quote[quoted].strip()
        text = self._found.lines[self._there[quoted]].strip()
        if quote == text:
            return new
        mark = self._found.language.line_comment
        lost = text[len(quote) :] if text.startswith(quote) else ""
        if mark and lost.lstrip().startswith(mark) and mark not in new:
            return new.rstrip() + lost
        return without_slips(quote, text, new)


def without_slips(quote: str, text: str, new: str) -> str:
    """Return `new` with words of `text` where it repeats words that `quote` got wrong."""
    mine, real, words = (_TOKEN.findall(line) for line in (quote, text, new))
    if len(mine) != len(real):
        return new
    for a, b, size in SequenceMatcher(None, mine, words, autojunk=False).get_matching_blocks():
        words[b : b + size] = real[a : a + size]
    return "".join(words)
