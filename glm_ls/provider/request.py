"""What a model is asked and what it answers, whatever the endpoint's wire format is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Intent = Literal[
    "complete", "next-edit", "edit", "explain", "fix", "document", "test", "review", "probe"
]
"""What a request is for: books the usage and, by PRIORITY, decides who goes first."""

PRIORITY: dict[Intent, int] = {
    "complete": 0,
    "probe": 0,
    "next-edit": 1,
    "edit": 1,
    "explain": 1,
    "fix": 1,
    "document": 1,
    "test": 1,
    "review": 2,
}
"""Lower goes first: a person waits for a completion, nobody waits for a review batch."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may call."""

    name: str
    description: str
    parameters: Mapping[str, object]
    """JSON schema of its arguments."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function that a model wants called, or in a Delta a piece of that."""

    id: str
    name: str
    arguments: str
    """JSON, as the model wrote it."""
    index: int = 0
    """Which of several calls of one turn."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    """Of the assistant."""
    call_id: str = ""
    """Of a tool: the call that it answers."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A prompt for `/chat/completions`, in order."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Fim:
    """A fill-in-the-middle prompt: what stands before and after the cursor."""

    prefix: str
    suffix: str
    path: str = ""
    """Path in the workspace, with forward slashes; never absolute."""
    language: str = ""
    """LSP language id."""
    extra: tuple[tuple[str, str], ...] = ()
    """(path, text) of other files, most stable first."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model."""

    prompt: Chat | Fim
    intent: Intent = "complete"
    max_tokens: int = 256
    temperature: float = 0.2
    stop: tuple[str, ...] = ()
    """Stop strings, the most important first: hosted GLM honors only one."""
    candidates: int = 1
    """Answers wanted in one stream; endpoints without `n` answer one."""
    thinking: bool = False
    """Whether the model may think before it answers, where it can: slower, and it counts."""
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request as the endpoint counted them."""

    prompt: int = 0
    cached: int = 0
    """Part of `prompt` that the endpoint read from its prefix cache."""
    completion: int = 0
    """Including reasoning."""
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer. Every field is what this piece adds; most pieces carry only text."""

    text: str = ""
    reasoning: str = ""
    index: int = 0
    """Which candidate this piece belongs to."""
    finish: str = ""
    """`stop`, `length`, or another reason of the endpoint; empty until a candidate ends."""
    usage: Usage | None = None
    """Totals so far; the last one counts."""
    calls: tuple[ToolCall, ...] = ()
    """Calls, or pieces of calls, of tools."""
