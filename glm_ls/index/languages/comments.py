"""The comment above a definition to its text, line by line, markers left out.

What counts as documentation differs: C takes any comment, C# begins with a tag, `#` languages
with a banner. So the lines come as they are, and the languages choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from glm_ls.index.languages.walk import MAX_DOC

MAX_LINES = 40
"""Lines above a definition that are looked at: longer comments are chapters, or code."""

_MARKS = b" \t\r*/!#"
_WORD = re.compile(r"\w")


def comment_above(
    source: bytes, start: int, line_mark: bytes, skipped: tuple[bytes, ...] = ()
) -> Iterator[str]:
    """Yield the lines of the comment that ends above the line that holds byte `start`.

    `line_mark` begins a line comment; block comments are those of C. What begins with one of
    `skipped`, such as attributes, may stand between comment and definition.
    """
    end = source.rfind(b"\n", 0, start)
    first = last = -1
    for _ in range(MAX_LINES):
        if end <= 0:
            break
        at = source.rfind(b"\n", 0, end) + 1
        line = source[at : min(end, at + 4 * MAX_DOC)].strip()
        if line.startswith(b"#!"):
            break
        if line.startswith(line_mark):
            first, last = at, max(last, end)
        elif last < 0 and line_mark != b"#" and source[at:end].rstrip().endswith(b"*/"):
            opening = source.rfind(b"/*", 0, end)
            if opening >= 0 and not source[source.rfind(b"\n", 0, opening) + 1 : opening].strip():
                first, last = opening, end
            break
        elif last >= 0 or not line.startswith(skipped or b"\0"):
            break
        end = at - 1
    for line in source[first:last].split(b"\n", MAX_LINES) if first >= 0 else ():
        yield line[: 4 * MAX_DOC].strip(_MARKS).decode("utf-8", "replace")


def first_words(lines: Iterator[str]) -> str:
    """Return the first line that says something."""
    return next((line[:MAX_DOC] for line in lines if _WORD.search(line)), "")
