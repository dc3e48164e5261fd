"""Whole answers of each flavor, byte for byte, as recorded or documented for the real one."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.simulator import Script, Simulator
from tests.simulator.flavors import Json

NOW = 1773349367.0
CHAT: Json = {
    "model": "glm-4.6",
    "messages": [{"role": "user", "content": "hi"}],
    "stream": True,
    "stream_options": {"include_usage": True},
}
GOOD = Script(reasoning="The", chunks=("Ol", "á"))

HEX = "ad1b9de910513527b407147d7a055690"
ZAI_ID = f"20260313050247{HEX[:16]}"
COMMON = '"object":"chat.completion.chunk","created":1773349367,"model":"glm-4.6"'


def zai(choice: str, usage: str = "") -> str:
    start = f'{{"id":"{ZAI_ID}","created":1773349367,"object":"chat.completion.chunk"'
    return f'{start},"model":"glm-4.6","choices":[{{"index":0,{choice}}}]{usage}}}'


def comet(choices: str, usage: str = "") -> str:
    return f'{{"id":"{ZAI_ID}",{COMMON},"choices":[{choices}]{usage},"obfuscation":"be1bcdbf5e"}}'


def comet_choice(delta: str, finish: str = "null") -> str:
    return comet(f'{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}')


def vllm(choices: str, usage: str = "") -> str:
    return f'{{"id":"chatcmpl-{HEX}",{COMMON},"choices":[{choices}]{usage}}}'


def vllm_choice(delta: str, finish: str = "null") -> str:
    start = f'{{"index":0,"delta":{delta},"logprobs":null'
    return vllm(f'{start},"finish_reason":{finish},"stop_reason":null}}')


def sglang(choices: str, usage: str = "null") -> str:
    return f'{{"id":"{HEX}",{COMMON},"choices":[{choices}],"usage":{usage}}}'


def sglang_choice(role: str, content: str, reasoning: str = "null", finish: str = "null") -> str:
    delta = f'"role":{role},"content":{content},"reasoning_content":{reasoning},"tool_calls":null'
    return sglang(
        f'{{"index":0,"delta":{{{delta}}},"logprobs":null,'
        f'"finish_reason":{finish},"matched_stop":null}}'
    )


def llamacpp(choices: str, more: str = "") -> str:
    return (
        f'{{"choices":[{choices}],"created":1773349367,"id":"chatcmpl-{HEX}","model":"glm-4.6",'
        f'"system_fingerprint":"b7120-glm","object":"chat.completion.chunk"{more}}}'
    )


def llamacpp_choice(delta: str, finish: str = "null") -> str:
    return llamacpp(f'{{"finish_reason":{finish},"index":0,"delta":{delta}}}')


def openai(choices: str, usage: str = "") -> str:
    return vllm(choices, usage)


def openai_choice(delta: str, finish: str = "null") -> str:
    return vllm(f'{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}')


GOLDEN: dict[str, list[str]] = {
    "zai": [
        zai('"delta":{"role":"assistant","reasoning_content":"The"}'),
        zai('"delta":{"role":"assistant","content":"Ol"}'),
        zai('"delta":{"role":"assistant","content":"á"}'),
        zai(
            '"finish_reason":"stop","delta":{"role":"assistant","content":""}',
            ',"usage":{"prompt_tokens":6,"completion_tokens":5,"total_tokens":11,'
            '"prompt_tokens_details":{"cached_tokens":0},'
            '"completion_tokens_details":{"reasoning_tokens":1}}',
        ),
    ],
    "comet": [
        comet_choice('{"role":"assistant","content":""}'),
        comet_choice('{"reasoning":"The"}'),
        comet_choice('{"content":"Ol"}'),
        comet_choice('{"content":"á"}'),
        comet_choice("{}", '"stop"'),
        comet(
            "",
            ',"usage":{"prompt_tokens":6,"completion_tokens":5,"total_tokens":11,'
            '"completion_tokens_details":{"reasoning_tokens":1},'
            '"latency_checkpoint":{"engine_ttft_ms":41,"pre_inference_ms":12}}',
        ),
    ],
    "vllm": [
        vllm_choice('{"role":"assistant","content":""}'),
        vllm_choice('{"reasoning":"The"}'),
        vllm_choice('{"content":"Ol"}'),
        vllm_choice('{"content":"á"}'),
        vllm_choice('{"content":""}', '"stop"'),
        vllm(
            "",
            ',"usage":{"prompt_tokens":6,"total_tokens":11,"completion_tokens":5,'
            '"prompt_tokens_details":{"cached_tokens":0}}',
        ),
    ],
    "sglang": [
        sglang_choice('"assistant"', '""'),
        sglang_choice("null", "null", '"The"'),
        sglang_choice("null", '"Ol"'),
        sglang_choice("null", '"á"'),
        sglang_choice("null", "null", finish='"stop"'),
        sglang(
            "",
            '{"prompt_tokens":6,"total_tokens":11,"completion_tokens":5,'
            '"prompt_tokens_details":null}',
        ),
    ],
    "llamacpp": [
        llamacpp_choice('{"role":"assistant","content":null}'),
        llamacpp_choice('{"reasoning_content":"The"}'),
        llamacpp_choice('{"content":"Ol"}'),
        llamacpp_choice('{"content":"á"}'),
        llamacpp_choice("{}", '"stop"'),
        llamacpp(
            "",
            ',"usage":{"completion_tokens":5,"prompt_tokens":6,"total_tokens":11,'
            '"prompt_tokens_details":{"cached_tokens":0}},'
            '"timings":{"prompt_n":6,"prompt_ms":6.0,"prompt_per_second":1000.0,'
            '"predicted_n":5,"predicted_ms":100.0,"predicted_per_second":50.0}',
        ),
    ],
    "openai": [
        openai_choice('{"role":"assistant","content":""}'),
        openai_choice('{"reasoning_content":"The"}'),
        openai_choice('{"content":"Ol"}'),
        openai_choice('{"content":"á"}'),
        openai_choice("{}", '"stop"'),
        openai(
            "",
            ',"usage":{"prompt_tokens":6,"completion_tokens":5,"total_tokens":11,'
            '"prompt_tokens_details":{"cached_tokens":0},'
            '"completion_tokens_details":{"reasoning_tokens":1}}',
        ),
    ],
}


@pytest.mark.parametrize("flavor", GOLDEN)
async def test_a_chat_stream(client: httpx.AsyncClient, flavor: str) -> None:
    async with Simulator(flavor=flavor, now=lambda: NOW, script=GOOD) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
    assert answer.text.split("\n\n") == [f"data: {f}" for f in [*GOLDEN[flavor], "[DONE]"]] + [""]


@pytest.mark.parametrize("flavor", ["vllm", "sglang", "llamacpp", "openai"])
async def test_usage_in_a_stream_must_be_asked_for(client: httpx.AsyncClient, flavor: str) -> None:
    body = {k: v for k, v in CHAT.items() if k != "stream_options"}
    async with Simulator(flavor=flavor, script=GOOD) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=body)
    assert '"prompt_tokens"' not in answer.text
    assert ('"timings"' in answer.text) is (flavor == "llamacpp")


WHOLE: dict[str, str] = {
    "zai": (
        '{"choices":[{"finish_reason":"stop","index":0,"message":{"content":"Olá",'
        '"reasoning_content":"The","role":"assistant"}}],"created":1773349367,'
        f'"id":"{ZAI_ID}","model":"glm-4.6","object":"chat.completion","request_id":"{ZAI_ID}",'
        '"usage":{"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":1},'
        '"prompt_tokens":6,"prompt_tokens_details":{"cached_tokens":0},"total_tokens":11}}'
    ),
    "vllm": (
        f'{{"id":"chatcmpl-{HEX}","object":"chat.completion","created":1773349367,'
        '"model":"glm-4.6","choices":[{"index":0,"message":{"role":"assistant","content":"Olá",'
        '"reasoning":"The"},"logprobs":null,"finish_reason":"stop","stop_reason":null}],'
        '"usage":{"prompt_tokens":6,"total_tokens":11,"completion_tokens":5,'
        '"prompt_tokens_details":{"cached_tokens":0}}}'
    ),
}


@pytest.mark.parametrize("flavor", WHOLE)
async def test_a_whole_chat_answer(client: httpx.AsyncClient, flavor: str) -> None:
    async with Simulator(flavor=flavor, now=lambda: NOW, script=GOOD) as sim:
        answer = await client.post(
            sim.base_url + "/chat/completions", json=CHAT | {"stream": False}
        )
    assert answer.text == WHOLE[flavor]


@pytest.mark.parametrize(
    ("flavor", "expected"),
    [
        ("zai", {"content-type": "text/event-stream;charset=UTF-8", "x-log-id": ZAI_ID}),
        ("comet", {"content-type": "text/event-stream; charset=utf-8"}),
        ("vllm", {"content-type": "text/event-stream; charset=utf-8"}),
        ("llamacpp", {"content-type": "text/event-stream"}),
    ],
)
async def test_headers_of_a_stream(
    client: httpx.AsyncClient, flavor: str, expected: dict[str, str]
) -> None:
    async with Simulator(flavor=flavor, now=lambda: NOW) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
    assert expected.items() <= dict(answer.headers).items()
    assert answer.headers["transfer-encoding"] == "chunked"


async def test_a_request_id_is_echoed(client: httpx.AsyncClient) -> None:
    async with Simulator() as sim:
        body = CHAT | {"stream": False, "request_id": "mine-123"}
        answer = await client.post(sim.base_url + "/chat/completions", json=body)
        again = await client.post(sim.base_url + "/chat/completions", json=body)
    assert answer.json()["request_id"] == "mine-123"
    assert again.json()["error"]["code"] == "1231"


def choice_frames(text: str) -> list[Json]:
    """Return the choices of a stream in order."""
    frames = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    return [choice for frame in frames for choice in frame["choices"]]


CALL = Script(tool_calls=(("weather", {"place": "Rome"}), ("clock", {})))


async def test_hosted_tool_calls_come_whole_in_one_delta_each(client: httpx.AsyncClient) -> None:
    async with Simulator(script=CALL, now=lambda: NOW) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
    *calls, last = choice_frames(answer.text)
    weather, clock = (call["delta"]["tool_calls"][0] for call in calls)
    assert "role" not in calls[0]["delta"]
    assert list(weather) == ["id", "index", "type", "function"]
    assert weather["function"] == {"name": "weather", "arguments": '{"place":"Rome"}'}
    assert (clock["index"], clock["function"]) == (1, {"name": "clock", "arguments": "{}"})
    assert len(weather["id"]) == len("call_") + 24
    assert last["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(("flavor", "change"), [("zai", {"tool_stream": True}), ("vllm", {})])
async def test_tool_arguments_come_in_fragments(
    client: httpx.AsyncClient, flavor: str, change: Json
) -> None:
    async with Simulator(flavor=flavor, script=CALL) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT | change)
    deltas = [choice["delta"].get("tool_calls") for choice in choice_frames(answer.text)]
    weather = [calls[0] for calls in deltas if calls and calls[0]["index"] == 0]
    assert [call["function"].get("name") for call in weather] == ["weather", None, None]
    assert "".join(call["function"]["arguments"] for call in weather) == '{"place":"Rome"}'
    assert all("id" not in call for call in weather[1:])


async def test_ids_of_whole_tool_calls_have_nineteen_digits(client: httpx.AsyncClient) -> None:
    async with Simulator(script=CALL) as sim:
        answer = await client.post(
            sim.base_url + "/chat/completions", json=CHAT | {"stream": False}
        )
    call = answer.json()["choices"][0]["message"]["tool_calls"][0]
    assert call["id"].startswith("call_-")
    assert call["id"][6:].isdigit()
    assert len(call["id"]) == 6 + 19


@pytest.mark.parametrize("flavor", ["vllm", "sglang", "llamacpp"])
async def test_text_completion_streams_candidates_in_turns(
    client: httpx.AsyncClient, flavor: str
) -> None:
    script = Script(chunks=("a", "b"), candidates=("x = 1",))
    body = {"model": "glm-4.6", "prompt": "x", "n": 2, "stream": True}
    async with Simulator(flavor=flavor, script=script) as sim:
        answer = await client.post(sim.base_url + "/completions", json=body)
    choices = choice_frames(answer.text)
    assert [choice["index"] for choice in choices[:4]] == [0, 1, 0, 1]
    texts = ["".join(c["text"] for c in choices if c["index"] == index) for index in (0, 1)]
    assert texts == ["ab", "x = 1"]
    assert [c["index"] for c in choices if c["finish_reason"]] == [0, 1]
    assert answer.text.endswith("data: [DONE]\n\n")


async def test_infill_streams_in_its_own_shape(client: httpx.AsyncClient) -> None:
    body = {"input_prefix": "x = ", "input_suffix": "\n", "stream": True}
    async with Simulator(flavor="llamacpp", script=Script(chunks=("1", "\n"))) as sim:
        answer = await client.post(sim.url + "/infill", json=body)
    first, second, last, end = answer.text.split("\n\n")
    assert first == 'data: {"index":0,"content":"1","stop":false}'
    assert second == 'data: {"index":0,"content":"\\n","stop":false}'
    assert end == ""
    final = json.loads(last.removeprefix("data: "))
    assert (final["stop"], final["content"], final["stop_type"]) == (True, "", "eos")
    assert final["tokens_predicted"] == 3
    assert final["tokens_evaluated"] == final["timings"]["prompt_n"] > 3
