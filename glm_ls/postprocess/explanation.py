r"""A model's Markdown to Markdown that does nothing: it is read, and nothing in it can be clicked.

Code of strangers can make a model write anything, so headings, lists, emphasis and code stay and
all else is shown as the signs it is made of: links, pictures, HTML, entities and formulas.
Addresses are left out even in code, since editors make links of bare ones. Code spans and fences
are written anew, so that whoever renders the text sees the same ones as this module:

    [see](http://x)  ──►  \[see](…)          <img src=x>  ──►  \<img src=x>
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from glm_ls.postprocess.findings.plain import ANSI, HIDDEN, plain
from glm_ls.postprocess.frame import to_newlines

MAX_CHARS = 20_000
"""Characters of an explanation; more is no explanation."""
SHORT = 600
"""Characters of the message that stands for one where no document can be shown."""
LEFT_OUT = "…"
"""Stands where an address was."""

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:(?://|\\\\)"
    r"|\b(?:command|javascript|vbscript|vscode[\w-]*|mailto|data):(?=\S)"
    r"|\bwww\.(?=\w)"
    r"|(?<![\w/:])//(?=[\w-]+\.[a-z]))[^\s<>`]*",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FENCE = re.compile(r"\s*(?P<marks>`{3,}|~{3,})\s*(?P<word>[\w+#.-]*)\s*")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TICKS = re.compile(r"`+")
_ACTIVE = re.compile(r"[\[<`~$]|&(?=#|\w+;)|\\(?=[^\w\s]|\Z)")
"""Signs that begin what could be clicked, loaded or run, and what would take that back."""


def harmless(markdown: str) -> str:
    """Return Markdown that renders to text and code alone."""
    return "\n".join(_lines(bare(markdown).split("\n"))).strip() + "\n"


def bare(text: str) -> str:
    """Return a text without addresses, and without characters that nobody sees."""
    text = ANSI.sub("", to_newlines(text[:MAX_CHARS]))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in HIDDEN)
    return _ADDRESS.sub(LEFT_OUT, text)


def in_short(markdown: str) -> str:
    """Return what fits a message, as plain text in one paragraph."""
    return plain(markdown, SHORT)


def _lines(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        opened = _FENCE.fullmatch(lines[at])
        at += 1
        if opened is None:
            yield _prose(lines[at - 1])
            continue
        stop = next((n for n in range(at, len(lines)) if _closes(lines[n], opened)), len(lines))
        code = lines[at:stop]
        longest = max((len(run) for line in code for run in _TICKS.findall(line)), default=0)
        marks = "`" * max(3, longest + 1)
        yield from (f"{marks}{opened['word']}", *code, marks)
        at = stop + 1


def _closes(line: str, opened: re.Match[str]) -> bool:
    closing = line.strip()
    return closing.startswith(opened["marks"]) and not closing.strip(opened["marks"][0])


def _prose(line: str) -> str:
    """Return a line outside of fences with nothing active but its code spans."""
    pieces, at = [], 0
    for span in _SPAN.finditer(line):
        code = _TICKS.sub("'", span[2]).strip()
        pieces += [_plain(line[at : span.start()]), f"`{code}`" if code else ""]
        at = span.end()
    return "".join((*pieces, _plain(line[at:])))


def _plain(text: str) -> str:
    return _ACTIVE.sub(r"\\\g<0>", _MAIL.sub(LEFT_OUT, text))
