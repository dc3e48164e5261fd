"""What a prompt is before an endpoint's wire format: messages, or the parts of a FIM prompt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatPrompt:
    """A system message of our own words and a user message that carries the code."""

    system: str
    """Never holds text of the repository."""
    user: str


@dataclass(frozen=True, slots=True)
class FimPrompt:
    """What a model with fill-in-the-middle tokens is given."""

    prefix: str
    suffix: str
    path: str
    language: str
    extra: tuple[tuple[str, str], ...]
    """(path, text) of other files."""


Prompt = ChatPrompt | FimPrompt
