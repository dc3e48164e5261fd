from __future__ import annotations

import pytest

from tests.simulator import tokens
from tests.simulator.flavors import Json
from tests.simulator.tokens import PrefixCache, completion_count, prompt_ids, split, tokenize

WEATHER: Json = {"name": "weather", "description": "Tell it.", "parameters": {"type": "object"}}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param([("user", "hi")], 6, id="2 begin, role, 1 token, 2 end"),
        pytest.param(
            [("system", "You are a helpful"), ("user", "Say hi in Portuguese")], 14, id="4+4"
        ),
        pytest.param(
            [("user", "hi"), ("assistant", "hi"), ("user", "hi")], 11, id="assistant: 1 more"
        ),
        pytest.param([("user", "hi"), ("tool", "hi")], 10, id="tool: 2 more"),
    ],
)
def test_prompt_tokens_follow_the_chat_template(
    messages: list[tuple[str, str]], expected: int
) -> None:
    body = {"messages": [{"role": role, "content": content} for role, content in messages]}
    assert len(prompt_ids(body)) == expected


def test_tools_cost_a_preamble_and_their_json() -> None:
    plain = {"messages": [{"role": "user", "content": "hi"}]}
    listed = plain | {"tools": [{"type": "function", "function": WEATHER}]}
    json_text = '{"name": "weather", "description": "Tell it.", "parameters": {"type": "object"}}\n'
    assert len(prompt_ids(listed)) - len(prompt_ids(plain)) == 97 + tokens.count(json_text)


def test_calls_and_reasoning_of_earlier_turns_are_counted() -> None:
    call = {"id": "a", "function": {"name": "weather", "arguments": '{"place": "Rome"}'}}
    turn = {"role": "assistant", "content": "hi", "reasoning_content": "hi", "tool_calls": [call]}
    # Role 1, assistant 1, reasoning 1 + 1, text 1, call 2 + 1, argument 4 + 1 + 1.
    names = sum(map(tokens.count, ("weather", "place", "Rome")))
    assert len(prompt_ids({"messages": [turn]})) == 4 + 5 + 2 + 4 + names


def test_an_answer_costs_two_tokens_more_than_its_text() -> None:
    assert completion_count("", "return total", ()) == 2 + 2
    assert completion_count("The user", "return total", ()) == 2 + 2 + 2
    assert completion_count("", "", (("weather", {"place": "Rome", "days": 3}),)) == 2 + (
        2 + 1 + 2 * 4 + sum(map(tokens.count, ("place", "Rome", "days", "3")))
    )


@pytest.mark.parametrize("text", ["def f(x):\n    return x\n", "🙂 龘 Привет", "", "日本語の説明"])
def test_pieces_are_valid_text_and_join_to_the_whole(text: str) -> None:
    pieces = split(text)
    assert "".join(pieces) == text
    assert all(pieces)


@pytest.mark.parametrize(
    ("fim", "special", "expected"),
    [(True, True, [151347]), (False, True, None), (True, False, None)],
    ids=["known", "unknown to the tokenizer", "not parsed"],
)
def test_the_code_token_is_one_token_or_several(
    fim: bool, special: bool, expected: list[int] | None
) -> None:
    ids = tokenize("<|code_prefix|>", fim=fim, special=special)
    assert ids == expected if expected else len(ids) > 1


def test_role_tokens_are_known_without_code_tokens() -> None:
    assert tokenize("<|user|>hi", fim=False) == [151336, *tokens.text_ids("hi")]


@pytest.mark.parametrize(
    ("block", "expected"),
    [pytest.param(1, 199, id="free: all but the last"), pytest.param(64, 192, id="paid: 64 each")],
)
def test_a_repeated_prompt_is_cached(block: int, expected: int) -> None:
    cache = PrefixCache(delay_s=0)
    assert cache.cached(("key", "model"), list(range(200)), 0, block) == 0
    assert cache.cached(("key", "model"), list(range(200)), 0, block) == expected
    assert cache.cached(("other", "model"), list(range(200)), 0, block) == 0


def test_only_the_common_prefix_is_cached() -> None:
    cache = PrefixCache(delay_s=0)
    cache.cached(("key", "model"), [1, 2, 3, 4], 0, 1)
    assert cache.cached(("key", "model"), [1, 2, 9, 4], 0, 1) == 2


def test_the_cache_fills_late() -> None:
    cache = PrefixCache(delay_s=60)
    cache.cached(("key", "model"), [1, 2, 3], 0, 1)
    assert cache.cached(("key", "model"), [1, 2, 3], 59, 1) == 0
    assert cache.cached(("key", "model"), [1, 2, 3], 60, 1) == 2
