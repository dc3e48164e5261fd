"""Recognize the tail of closers that editors put behind the cursor."""

from __future__ import annotations

import re

_CLOSING = re.compile(r"""\s*(?:[)\]}>"'`;,]|\*/|-->)*\s*(?:=>|[:{;,])?\s*""")


def only_closers(line_rest: str) -> bool:
    """Whether the rest of a line is empty or only closes and ends what stands before it."""
    return _CLOSING.fullmatch(line_rest) is not None
