"""One test for each thing in which the server is to do better than the library it stands on."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.protocol.editor import (
    GHOST_TEXT,
    PATIENCE_S,
    Editor,
    Json,
    at_work,
    endpoint_env,
    start_editor,
)
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

PARSE_ERROR, INVALID_REQUEST, NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED, INTERNAL, REQUEST_FAILED, CANCELLED = -32002, -32603, -32803, -32800
EMBEDDED = {"GLM_LS_PROVIDER": "embedded"}
PROBING = (str(Path(__file__).with_name("probing_server.py")),)

ADD, *AT_ADD = cursor("def add(a, b):\n    return ¦\n")
SUGGESTED = ["    return a + b"]


def prompt_of(sim: Simulator, index: int = -1) -> str:
    """Return what the endpoint was told of the user's code."""
    text: str = sim.log[index].body["messages"][-1]["content"]
    return text


# Messages that the library does not understand.


UNUSUAL: dict[str, Json] = {
    "unknown symbol kind": {"workspace": {"symbol": {"symbolKind": {"valueSet": [99]}}}},
    "unknown edit kinds": {
        "workspace": {"workspaceEdit": {"resourceOperations": ["move"], "failureHandling": "shrug"}}
    },
    "unknown encodings": {"general": {"positionEncodings": ["utf-7", "utf-16"]}},
    "of another shape": {"workspace": {"workspaceEdit": []}, "window": 5, "general": ["x"]},
}


@pytest.mark.parametrize("capabilities", UNUSUAL.values(), ids=UNUSUAL)
async def test_unusual_capabilities_do_not_stand_in_the_way(
    tmp_path: Path, capabilities: Json
) -> None:
    params = {"capabilities": {**GHOST_TEXT["capabilities"], **capabilities}, "trace": "compact"}
    async with at_work(tmp_path, EMBEDDED, params) as editor:
        assert (await editor.status())["reason"] == "embedded"
        told = editor.capabilities
    assert "inlineCompletionProvider" in told
    assert "completionProvider" not in told
    assert told["positionEncoding"] == "utf-16"


@pytest.mark.parametrize("capabilities", [None, []], ids=repr)
async def test_no_capabilities_are_understood_as_the_least(
    tmp_path: Path, capabilities: object
) -> None:
    async with at_work(tmp_path, EMBEDDED, {"capabilities": capabilities}) as editor:
        assert "completionProvider" in editor.capabilities


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("textDocument/inlineCompletion", None, INVALID_PARAMS),
        ("textDocument/inlineCompletion", [], INVALID_PARAMS),
        ("textDocument/inlineCompletion", {"textDocument": 5}, INVALID_PARAMS),
        ("workspace/executeCommand", {}, INVALID_PARAMS),
        ("workspace/executeCommand", {"command": ["glm-ls.status"]}, NOT_FOUND),
        ("workspace/executeCommand", {"command": "no.such.command"}, NOT_FOUND),
        ("no/such/method", {"a": [1, {"b": None}]}, NOT_FOUND),
        ("$/no/such/method", None, NOT_FOUND),
        ("initialize", {"capabilities": {}}, INVALID_REQUEST),
    ],
)
async def test_a_request_that_cannot_be_served_is_refused(
    editor: Editor, method: str, params: Any, code: int
) -> None:
    assert (await editor.request(method, params)).code == code


@pytest.mark.parametrize(
    "context",
    [
        {"triggerKind": 0},
        {"triggerKind": 7},
        {"triggerKind": None},
        {"triggerKind": "typed"},
        {"triggerKind": 2, "selectedCompletionInfo": None},
        {},
        None,
    ],
    ids=repr,
)
async def test_any_context_of_ghost_text_is_understood(
    editor: Editor, sim: Simulator, uri: str, context: object
) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    place = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 11}}
    for params in ({**place, "context": context}, place if context is None else None):
        if params is not None:
            reply = await editor.request("textDocument/inlineCompletion", params)
            assert reply.texts == SUGGESTED


@pytest.mark.parametrize(
    ("line", "character"),
    [(1, 2**31), (1, 2**63), (1, 1e300), (1.0, 11.0), (10**6, 0), (-1, -1), (None, None)],
)
async def test_any_position_is_brought_into_the_document(
    editor: Editor, sim: Simulator, uri: str, line: Any, character: Any
) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    reply = await editor.inline(uri, line, character)
    assert reply.error is None
    for item in reply.result["items"]:
        assert edited(ADD, item["range"], item["insertText"])


