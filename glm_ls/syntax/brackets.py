"""Read code as brackets, strings and comments: what is still open and what closes too much.

This knows no grammar, so it is cheap enough for every line of a stream and cannot be confused
by code that is unfinished elsewhere. Text may start inside a string or comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from glm_ls.syntax.languages import Language, Quote

LINE_COMMENT = "\n"
"""The literal of a line comment: what closes it is the end of the line."""

_CHAR = r"'(?:\\[^\n']{1,9}|[^\\'\n])'"
# A slash begins a regular expression only where no value can stand before it.
_REGEX = (
    r"(?:(?<=[(,=:\[!&|?{;\n])|(?<=\breturn))[ \t]*"
    r"/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
)


class Bracket(NamedTuple):
    """A bracket, or the delimiter that ends the literal a text started in."""

    mark: str
    offset: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text leaves open, and what it closes without having opened it."""

    opened: tuple[Bracket, ...] = ()
    """Outermost first."""
    closed: tuple[Bracket, ...] = ()
    """In order; includes the delimiter of the literal in which the text started."""
    literal: str = ""
    """Delimiter awaited at the end of the text: "" in code, `LINE_COMMENT` in a line comment."""


def scan(language: Language, text: str, literal: str = "") -> Scan:
    """Read `text`, which starts inside `literal` (see `Scan.literal`)."""
    token, literals, awaited, pairs, closers = _lexicon(language)
    opened: list[Bracket] = []
    closed: list[Bracket] = []
    at = 0
    if literal:
        end, at = _leave(awaited[literal], text, 0)
        if end and literal != LINE_COMMENT:
            closed.append(Bracket(literal, at - len(literal)))
        if at == len(text) and not end:
            return Scan(literal=literal)
    while (found := token.search(text, at)) is not None:
        mark, at = found[0], found.end()
        if mark in pairs:
            opened.append(Bracket(mark, at - 1))
        elif mark in closers:
            if not _close(opened, closers[mark]):
                closed.append(Bracket(mark, at - 1))
        elif mark in literals:
            end, at = _leave(literals[mark], text, at)
            if at == len(text) and not end:
                return Scan(tuple(opened), tuple(closed), literals[mark].close)
    return Scan(tuple(opened), tuple(closed))


def closer_of(language: Language, mark: str) -> str:
    """Return what closes a bracket; a literal's delimiter closes itself."""
    return _lexicon(language).pairs.get(mark, mark)


class _Inside(NamedTuple):
    """How a literal goes on and what ends it."""

    body: re.Pattern[str]
    close: str


class _Lexicon(NamedTuple):
    token: re.Pattern[str]
    literals: dict[str, _Inside]
    """By what opens them."""
    awaited: dict[str, _Inside]
    """By what closes them."""
    pairs: dict[str, str]
    closers: dict[str, str]


def _leave(inside: _Inside, text: str, at: int) -> tuple[bool, int]:
    """Return whether the literal is closed, and where reading goes on.

    A string that may not span lines is given up at the end of its line.
    """
    found = inside.body.match(text, at)
    stop = found.end() if found else at
    if text.startswith(inside.close, stop):
        return True, stop + len(inside.close)
    return False, stop if text.startswith("\n", stop) else len(text)


def _close(opened: list[Bracket], opener: str) -> bool:
    """Close the nearest `opener`, forgetting what is open inside it, as a parser would."""
    for index in range(len(opened) - 1, -1, -1):
        if opened[index].mark == opener:
            del opened[index:]
            return True
    return False


@cache
def _lexicon(language: Language) -> _Lexicon:
    quotes = [(quote.open, _inside(quote)) for quote in language.quotes]
    if language.block_comment:
        start, close = language.block_comment
        quotes.insert(0, (start, _inside(Quote(start, close, multiline=True, escapes=False))))
    if language.line_comment:
        comment = _Inside(re.compile(r"[^\n]*+"), LINE_COMMENT)
        quotes.append((language.line_comment, comment))
    # `$#` and `${#` are no comments; nowhere else does a comment follow these characters.
    literals = [(r"(?<![$&{\\])#" if start == "#" else re.escape(start)) for start, _ in quotes]
    skipped = [_CHAR] * language.char_literals + [_REGEX] * language.regex_literals
    pairs = dict(zip(language.brackets[::2], language.brackets[1::2], strict=True))
    brackets = [f"[{re.escape(language.brackets)}]"] if language.brackets else []
    # Half of all brackets hold nothing of interest; these are passed over in one step.
    special = re.escape(language.brackets + "".join(start[0] for start, _ in quotes) + "'/")
    empty = [f"{re.escape(a)}[^{special}]*+{re.escape(b)}" for a, b in pairs.items()]
    return _Lexicon(
        re.compile("|".join([*skipped, *literals, *empty, *brackets]) or r"(?!)"),
        dict(quotes),
        {inside.close: inside for _, inside in quotes},
        pairs,
        {close: start for start, close in pairs.items()},
    )


def _inside(quote: Quote) -> _Inside:
    first, rest = re.escape(quote.close[0]), re.escape(quote.close[1:])
    plain = first + ("" if quote.multiline else r"\n") + (r"\\" if quote.escapes else "")
    parts = [f"[^{plain}]++"]
    if quote.escapes:
        parts.append(r"\\[\s\S]")
    if rest:
        parts.append(f"{first}(?!{rest})")
    return _Inside(re.compile(f"(?:{'|'.join(parts)})*+"), quote.close)
