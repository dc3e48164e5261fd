"""Candidates to the JSON of an answer: the chunks of a stream, or one body.

Everything that differs between endpoints is read from the flavor's row; the order of keys is
part of the shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest

from .flavors import Flavor, Json
from .replies import Candidate


@dataclass(frozen=True, slots=True)
class Head:
    """What all chunks of an answer have in common."""

    flavor: Flavor
    id: str
    created: int
    model: str
    request_id: str
    usage: Json
    """Token counts in the flavor's shape."""
    asked_usage: bool = False
    """The request has stream_options.include_usage."""
    tool_stream: bool = False


def pick(keys: Sequence[str], values: Json) -> Json:
    """Return the values in the order of the keys; "key?" is left out if there is no value."""
    names = ((key.removesuffix("?"), key.endswith("?")) for key in keys)
    return {
        name: values.get(name)
        for name, optional in names
        if not optional or values.get(name) is not None
    }


def chat_body(head: Head, candidates: Sequence[Candidate]) -> Json:
    """Return the whole answer to a chat request."""
    flavor = head.flavor
    choices = [
        _choice(flavor, index, candidate.finish, message=_message(head, candidate))
        for index, candidate in enumerate(candidates)
    ]
    body = _frame(head, "chat.completion", choices, counted=True)
    return _sorted(body) if flavor.sorted_body else body


def chat_chunks(head: Head, candidates: Sequence[Candidate]) -> list[Json]:
    """Return the chunks of a chat stream, candidates taking turns."""
    lanes = [_chat_lane(head, index, candidate) for index, candidate in enumerate(candidates)]
    return _stream(head, "chat.completion.chunk", lanes)


def text_body(head: Head, candidates: Sequence[Candidate]) -> Json:
    """Return the whole answer to a text completion."""
    choices = [
        _choice(head.flavor, index, candidate.finish, text=candidate.text)
        for index, candidate in enumerate(candidates)
    ]
    return _frame(head, "text_completion", choices, counted=True)


def text_chunks(head: Head, candidates: Sequence[Candidate]) -> list[Json]:
    """Return the chunks of a text completion's stream, candidates taking turns."""
    flavor = head.flavor
    lanes = [
        [
            *(_choice(flavor, index, text=piece) for piece in candidate.content),
            _choice(flavor, index, candidate.finish, text=""),
        ]
        for index, candidate in enumerate(candidates)
    ]
    return _stream(head, "text_completion", lanes)


def infill_body(head: Head, candidate: Candidate) -> Json:
    """Return the last or only object of llama.cpp's native infill."""
    usage = head.usage
    stop_type = {"stop": "eos", "length": "limit"}.get(candidate.finish, "none")
    return {
        "index": 0,
        "content": candidate.text,
        "tokens": [],
        "id_slot": 0,
        "stop": True,
        "model": head.model,
        "tokens_predicted": usage["completion_tokens"],
        "tokens_evaluated": usage["prompt_tokens"],
        "has_new_line": "\n" in candidate.text,
        "truncated": False,
        "stop_type": stop_type,
        "stopping_word": "",
        "tokens_cached": usage["prompt_tokens"] + usage["completion_tokens"],
        "timings": _timings(usage),
    }


def infill_chunks(head: Head, candidate: Candidate) -> list[Json]:
    """Return the objects of an infill stream."""
    pieces = [{"index": 0, "content": piece, "stop": False} for piece in candidate.content]
    return [*pieces, infill_body(head, candidate) | {"content": ""}]


def arguments_text(arguments: Json) -> str:
    """Return the arguments of a call as models write them."""
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))


def _stream(head: Head, kind: str, lanes: Sequence[Sequence[Json]]) -> list[Json]:
    """Return the chunks of lanes that take turns, and where the flavor has it what they cost."""
    flavor = head.flavor
    chunks = [
        _frame(head, kind, [choice])
        for turn in zip_longest(*lanes)
        for choice in turn
        if choice is not None
    ]
    if flavor.usage_when == "own" or (flavor.usage_when == "asked" and head.asked_usage):
        chunks.append(_frame(head, kind, [], counted=True))
    elif flavor.usage_when == "last":
        chunks[-1]["usage"] = head.usage
    elif "timings?" in flavor.frame:
        chunks[-1]["timings"] = _timings(head.usage)
    return chunks


