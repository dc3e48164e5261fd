"""An admitted request and its script to the plan of the answer, by way of candidates and chunks.

The faults come in at four places: text, shape, bytes, and in place of an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import chunks, tokens
from .endpoint import Endpoint
from .errors import Refusal, in_stream
from .flavors import Json
from .log import Exchange
from .plan import Frame, Plan, encode, event, sent_text, whole
from .replies import Candidate, Kind, Prompt, completion_tokens, draft, read_prompt, trim
from .script import Script
from .shape_faults import spoil_shape
from .text_faults import spoil_text
from .wire_faults import spoil_wire

_DONE = Frame(b"data: [DONE]\n\n")
_BROKEN_BY = {"zai": "1234"}
"""Error inside a broken stream, where it is not called internal."""


def generate(endpoint: Endpoint, exchange: Exchange, kind: Kind, script: Script) -> Plan:
    """Return the answer that the script wants for the request."""
    if script.error:
        return endpoint.refuse(exchange, Refusal(script.error, status=script.status))
    if script.status:
        content_type = script.content_type or endpoint.flavor.json_type
        return whole(script.status, content_type, script.body)
    flavor = endpoint.flavor
    prompt = read_prompt(kind, exchange.body, fim=endpoint.fim_tokens)
    spoiled = [spoil_text(drafted, prompt, script) for drafted in draft(prompt, script, flavor)]
    candidates = [trim(candidate, prompt, script, flavor) for candidate in spoiled]
    usage = _usage(endpoint, exchange, prompt, candidates)
    head = _head(endpoint, exchange, kind, usage)
    plan = _stream(kind, head, candidates, script) if exchange.stream else None
    plan = endpoint.signed(plan or _whole(kind, head, candidates, script))
    broken = Refusal(_BROKEN_BY.get(flavor.name, "internal"))
    _, error = endpoint.error(exchange, broken)
    return replace(spoil_wire(script.fault, plan, in_stream(flavor, error)), usage=usage)


def _stream(kind: Kind, head: chunks.Head, candidates: Sequence[Candidate], script: Script) -> Plan:
    if kind == "infill":
        made = chunks.infill_chunks(head, candidates[0])
    else:
        made = (chunks.chat_chunks if kind == "chat" else chunks.text_chunks)(head, candidates)
    frames = [event(chunk) for chunk in _spoiled(script, made)]
    # llama.cpp's own routes end with `"stop":true` alone.
    frames += [] if kind == "infill" else [_DONE]
    return Plan(200, (("content-type", head.flavor.stream_type),), tuple(frames))


def _whole(kind: Kind, head: chunks.Head, candidates: Sequence[Candidate], script: Script) -> Plan:
    if kind == "infill":
        made = chunks.infill_body(head, candidates[0])
    else:
        made = (chunks.chat_body if kind == "chat" else chunks.text_body)(head, candidates)
    [body] = _spoiled(script, [made])
    text, _ = sent_text(body)
    return whole(200, head.flavor.json_type, encode(body), text)


def _spoiled(script: Script, made: list[Json]) -> list[Json]:
    spoiled = spoil_shape(script.fault, made)
    return spoiled if script.usage else spoil_shape("no_usage", spoiled)


def _head(endpoint: Endpoint, exchange: Exchange, kind: Kind, usage: Json) -> chunks.Head:
    flavor, body = endpoint.flavor, exchange.body
    answer_id = endpoint.fill(flavor.id if kind == "chat" else flavor.text_id)
    return chunks.Head(
        flavor=flavor,
        id=answer_id,
        created=int(endpoint.now()),
        model=str(body.get("model", "glm-4.6")),
        request_id=str(body.get("request_id", answer_id)),
        usage=usage,
        asked_usage=bool((body.get("stream_options") or {}).get("include_usage")),
        tool_stream=bool(body.get("tool_stream")),
    )


def _usage(
    endpoint: Endpoint, exchange: Exchange, prompt: Prompt, candidates: Sequence[Candidate]
) -> Json:
    """Return the token counts in the flavor's shape, and remember the prompt as cached."""
    limits = endpoint.limits(exchange.body)
    block = 1 if limits.free else 64
    cached = endpoint.cache.cached(endpoint.owner(exchange), prompt.ids, endpoint.now(), block)
    asked = len(prompt.ids)
    spent = sum(completion_tokens(candidate, prompt) for candidate in candidates)
    values: Json = {
        "prompt_tokens": asked,
        "completion_tokens": spent,
        "total_tokens": asked + spent,
        "latency_checkpoint": {"engine_ttft_ms": 41, "pre_inference_ms": 12},
    }
    if endpoint.flavor.name != "sglang":  # which tells only with --enable-cache-report
        values["prompt_tokens_details"] = {"cached_tokens": cached}
    if limits.splits_reasoning:
        thought = sum(tokens.count("".join(candidate.reasoning)) for candidate in candidates)
        values["completion_tokens_details"] = {"reasoning_tokens": thought}
    return chunks.pick(endpoint.flavor.usage, values)
