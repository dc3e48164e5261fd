"""Marks by which prompts ask for structure and post-processing finds it again."""

from __future__ import annotations

ALTERNATIVE = "<|or|>"
"""Stands on a line of its own between two different answers."""

NO_CHANGE = "<|no change|>"
"""Stands for an answer that leaves everything as it is."""


def window_tag(nonce: str, number: int) -> str:
    """Return the tag of a numbered stretch of a file, in a prompt and in its answer."""
    return f"window_{nonce}_{number}"
