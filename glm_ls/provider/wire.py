"""A Request in, the endpoint's JSON out; the endpoint's JSON in, Deltas out.

The reader takes every shape seen in the field: both names of the reasoning field, null or absent
content, `choices: []`, usage in any chunk, whole answers where a stream was asked for, llama.cpp's
bare `content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from glm_ls.errors import BadAnswer
from glm_ls.provider.dialect import Dialect, FimRoute
from glm_ls.provider.failures import failure_in, is_failure
from glm_ls.provider.models import Model
from glm_ls.provider.request import Chat, Delta, Fim, Request, Usage

FIM_STOPS = ("<|endoftext|>", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>")
"""At most four: more are refused by vLLM and OpenAI."""


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
        return Call("/infill", _infill(request, request.prompt))
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
    body["messages"] = [{"role": m.role, "content": m.content} for m in prompt.messages]
    if request.stop:
        body["stop"] = list(request.stop[: dialect.stops])
    if model.thinking == "always" and not request.thinking:
        body["reasoning_effort"] = "low"  # 5.3 cannot be told to stop thinking, only to be brief
    elif model.thinking != "none":
        body.update(dialect.thinking_on if request.thinking else dialect.thinking_off)
    return body


def _tokens(
    request: Request, prompt: Fim, dialect: Dialect, model: Model, wire_model: str
) -> dict[str, Any]:
    body = _common(request, dialect, model, wire_model)
    references = "".join(f"###REFERENCE:\n###PATH:{path}\n{text}\n" for path, text in prompt.extra)
    body["prompt"] = references + model.fim_template.format(
        prefix=prompt.prefix, suffix=prompt.suffix, path=prompt.path, language=prompt.language
    )
    body["stop"] = list(FIM_STOPS[: dialect.stops])
    return body


def _infill(request: Request, prompt: Fim) -> dict[str, Any]:
    return {
        "input_prefix": prompt.prefix,
        "input_suffix": prompt.suffix,
        "input_extra": [{"filename": path, "text": text} for path, text in prompt.extra],
        "n_predict": request.max_tokens,
        "temperature": request.temperature,
        "samplers": ["top_k", "top_p", "infill"],
        "cache_prompt": True,
        "stream": True,
    }


def deltas_of(frame: Mapping[str, Any]) -> list[Delta]:
    """Return what an object of the stream adds.

    Raises the ProviderError that the object tells of, and BadAnswer for one of no known shape.
    """
    if is_failure(frame):
        raise failure_in(frame)
    usage = _usage(frame)
    if "choices" not in frame:
        if "content" in frame:
            return [_infill_delta(frame)]
        if usage is None:
            raise BadAnswer(
                f"no known answer: an object with {', '.join(sorted(frame)) or 'nothing'}"
            )
        return [Delta(usage=usage)]
    deltas = [_delta(choice) for choice in frame["choices"] or () if isinstance(choice, dict)]
    return deltas if usage is None else [*deltas, Delta(usage=usage)]


def _delta(choice: Mapping[str, Any]) -> Delta:
    part = choice.get("delta") or choice.get("message") or {}
    return Delta(
        text=str(part.get("content") or choice.get("text") or ""),
        reasoning=str(part.get("reasoning_content") or part.get("reasoning") or ""),
        index=int(choice.get("index") or 0),
        finish=str(choice.get("finish_reason") or ""),
    )


def _infill_delta(frame: Mapping[str, Any]) -> Delta:
    """Return the Delta of llama.cpp's own shape, whose last frame has `stop: true`."""
    limited = frame.get("stop_type") == "limit" or frame.get("stopped_limit")
    finish = ("length" if limited else "stop") if frame.get("stop") else ""
    usage = Usage(
        prompt=int(frame.get("tokens_evaluated") or 0),
        completion=int(frame.get("tokens_predicted") or 0),
        cached=int((frame.get("timings") or {}).get("cache_n") or 0),
    )
    return Delta(
        text=str(frame.get("content") or ""),
        index=int(frame.get("index") or 0),
        finish=finish,
        usage=usage if finish else None,
    )


def _usage(frame: Mapping[str, Any]) -> Usage | None:
    usage = frame.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    return Usage(
        prompt=int(usage.get("prompt_tokens") or 0),
        cached=int((prompt or {}).get("cached_tokens") or 0),
        completion=int(usage.get("completion_tokens") or 0),
        reasoning=int((completion or {}).get("reasoning_tokens") or 0),
    )
