"""The document around the cursor, read afresh for each question.

It serves as the nearest source to copy from, learned or not, and yields the context to match:
the tokens before the cursor without the word that is being typed.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import accumulate

from glm_ls.provider.embedded.lexer import BORDER, Lexer
from glm_ls.provider.embedded.source import Source, allocate, link
from glm_ls.provider.request import Fim

PREFIX_CHARS = 6_000
SUFFIX_CHARS = 3_000
MAX_LINE_CHARS = 400
"""Of longer lines only the beginning is compared."""
EDGE_CHARS = 200
"""How much text at the window's edges must be found again in the learned document."""

_WORD = re.compile(r"\w+\Z")
_LINE = re.compile(r"\s*([^\r\n]{0,N})".replace("N", str(MAX_LINE_CHARS)))


@dataclass(frozen=True, slots=True)
class Window:
    """What is known of the place to complete."""

    source: Source
    """Prefix and suffix, with a border at the cursor; the nearest places are found first."""
    context: array[int]
    """Codes of the tokens before the typed word; the last one decides most."""
    typed: str
    """The identifier part that ends at the cursor; may be empty or a whole word."""
    line: str
    """The cursor's line up to the cursor."""
    rest: str
    """The cursor's line after the cursor."""
    next_line: str
    """The first line with text after the cursor's line, stripped."""

    @property
    def at_line_start(self) -> bool:
        return not self.line.strip()


def read_window(prompt: Fim) -> Window:
    prefix, suffix = _tail_lines(prompt.prefix), prompt.suffix[:SUFFIX_CHARS]
    typed = _WORD.search(prefix)
    known = prefix[: typed.start()] if typed else prefix
    lexer = Lexer()
    before, context = lexer.read(known)
    after, following = lexer.read(suffix)
    source = Source(prefix + suffix)
    source.codes += context + array("I", [BORDER]) + following
    source.starts = array("I", [0, *accumulate(map(len, before), initial=0)])
    source.starts.extend(accumulate(map(len, after), initial=len(prefix)))
    if before and not before[-1].strip(" \t"):
        del context[-1:]
    allocate(source)
    border = len(before) + 1
    link(source, range(len(source.codes) - 2, border + 1, -1))
    # The place at the cursor itself is left out: it would only be found to match itself.
    link(source, range(2, len(context)))
    rest, _, below = suffix.partition("\n")
    return Window(
        source=source,
        context=context,
        typed=typed.group() if typed else "",
        line=prefix[prefix.rfind("\n") + 1 :],
        rest=rest.rstrip("\r"),
        next_line=first_line(below),
    )


def first_line(text: str, start: int = 0) -> str:
    """Return the first line with text from the start on, stripped."""
    line = _LINE.match(text, start)
    return line.group(1).rstrip() if line else ""


def find_span(source: Source, prompt: Fim) -> tuple[int, int]:
    """Return the tokens of the learned document that the window shows in their present state.

    The whole document, if it has changed too much to tell: stale text is no evidence.
    """
    prefix = _tail_lines(prompt.prefix)
    head = prefix[: prefix.rfind("\n") + 1][:EDGE_CHARS]
    suffix = prompt.suffix[:SUFFIX_CHARS]
    tail = suffix[suffix.find("\n") :][-EDGE_CHARS:] if "\n" in suffix else ""
    start, stop = source.text.find(head), source.text.rfind(tail)
    if start < 0 or stop < start:
        return 0, len(source.codes)
    return source.position(start), source.position(stop + len(tail))


def _tail_lines(prefix: str) -> str:
    """Return the end of the prefix, from a line's start where there is one."""
    if len(prefix) <= PREFIX_CHARS:
        return prefix
    cut = prefix.find("\n", len(prefix) - PREFIX_CHARS)
    return prefix[cut + 1 :] if cut >= 0 else prefix[-PREFIX_CHARS:]
