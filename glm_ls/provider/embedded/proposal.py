"""Fit a predicted line to the text around the cursor, or drop it."""

from __future__ import annotations

from glm_ls.provider.embedded.window import Window

CLOSERS = frozenset(")]}>\"'`;,: \t")
"""What an editor inserts by itself, or what closes a line; all else is the user's own rest."""
PAIRS = {"(": ")", "[": "]", "{": "}"}


def has_room(window: Window) -> bool:
    """Whether a proposal may stand here at all: nothing but closers follows on the line."""
    return CLOSERS.issuperset(window.rest)


def fit_line(window: Window, text: str) -> str:
    """Return what to insert for the predicted rest of the line; empty: nothing.

    Before: `foo(|)` and `a, b)`. After: `a, b`.
    """
    text = text.rstrip()
    if window.line[-1:].isspace() or not window.line:
        text = text.lstrip(" \t")
    closers = window.rest.strip()
    if closers:
        text = text[: _find_closer(text, closers[0])].rstrip()
    whole = (window.line + text + window.rest).strip()
    return "" if whole == window.next_line else text


def _find_closer(text: str, closer: str) -> int:
    """Return where the closer that already stands after the cursor would be repeated; else 0."""
    expected: list[str] = []
    for at, char in enumerate(text):
        if char == closer and not expected:
            return at
        if char in PAIRS:
            expected.append(PAIRS[char])
        elif expected and char == expected[-1]:
            expected.pop()
    return 0
