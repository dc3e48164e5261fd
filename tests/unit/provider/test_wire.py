"""Requests as JSON for each dialect and model, and every shape of answer as Deltas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from glm_ls.errors import ProviderError
from glm_ls.provider.dialect import FimRoute, load_dialects
from glm_ls.provider.models import find_model, load_models
from glm_ls.provider.request import Chat, Delta, Fim, Message, Request, Usage
from glm_ls.provider.wire import Call, call_of, deltas_of

DIALECTS, MODELS = load_dialects({}), load_models({})
CHAT = Request(Chat((Message("system", "be brief"), Message("user", "hi"))), stop=("a", "b", "c"))
FIM = Request(Fim("def f(", "):", "src/a.py", "python", (("b.py", "B = 1"),)), max_tokens=64)


def call(
    request: Request, dialect: str, model: str = "glm-4.6", fim: FimRoute = "none", **row: Any
) -> Call:
    return call_of(
        request, replace(DIALECTS[dialect], **row), find_model(model, MODELS), model, fim
    )


def test_a_whole_chat_body() -> None:
    assert call(CHAT, "zai") == (
        "/chat/completions",
        {
            "model": "glm-4.6",
            "stream": True,
            "max_tokens": 256,
            "temperature": 0.2,
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "hi"},
            ],
            "stop": ["a"],
            "thinking": {"type": "disabled"},
        },
    )


TEMPLATE = {"chat_template_kwargs": {"enable_thinking": False}}
TYPE = {"thinking": {"type": "disabled"}}
SWITCHES: dict[str, dict[str, Any]] = {
    "zai": TYPE,
    "zai-coding": TYPE,
    "bigmodel": TYPE,
    "cometapi": TYPE,
    "openrouter": {"reasoning": {"enabled": False}},
    "vllm": TEMPLATE,
    "sglang": TEMPLATE,
    "llamacpp": TEMPLATE,
    "lmstudio": TEMPLATE,
    "ollama": {"reasoning_effort": "none"},
    "openai-compatible": TYPE | TEMPLATE,
}
NAMES = {"thinking", "chat_template_kwargs", "reasoning", "reasoning_effort"}


def switches(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in NAMES & set(body)}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_thinking_is_switched_off_in_each_dialect(dialect: str) -> None:
    assert switches(call(CHAT, dialect).body) == SWITCHES[dialect]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_models_that_cannot_be_told(dialect: str) -> None:
    brief = {"reasoning_effort": "low"}
    assert switches(call(CHAT, dialect, "glm-5.3").body) == brief
    assert switches(call(CHAT, dialect, "glm-5.3-flash").body) == brief
    assert switches(call(CHAT, dialect, "glm-4-32b-0414-128k").body) == {}


@pytest.mark.parametrize(
    ("dialect", "change", "field", "value"),
    [
        ("zai", {}, "stop", ["a"]),
        ("vllm", {}, "stop", ["a", "b", "c"]),
        ("zai", {"stop": ()}, "stop", None),
        ("vllm", {"candidates": 3}, "n", 3),
        ("vllm", {"candidates": 1}, "n", None),
        ("zai", {"candidates": 3}, "n", None),
        ("vllm", {}, "stream_options", {"include_usage": True}),
        ("zai", {}, "stream_options", None),
        ("zai", {"temperature": 1.5}, "temperature", 1.0),
        ("zai", {"temperature": 0.12345}, "temperature", 0.12),
        ("zai", {"max_tokens": 10**9}, "max_tokens", 131_072),
    ],
)
def test_fields(dialect: str, change: dict[str, Any], field: str, value: object) -> None:
    assert call(replace(CHAT, **change), dialect).body.get(field) == value


def test_max_tokens_are_those_of_the_model() -> None:
    request = replace(CHAT, max_tokens=10**9)
    assert call(request, "zai", "glm-4.5-air").body["max_tokens"] == 98_304


def test_extra_fields_of_a_row() -> None:
    extra = {"extra_body": {"cache_salt": "s", "priority": 1}}
    for request, fim in ((CHAT, "none"), (FIM, "tokens"), (FIM, "infill")):
        body = call(request, "vllm", fim=fim, **extra).body  # type: ignore[arg-type]
        assert (body["cache_salt"], body["priority"]) == ("s", 1)


def test_fim_by_tokens() -> None:
    path, body = call(FIM, "vllm", fim="tokens")
    assert path == "/completions"
    assert body["prompt"] == (
        "###REFERENCE:\n###PATH:b.py\nB = 1\n<|code_prefix|>def f(<|code_suffix|>):<|code_middle|>"
    )
    assert body["stop"][0] == "<|endoftext|>"
    assert len(body["stop"]) == 4
    assert switches(body) == {}
    assert "messages" not in body


def test_fim_in_the_template_of_codegeex() -> None:
    body = call(replace(FIM, stop=("\n\n",)), "vllm", "THUDM/codegeex4-all-9b", "tokens").body
    assert body["prompt"].endswith(
        "<|user|>\n###PATH:src/a.py\n###LANGUAGE:python\n###MODE:BLOCK\n"
        "<|code_suffix|>):<|code_prefix|>def f(<|code_middle|><|assistant|>\n"
    )
    assert body["stop"] == ["\n\n", "<|endoftext|>", "<|code_prefix|>", "<|code_suffix|>"]


def test_braces_in_code_are_no_template() -> None:
    request = replace(FIM, prompt=Fim("f'{x}' {0} {", "}"))
    prompt = call(request, "vllm", fim="tokens").body["prompt"]
    assert prompt == "<|code_prefix|>f'{x}' {0} {<|code_suffix|>}<|code_middle|>"


def test_infill() -> None:
    assert call(FIM, "llamacpp", fim="infill") == (
        "/infill",
        {
            "input_prefix": "def f(",
            "input_suffix": "):",
            "input_extra": [{"filename": "b.py", "text": "B = 1"}],
            "n_predict": 64,
            "temperature": 0.2,
            "stop": [],
            "samplers": ["top_k", "top_p", "infill"],
            "cache_prompt": True,
            "stream": True,
        },
    )


def choice(**fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, **fields}]}


FULL = {
    "prompt_tokens": 9,
    "completion_tokens": 5,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
DELTAS: dict[str, tuple[dict[str, Any], list[Delta]]] = {
    "text": (choice(delta={"content": "x"}), [Delta("x")]),
    "reasoning of Z.ai": (choice(delta={"reasoning_content": "r"}), [Delta(reasoning="r")]),
    "reasoning of vLLM": (choice(delta={"reasoning": "r", "content": ""}), [Delta(reasoning="r")]),
    "null everywhere": (
        choice(delta={"content": None, "reasoning_content": None}, finish_reason=None),
        [Delta()],
    ),
    "no delta": (choice(), [Delta()]),
    "no choices": ({"id": "x", "choices": []}, []),
    "end": (choice(delta={"content": ""}, finish_reason="stop"), [Delta(finish="stop")]),
    "end with usage": (
        choice(delta={}, finish_reason="length") | {"usage": FULL},
        [Delta(finish="length"), Delta(usage=Usage(9, 4, 5, 2))],
    ),
    "usage alone": ({"choices": [], "usage": FULL}, [Delta(usage=Usage(9, 4, 5, 2))]),
    "usage without choices": ({"usage": FULL}, [Delta(usage=Usage(9, 4, 5, 2))]),
    "usage in part": (
        {"choices": [], "usage": {"prompt_tokens": 3, "prompt_tokens_details": None}},
        [Delta(usage=Usage(3))],
    ),
    "usage null": (choice(delta={"content": "x"}) | {"usage": None}, [Delta("x")]),
    "candidates": (
        {"choices": [{"index": 1, "delta": {"content": "b"}}, {"delta": {"content": "a"}}]},
        [Delta("b", index=1), Delta("a")],
    ),
    "whole chat": (
        choice(message={"content": "x", "reasoning_content": "r"}, finish_reason="stop"),
        [Delta("x", reasoning="r", finish="stop")],
    ),
    "completion": (choice(text="x", finish_reason=None), [Delta("x")]),
    "infill": ({"content": "x", "stop": False, "index": 0}, [Delta("x")]),
    "infill's end": (
        {
            "content": "",
            "stop": True,
            "stop_type": "eos",
            "tokens_evaluated": 7,
            "tokens_predicted": 3,
            "timings": {"cache_n": 2},
        },
        [Delta(finish="stop", usage=Usage(7, 2, 3))],
    ),
    "infill cut": ({"content": "", "stop": True, "stop_type": "limit"}, [Delta(finish="length")]),
    "infill cut, older": (
        {"content": "", "stop": True, "stopped_limit": True},
        [Delta(finish="length")],
    ),
    # Not of the format: what has another type counts as absent.
    "choices of another type": ({"choices": 7, "usage": FULL}, [Delta(usage=Usage(9, 4, 5, 2))]),
    "a choice of another type": ({"choices": [None, 7]}, []),
    "a delta of another type": (choice(delta="text"), [Delta()]),
    "text of another type": (choice(delta={"content": {"text": "x"}}), [Delta()]),
    "an index of another type": ({"choices": [{"index": "x", "delta": {}}]}, [Delta()]),
    "usage of another type": (choice(delta={"content": "x"}) | {"usage": 7}, [Delta("x")]),
    "counts of another type": (
        {
            "choices": [],
            "usage": {"prompt_tokens": "9", "completion_tokens": -1, "prompt_tokens_details": [1]},
        },
        [Delta(usage=Usage())],
    ),
    "timings of another type": (
        {"content": "x", "stop": True, "timings": 3, "tokens_predicted": None},
        [Delta("x", finish="stop", usage=Usage())],
    ),
}


@pytest.mark.parametrize("name", DELTAS)
def test_deltas(name: str) -> None:
    frame, deltas = DELTAS[name]
    assert deltas_of(frame) == deltas


@pytest.mark.parametrize("frame", [{}, {"type": "ping"}, {"output": {"text": "x"}}, {"usage": {}}])
def test_objects_of_no_known_shape(frame: dict[str, Any]) -> None:
    assert deltas_of(frame) is None


def test_an_error_in_a_frame_is_raised() -> None:
    with pytest.raises(ProviderError, match="busy"):
        deltas_of({"error": {"code": "1305", "message": "busy"}})


def test_a_count_beyond_all_measure_is_none() -> None:
    frame = {"choices": [], "usage": {"prompt_tokens": 10**400, "completion_tokens": 3}}
    assert deltas_of(frame) == [Delta(usage=Usage(completion=3))]
