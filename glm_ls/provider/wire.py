"""A Request in, the endpoint's JSON out; the endpoint's JSON in, Deltas out.

The reader takes every shape seen in the field: both names of the reasoning field, null or absent
content, `choices: []`, usage in any chunk, whole answers where a stream was asked for, llama.cpp's
bare `content`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from glm_ls.provider.dialect import Dialect, FimRoute
from glm_ls.provider.failures import failure_in, is_failure
from glm_ls.provider.models import Model
from glm_ls.provider.request import (
    Chat,
    Delta,
    Fim,
    Message,
    Request,
    Tool,
    ToolCall,
    Usage,
)

FIM_STOPS = ("<|endoftext|>", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>")
"""At most four: more are refused by vLLM and OpenAI."""
MOST_CALLS = 32
"""Calls of tools in one turn."""


class Call(NamedTuple):
    """Where to POST and what."""

    path: str
    body: dict[str, Any]


def call_of(
    request: Request, dialect: Dialect, model: Model, wire_model: str, fim: FimRoute
) -> Call:
    """Return the HTTP call for a request; `fim` is the route that was probed."""
    if isinstance(request.prompt, Chat):
        return Call("/chat/completions", _chat(request, request.prompt, dialect, model, wire_model))
    if fim == "infill":
        return Call("/infill", _infill(request, request.prompt, dialect, model))
    return Call("/completions", _tokens(request, request.prompt, dialect, model, wire_model))


def _common(request: Request, dialect: Dialect, model: Model, wire_model: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": wire_model,
        "stream": True,
        "max_tokens": min(request.max_tokens, model.max_output),
        "temperature": round(min(request.temperature, dialect.max_temperature), 2),
    }
    if dialect.usage_option:
        body["stream_options"] = {"include_usage": True}
    if request.candidates > 1 and dialect.candidates:
        body["n"] = request.candidates
    body.update(dialect.extra_body)
    return body


def _chat(
    request: Request, prompt: Chat, dialect: Dialect, model: Model, wire_model: str
) -> dict[str, Any]:
    body = _common(request, dialect, model, wire_model)
    body["messages"] = list(map(_message, prompt.messages))
    if request.tools:
        body["tools"] = list(map(_tool, request.tools))
        body["tool_choice"] = "auto"
    if request.stop:
        body["stop"] = list(request.stop[: dialect.stops])
    if request.thinking:
        return body  # what GLM does where nothing is said
    if model.thinking == "always":
        body["reasoning_effort"] = "low"  # 5.3 cannot be told to stop thinking, only to be brief
    elif model.thinking != "none":
        body.update(dialect.thinking_off)
    return body


def _message(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        told["tool_calls"] = [
            {"id": call.id, "type": "function",
             "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]  # fmt: skip
    if message.role == "tool":
        told["tool_call_id"] = message.call_id
    return told


def _tool(tool: Tool) -> dict[str, Any]:
    about = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": about}


def _tokens(
    request: Request, prompt: Fim, dialect: Dialect, model: Model, wire_model: str
) -> dict[str, Any]:
    body = _common(request, dialect, model, wire_model)
    references = "".join(f"###REFERENCE:\n###PATH:{path}\n{text}\n" for path, text in prompt.extra)
    body["prompt"] = references + model.fim_template.format(
        prefix=prompt.prefix, suffix=prompt.suffix, path=prompt.path, language=prompt.language
    )
    body["stop"] = [*request.stop, *FIM_STOPS][: dialect.stops]
    return body


def _infill(request: Request, prompt: Fim, dialect: Dialect, model: Model) -> dict[str, Any]:
    return {
        "input_prefix": prompt.prefix,
        "input_suffix": prompt.suffix,
        "input_extra": [{"filename": path, "text": text} for path, text in prompt.extra],
        "n_predict": min(request.max_tokens, model.max_output),
        "temperature": request.temperature,
        "stop": list(request.stop),
        "samplers": ["top_k", "top_p", "infill"],
        "cache_prompt": True,
        "stream": True,
        **dialect.extra_body,
    }


def deltas_of(frame: Mapping[str, Any]) -> list[Delta] | None:
    """Return what an object of the stream adds, None for an object of no known shape.

    Raises the ProviderError that the object tells of.
    """
    if is_failure(frame):
        raise failure_in(frame)
    usage = _usage(frame.get("usage"))
    totals = [Delta(usage=usage)] if usage else []
    choices = frame.get("choices")
    if isinstance(choices, list):
        return [_delta(choice) for choice in choices if isinstance(choice, dict)] + totals
    if "content" in frame:
        return [_infill_delta(frame)]
    return totals or None


def _delta(choice: Mapping[str, Any]) -> Delta:
    part = _table(choice.get("delta")) or _table(choice.get("message"))
    return Delta(
        text=_text(part.get("content")) or _text(choice.get("text")),
        reasoning=_text(part.get("reasoning_content")) or _text(part.get("reasoning")),
        index=_number(choice.get("index")),
        finish=_text(choice.get("finish_reason")),
        calls=tuple(_calls(part.get("tool_calls"))),
    )


def _calls(value: object) -> Iterator[ToolCall]:
    """Yield pieces of calls: some endpoints leave out the id, or give arguments as an object."""
    for at, raw in enumerate(value if isinstance(value, list) else ()):
        call, about = _table(raw), _table(_table(raw).get("function"))
        arguments = about.get("arguments")
        told = json.dumps(arguments) if isinstance(arguments, dict) else _text(arguments)
        index = call.get("index")
        number = index if isinstance(index, int) and 0 <= index < MOST_CALLS else at
        yield ToolCall(_text(call.get("id")), _text(about.get("name")), told, number)


def _infill_delta(frame: Mapping[str, Any]) -> Delta:
    """Return the Delta of llama.cpp's own shape, whose last frame has `stop: true`."""
    limited = frame.get("stop_type") == "limit" or frame.get("stopped_limit")
    finish = ("length" if limited else "stop") if frame.get("stop") else ""
    counted = finish and "tokens_predicted" in frame
    usage = Usage(
        prompt=_number(frame.get("tokens_evaluated")),
        completion=_number(frame.get("tokens_predicted")),
        cached=_number(_table(frame.get("timings")).get("cache_n")),
    )
    return Delta(
        text=_text(frame.get("content")),
        index=_number(frame.get("index")),
        finish=finish,
        usage=usage if counted else None,
    )


def _usage(value: object) -> Usage | None:
    usage = _table(value)
    if not usage:
        return None
    return Usage(
        prompt=_number(usage.get("prompt_tokens")),
        cached=_number(_table(usage.get("prompt_tokens_details")).get("cached_tokens")),
        completion=_number(usage.get("completion_tokens")),
        reasoning=_number(_table(usage.get("completion_tokens_details")).get("reasoning_tokens")),
    )


# What has another type than the format says counts as absent: no garbage gets into code.


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 1 << 53 else 0
