"""A conversation with a model about one action: messages out, the whole text of a reply in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from glm_ls.postprocess.edits.blocks import MAX_CHARS
from glm_ls.prompt.value import ChatPrompt
from glm_ls.provider.calls import calls_in_text, whole_calls
from glm_ls.provider.request import Chat, Delta, Intent, Message, Request, Tool, ToolCall, Usage

TEMPERATURE = 0.0
"""The likeliest answer: the same question is answered in the same way."""


class Streaming(Protocol):
    """What answers requests piece by piece."""

    def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield the answer; raises ProviderError."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What a model said at once."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None


def opening_of(chat: ChatPrompt) -> list[Message]:
    """Return the first messages of a conversation."""
    return [Message("system", chat.system), Message("user", chat.user)]


async def reply_to(
    router: Streaming, messages: Sequence[Message], intent: Intent, max_tokens: int
) -> str:
    """Return what the model says, read to its end; raises ProviderError."""
    request = Request(Chat(tuple(messages)), intent, max_tokens, TEMPERATURE)
    return (await _said(router, request)).text


async def turn_of(
    router: Streaming,
    messages: Sequence[Message],
    intent: Intent,
    max_tokens: int,
    tools: tuple[Tool, ...],
) -> Turn:
    """Return what the model says and which tools it wants called; raises ProviderError."""
    request = Request(Chat(tuple(messages)), intent, max_tokens, TEMPERATURE, tools=tools)
    turn = await _said(router, request)
    text, written = calls_in_text(turn.text)
    return Turn(text, turn.calls or written, turn.usage)


async def _said(router: Streaming, request: Request) -> Turn:
    # To its end: a second block where one is due is a reason to take none.
    pieces: list[str] = []
    calls: list[ToolCall] = []
    usage = None
    async with aclosing(router.stream(request)) as deltas:
        async for delta in deltas:
            pieces.append(delta.text)
            calls += delta.calls
            usage = delta.usage or usage
            if sum(map(len, pieces)) > MAX_CHARS:
                break
    return Turn("".join(pieces), whole_calls(calls), usage)
