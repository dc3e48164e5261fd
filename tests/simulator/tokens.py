"""Text to token counts: what GLM's tokenizer would say, with cl100k in its place.

GLM's vocabulary was built upon cl100k; over recorded answers of api.z.ai the counts of English
text are equal, and the constants of the chat template below are off by two at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import takewhile

from rs_bpe.bpe import openai

from .flavors import Json

_CL100K = openai.cl100k_base()

SPECIAL: dict[str, int] = {
    "<|endoftext|>": 151329,
    "[gMASK]": 151331,
    "<sop>": 151333,
    "<|system|>": 151335,
    "<|user|>": 151336,
    "<|assistant|>": 151337,
    "<|observation|>": 151338,
    "<think>": 151350,
    "</think>": 151351,
}
"""Control tokens of GLM-4.5 and 4.6 with their ids."""

FIM: dict[str, int] = {
    "<|code_prefix|>": 151347,
    "<|code_middle|>": 151348,
    "<|code_suffix|>": 151349,
}

BEGINNING = (SPECIAL["[gMASK]"], SPECIAL["<sop>"])
"""What the tokenizer puts before a text when special tokens are asked for."""

_TOOLS_PREAMBLE = 97
_TEMPLATE = -1
"""Stands for any token of the chat template; all that matters is how many there are."""


def text_ids(text: str) -> list[int]:
    """Return the token ids of a text without control tokens."""
    ids: list[int] = _CL100K.encode(text)
    return ids


def count(text: str) -> int:
    """Return how many tokens a text without control tokens has."""
    return len(text_ids(text))


def split(text: str) -> tuple[str, ...]:
    """Cut a text into its tokens; tokens that share a character stay together."""
    pieces: list[str] = []
    pending: list[int] = []
    for token in text_ids(text):
        pending.append(token)
        piece: str | None = _CL100K.decode(pending)
        if piece is not None:
            pieces.append(piece)
            pending = []
    return tuple(pieces)


def tokenize(text: str, *, fim: bool, special: bool = True) -> list[int]:
    """Return token ids; `special` reads control tokens as one each, `fim` the code tokens too."""
    known = (SPECIAL | FIM if fim else SPECIAL) if special else {}
    if not known:
        return text_ids(text)
    parts = re.split("(" + "|".join(map(re.escape, known)) + ")", text)
    return [
        token for part in parts for token in ([known[part]] if part in known else text_ids(part))
    ]


def prompt_ids(body: Json) -> list[int]:
    """Return the tokens of a chat request after the template of GLM-4.7."""
    return [
        *BEGINNING,
        *_tool_list_ids(body.get("tools") or []),
        *(token for message in body["messages"] for token in _message_ids(message)),
        _TEMPLATE,
        _TEMPLATE,
    ]


def completion_count(reasoning: str, content: str, calls: tuple[tuple[str, Json], ...]) -> int:
    """Return the tokens of an answer: its texts, its calls, the end of thinking and of the turn."""
    return count(reasoning) + 1 + count(content) + len(list(_call_ids(calls))) + 1


def message_text(message: Json) -> str:
    """Return the text of a message, whether it comes as a string or in parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))


def _tool_list_ids(tools: list[Json]) -> list[int]:
    if not tools:
        return []
    listed = (json.dumps(tool.get("function"), ensure_ascii=False) + "\n" for tool in tools)
    return [_TEMPLATE] * _TOOLS_PREAMBLE + [token for text in listed for token in text_ids(text)]


def _message_ids(message: Json) -> Iterator[int]:
    role = message.get("role")
    yield SPECIAL.get(f"<|{role}|>", _TEMPLATE)
    if role == "tool":
        yield from (_TEMPLATE, _TEMPLATE)
    if role == "assistant":
        yield _TEMPLATE
        if reasoning := message.get("reasoning_content"):
            yield _TEMPLATE
            yield from text_ids(reasoning)
    yield from text_ids(message_text(message))
    functions = [call.get("function") or {} for call in message.get("tool_calls") or []]
    yield from _call_ids(tuple((f.get("name", ""), _arguments(f)) for f in functions))


def _call_ids(calls: tuple[tuple[str, Json], ...]) -> Iterator[int]:
    for name, arguments in calls:
        yield from (_TEMPLATE, _TEMPLATE)
        yield from text_ids(name)
        for key, value in arguments.items():
            yield from [_TEMPLATE] * 4
            yield from text_ids(key)
            yield from text_ids(value if isinstance(value, str) else json.dumps(value))


def _arguments(function: Json) -> Json:
    arguments = function.get("arguments") or {}
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    return dict(arguments)


class PrefixCache:
    """Says how much of a prompt was seen before, per key and model.

    Prompts become visible `delay_s` after they were answered: the service fills its cache
    seconds to minutes later.
    """

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._seen: dict[tuple[str, str], list[tuple[float, list[int]]]] = {}

    def cached(self, owner: tuple[str, str], ids: list[int], now: float, block: int) -> int:
        """Return the cached tokens of a prompt and remember it.

        `block` is the granularity: 1 leaves out the last token at least, 64 rounds down.
        """
        earlier = self._seen.setdefault(owner, [])
        visible = [seen for since, seen in earlier if now - since >= self._delay_s]
        longest = max((_common(ids, seen) for seen in visible), default=0)
        earlier.append((now, ids))
        return min(longest, len(ids) - 1) // block * block


def _common(left: list[int], right: list[int]) -> int:
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
