"""The endpoints that are simulated, as data: what each answers, where, and in which shape.

A flavor is one row of FLAVORS; a difference between two endpoints is a field, not a branch.
Key orders are written as tuples of names: a name that ends in "?" is left out when its value is
None, any other is sent as null then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
"""A JSON object as it is on the wire."""


@dataclass(frozen=True, slots=True)
class Model:
    """What a model takes."""

    context: int = 204_800
    """Tokens."""
    max_output: int = 131_072
    """Largest `max_tokens` that is accepted."""
    listed: bool = True
    """Shown by GET /models."""
    always_thinks: bool = False
    """Refuses `thinking: {"type": "disabled"}`."""
    free: bool = False
    """Free models cache prompts by the token, paid ones by blocks of 64."""
    splits_reasoning: bool = True
    """Reports `completion_tokens_details`."""


_MILLION = 1_048_576

MODELS: dict[str, Model] = {
    "glm-4.5": Model(131_072),
    "glm-4.5-air": Model(131_072, 98_304, splits_reasoning=False),
    "glm-4.6": Model(),
    "glm-4.7": Model(),
    "glm-5": Model(),
    "glm-5-turbo": Model(),
    "glm-5.1": Model(202_752),
    "glm-5.2": Model(_MILLION),
    "glm-5.3": Model(_MILLION, always_thinks=True),
    "glm-5.3-flash": Model(_MILLION, always_thinks=True),
    "glm-5.3-flashx": Model(_MILLION, always_thinks=True),
    "glm-4.5-x": Model(131_072, 98_304, listed=False),
    "glm-4.5-airx": Model(131_072, 98_304, listed=False),
    "glm-4.5-flash": Model(131_072, 98_304, listed=False, free=True, splits_reasoning=False),
    "glm-4.5v": Model(65_536, 16_384, listed=False),
    "glm-4.6v": Model(131_072, 32_768, listed=False),
    "glm-4.6v-flash": Model(131_072, 32_768, listed=False, free=True),
    "glm-4.7-flash": Model(listed=False, free=True),
    "glm-4.7-flashx": Model(listed=False),
    "glm-4-32b-0414-128k": Model(131_072, 16_384, listed=False),
}
"""The hosted catalog; free models answer although GET /models does not list them."""

Route = tuple[str, str, str]
"""HTTP method, path, name of the handler in routes.py."""

_V1: tuple[Route, ...] = (
    ("POST", "/v1/chat/completions", "chat"),
    ("GET", "/v1/models", "models"),
)
_SELF_HOSTED: tuple[Route, ...] = (*_V1, ("POST", "/v1/completions", "text"))
_ZAI: tuple[Route, ...] = tuple(
    route
    for root in ("/api/paas/v4", "/api/coding/paas/v4")
    for route in (
        ("POST", f"{root}/chat/completions", "chat"),
        ("GET", f"{root}/models", "models"),
        ("POST", f"{root}/tokenizer", "tokenizer"),
    )
)


@dataclass(frozen=True, slots=True)
class Flavor:
    """One kind of endpoint."""

    name: str
    routes: tuple[Route, ...]
    api_path: str = "/v1"
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys and their kinds where the test names none; empty: open to everybody."""
    guarded: str = "/"
    """Paths below this one need a key, if there are keys."""
    models: tuple[str, ...] = ("glm-4.6", "glm-4.5-air")
    """Ids that GET /models lists; empty: the listed ones of the catalog."""
    knows_models: bool = True
    """Refuses a model it does not serve; single-model servers ignore the name."""
    hosted: bool = False
    """Checks a request as the hosted service does, with its catalog's limits."""
    concurrency: Mapping[str, int] = field(default_factory=dict)
    """Requests at once per key and model, by the kind of key; a further one is refused."""
    max_stops: int | None = None
    """Stop strings that are honored; further ones are ignored."""
    candidates: bool = False
    """Honors `n`."""
    thinking_off: tuple[tuple[str, ...], object] = (("thinking", "type"), "disabled")
    """Where in the body thinking is switched off, and by which value."""

    id: str = "chatcmpl-{hex32}"
    text_id: str = "cmpl-{hex32}"
    frame: tuple[str, ...] = ("id", "object", "created", "model", "choices", "usage?")
    choice: tuple[str, ...] = ("index", "delta?", "message?", "text?", "logprobs", "finish_reason")
    delta: tuple[str, ...] = ("role?", "content?", "reasoning_content?", "tool_calls?")
    usage: tuple[str, ...] = ("prompt_tokens", "completion_tokens", "total_tokens")
    reasoning: str = "reasoning_content"
    """Field of the thinking text."""
    role_on_each: bool = False
    """Text deltas all carry the role; otherwise the opening one does."""
    opening: Json | None = field(default_factory=lambda: {"role": "assistant", "content": ""})
    """Delta before any text."""
    closing: Json = field(default_factory=dict)
    """Delta beside the finish reason."""
    usage_when: Literal["last", "own", "asked"] = "asked"
    """In the last chunk, in a chunk of its own, or so only with stream_options.include_usage."""
    whole_calls: bool = False
    """Tool calls come in one delta each, unless `tool_stream` is set."""
    sorted_body: bool = False
    """Keys of a whole answer come alphabetically."""
    json_type: str = "application/json"
    stream_type: str = "text/event-stream; charset=utf-8"
    id_header: str = ""
    """Response header that carries the id of the request."""


