from __future__ import annotations

import pytest

from tests.simulator.flavors import FLAVORS, Json
from tests.simulator.generator import SAMPLES, generate, language_of
from tests.simulator.replies import Candidate, Kind, completion_tokens, draft, read_prompt, trim
from tests.simulator.script import Script

CHAT: Json = {"model": "glm-4.6", "messages": [{"role": "user", "content": "hi"}]}


def first_answer(
    change: Json, script: Script, flavor: str = "zai", kind: Kind = "chat"
) -> Candidate:
    prompt = read_prompt(kind, CHAT | change, fim=True)
    [drafted, *_] = draft(prompt, script, FLAVORS[flavor])
    return trim(drafted, prompt, script, FLAVORS[flavor])


@pytest.mark.parametrize(
    ("flavor", "change", "thinks"),
    [
        ("zai", {}, True),
        ("zai", {"thinking": {"type": "enabled"}}, True),
        ("zai", {"thinking": {"type": "disabled"}}, False),
        ("zai", {"chat_template_kwargs": {"enable_thinking": False}}, True),
        ("vllm", {"thinking": {"type": "disabled"}}, True),
        ("vllm", {"chat_template_kwargs": {"enable_thinking": False}}, False),
        ("sglang", {"chat_template_kwargs": {"enable_thinking": False}}, False),
        ("llamacpp", {"chat_template_kwargs": {"enable_thinking": False}}, False),
        ("comet", {"thinking": {"type": "disabled"}}, False),
        ("openai", {"reasoning_effort": "none"}, False),
    ],
)
def test_each_flavor_has_its_own_switch_for_thinking(
    flavor: str, change: Json, thinks: bool
) -> None:
    script = Script(reply="x", reasoning="Hm.")
    assert bool(first_answer(change, script, flavor).reasoning) is thinks
    forced = Script(reply="x", reasoning="Hm.", force_reasoning=True)
    assert first_answer(change, forced, flavor).reasoning


@pytest.mark.parametrize(
    ("limit", "reasoning", "content", "finish", "cost"),
    [
        (2, 2, 0, "length", 2),
        (3, 3, 0, "length", 3),
        (4, 3, 0, "length", 4),
        (5, 3, 1, "length", 5),
        (6, 3, 2, "stop", 6),
        (99, 3, 2, "stop", 3 + 1 + 2 + 1),
    ],
)
def test_reasoning_counts_against_max_tokens(
    limit: int, reasoning: int, content: int, finish: str, cost: int
) -> None:
    script = Script(reply="return total", reasoning="The user wants")
    answer = first_answer({"max_tokens": limit}, script)
    assert (len(answer.reasoning), len(answer.content)) == (reasoning, content)
    assert answer.finish == finish
    prompt = read_prompt("chat", CHAT | {"max_tokens": limit}, fim=True)
    assert completion_tokens(answer, prompt) == cost


@pytest.mark.parametrize(
    ("flavor", "stop", "text", "finish"),
    [
        ("zai", ["\n"], "a = 1", "stop"),
        ("zai", ["nowhere", "\n"], "a = 1\nb = 2", "stop"),
        ("vllm", ["nowhere", "\n"], "a = 1", "stop"),
        ("vllm", "= 2", "a = 1\nb ", "stop"),
        ("vllm", ["a"], "", "stop"),
    ],
)
def test_the_text_ends_before_a_stop_string(
    flavor: str, stop: object, text: str, finish: str
) -> None:
    answer = first_answer({"stop": stop}, Script(reply="a = 1\nb = 2"), flavor)
    assert (answer.text, answer.finish) == (text, finish)


def test_a_function_makes_the_reply_from_the_body() -> None:
    script = Script(reply=lambda body: str(body["messages"][0]["content"]).upper())
    assert first_answer({}, script).text == "HI"


def test_the_cursor_line_is_read_from_a_fim_prompt_in_either_order() -> None:
    prefix, suffix = "<|code_prefix|>a\nbefore", "<|code_suffix|>\nafter\nz"
    for text in (prefix + suffix, suffix + prefix):
        prompt = read_prompt("text", {"prompt": text + "<|code_middle|>"}, fim=True)
        assert (prompt.before, prompt.after) == ("before", "after")


@pytest.mark.parametrize(
    ("language", "prompt"),
    [
        ("python", "def mean(xs):\n    total = sum(xs)\n"),
        ("rust", "src/lib.rs\npub fn mean(xs: &[f64]) -> f64 {"),
        ("go", "package main\n\nfunc mean(xs []float64) float64 {"),
        ("typescript", "// src/mean.ts\nexport interface Mean {"),
        ("c", '#include "mean.h"\n'),
    ],
)
def test_generated_code_is_in_the_language_of_the_prompt(language: str, prompt: str) -> None:
    assert language_of(prompt) == language
    assert generate(prompt) == generate(prompt)
    assert generate(prompt) in SAMPLES[language]
    assert generate(prompt, 0) != generate(prompt, 1)
