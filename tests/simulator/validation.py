"""A request body to the first reason to refuse it, in each endpoint's own order.

CHECKS holds the order as data; a check that finds nothing returns None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass

from . import tokens
from .errors import Refusal
from .flavors import Flavor, Json, Model
from .replies import Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and what it is measured against."""

    kind: Kind
    body: Json
    flavor: Flavor
    models: tuple[str, ...]
    """Ids that are served."""
    limits: Model
    """Of the model asked for."""
    used_ids: Container[str]
    """Values of `request_id` that came before."""
    fim: bool
    """The tokenizer knows the code tokens."""

    @property
    def model(self) -> str:
        """The id asked for."""
        return str(self.body.get("model", ""))

    @property
    def output(self) -> int:
        """Tokens the answer may take; 0 if the request does not say."""
        value = self.body.get("max_tokens") or self.body.get("max_completion_tokens") or 0
        return value if isinstance(value, int) else 0

    def prompt_tokens(self) -> int:
        """Return the tokens of a prompt whose shape was checked before."""
        if self.kind == "chat":
            return len(tokens.prompt_ids(self.body))
        names = ("input_prefix", "input_suffix", "prompt")
        text = "".join(str(self.body.get(name, "")) for name in names)
        return len(tokens.BEGINNING) + len(tokens.tokenize(text, fim=self.fim))


Check = Callable[[Asked], Refusal | None]


def first_refusal(asked: Asked) -> Refusal | None:
    """Return why the request is refused, or None."""
    checks = ZAI_CHAT if asked.flavor.hosted else CHECKS[asked.flavor.name, asked.kind]
    return next((refusal for check in checks if (refusal := check(asked))), None)


# The hosted service.


def _known_model(asked: Asked) -> Refusal | None:
    return None if asked.model in asked.models else Refusal("1211")


def _messages(asked: Asked) -> Refusal | None:
    messages = asked.body.get("messages")
    if not isinstance(messages, list) or not _are_messages(messages):
        return Refusal("1214")
    if not any(message.get("role") == "user" for message in messages):
        return Refusal("1214")
    for index, message in enumerate(messages):
        if not message.get("content") and not message.get("tool_calls"):
            text = f"messages[{index}]:content和tool_calls 字段不能同时为空"
            return Refusal("1214", en=text, zh=text)
    return _tool_messages(messages)


def _tool_messages(messages: list[Json]) -> Refusal | None:
    called: set[str] = set()
    for message in messages:
        called |= {str(call.get("id")) for call in message.get("tool_calls") or []}
        if message.get("role") == "tool" and message.get("tool_call_id") not in called:
            return Refusal("1214")
    return None


def _max_tokens(asked: Asked) -> Refusal | None:
    limit = asked.limits.max_output
    for name in ("max_tokens", "max_completion_tokens"):
        value = asked.body.get(name)
        if value is not None and (not _is_int(value) or not 1 <= value <= limit):
            text = f"{name}参数非法：限制数值范围[1,{limit}]"
            return Refusal("1210", en=text, zh=text)
    return None


def _within(name: str, low: float, high: float) -> Check:
    text = f"{name}参数非法：限制数值范围[{low:g},{high:g}]"

    def check(asked: Asked) -> Refusal | None:
        value = asked.body.get(name)
        if value is None or (_is_number(value) and low <= value <= high):
            return None
        return Refusal("1210", en=text, zh=text)

    return check


def _thinking(asked: Asked) -> Refusal | None:
    thinking = asked.body.get("thinking") or {}
    if not asked.limits.always_thinks or thinking.get("type") != "disabled":
        return None
    return Refusal(
        "1210",
        en="This model always engages in thinking and cannot be disabled; "
        "please use low, high, or max",
        zh="该模型始终思考，不支持关闭思考；请使用 low、high 或 max。",
    )


def _effort(asked: Asked) -> Refusal | None:
    effort = asked.body.get("reasoning_effort", "high")
    refused = asked.limits.always_thinks and effort not in ("low", "high", "max")
    return Refusal("1210") if refused else None