_CACHED = "prompt_tokens_details?"
_REASONED = "completion_tokens_details?"
_CHAT_TEMPLATE = (("chat_template_kwargs", "enable_thinking"), False)

_FLAVORS = (
    Flavor(
        name="zai",
        routes=_ZAI,
        api_path="/api/paas/v4",
        keys={"good-key": "general"},
        models=(),
        hosted=True,
        concurrency={"general": 3, "coding": 1},
        max_stops=1,
        id="{beijing}{hex16}",
        frame=("id", "created", "object", "model", "request_id?", "choices", "usage?"),
        choice=("index", "finish_reason?", "delta?", "message?"),
        usage=("prompt_tokens", "completion_tokens", "total_tokens", _CACHED, _REASONED),
        role_on_each=True,
        opening=None,
        closing={"role": "assistant", "content": ""},
        usage_when="last",
        whole_calls=True,
        sorted_body=True,
        json_type="application/json; charset=UTF-8",
        stream_type="text/event-stream;charset=UTF-8",
        id_header="x-log-id",
    ),
    Flavor(
        name="comet",
        routes=_V1,
        keys={"good-key": "general"},
        models=(),
        id="{beijing}{hex16}",
        frame=("id", "object", "created", "model", "choices", "usage?", "obfuscation?"),
        usage=(
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            _REASONED,
            "latency_checkpoint",
        ),
        reasoning="reasoning",
        usage_when="own",
        json_type="application/json; charset=utf-8",
        id_header="x-oneapi-request-id",
    ),
    Flavor(
        name="vllm",
        routes=(*_SELF_HOSTED, ("POST", "/tokenize", "tokenize"), ("GET", "/health", "health")),
        guarded="/v1",
        candidates=True,
        thinking_off=_CHAT_TEMPLATE,
        choice=(
            *("index", "delta?", "message?", "text?", "logprobs"),
            *("finish_reason", "stop_reason"),
        ),
        delta=("role?", "content?", "reasoning?", "tool_calls?"),
        usage=("prompt_tokens", "total_tokens", "completion_tokens", _CACHED),
        reasoning="reasoning",
        closing={"content": ""},
    ),
    Flavor(
        name="sglang",
        routes=(*_SELF_HOSTED, ("POST", "/tokenize", "tokenize"), ("GET", "/health", "health")),
        knows_models=False,
        candidates=True,
        thinking_off=_CHAT_TEMPLATE,
        id="{hex32}",
        text_id="{hex32}",
        frame=("id", "object", "created", "model", "choices", "usage"),
        choice=(
            *("index", "delta?", "message?", "text?", "logprobs"),
            *("finish_reason", "matched_stop"),
        ),
        delta=("role", "content", "reasoning_content", "tool_calls"),
        usage=("prompt_tokens", "total_tokens", "completion_tokens", "prompt_tokens_details"),
        opening={"role": "assistant", "content": "", "reasoning_content": None, "tool_calls": None},
        closing={"role": None, "content": None, "reasoning_content": None, "tool_calls": None},
    ),
    Flavor(
        name="llamacpp",
        routes=(
            *_SELF_HOSTED,
            ("POST", "/infill", "infill"),
            ("POST", "/tokenize", "tokenize_content"),
            ("GET", "/health", "health"),
        ),
        knows_models=False,
        candidates=True,
        thinking_off=_CHAT_TEMPLATE,
        id="chatcmpl-{hex32}",
        text_id="chatcmpl-{hex32}",
        frame=(
            *("choices", "created", "id", "model"),
            *("system_fingerprint", "object", "usage?", "timings?"),
        ),
        choice=("finish_reason", "index", "delta?", "message?", "text?"),
        usage=("completion_tokens", "prompt_tokens", "total_tokens", _CACHED),
        opening={"role": "assistant", "content": None},
        json_type="application/json; charset=utf-8",
        stream_type="text/event-stream",
    ),
    Flavor(
        name="openai",
        routes=_V1,
        thinking_off=(("reasoning_effort",), "none"),
        usage=("prompt_tokens", "completion_tokens", "total_tokens", _CACHED, _REASONED),
    ),
)

FLAVORS: dict[str, Flavor] = {flavor.name: flavor for flavor in _FLAVORS}
