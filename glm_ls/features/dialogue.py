"""A conversation with a model about one action: messages out, the whole text of a reply in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from glm_ls.postprocess.edits.blocks import MAX_CHARS
from glm_ls.prompt.value import ChatPrompt
from glm_ls.provider.request import Chat, Delta, Intent, Message, Request

TEMPERATURE = 0.0
"""The likeliest answer: the same question is answered in the same way."""


class Streaming(Protocol):
    """What answers requests piece by piece."""

    def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield the answer; raises ProviderError."""
        ...


def opening_of(chat: ChatPrompt) -> list[Message]:
    """Return the first messages of a conversation."""
    return [Message("system", chat.system), Message("user", chat.user)]


async def reply_to(
    router: Streaming, messages: Sequence[Message], intent: Intent, max_tokens: int
) -> str:
    """Return what the model says, read to its end; raises ProviderError."""
    request = Request(Chat(tuple(messages)), intent, max_tokens, TEMPERATURE)
    # To its end: a second block where one is due is a reason to take none.
    pieces: list[str] = []
    async with aclosing(router.stream(request)) as deltas:
        async for delta in deltas:
            pieces.append(delta.text)
            if sum(map(len, pieces)) > MAX_CHARS:
                break
    return "".join(pieces)