async def test_what_is_no_number_is_no_position(editor: Editor, uri: str) -> None:
    editor.open(uri, ADD)
    body = {
        "id": "nan",
        "method": "textDocument/inlineCompletion",
        "params": {
            "textDocument": {"uri": uri},
            "position": {"line": float("nan"), "character": float("inf")},
        },
    }
    expected = editor.expect("nan")
    editor.send(body)
    assert (await expected).code == INVALID_PARAMS


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"jsonrpc": "2.0", "id": 1, "method": ', PARSE_ERROR),
        (b'\xff\xfe\xfd{"', PARSE_ERROR),
        (b"", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"[]", INVALID_REQUEST),
        (b'[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]', INVALID_REQUEST),
        (b'"shutdown"', INVALID_REQUEST),
        (b"null", INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": null, "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": [1], "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "method": 5, "id": null}', INVALID_REQUEST),
    ],
    ids=lambda value: repr(value[:60]) if isinstance(value, bytes) else str(value),
)
async def test_what_is_no_message_is_refused_and_the_server_goes_on(
    editor: Editor, body: bytes, code: int
) -> None:
    expected = editor.expect(None)
    editor.send_bytes(body)
    assert (await asyncio.wait_for(expected, PATIENCE_S)).code == code


@pytest.mark.parametrize(
    "message",
    [
        {"method": "no/such/notification", "params": {"a": 1}},
        {"method": "$/setTrace"},
        {"method": "$/cancelRequest", "params": {"id": 999_999}},
        {"method": "$/cancelRequest", "params": {}},
        {"method": "textDocument/didOpen", "params": None},
        {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///a"}}},
        {"method": 5, "params": {}},
        {"id": 999_999, "result": None},
        {"id": "nobody asked", "result": {}, "error": None},
        {"id": 999_999, "error": {"code": -1, "message": "late"}},
        {"id": [1], "result": None},
        {"id": None, "error": {"code": PARSE_ERROR, "message": "not understood"}},
        {},
    ],
    ids=json.dumps,
)
async def test_what_needs_no_answer_is_passed_over(editor: Editor, message: Json) -> None:
    shown = len(editor.told("window/showMessage"))
    editor.send(message)
    await editor.status()
    assert len(editor.told("window/showMessage")) == shown


async def test_the_version_of_json_rpc_is_not_insisted_on(editor: Editor) -> None:
    for version in ("1.0", None, 2):
        expected = editor.expect(f"jsonrpc {version}")
        message = {"jsonrpc": version, "id": f"jsonrpc {version}", "method": "no/such/method"}
        editor.send_bytes(json.dumps(message).encode())
        assert (await asyncio.wait_for(expected, PATIENCE_S)).code == NOT_FOUND


async def test_an_id_may_be_any_number_or_text(editor: Editor) -> None:
    for number in (0, -1, 2**53, "", "é", 1.5):
        reply = await asyncio.wait_for(editor.ask("no/such/method", None, number), PATIENCE_S)
        assert reply.code == NOT_FOUND


async def test_a_change_of_an_unopened_document_is_a_line_in_the_log(
    editor: Editor, uri: str
) -> None:
    editor.insert(uri, 0, 0, "x")
    await editor.status()
    assert editor.told("window/showMessage") == []
    assert f"not open: {uri}".encode() in editor.stderr


# Frames.


async def test_messages_may_come_in_pieces_and_together(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    first, second = (editor.expect(f"piece {number}") for number in (1, 2))
    frames = b""
    for number in (1, 2):
        message = {"jsonrpc": "2.0", "id": f"piece {number}", "method": "no/such/method"}
        body = json.dumps(message).encode()
        frames += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    editor.write(frames)
    assert (await first).code == (await second).code == NOT_FOUND
    first, second = (editor.expect(f"piece {number}") for number in (1, 2))
    for byte in frames:
        editor.write(bytes([byte]))
        await asyncio.sleep(0)
    assert (await first).code == (await second).code == NOT_FOUND


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n",
        b"content-length:%d\r\n\r\n",
        b"Content-Length: %d\n\n",
        b"\r\n\r\nX-Unknown: 1\r\nno header at all\r\nContent-Length: %d\r\n\r\n",
    ],
)
async def test_any_header_is_understood(editor: Editor, head: bytes) -> None:
    body = b'{"jsonrpc":"2.0","id":"head","method":"no/such/method"}'
    expected = editor.expect("head")
    editor.write(head % len(body) + body)
    assert (await asyncio.wait_for(expected, PATIENCE_S)).code == NOT_FOUND


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"Content-Length:\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc\r\n\r\n",
    ],
)
async def test_a_message_of_unknown_length_is_lost_but_not_those_behind_it(
    editor: Editor, head: bytes
) -> None:
    editor.write(head + b'{"jsonrpc":"2.0","id":"lost","method":"no/such/method"}')
    assert (await editor.request("no/such/method", None)).code == NOT_FOUND


