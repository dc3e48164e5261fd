"""Faults of the JSON: chunks or a whole body to what a buggy gateway makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable

from .flavors import Json

Chunks = list[Json]
ShapeFault = Callable[[Chunks], Chunks]

_OTHER_NAME = {"reasoning_content": "reasoning", "reasoning": "reasoning_content"}


def spoil_shape(fault: str, chunks: Chunks) -> Chunks:
    """Apply a fault if it is one of the shape; a whole body comes as the only chunk."""
    spoil = SHAPE_FAULTS.get(fault)
    # Chunks share parts with the flavor's row: a copy keeps that as it is.
    return spoil(json.loads(json.dumps(chunks))) if spoil else chunks


def _choices_empty(chunks: Chunks) -> Chunks:
    empty = chunks[0] | {"choices": []}
    if len(chunks) == 1:
        return [empty]
    return [empty, *chunks[:1], empty, *chunks[1:]]


def _null_content(chunks: Chunks) -> Chunks:
    if len(chunks) == 1:
        return [_without_text(chunks[0])]
    return [piece for chunk in chunks for piece in (_without_text(chunk), chunk)]


def _without_text(chunk: Json) -> Json:
    """Return a chunk that says nothing: null text, no finish reason, no usage."""
    silent: Json = json.loads(json.dumps(chunk))
    silent.pop("usage", None)
    for choice in silent.get("choices", []):
        for holder in ("delta", "message"):
            if holder in choice:
                choice[holder] = {"role": "assistant", "content": None}
        if "text" in choice:
            choice["text"] = None
        if "message" not in choice and "finish_reason" in choice:
            choice["finish_reason"] = None
    if "content" in silent:
        silent |= {"content": None, "stop": False}
    return silent


def _no_usage(chunks: Chunks) -> Chunks:
    told = ("usage", "timings", "tokens_predicted", "tokens_evaluated")
    kept = [{k: v for k, v in chunk.items() if k not in told} for chunk in chunks]
    return [chunk for chunk in kept if chunk.get("choices") != []]


def _wrong_shape(chunks: Chunks) -> Chunks:
    odd: list[Json] = [
        {"output": {"text": "no choices here"}},
        {"choices": "none"},
        {"choices": {"index": 0}},
        {"choices": [{"delta": "text"}]},
        {"choices": [None, 7]},
        {"choices": [{"delta": {"content": {"text": "nested"}}}], "usage": 7},
    ]
    if len(chunks) == 1:
        return odd[:1]
    return [*chunks[:1], *odd, *chunks[1:]]


def _reasoning_alias(chunks: Chunks) -> Chunks:
    for holder in _holders(chunks):
        for name in [name for name in holder if name in _OTHER_NAME]:
            holder[_OTHER_NAME[name]] = holder.pop(name)
    return chunks


def _tool_no_id(chunks: Chunks) -> Chunks:
    for call in _calls(chunks):
        call.pop("id", None)
        call.pop("type", None)
    return chunks


def _tool_name_split(chunks: Chunks) -> Chunks:
    result: Chunks = []
    for chunk in chunks:
        named = [call for call in _calls([chunk]) if call["function"].get("name")]
        if len(chunks) == 1 or not named:
            result.append(chunk)
            continue
        rest: Json = json.loads(json.dumps(chunk))
        for first, second in zip(_calls([chunk]), _calls([rest]), strict=True):
            name = first["function"]["name"]
            half = (len(name) + 1) // 2
            first["function"] = {"name": name[:half], "arguments": ""}
            second["function"]["name"] = name[half:]
            second.pop("id", None)
        result += [chunk, rest]
    return result


def _tool_dict_arguments(chunks: Chunks) -> Chunks:
    for call in _calls(chunks):
        text = call["function"].get("arguments", "")
        # Fragments of a streamed call are no JSON; only whole arguments can become an object.
        if text.startswith("{") and text.endswith("}"):
            call["function"]["arguments"] = json.loads(text)
    return chunks


def _holders(chunks: Chunks) -> list[Json]:
    """Return the deltas and messages of all chunks."""
    return [
        choice[name]
        for chunk in chunks
        for choice in chunk.get("choices", [])
        for name in ("delta", "message")
        if name in choice
    ]


def _calls(chunks: Chunks) -> list[Json]:
    return [call for holder in _holders(chunks) for call in holder.get("tool_calls") or []]


SHAPE_FAULTS: dict[str, ShapeFault] = {
    "choices_empty": _choices_empty,
    "null_content": _null_content,
    "no_usage": _no_usage,
    "wrong_shape": _wrong_shape,
    "reasoning_alias": _reasoning_alias,
    "tool_no_id": _tool_no_id,
    "tool_name_split": _tool_name_split,
    "tool_dict_arguments": _tool_dict_arguments,
}
"""By name of FAULTS."""
