from __future__ import annotations

import pytest

from tests.simulator.flavors import FLAVORS, MODELS, Json, Model
from tests.simulator.replies import Kind
from tests.simulator.validation import Asked, first_refusal

USER: Json = {"role": "user", "content": "hi"}
GOOD: Json = {"model": "glm-4.6", "messages": [USER]}


def tool(name: str = "weather") -> Json:
    return {"type": "function", "function": {"name": name, "description": "", "parameters": {}}}


def refusal_code(body: Json, flavor: str = "zai", kind: Kind = "chat", context: int = 0) -> str:
    model = MODELS.get(str(body.get("model")), Model())
    limits = Model(context, model.max_output) if context else model
    served = tuple(MODELS)
    asked = Asked(kind, body, FLAVORS[flavor], served, limits, {"used-before"}, fim=True)
    refusal = first_refusal(asked)
    return refusal.code if refusal else ""


BAD: list[tuple[str, Json]] = [
    ("1211", {"model": "gpt-9"}),
    ("1211", {"model": None}),
    ("1214", {"messages": None}),
    ("1214", {"messages": []}),
    ("1214", {"messages": ["hi"]}),
    ("1214", {"messages": [{"role": "system", "content": "hi"}]}),
    ("1214", {"messages": [USER, {"role": "assistant", "content": ""}]}),
    ("1214", {"messages": [USER, {"role": "tool", "content": "x", "tool_call_id": "a"}]}),
    ("1210", {"max_tokens": 0}),
    ("1210", {"max_tokens": 131_073}),
    ("1210", {"max_tokens": "many"}),
    ("1210", {"temperature": 1.2}),
    ("1210", {"top_p": 0}),
    ("1210", {"model": "glm-5.3", "thinking": {"type": "disabled"}}),
    ("1210", {"model": "glm-5.3", "reasoning_effort": "none"}),
    ("1210", {"tools": [tool()] * 129}),
    ("1210", {"tools": [tool("two words")]}),
    ("1214", {"request_id": "short"}),
    ("1214", {"user_id": "x" * 129}),
    ("1231", {"request_id": "used-before"}),
]


@pytest.mark.parametrize(("code", "change"), BAD, ids=[f"{c}-{b}"[:40] for c, b in BAD])
def test_the_hosted_service_names_what_is_wrong(code: str, change: Json) -> None:
    assert refusal_code(GOOD | change) == code


def test_a_long_prompt_is_refused_last() -> None:
    assert refusal_code(GOOD, context=5) == "1261"
    assert refusal_code(GOOD, context=6) == ""
    assert refusal_code(GOOD | {"request_id": "used-before"}, context=5) == "1231"


ORDER: list[tuple[str, Json]] = [
    ("1211", {"model": "gpt-9"}),
    ("1214", {"messages": []}),
    ("1210", {"max_tokens": 0}),
    ("1210", {"tools": [tool("two words")]}),
    ("1214", {"user_id": "x"}),
    ("1231", {"request_id": "used-before"}),
]


@pytest.mark.parametrize("at", range(len(ORDER)))
def test_of_several_faults_the_first_in_order_is_named(at: int) -> None:
    code, _ = ORDER[at]
    body = dict(GOOD)
    for _, change in ORDER[at:]:
        body |= change
    assert refusal_code(body) == code


@pytest.mark.parametrize(
    "change",
    [
        {"store": True, "prompt_cache_key": "x", "parallel_tool_calls": False, "unknown": 1},
        {"thinking": {"type": "disabled"}, "reasoning_effort": "none", "stop": ["a", "b"]},
        {"temperature": 0.0, "top_p": 0.95, "max_tokens": 131_072},
        {"tools": [tool(), {"type": "web_search"}], "tool_choice": "auto"},
        {"model": "glm-4.7-flash"},
        {"request_id": "fresh-one"},
    ],
)
def test_the_hosted_service_takes_what_is_allowed_and_ignores_the_unknown(change: Json) -> None:
    assert refusal_code(GOOD | change) == ""


def test_the_output_limit_is_named_in_the_message() -> None:
    body = GOOD | {"model": "glm-4.5-air", "max_tokens": 100_000}
    asked = Asked("chat", body, FLAVORS["zai"], tuple(MODELS), MODELS["glm-4.5-air"], (), fim=True)
    refusal = first_refusal(asked)
    assert refusal is not None
    assert "[1,98304]" in refusal.en


PROMPT: Json = {"model": "glm-4.6", "prompt": "x = "}
INFILL: Json = {"input_prefix": "x = ", "input_suffix": "\n"}


@pytest.mark.parametrize(
    ("flavor", "kind", "body", "context", "code"),
    [
        ("comet", "chat", {"model": "glm-4.6"}, 0, "invalid_request"),
        ("comet", "chat", GOOD | {"model": "gpt-9"}, 0, "model_not_found"),
        ("vllm", "chat", GOOD | {"model": "gpt-9"}, 0, "model_not_found"),
        ("vllm", "chat", GOOD | {"max_tokens": 3}, 8, "context"),
        ("vllm", "chat", GOOD | {"max_tokens": 2}, 8, ""),
        ("vllm", "text", PROMPT | {"suffix": "\n"}, 0, "suffix"),
        ("vllm", "text", {"model": "glm-4.6"}, 0, "invalid_request"),
        ("sglang", "chat", GOOD, 5, "context"),
        ("sglang", "chat", GOOD | {"max_tokens": 3}, 8, "context_total"),
        ("sglang", "chat", GOOD | {"model": "gpt-9"}, 0, ""),
        ("llamacpp", "chat", GOOD, 5, "context"),
        ("llamacpp", "text", PROMPT | {"suffix": "\n"}, 0, ""),
        ("llamacpp", "infill", INFILL, 0, ""),
        ("llamacpp", "infill", {"input_prefix": ""}, 0, "invalid_request"),
        ("openai", "chat", GOOD | {"model": "gpt-9"}, 0, "model_not_found"),
    ],
)
def test_other_endpoints_have_rules_of_their_own(
    flavor: str, kind: Kind, body: Json, context: int, code: str
) -> None:
    assert refusal_code(body, flavor, kind, context) == code