# Order.


async def test_a_request_sees_the_changes_before_it_and_none_behind_it(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="")
    editor.open(uri, ADD)
    for count in range(5):
        editor.insert(uri, 0, 0, "# before\n")
        asked = editor.ask_inline(uri, 2 + 2 * count, 11)
        editor.insert(uri, 0, 0, "# behind\n")
        assert (await asked).code == CANCELLED  # its text is no longer what the user sees
    editor.insert(uri, 0, 0, "# before\n")
    await asyncio.gather(editor.ask_inline(uri, 12, 11), editor.status())
    told = prompt_of(sim)
    assert (told.count("# before"), told.count("# behind")) == (6, 5)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"], ids=ascii)
async def test_only_line_ends_of_the_protocol_end_lines(
    editor: Editor, sim: Simulator, uri: str, mark: str
) -> None:
    sim.script = Script(reply="")
    text = f"a = '{mark}'\nb = '𝒳{mark}'\r\nc = 3\rd = 4"
    editor.open(uri, text)
    for line, character, typed in (
        (1, 7, "y"),
        (2, 5, "3"),
        (3, 5, "\n"),
        (0, 6, "z"),
        (4, 0, "e"),
    ):
        at = {"line": line, "character": character}
        editor.insert(uri, line, character, typed)
        text = edited(text, {"start": at, "end": at}, typed)
    await editor.inline(uri, 4, 1)
    assert text in prompt_of(sim)


# Requests that end early, and errors.


async def test_cancelling_a_command_ends_its_work(tmp_path: Path) -> None:
    async with at_work(tmp_path, EMBEDDED, command=PROBING) as editor:
        asked = editor.ask("workspace/executeCommand", {"command": "test.wait"})
        await editor.until(lambda: "test/waiting" in dict(editor.notifications))
        editor.cancel(editor.last_id)
        assert (await asked).code == CANCELLED
        assert editor.told("test/ended") == [None]


async def test_a_late_answer_of_the_client_is_passed_over(tmp_path: Path) -> None:
    async with at_work(tmp_path, EMBEDDED, command=PROBING) as editor:
        await editor.status()
        editor.silent.add("workspace/configuration")
        answers: list[Json] = [{"result": [{}]}, {"error": {"code": -1, "message": "no"}}]
        for answer in answers:
            reply = await editor.request("workspace/executeCommand", {"command": "test.give-up"})
            assert reply.error is None
            [asked] = editor.kept
            editor.kept.clear()
            editor.send({"id": asked["id"], **answer})
            await editor.status()
        assert editor.told("window/showMessage") == []


async def test_an_error_says_its_type_and_shows_nothing(tmp_path: Path) -> None:
    async with at_work(tmp_path, EMBEDDED, command=PROBING, errors_logged=True) as editor:
        reply = await editor.request("workspace/executeCommand", {"command": "test.fail"})
        assert reply.error == {"code": INTERNAL, "message": "ValueError"}
        reply = await editor.request("workspace/executeCommand", {"command": "test.refuse"})
        assert reply.error == {"code": REQUEST_FAILED, "message": "not now"}
        editor.notify("test/fail", {})
        await editor.status()
        assert editor.told("window/showMessage") == []
    assert editor.stderr.count(b"ValueError: words of the user") == 1
    assert b"FeatureNotificationError: JsonRpcInternalError" in editor.stderr


async def test_a_client_that_does_not_read_holds_up_nothing(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply="a + b")
    editor.open(uri, ADD)
    with editor.not_reading():
        # More answers than a pipe holds (64 KiB), then work that the endpoint sees done.
        refused = [editor.ask("no/such/method", None) for _ in range(2000)]
        asked = editor.ask_inline(uri, *AT_ADD)
        await sim.received(1)
        assert not any(reply.done() for reply in refused)
    assert (await asked).texts == SUGGESTED


