"""Every fault of FAULTS, as it reaches a client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import httpx
import pytest

from tests.simulator import FAULTS, Script, Simulator
from tests.simulator.flavors import Json
from tests.simulator.wire import http_chunk

NOW = 1773349367.0
CHAT: Json = {"model": "glm-4.6", "messages": [{"role": "user", "content": "hi"}], "stream": True}
ID = "20260313050247ad1b9de910513527"
START = f'{{"id":"{ID}","created":1773349367,"object":"chat.completion.chunk","model":"glm-4.6"'


def frame(choice: str, more: str = "") -> bytes:
    return f'data: {START},"choices":[{{"index":0,{choice}}}]{more}}}\n\n'.encode()


A = frame('"delta":{"role":"assistant","content":"ab"}')
B = frame('"delta":{"role":"assistant","content":"cd"}')
END = '"finish_reason":"stop","delta":{"role":"assistant","content":""}'
FINISH = frame(
    END,
    ',"usage":{"prompt_tokens":6,"completion_tokens":3,"total_tokens":9,'
    '"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":'
    '{"reasoning_tokens":0}}',
)
DONE = b"data: [DONE]\n\n"
PING = b": ping\n\n"
EMPTY = f'data: {START},"choices":[]}}\n\n'.encode()
SILENT = frame('"delta":{"role":"assistant","content":null}')
SILENT_END = frame('"finish_reason":null,"delta":{"role":"assistant","content":null}')
ERROR = (
    f'data: {{"error":{{"code":"1234","message":"Network error, error id: {ID}, '
    'please contact customer service"}}\n\n'
).encode()
GARBAGE = b"data: upstream went away\n\n"
ODD = (
    b'data: {"output":{"text":"no choices here"}}\n\n',
    b'data: {"choices":"none"}\n\n',
    b'data: {"choices":{"index":0}}\n\n',
    b'data: {"choices":[{"delta":"text"}]}\n\n',
    b'data: {"choices":[null,7]}\n\n',
    b'data: {"choices":[{"delta":{"content":{"text":"nested"}}}],"usage":7}\n\n',
)

STREAMS: dict[str, tuple[list[bytes], str]] = {
    "": ([A, B, FINISH, DONE], "whole"),
    "hang_mid": ([A], "open"),
    "close_mid": ([A], "cut"),
    "end_mid": ([A], "whole"),
    "no_done": ([A, B, FINISH], "whole"),
    "linger": ([A, B, FINISH, DONE], "open"),
    "comments": ([PING, A, PING, B, PING, FINISH, PING, DONE], "whole"),
    "crlf": ([f.replace(b"\n", b"\r\n") for f in (A, B, FINISH, DONE)], "whole"),
    "glued": ([A[:-1] + B + FINISH[:-1] + DONE], "whole"),
    "interleaved": ([b'data: {"id":' + A, B, FINISH, DONE], "whole"),
    "truncated_frame": ([A[: len(A) // 2] + b"\n\n", B, FINISH, DONE], "whole"),
    "garbage_frame": ([A, GARBAGE, B, FINISH, DONE], "whole"),
    "error_in_band": ([A, ERROR], "whole"),
    "choices_empty": ([EMPTY, A, EMPTY, B, FINISH, DONE], "whole"),
    "null_content": ([SILENT, A, SILENT, B, SILENT_END, FINISH, DONE], "whole"),
    "no_usage": ([A, B, frame(END), DONE], "whole"),
    "wrong_shape": ([A, *ODD, B, FINISH, DONE], "whole"),
}
"""Fault: HTTP chunks of the body, and whether the body is whole, cut by FIN or left open."""


@asynccontextmanager
async def asked(sim: Simulator, body: Json) -> AsyncIterator[asyncio.StreamReader]:
    """Send a request on a connection of its own, read the answer, and leave."""
    reader, writer = await asyncio.open_connection("127.0.0.1", sim.port)
    content = json.dumps(body).encode()
    head = (
        "POST /api/paas/v4/chat/completions HTTP/1.1\r\nconnection: close\r\n"
        "authorization: Bearer good-key\r\naccept-language: en\r\n"
        f"content-length: {len(content)}\r\n\r\n"
    )
    writer.write(head.encode() + content)
    try:
        yield reader
    finally:
        writer.close()
        with suppress(ConnectionResetError):
            await writer.wait_closed()


@pytest.mark.parametrize("fault", STREAMS)
async def test_bytes_of_a_stream(fault: str) -> None:
    chunks, ending = STREAMS[fault]
    expected = b"".join(map(http_chunk, chunks)) + (b"0\r\n\r\n" if ending == "whole" else b"")
    script = Script(chunks=("ab", "cd"), fault=fault)
    async with Simulator(script=script, now=lambda: NOW) as sim:
        async with asked(sim, CHAT) as reader:
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
            if ending == "open":
                async with asyncio.timeout(5):
                    assert await reader.readexactly(len(expected)) == expected
                assert sim.live == 1
            else:
                assert await reader.read() == expected
        await sim.finished(1)
        assert sim.log[0].gone is (ending == "open")


@pytest.mark.parametrize("stream", [True, False])
async def test_hang_sends_nothing(stream: bool) -> None:
    async with Simulator(script=Script(fault="hang")) as sim:
        async with asked(sim, CHAT | {"stream": stream}):
            await sim.received(1)
        await sim.finished(1)
        assert (sim.log[0].status, sim.log[0].t_first_byte, sim.log[0].gone) == (0, None, True)


@pytest.mark.parametrize("fault", ["reset_before", "reset_mid"])
@pytest.mark.parametrize("stream", [True, False])
async def test_a_reset_is_no_orderly_end(fault: str, stream: bool) -> None:
    async with Simulator(script=Script(chunks=("ab", "cd"), fault=fault)) as sim:
        async with asked(sim, CHAT | {"stream": stream}) as reader:
            with pytest.raises(ConnectionResetError):
                await reader.read()
        await sim.finished(1)
        assert (sim.log[0].status == 0) is (fault == "reset_before")
        assert not sim.log[0].gone


@pytest.mark.parametrize("fault", ["hang_mid", "close_mid"])
async def test_half_of_a_whole_answer(fault: str) -> None:
    async with Simulator(script=Script(chunks=("ab", "cd"), fault=fault)) as sim:
        async with asked(sim, CHAT | {"stream": False}) as reader:
            head = await reader.readuntil(b"\r\n\r\n")
            promised = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
            half = await reader.readexactly(promised // 2)
            if fault == "close_mid":
                assert await reader.read() == b""
            assert half.startswith(b'{"choices"')
        await sim.finished(1)
        assert sim.log[0].gone is (fault == "hang_mid")


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("fault", "content_type", "start"),
    [
        ("html_200", "text/html; charset=utf-8", "<!DOCTYPE html>"),
        ("json_200_error", "application/json", '{"code":500,"msg":"404 NOT_FOUND"'),
    ],
)
async def test_something_else_with_status_200(
    client: httpx.AsyncClient, fault: str, content_type: str, start: str, stream: bool
) -> None:
    async with Simulator(script=Script(fault=fault)) as sim:
        body = CHAT | {"stream": stream}
        answer = await client.post(sim.base_url + "/chat/completions", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.text.startswith(start)


THOUGHT = "The user wants code. I should be brief."
REPLY = "x = 1\ny = 2"

TEXTS: dict[str, tuple[str, str, str]] = {
    "": (REPLY, "", "stop"),
    "think_leak": (f"<think>{THOUGHT}</think>{REPLY}", "", "stop"),
    "lone_think_end": (f"{THOUGHT}</think>{REPLY}", "", "stop"),
    "answer_in_reasoning": ("", REPLY, "stop"),
    "fence": (f"```python\n{REPLY}\n```", "", "stop"),
    "prose_before": (f"Here is the completed code:\n\n{REPLY}", "", "stop"),
    "echo_prefix": (f"hi{REPLY}", "", "stop"),
    "echo_suffix": (f"{REPLY}hi", "", "stop"),
    "cjk": ("x = 1\n 返回计算结果 y = 2", "", "stop"),
    "role_token_tail": (f"{REPLY}<|endoftext|><|user|>", "", "stop"),
    "fim_token_tail": (f"{REPLY}<|code_suffix|>", "", "stop"),
    "sensitive": ("x = 1\n", "", "sensitive"),
    "network_error": ("x = 1\n", "", "network_error"),
    "context_exceeded": (REPLY, "", "model_context_window_exceeded"),
    "unknown_finish": (REPLY, "", "abort_by_scheduler"),
    "empty": ("", "", "stop"),
}
"""Fault: text, reasoning and finish reason of the answer."""


def joined(text: str) -> tuple[str, str, str]:
    """Return text, reasoning and finish reason of a stream."""
    frames = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    choices = [choice for frame in frames for choice in frame["choices"]]
    said = {
        name: "".join(choice["delta"].get(name) or "" for choice in choices)
        for name in ("content", "reasoning_content")
    }
    finish = next(choice["finish_reason"] for choice in choices if "finish_reason" in choice)
    return said["content"], said["reasoning_content"], finish


@pytest.mark.parametrize("fault", TEXTS)
async def test_text_of_a_confused_model(client: httpx.AsyncClient, fault: str) -> None:
    async with Simulator(script=Script(reply=REPLY, fault=fault)) as sim:
        url = sim.base_url + "/chat/completions"
        streamed = (await client.post(url, json=CHAT)).text
        [choice] = (await client.post(url, json=CHAT | {"stream": False})).json()["choices"]
        assert sim.log[0].text_sent == sim.log[1].text_sent == TEXTS[fault][0]
    message = choice["message"]
    assert joined(streamed) == TEXTS[fault]
    whole = (message["content"], message.get("reasoning_content", ""), choice["finish_reason"])
    assert whole == TEXTS[fault]


async def test_an_echo_repeats_the_lines_at_the_cursor(client: httpx.AsyncClient) -> None:
    body = {"input_prefix": "a\nbefore", "input_suffix": "\nafter\nz"}
    async with Simulator(flavor="llamacpp") as sim:
        sim.queue(Script(reply="|", fault="echo_prefix"), Script(reply="|", fault="echo_suffix"))
        first = (await client.post(sim.url + "/infill", json=body)).json()["content"]
        second = (await client.post(sim.url + "/infill", json=body)).json()["content"]
    assert (first, second) == ("before|", "|after")


async def test_json_comes_in_a_json_fence(client: httpx.AsyncClient) -> None:
    body = CHAT | {"response_format": {"type": "json_object"}}
    async with Simulator(script=Script(reply="{}", fault="fence")) as sim:
        text = (await client.post(sim.base_url + "/chat/completions", json=body)).text
    assert joined(text)[0] == "```json\n{}\n```"


async def test_fences_inside_json_strings_are_mangled(client: httpx.AsyncClient) -> None:
    script = Script(reply='{"edit": "```py\\nx\\n```"}', fault="backticks")
    async with Simulator(script=script) as sim:
        text = (await client.post(sim.base_url + "/chat/completions", json=CHAT)).text
    assert joined(text)[0] == '{"edit": "`py\\nx\\n`"}'


@pytest.mark.parametrize(
    ("flavor", "name", "other"),
    [("zai", "reasoning", "reasoning_content"), ("vllm", "reasoning_content", "reasoning")],
)
async def test_reasoning_under_the_other_name(
    client: httpx.AsyncClient, flavor: str, name: str, other: str
) -> None:
    async with Simulator(flavor=flavor, script=Script(fault="reasoning_alias")) as sim:
        text = (await client.post(sim.base_url + "/chat/completions", json=CHAT)).text
    assert f'"{name}":"{THOUGHT}"' in text
    assert f'"{other}"' not in text


CALL = Script(tool_calls=(("weather", {"place": "Rome"}),))
XML = "<tool_call>weather\n<arg_key>place</arg_key>\n<arg_value>Rome</arg_value>\n</tool_call>"


async def calls_of(client: httpx.AsyncClient, fault: str) -> list[Json]:
    """Return the deltas of a call in a hosted stream with a fault."""
    async with Simulator(script=replace(CALL, fault=fault)) as sim:
        text = (await client.post(sim.base_url + "/chat/completions", json=CHAT)).text
    frames = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    deltas = [frame["choices"][0]["delta"] for frame in frames]
    return [call for delta in deltas for call in delta.get("tool_calls", [])]


async def test_a_tool_call_without_id(client: httpx.AsyncClient) -> None:
    [call] = await calls_of(client, "tool_no_id")
    assert set(call) == {"index", "function"}


async def test_a_tool_name_in_two_deltas(client: httpx.AsyncClient) -> None:
    first, second = await calls_of(client, "tool_name_split")
    assert first["function"] == {"name": "weat", "arguments": ""}
    assert second["function"] == {"name": "her", "arguments": '{"place":"Rome"}'}
    assert "id" not in second


async def test_tool_arguments_as_an_object(client: httpx.AsyncClient) -> None:
    [call] = await calls_of(client, "tool_dict_arguments")
    assert call["function"]["arguments"] == {"place": "Rome"}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("tool_xml", (XML, "", "stop")), ("tool_xml_reasoning", ("", XML, "stop"))],
)
async def test_tool_calls_as_xml(
    client: httpx.AsyncClient, fault: str, expected: tuple[str, str, str]
) -> None:
    async with Simulator(script=replace(CALL, fault=fault)) as sim:
        text = (await client.post(sim.base_url + "/chat/completions", json=CHAT)).text
    assert joined(text) == expected


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("truncated_frame", None),
        ("garbage_frame", None),
        ("error_in_band", {"error"}),
        ("wrong_shape", {"output"}),
    ],
)
async def test_whole_bodies_can_be_spoiled_too(
    client: httpx.AsyncClient, fault: str, expected: set[str] | None
) -> None:
    async with Simulator(script=Script(fault=fault)) as sim:
        body = CHAT | {"stream": False}
        answer = await client.post(sim.base_url + "/chat/completions", json=body)
    assert answer.status_code == 200
    if expected is None:
        with pytest.raises(ValueError):
            answer.json()
    else:
        assert set(answer.json()) == expected


@pytest.mark.parametrize(
    ("fault", "path", "expected"),
    [
        ("choices_empty", ("choices",), []),
        ("null_content", ("choices", 0, "message", "content"), None),
        ("no_usage", ("usage",), "missing"),
    ],
)
async def test_parts_of_a_whole_body_can_be_missing(
    client: httpx.AsyncClient, fault: str, path: tuple[str | int, ...], expected: object
) -> None:
    async with Simulator(script=Script(reply="x", fault=fault)) as sim:
        body = CHAT | {"stream": False}
        value = (await client.post(sim.base_url + "/chat/completions", json=body)).json()
    for step in path:
        value = value[step] if isinstance(step, int) else value.get(step, "missing")
    assert value == expected


ELSEWHERE = {
    *("hang", "reset_before", "reset_mid", "html_200", "json_200_error", "backticks"),
    *("reasoning_alias", "tool_no_id", "tool_name_split", "tool_dict_arguments"),
    *("tool_xml", "tool_xml_reasoning"),
}


def test_no_fault_is_without_a_test() -> None:
    assert {*STREAMS, *TEXTS, *ELSEWHERE} - {""} == set(FAULTS)
