"""The characters that editors put behind the cursor by themselves."""

from __future__ import annotations

CLOSERS = frozenset(")]}>\"'`;:, \t")


def only_closers(rest: str) -> bool:
    """Whether the rest of a line holds nothing but closing characters, so that code may end here."""
    return all(character in CLOSERS for character in rest)