# Beginning and end.


async def test_before_initialize_requests_are_refused_and_the_rest_is_dropped(
    tmp_path: Path,
) -> None:
    async with start_editor(tmp_path, EMBEDDED) as editor:
        editor.open("file:///a.py", ADD)
        assert (await editor.request("no/such/method", None)).code == NOT_INITIALIZED
        assert (await editor.inline("file:///a.py", *AT_ADD)).code == NOT_INITIALIZED
        await editor.initialize(GHOST_TEXT)
        assert (await editor.inline("file:///a.py", *AT_ADD)).result == {"items": []}
        assert await editor.leave() == 0
        await editor.check()


async def test_after_shutdown_requests_are_refused(tmp_path: Path) -> None:
    async with start_editor(tmp_path, EMBEDDED) as editor:
        await editor.initialize(GHOST_TEXT)
        await editor.request("shutdown", None)
        assert (await editor.request("workspace/executeCommand", {})).code == INVALID_REQUEST
        assert (await editor.request("shutdown", None)).code == INVALID_REQUEST
        editor.notify("exit", None)
        assert await editor.ended() == 0
        await editor.check()


async def test_shutdown_answers_what_is_still_running(tmp_path: Path) -> None:
    async with at_work(tmp_path, EMBEDDED, command=PROBING) as editor:
        asked = editor.ask("workspace/executeCommand", {"command": "test.wait"})
        await editor.until(lambda: "test/waiting" in dict(editor.notifications))
        assert await editor.leave() == 0
        assert (await asked).code == CANCELLED


async def test_exit_behind_shutdown_in_one_write_is_0(tmp_path: Path) -> None:
    async with start_editor(tmp_path, EMBEDDED) as editor:
        await editor.initialize(GHOST_TEXT)
        asked = editor.ask("shutdown", None)
        editor.notify("exit", None)
        assert (await asked).error is None
        assert await editor.ended() == 0


@pytest.mark.parametrize("initialized", [True, False])
async def test_exit_without_shutdown_is_1(tmp_path: Path, initialized: bool) -> None:
    async with start_editor(tmp_path, EMBEDDED) as editor:
        if initialized:
            await editor.initialize(GHOST_TEXT)
        editor.notify("exit", None)
        assert await editor.ended() == 1


async def test_the_end_of_input_ends_the_process_and_its_requests_upstream(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    async with Simulator(flavor="openai", script=Script(hold=asyncio.Event())) as sim:
        async with start_editor(tmp_path, endpoint_env(sim)) as editor:
            await editor.initialize(GHOST_TEXT)
            editor.open(uri, ADD)
            asked = editor.ask_inline(uri, *AT_ADD)
            await sim.received(1)
            editor.end_input()
            assert (await asked).code == CANCELLED
            assert await editor.ended() == 1
            await editor.check()
        await sim.finished(1)
        assert sim.log[0].gone


async def test_a_key_command_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = f"import pathlib, time; pathlib.Path({str(ran)!r}).touch(); time.sleep(600)"
    settings = {"provider": "zai", "api_key_command": [sys.executable, "-c", program]}
    (tmp_path / "CONFIG").mkdir()
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    (tmp_path / "CONFIG" / "config.toml").write_text("".join(lines))
    async with start_editor(tmp_path, {}) as editor:
        await editor.initialize(GHOST_TEXT)
        while not ran.exists():
            await editor.request("no/such/method", None)
        editor.end_input()
        assert await editor.ended() == 1


async def test_the_death_of_the_parent_ends_the_process_though_the_pipe_is_open(
    tmp_path: Path,
) -> None:
    parent = await asyncio.create_subprocess_exec("sleep", "600")
    async with start_editor(tmp_path, EMBEDDED) as editor:
        await editor.initialize({**GHOST_TEXT, "processId": parent.pid})
        parent.kill()
        await parent.wait()
        assert await editor.ended() == 1


@pytest.mark.parametrize("number", [2**22 + 1, 2**40, -1, "7"], ids=repr)
async def test_a_parent_that_cannot_be_seen_is_not_watched(tmp_path: Path, number: object) -> None:
    params = {**GHOST_TEXT, "processId": number}
    async with at_work(tmp_path, EMBEDDED, params) as editor:
        assert (await editor.status())["reason"] == "embedded"
