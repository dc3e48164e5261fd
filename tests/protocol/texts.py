"""Where the cursor stands in a text, and what an editor makes of an edit.

Written apart from the server's own arithmetic of positions, so that a test of it can fail.
"""

from __future__ import annotations

import re
from typing import Any

_LINE_END = re.compile("\r\n|\r|\n")
_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""Codec and bytes of a unit, by position encoding."""


def cursor(marked: str, encoding: str = "utf-16") -> tuple[str, int, int]:
    """Return a text without its mark `¦`, and the line and character where the mark stood."""
    before, after = marked.split("¦")
    codec, width = _CODECS[encoding]
    lines = _LINE_END.split(before)
    return before + after, len(lines) - 1, len(lines[-1].encode(codec)) // width


def edited(text: str, span: dict[str, Any], new_text: str, encoding: str = "utf-16") -> str:
    """Return the text after an editor has replaced a range of it."""
    codec, width = _CODECS[encoding]
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def offset(position: dict[str, int]) -> int:
        start = starts[position["line"]]
        units = text[start:].encode(codec)[: position["character"] * width]
        return start + len(units.decode(codec))

    return text[: offset(span["start"])] + new_text + text[offset(span["end"]) :]
