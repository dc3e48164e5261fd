"""What belongs to a word: the same answer for every language that has identifiers."""

from __future__ import annotations


def is_word(character: str) -> bool:
    """Whether a character can stand inside an identifier."""
    return character.isalnum() or character == "_"
