"""Our own server as a child process, spoken to over its standard streams as an editor does."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from glm_ls.cli.output import one_line
from glm_ls.errors import GlmError
from glm_ls.log import redact

SERVER = (sys.executable, "-m", "glm_ls")
PATIENCE_S = 60.0
"""The longest a request may take: more than any time-out of the server."""
LEAVE_S = 5.0
"""How long the server may take to shut down before it is killed."""
_TAIL = 2000
"""Bytes of the server's log that are kept to explain its end."""


class ServerTrouble(GlmError):
    """The server ended, stays silent or answered an error."""

    reason = "server"


class StdioClient:
    """One connection; a request of the server is answered with null."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.notifications: dict[str, Any] = {}
        """The last parameters by method."""
        self._process = process
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._count = 0
        self._log = b""
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._read_log())]

    @classmethod
    async def start(
        cls, environ: Mapping[str, str], command: Sequence[str] = SERVER
    ) -> StdioClient:
        """Start a server with the given environment."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environ)
        )
        return cls(process)

    async def request(self, method: str, params: object) -> Any:
        """Return the result; raises ServerTrouble."""
        self._count += 1
        answer = asyncio.get_running_loop().create_future()
        self._waiting[self._count] = answer
        await self._send({"id": self._count, "method": method, "params": params})
        if self._tasks[0].done():
            self._give_up()
        try:
            return await asyncio.wait_for(answer, PATIENCE_S)
        except TimeoutError:
            raise ServerTrouble(f"no answer to {method} within {PATIENCE_S:g} s") from None

    async def notify(self, method: str, params: object) -> None:
        """Send a notification, which has no answer."""
        await self._send({"method": method, "params": params})

    async def close(self) -> None:
        """Shut the server down as an editor does, and end it where it does not listen."""
        try:
            async with asyncio.timeout(LEAVE_S):
                if not self._tasks[0].done():
                    await self.request("shutdown", None)
                    await self.notify("exit", None)
                await self._process.wait()
        except (TimeoutError, ServerTrouble):
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()
        await asyncio.gather(*self._tasks)

    async def _send(self, message: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        try:
            await self._process.stdin.drain()
        except ConnectionError:
            self._give_up()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        source = self._process.stdout
        try:
            while True:
                head = await source.readuntil(b"\r\n\r\n")
                fields = dict(line.split(b":", 1) for line in head.lower().strip().split(b"\r\n"))
                body = await source.readexactly(int(fields[b"content-length"]))
                await self._take(json.loads(body))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, KeyError):
            self._give_up()

    async def _take(self, message: Mapping[str, Any]) -> None:
        if "method" not in message:
            answer = self._waiting.pop(message["id"], None)
            if answer is None or answer.done():
                return
            if error := message.get("error"):
                words = one_line(redact(str(error.get("message"))))
                answer.set_exception(ServerTrouble(f"the server answered an error: {words}"))
            else:
                answer.set_result(message.get("result"))
        elif "id" in message:
            await self._send({"id": message["id"], "result": _answer(message)})
        else:
            self.notifications[message["method"]] = message.get("params")

    async def _read_log(self) -> None:
        assert self._process.stderr is not None
        while data := await self._process.stderr.read(4096):
            self._log = (self._log + data)[-_TAIL:]

    def _give_up(self) -> None:
        """Let nobody wait for a server that is gone."""
        last = self._log.decode("utf-8", "replace").strip().rpartition("\n")[2]
        said = f"; its last words: {one_line(redact(last))}" if last else ""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ServerTrouble(f"the server has ended{said}"))
        self._waiting.clear()


def _answer(message: Mapping[str, Any]) -> object:
    """Return what an editor without settings of its own answers."""
    if message["method"] == "workspace/configuration":
        return [None for _ in message["params"]["items"]]
    return None