def _frame(head: Head, kind: str, choices: list[Json], *, counted: bool = False) -> Json:
    """Return a chunk or body; `counted` puts in what the answer cost."""
    values: Json = {
        "id": head.id,
        "object": kind,
        "created": head.created,
        "model": head.model,
        "choices": choices,
        "system_fingerprint": "b7120-glm",
    }
    if kind == "chat.completion":
        values["request_id"] = head.request_id
    if kind == "chat.completion.chunk":
        values["obfuscation"] = sha256(head.id.encode()).hexdigest()[:10]
    if counted:
        values |= {"usage": head.usage, "timings": _timings(head.usage)}
    return pick(head.flavor.frame, values)


def _choice(flavor: Flavor, index: int, finish: str = "", **content: object) -> Json:
    return pick(flavor.choice, {"index": index, "finish_reason": finish or None, **content})


def _chat_lane(head: Head, index: int, candidate: Candidate) -> list[Json]:
    """Return the choices of one candidate in order of time."""
    flavor = head.flavor
    deltas = [
        *(_text_delta(flavor, flavor.reasoning, piece) for piece in candidate.reasoning),
        *(_text_delta(flavor, "content", piece) for piece in candidate.content),
        *(pick(flavor.delta, {"tool_calls": [call]}) for call in _call_deltas(head, candidate)),
    ]
    opening = [flavor.opening] if flavor.opening is not None else []
    return [
        *(_choice(flavor, index, delta=delta) for delta in (*opening, *deltas)),
        _choice(flavor, index, candidate.finish, delta=flavor.closing),
    ]


def _text_delta(flavor: Flavor, name: str, text: str) -> Json:
    role = "assistant" if flavor.role_on_each else None
    if f"{name}?" in flavor.delta or name in flavor.delta:
        return pick(flavor.delta, {"role": role, name: text})
    return {name: text}


def _call_deltas(head: Head, candidate: Candidate) -> Iterator[Json]:
    whole = head.flavor.whole_calls and not head.tool_stream
    for index, (name, arguments) in enumerate(candidate.calls):
        call_id, text = _call_id(head, index), arguments_text(arguments)
        first = {"id": call_id, "index": index, "type": "function"}
        yield first | {"function": {"name": name, "arguments": text if whole else ""}}
        if not whole:
            for at in range(0, len(text), 8):
                yield {"index": index, "function": {"arguments": text[at : at + 8]}}


def _message(head: Head, candidate: Candidate) -> Json:
    flavor = head.flavor
    # vLLM says null where the answer never got past the reasoning.
    content = candidate.text or (None if flavor.name == "vllm" and candidate.reasoning else "")
    message: Json = {"role": "assistant", "content": content}
    if candidate.reasoning:
        message[flavor.reasoning] = "".join(candidate.reasoning)
    if candidate.calls:
        message["tool_calls"] = [
            {
                "id": _call_id(head, index, whole=True),
                "index": index,
                "type": "function",
                "function": {"name": name, "arguments": arguments_text(arguments)},
            }
            for index, (name, arguments) in enumerate(candidate.calls)
        ]
    return message


def _call_id(head: Head, index: int, *, whole: bool = False) -> str:
    digest = sha256(f"{head.id}/{index}".encode()).hexdigest()
    if whole and head.flavor.whole_calls:
        return f"call_-{int(digest, 16) % 10**19:019}"
    return f"call_{digest[:24]}"


def _timings(usage: Json) -> Json:
    """Return llama.cpp's speeds: made up, but steady."""
    prompt, predicted = usage["prompt_tokens"], usage["completion_tokens"]
    return {
        "prompt_n": prompt,
        "prompt_ms": prompt * 1.0,
        "prompt_per_second": 1000.0,
        "predicted_n": predicted,
        "predicted_ms": predicted * 20.0,
        "predicted_per_second": 50.0,
    }


def _sorted(value: Json) -> Json:
    """Return an object with its keys in alphabetical order at every level."""
    ordered: Json = json.loads(json.dumps(value, sort_keys=True))
    return ordered
