"""Untrusted text between tags that it cannot close.

Whatever stands in a file is text to the model, never an instruction. A tag that occurs in the
text gets a number, the first one that does not occur: the same text gives the same bytes, so that
prefix caches hit.
"""

from __future__ import annotations


def free_tag(name: str, *texts: str) -> str:
    """Return the tag name, numbered where one of the texts holds it."""
    tag, number = name, 1
    while any(f"{tag}>" in text for text in texts):
        number += 1
        tag = f"{name}_{number}"
    return tag


def fenced(tag: str, text: str, **attributes: str) -> str:
    """Return text between an opening and a closing tag; the closing tag follows directly."""
    shown = "".join(f' {key}="{as_shown(value)}"' for key, value in attributes.items())
    return f"<{tag}{shown}>\n{text}</{tag}>"


def ended(text: str) -> str:
    """Return the text with a line end, so that the closing tag starts a line."""
    return text if not text or text.endswith("\n") else f"{text}\n"


def as_shown(value: str) -> str:
    """Return a file's name or another attribute as a tag shows it: on one line, without quotes."""
    return "".join(c for c in value if c.isprintable()).replace('"', "'")