def _tools(asked: Asked) -> Refusal | None:
    tools = asked.body.get("tools") or []
    return None if len(tools) <= 128 and all(map(_is_tool, tools)) else Refusal("1210")


def _is_tool(tool: Json) -> bool:
    if tool.get("type") != "function":
        return True
    function = tool.get("function") or {}
    named = re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(function.get("name", "")))
    return bool(named) and "description" in function and "parameters" in function


def _length(name: str, low: int, high: int) -> Check:
    def check(asked: Asked) -> Refusal | None:
        value = asked.body.get(name)
        if value is None or (isinstance(value, str) and low <= len(value) <= high):
            return None
        return Refusal("1214", en=f"{name} length must be {low} to {high}", zh=f"{name} 长度非法")

    return check


def _fresh_id(asked: Asked) -> Refusal | None:
    request_id = asked.body.get("request_id")
    used = request_id is not None and request_id in asked.used_ids
    return Refusal("1231", values={"id": request_id}) if used else None


def _fits(asked: Asked) -> Refusal | None:
    return Refusal("1261") if asked.prompt_tokens() > asked.limits.context else None


ZAI_CHAT: tuple[Check, ...] = (
    _known_model,
    _messages,
    _max_tokens,
    _within("temperature", 0, 1),
    _within("top_p", 0.01, 1),
    _thinking,
    _effort,
    _tools,
    _length("request_id", 6, 64),
    _length("user_id", 6, 128),
    _fresh_id,
    _fits,
)


# Everybody else.


def _served(asked: Asked) -> Refusal | None:
    return None if asked.model in asked.models else Refusal("model_not_found")


def _has(name: str, text: str = "field {name} is required") -> Check:
    """Return a check that the request has a field of its kind's shape."""
    shape = list if name == "messages" else str

    def check(asked: Asked) -> Refusal | None:
        value = asked.body.get(name)
        if isinstance(value, shape) and value and (shape is str or _are_messages(value)):
            return None
        return Refusal("invalid_request", en=text.format(name=name), param=name)

    return check


def _no_suffix(asked: Asked) -> Refusal | None:
    return Refusal("suffix") if asked.body.get("suffix") else None


def _fim_tokens(asked: Asked) -> Refusal | None:
    return None if asked.fim else Refusal("infill")


def _room(code: str = "context", *, output: bool) -> Check:
    """Return a check of the context length; `output` counts the answer's tokens in."""

    def check(asked: Asked) -> Refusal | None:
        context, prompt = asked.limits.context, asked.prompt_tokens()
        wanted = asked.output if output else 0
        if prompt + wanted <= context:
            return None
        values = {"context": context, "prompt": prompt, "output": wanted}
        return Refusal(code, values=values | {"total": prompt + wanted})

    return check


_SGLANG_ROOM = (_room(output=False), _room("context_total", output=True))

CHECKS: dict[tuple[str, Kind], tuple[Check, ...]] = {
    ("comet", "chat"): (_has("model"), _has("messages"), _served, _room(output=False)),
    ("vllm", "chat"): (_has("messages"), _served, _room(output=True)),
    ("vllm", "text"): (_has("prompt"), _served, _no_suffix, _room(output=True)),
    ("sglang", "chat"): (_has("messages"), *_SGLANG_ROOM),
    ("sglang", "text"): (_has("prompt"), *_SGLANG_ROOM),
    ("llamacpp", "chat"): (_has("messages", "'{name}' is required"), _room(output=False)),
    ("llamacpp", "text"): (_has("prompt", '"{name}" must be provided'), _room(output=False)),
    ("llamacpp", "infill"): (
        _fim_tokens,
        lambda asked: _required(asked, "input_prefix") or _required(asked, "input_suffix"),
        _room(output=False),
    ),
    ("openai", "chat"): (_has("messages"), _served, _room(output=False)),
}
"""By flavor and kind of request."""


def _required(asked: Asked, name: str) -> Refusal | None:
    text = f'"{name}" is required'
    return None if name in asked.body else Refusal("invalid_request", en=text)


def _are_messages(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(message, dict) for message in value)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
