"""What goes over the wire for one request, as a value: head, frames, and how it breaks."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Literal

from .flavors import Json

Break = Literal["hang", "reset", "close"]
"""Wait until the client leaves; send RST; send FIN."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Bytes that are written at once."""

    data: bytes
    text: str = ""
    """The part of the answer's text in them."""
    counts: bool = False
    """Carries text, reasoning or a tool call."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An answer, whole or broken."""

    status: int
    """0: no head is sent."""
    headers: tuple[tuple[str, str], ...]
    steps: tuple[Frame | Break, ...]
    length: int | None = None
    """Content-Length; None: the body is sent in HTTP chunks."""
    usage: Json | None = None
    """Tokens of the answer."""


def whole(status: int, content_type: str, body: bytes, text: str = "") -> Plan:
    """Return an answer with a body of known length."""
    frame = Frame(body, text, counts=bool(text))
    return Plan(status, (("content-type", content_type),), (frame,), len(body))


def encode(value: object) -> bytes:
    """Return compact JSON, other characters than ASCII as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def event(chunk: Json) -> Frame:
    """Return the frame of one chunk."""
    text, counts = sent_text(chunk)
    return Frame(b"data: " + encode(chunk) + b"\n\n", text, counts)


_SAID = ("content", "reasoning", "reasoning_content", "tool_calls")


def sent_text(chunk: Json) -> tuple[str, bool]:
    """Return the first candidate's text in a chunk or body, and whether it says anything."""
    if isinstance(chunk.get("content"), str):
        return chunk["content"], bool(chunk["content"])
    choices = chunk.get("choices")
    text, counts = "", False
    for choice in choices if isinstance(choices, list) else []:
        if not isinstance(choice, dict):
            continue
        holder = choice.get("delta") or choice.get("message") or {"content": choice.get("text")}
        if not isinstance(holder, dict):
            continue
        content = holder.get("content")
        counts = counts or any(holder.get(name) for name in _SAID)
        if choice.get("index") == 0 and isinstance(content, str):
            text += content
    return text, counts


def with_headers(plan: Plan, headers: tuple[tuple[str, str], ...]) -> Plan:
    """Return the plan with further headers."""
    return replace(plan, headers=(*plan.headers, *headers))
