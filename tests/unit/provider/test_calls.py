"""Tool calls: on the wire, in every shape an endpoint or a model gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from glm_ls.provider.calls import calls_in_text, whole_calls
from glm_ls.provider.dialect import load_dialects
from glm_ls.provider.models import find_model, load_models
from glm_ls.provider.request import Chat, Message, Request, Tool, ToolCall
from glm_ls.provider.wire import MOST_CALLS, call_of, deltas_of

TOOL = Tool("read_file", "Read.", {"type": "object", "properties": {}})
CALL = ToolCall("call_1", "read_file", '{"path":"a.py"}')


def test_tools_and_their_messages_are_sent() -> None:
    messages = (
        Message("user", "hi"),
        Message("assistant", "", (CALL,)),
        Message("tool", "text", call_id="call_1"),
    )
    model = find_model("glm-4.6", load_models({}))
    request = Request(Chat(messages), tools=(TOOL,))
    body = call_of(request, load_dialects({})["zai"], model, "glm-4.6", "none").body
    assert body["tools"] == [
        {"type": "function", "function": {
            "name": "read_file", "description": "Read.", "parameters": TOOL.parameters}}
    ]  # fmt: skip
    assert body["tool_choice"] == "auto"
    assert body["messages"][1:] == [
        {"role": "assistant", "content": "", "tool_calls": [
            {"id": "call_1", "type": "function",
             "function": {"name": "read_file", "arguments": '{"path":"a.py"}'}}]},
        {"role": "tool", "content": "text", "tool_call_id": "call_1"},
    ]  # fmt: skip


def frame(*calls: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"tool_calls": list(calls)}}]}


def function(**about: Any) -> dict[str, Any]:
    return {"function": about}


WHOLE = {"id": "call_1", "index": 0, "type": "function",
         "function": {"name": "read_file", "arguments": '{"path":"a.py"}'}}  # fmt: skip
STREAMS: dict[str, tuple[list[dict[str, Any]], list[ToolCall]]] = {
    "whole": ([frame(WHOLE)], [CALL]),
    "two": ([frame(WHOLE), frame({**WHOLE, "index": 1, "id": "call_2"})],
            [CALL, replace(CALL, id="call_2", index=1)]),
    "arguments in pieces": (
        [frame({"id": "call_1", "index": 0, **function(name="read_file", arguments="")}),
         frame({"index": 0, **function(arguments='{"path"')}),
         frame({"index": 0, **function(arguments=':"a.py"}')})], [CALL]),
    "name in pieces": (
        [frame({"id": "call_1", "index": 0, **function(name="read_")}),
         frame({"index": 0, **function(name="file", arguments='{"path":"a.py"}')})], [CALL]),
    "name again and again": (
        [frame({"id": "call_1", "index": 0, **function(name="read_file", arguments='{"path":')}),
         frame({"index": 0, **function(name="read_file", arguments='"a.py"}')})], [CALL]),
    "no id": ([frame(function(name="read_file", arguments='{"path":"a.py"}'))],
              [replace(CALL, id="call_0")]),
    "arguments as an object": (
        [frame({"id": "call_1", **function(name="read_file", arguments={"path": "a.py"})})],
        [replace(CALL, arguments='{"path": "a.py"}')]),
    "no index": ([frame(WHOLE | {"index": None})], [CALL]),
    "no name": ([frame({"id": "x", **function(arguments="{}")})], []),
    "odd shapes": ([frame(1, None, [], {"function": 3}, {"index": -1})], []),
    "an index out of range": ([frame({**WHOLE, "index": MOST_CALLS})], [CALL]),
}  # fmt: skip


@pytest.mark.parametrize(("frames", "calls"), STREAMS.values(), ids=STREAMS)
def test_calls_are_put_together(frames: list[dict[str, Any]], calls: list[ToolCall]) -> None:
    pieces = [piece for one in frames for delta in deltas_of(one) or () for piece in delta.calls]
    assert whole_calls(pieces) == tuple(calls)


@pytest.mark.parametrize(
    ("text", "rest", "arguments"),
    [
        ("hi", "hi", []),
        ("a<tool_call>f\n<arg_key>p</arg_key>\n<arg_value>x.py</arg_value>\n</tool_call>b", "ab",
         ['{"p": "x.py"}']),
        ("<tool_call>f<arg_key>n</arg_key><arg_value>3</arg_value><arg_key>s</arg_key>"
         '<arg_value>"3"</arg_value></tool_call>', "", ['{"n": 3, "s": "\\"3\\""}']),
        ("<tool_call>f</tool_call><tool_call>g</tool_call>", "", ["{}", "{}"]),
        ("<tool_call>f never closed", "<tool_call>f never closed", []),
    ],
)  # fmt: skip
def test_calls_in_the_text_are_understood(text: str, rest: str, arguments: list[str]) -> None:
    left, calls = calls_in_text(text)
    assert left == rest
    assert [call.arguments for call in calls] == arguments
