"""What stands around the cursor, worked out once per stream for all stages.

From a `Site` it finds the language, whether the cursor is in a string or comment, how the file
indents, and what became of each bracket that is open at the cursor.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, Self

from glm_ls.postprocess.site import Site
from glm_ls.syntax.brackets import LINE_COMMENT, Bracket, Scan, closer_of, scan
from glm_ls.syntax.languages import Language, language_of
from glm_ls.syntax.statements import first_code, header_of

Fate = Literal["missing", "on line", "below"]
"""Where an opener is closed: nowhere yet, behind the cursor on its line, or further down."""

_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)
DEFAULT_UNIT, STEPS = 4, (2, 4, 8, 3)
USUAL = 0.2
"""Share from which on something is a file's style rather than a slip in it."""


@dataclass(frozen=True, slots=True)
class Opener:
    """A bracket or literal that is open at the cursor."""

    closer: str
    fate: Fate
    width: int = 0
    """Indentation of the line it stands on, in columns."""
    replace: int = 0
    """For `on line`: code points from the cursor to behind the closer."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A site and what the stages want to know of it."""

    site: Site
    """With lines that end at `\\n` only."""
    chat: bool
    """Whether prose, fences and echoes are to be expected."""
    language: Language
    literal: str
    """Delimiter of the string or comment the cursor is in (see `Scan.literal`)."""
    openers: tuple[Opener, ...]
    """Innermost first."""
    tabs: bool | None
    """Whether lines are indented by tabs; None where the file does not tell."""
    unit: int
    """Columns of one level of indentation."""
    line_prefix: str
    line_suffix: str
    next_line: str

    @classmethod
    def of(cls, site: Site, *, chat: bool) -> Self:
        """Look around the cursor."""
        site = replace(
            site,
            prefix=to_newlines(site.prefix),
            suffix=to_newlines(site.suffix),
            head=to_newlines(site.head),
        )
        language = language_of(site.language_id, site.path)
        tabs, unit = _indentation(f"{site.prefix}.{site.suffix}")
        code = site.prefix[first_code(language, site.prefix) :]
        before = scan(language, code)
        return cls(
            site,
            chat,
            language,
            before.literal,
            _openers(language, replace(site, prefix=code), before, unit),
            tabs,
            unit,
            site.line_prefix,
            site.line_suffix,
            site.next_line,
        )

    @property
    def statement_width(self) -> int:
        """Columns by which the statement at the cursor is indented, wherever it began."""
        width = self.width(header_of(self.site.prefix))
        for opener in self.openers:
            if opener.closer not in (")", "]"):
                break
            width = min(width, opener.width)
        return width

    @property
    def is_prose(self) -> bool:
        """Whether natural language is what belongs here."""
        return self.language.style == "prose"

    def width(self, line: str) -> int:
        """Return the columns of a line's indentation."""
        return indent_width(line, self.unit)


def to_newlines(text: str) -> str:
    r"""Return the text with lines that end at `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def indent_width(line: str, unit: int) -> int:
    """Return the columns of a line's indentation; a tab fills a level."""
    blank = line[: len(line) - len(line.lstrip())]
    return len(blank.expandtabs(unit)) if "\t" in blank else len(blank)


def _indentation(text: str) -> tuple[bool | None, int]:
    """Return whether a text indents by tabs, and the columns of a level.

    A level is the smallest step from line to line that is usual: continued lines take larger ones.
    """
    indents = [found for found in _INDENTED.findall(text) if found != " "]
    widths = [len(indent) for indent in indents if indent[0] == " "]
    steps = Counter(deeper - width for width, deeper in pairwise([0, *widths]))
    usual = USUAL * sum(steps[step] for step in STEPS)
    unit = next((step for step in STEPS if 0 < steps[step] >= usual), DEFAULT_UNIT)
    tabs = len(indents) - len(widths)
    if min(tabs, len(widths)) > USUAL * len(indents) or not indents:
        return None, unit
    return tabs > len(widths), unit


def _openers(language: Language, site: Site, before: Scan, unit: int) -> tuple[Opener, ...]:
    """Follow each opener of the prefix to the closer that the suffix has for it."""
    inner = _literal_opener(language, site, before.literal)
    in_suffix = inner is not None and inner.fate != "missing"
    closed = scan(language, site.suffix, before.literal if in_suffix else "").closed
    known = {closer_of(language, bracket.mark) for bracket in before.opened}
    on_line = len(site.line_suffix)
    # A closer on the line for which nothing is open does not stand in the way of those below.
    rest = [one for one in closed[in_suffix:] if one.offset >= on_line or one.mark in known]
    closers = [_closer(site, found, unit) for found in rest]
    openers = [] if inner is None else [inner]
    next_width = indent_width(site.next_line, unit) if site.next_line else -1
    for bracket in reversed(before.opened):
        mark = closer_of(language, bracket.mark)
        width = indent_width(header_of(site.prefix[: bracket.offset]), unit)
        if closers and closers[0].fits(mark, width):
            openers.append(replace(closers.pop(0).opener, width=width))
        else:
            # Only blocks are longer than a window; a next line inside tells that one goes on.
            goes_on = mark == "}" and not closers and next_width > width
            openers.append(Opener(mark, "below" if goes_on else "missing", width))
    return tuple(openers)


@dataclass(frozen=True, slots=True)
class _Closer:
    """A closer in the suffix that belongs to an opener of the prefix."""

    opener: Opener
    width: int | None
    """Indentation, where it leads its line."""

    def fits(self, mark: str, width: int) -> bool:
        outside = self.width is not None and self.width < width
        return self.opener.closer == mark and not outside


def _closer(site: Site, found: Bracket, unit: int) -> _Closer:
    if found.offset < len(site.line_suffix):
        end = found.offset + len(found.mark)
        return _Closer(Opener(found.mark, "on line", replace=end), None)
    line = _line_at(site.suffix, found.offset)
    leads = line.lstrip().startswith(found.mark)
    return _Closer(Opener(found.mark, "below"), indent_width(line, unit) if leads else None)


def _literal_opener(language: Language, site: Site, literal: str) -> Opener | None:
    if literal in ("", LINE_COMMENT):
        return None
    at = site.line_suffix.find(literal)
    if at >= 0:
        return Opener(literal, "on line", replace=at + len(literal))
    return Opener(literal, "below" if _closes_below(language, site.suffix, literal) else "missing")


def _closes_below(language: Language, suffix: str, literal: str) -> bool:
    if language.block_comment and literal == language.block_comment[1]:
        opening = suffix.find(language.block_comment[0])
        return 0 <= suffix.find(literal) < (opening if opening >= 0 else len(suffix))
    # Quotes below come in pairs unless the first of them closes this literal.
    return len(literal) > 1 and suffix.count(literal) % 2 == 1


def _line_at(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)]
