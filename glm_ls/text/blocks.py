"""Marks by which prompts ask for structure and post-processing finds it again."""

from __future__ import annotations

import hashlib

ALTERNATIVE = "<|or|>"
"""Stands on a line of its own between two different answers."""

FINDING = "finding"
SECTIONS = ("quote", "why", "fix")
"""Parts of a finding that hold lines; the others are `key: value` lines before them."""
NONCE_DIGITS = 6


def nonce_for(*texts: str) -> str:
    """Return a mark for the tags of one request that none of its texts holds.

    It follows from the texts, because the same input has to give the same prompt.
    """
    number = 0
    while True:
        digest = hashlib.blake2b(str(number).encode())
        for text in texts:
            digest.update(text.encode("utf-8", "surrogatepass"))
        nonce = digest.hexdigest()[:NONCE_DIGITS]
        if not any(nonce in text for text in texts):
            return nonce
        number += 1


def opening(name: str, nonce: str) -> str:
    """Return the line that opens a block."""
    return f"<{name} {nonce}>"


def closing(name: str, nonce: str) -> str:
    """Return the line that closes a block."""
    return f"</{name} {nonce}>"


OLD, NEW = "old", "new"
"""Parts of an edit: the lines as they read, and as they shall read."""
IMPORTS = "imports"
"""The part of an answer that holds what the file has to import besides."""


def edit_opening(part: str, nonce: str, **attributes: str | int) -> str:
    """Return the line that opens a part of an edit."""
    shown = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{part}_{nonce}{shown}>"


def edit_closing(part: str, nonce: str) -> str:
    """Return the line that closes a part of an edit."""
    return f"</{part}_{nonce}>"


NO_CHANGE = "<|no change|>"
"""Stands for an answer that leaves everything as it is."""


def window_tag(nonce: str, number: int) -> str:
    """Return the tag of a numbered stretch of a file, in a prompt and in its answer."""
    return f"window_{nonce}_{number}"
