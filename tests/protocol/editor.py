"""An editor for tests: the real server as a child process, over stdio, message by message.

pytest-lsp cannot send broken traffic and types every answer; here a test sees the wire. Every
request's answers are counted, so that "exactly once" can be asserted at the end of any test.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulator import Simulator

CLIENTS = Path(__file__).parent.parent / "data" / "clients"
PATIENCE_S = 20.0
PROFILES = sorted(path.stem for path in CLIENTS.glob("*.json"))

Json = dict[str, Any]

GHOST_TEXT: Json = {"capabilities": {"textDocument": {"inlineCompletion": {}}}}
"""The least that an editor with ghost text says of itself."""


def profile(name: str) -> Json:
    """Return the `initialize` params that a real editor sent."""
    params: Json = json.loads((CLIENTS / f"{name}.json").read_text("utf-8"))
    return params


class Reply:
    """What became of a request."""

    def __init__(self, message: Json) -> None:
        self.result: Any = message.get("result")
        self.error: Json | None = message.get("error")

    @property
    def code(self) -> int | None:
        return self.error["code"] if self.error else None

    @property
    def texts(self) -> list[str]:
        """Texts of inline items."""
        return [item["insertText"] for item in (self.result or {}).get("items", [])]


class Editor:
    """One connection."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.notifications: list[tuple[str, Any]] = []
        self.requests: list[tuple[str, Any]] = []
        """What the server asked."""
        self.answers: Counter[Any] = Counter()
        self.asked: Counter[Any] = Counter()
        self.configuration: Any = None
        """What workspace/configuration is answered with."""
        self.silent: set[str] = set()
        """Methods of the server's requests that are not answered but kept."""
        self.kept: list[Json] = []
        self.choices: Json = {}
        """What requests of the server are answered with, by method."""
        self.capabilities: Json = {}
        """What the server said at `initialize`."""
        self.versions: dict[str, int] = {}
        self._next = 0
        self._waiting: dict[Any, asyncio.Future[Reply]] = {}
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())
        self.stderr = bytearray()
        self._errors = asyncio.create_task(self._read_errors())

    # -- wire --------------------------------------------------------------------------

    def send(self, message: Json) -> None:
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_bytes(self, body: bytes) -> None:
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def write(self, data: bytes) -> None:
        """Write bytes as they are; what is written before the next await arrives together."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any, number: Any = None) -> asyncio.Future[Reply]:
        """Send a request and return the future of its reply; `.id` of it is its number."""
        if number is None:
            self._next += 1
            number = self._next
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self.asked[number] += 1
        self.send({"id": number, "method": method, "params": params})
        return future

    def expect(self, number: Any) -> asyncio.Future[Reply]:
        """Return the future of the reply to a request that the test writes itself."""
        self._waiting[number] = future = asyncio.get_running_loop().create_future()
        self.asked[number] += 1
        return future

    async def request(self, method: str, params: Any) -> Reply:
        return await asyncio.wait_for(self.ask(method, params), PATIENCE_S)

    @property
    def last_id(self) -> int:
        return self._next

    def cancel(self, number: Any) -> None:
        self.notify("$/cancelRequest", {"id": number})

    # -- documents ---------------------------------------------------------------------

    def open(self, uri: str, text: str, language: str = "python") -> None:
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def insert(self, uri: str, line: int, character: int, text: str) -> None:
        at = {"line": line, "character": character}
        self.change(uri, {"range": {"start": at, "end": at}, "text": text})

    def change(self, uri: str, *changes: Json) -> None:
        self.versions[uri] = self.versions.get(uri, 1) + 1
        document = {"uri": uri, "version": self.versions[uri]}
        params = {"textDocument": document, "contentChanges": list(changes)}
        self.notify("textDocument/didChange", params)

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def ask_inline(
        self, uri: str, line: int, character: int, kind: int = 2
    ) -> asyncio.Future[Reply]:
        params = {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": character},
            "context": {"triggerKind": kind},
        }
        return self.ask("textDocument/inlineCompletion", params)

    async def inline(self, uri: str, line: int, character: int, kind: int = 2) -> Reply:
        return await asyncio.wait_for(self.ask_inline(uri, line, character, kind), PATIENCE_S)

    async def status(self) -> Json:
        params = {"command": "glm-ls.status", "arguments": []}
        reply = await self.request("workspace/executeCommand", params)
        result: Json = reply.result
        return result

    # -- life --------------------------------------------------------------------------

    async def initialize(self, params: Json) -> Json:
        reply = await self.request("initialize", {"processId": os.getpid(), **params})
        assert reply.error is None, reply.error
        self.notify("initialized", {})
        result: Json = reply.result
        self.capabilities = result["capabilities"]
        return result

    @contextmanager
    def not_reading(self) -> Iterator[None]:
        """Leave what the server writes in the pipe until it is full."""
        transport: Any = getattr(self.process, "_transport")  # noqa: B009 - asyncio offers no other way
        pipe = transport.get_pipe_transport(1)
        pipe.pause_reading()
        yield
        pipe.resume_reading()

    async def until(self, check: Callable[[], Any]) -> Any:
        """Wait until a message makes `check` true."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(check), PATIENCE_S)
        return check()

    def told(self, method: str) -> list[Any]:
        return [params for name, params in self.notifications if name == method]

    def forget(self) -> None:
        """Begin to count anew, so that a failure stays that of one test."""
        for counted in (self.asked, self.answers, self.notifications, self.kept, self.stderr):
            counted.clear()

    async def check(self, *, errors_logged: bool = False) -> None:
        """Assert that every request was answered exactly once, and that nothing went wrong."""
        await self.until(lambda: set(self.asked) <= set(self.answers))
        assert self.answers == self.asked
        assert errors_logged or b"Traceback" not in self.stderr, self.stderr.decode()

    async def leave(self) -> int:
        """Shut the server down as an editor does and return its exit code."""
        if self.process.returncode is None:
            await self.request("shutdown", None)
            self.notify("exit", None)
        return await self.ended()

    def end_input(self) -> None:
        """Close the server's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    async def ended(self) -> int:
        """Wait until the server has ended and everything it said is read; return its exit code."""
        code = await asyncio.wait_for(self.process.wait(), PATIENCE_S)
        await asyncio.wait_for(asyncio.gather(self._errors, self._reader), PATIENCE_S)
        return code

    async def end(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        for task in (self._reader, self._errors):
            task.cancel()
        await asyncio.gather(self._reader, self._errors, return_exceptions=True)
        transport = getattr(self.process, "_transport", None)
        if transport is not None:
            transport.close()

    # -- in ----------------------------------------------------------------------------

    async def _read(self) -> None:
        assert self.process.stdout is not None
        out = self.process.stdout
        while True:
            try:
                head = await out.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            length = int(head.split(b":")[1])
            await self._take(json.loads(await out.readexactly(length)))

    async def _read_errors(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(65536):
            self.stderr += data

    async def _take(self, message: Json) -> None:
        if "method" not in message:
            self.answers[message.get("id")] += 1
            future = self._waiting.pop(message.get("id"), None)
            if future is not None and not future.done():
                future.set_result(Reply(message))
        elif "id" in message:
            self._answer(message)
        else:
            self.notifications.append((message["method"], message.get("params")))
        async with self._changed:
            self._changed.notify_all()

    def _answer(self, message: Json) -> None:
        self.requests.append((message["method"], message.get("params")))
        if message["method"] in self.silent:
            self.kept.append(message)
            return
        result: Any = self.choices.get(message["method"])
        if message["method"] == "workspace/configuration":
            result = [self.configuration for _ in message["params"]["items"]]
        self.send({"id": message["id"], "result": result})


SERVER = ("-m", "glm_ls")


@asynccontextmanager
async def start_editor(
    home: Path, env: Mapping[str, str], command: Sequence[str] = SERVER
) -> AsyncIterator[Editor]:
    """Start the server with a home of its own and none of the machine's keys."""
    kept = {k: v for k, v in os.environ.items() if not k.endswith(("_API_KEY", "_KEY"))}
    base = {**kept, **{f"GLM_LS_{k}_DIR": str(home / k) for k in ("CONFIG", "STATE", "CACHE")}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env={**base, **env}, limit=1 << 24,
    )  # fmt: skip
    editor = Editor(process)
    try:
        yield editor
    finally:
        await editor.end()


def endpoint_env(sim: Simulator) -> dict[str, str]:
    """Return the environment that sends the server to a simulated endpoint, without takeover."""
    return {
        "GLM_LS_PROVIDER": "openai-compatible",
        "GLM_LS_BASE_URL": sim.base_url,
        "GLM_LS_API_KEY": "test-key",
        "GLM_LS_EMBEDDED_ENABLED": "false",
    }


@asynccontextmanager
async def at_work(
    home: Path,
    env: Mapping[str, str],
    params: Json = GHOST_TEXT,
    *,
    errors_logged: bool = False,
    command: Sequence[str] = SERVER,
) -> AsyncIterator[Editor]:
    """Start the server and initialize it; at the end, leave and check what every test checks.

    The folder `work` in `home` is the workspace.
    """
    work = home / "work"
    work.mkdir(exist_ok=True)
    folders = [{"uri": work.as_uri(), "name": "work"}]
    async with start_editor(home, env, command) as editor:
        await editor.initialize({"rootUri": work.as_uri(), "workspaceFolders": folders, **params})
        yield editor
        assert await editor.leave() == 0
        await editor.check(errors_logged=errors_logged)
