"""Bytes of a socket to HTTP/1.1 requests, and answers to bytes.

Requests are read as soon as they arrive, whatever else is going on, so that a client that leaves
is noticed at once: at the end of its data or at the loss of the connection.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

_HEAD_END = b"\r\n\r\n"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read whole."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


def take_request(buffer: bytearray) -> Request | None:
    """Remove one request from the front of the buffer; None if it is not whole yet.

    Raises ValueError if this is no HTTP.
    """
    end = buffer.find(_HEAD_END)
    if end < 0:
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    start = end + len(_HEAD_END)
    if headers.get("transfer-encoding", "").lower() == "chunked":
        taken = _chunked_body(buffer, start)
    else:
        length = int(headers.get("content-length", "0"))
        whole = len(buffer) >= start + length
        taken = (bytes(buffer[start : start + length]), start + length) if whole else None
    if taken is None:
        return None
    body, after = taken
    del buffer[:after]
    return Request(method, path, headers, body)


def _chunked_body(buffer: bytearray, at: int) -> tuple[bytes, int] | None:
    """Return body and end of a body in HTTP chunks without trailers."""
    body = bytearray()
    while (line_end := buffer.find(b"\r\n", at)) >= 0:
        size = int(bytes(buffer[at:line_end]).partition(b";")[0], 16)
        at = line_end + 2
        if len(buffer) < at + size + 2:
            return None
        body += buffer[at : at + size]
        at += size + 2
        if size == 0:
            return bytes(body), at
    return None


def answer_head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return status line and headers."""
    known = {code.value: code.phrase for code in HTTPStatus}
    lines = [f"HTTP/1.1 {status} {known.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers if value]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def http_chunk(data: bytes) -> bytes:
    """Return bytes as one chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


_LAST_CHUNK = b"0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One client's connection: one request at a time, further ones wait in the buffer."""

    def __init__(
        self,
        begin: Callable[[Request, Connection], asyncio.Task[None]],
        open_ones: set[Connection],
    ) -> None:
        """`begin` starts to answer a request; the connection is in `open_ones` while it is."""
        self.t_gone: float | None = None
        self.closed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._begin, self._open_ones = begin, open_ones
        self._buffer = bytearray()
        self._writable = asyncio.Event()
        self._writable.set()
        self._transport: asyncio.Transport | None = None

    @property
    def transport(self) -> asyncio.Transport:
        """The socket's transport; there is one from the first callback on."""
        assert self._transport is not None
        return self._transport

    # Called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open_ones.add(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def eof_received(self) -> None:
        self._leave()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        self.closed.set()
        self._open_ones.discard(self)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _leave(self) -> None:
        if self.t_gone is None:
            self.t_gone = time.monotonic()
        if self.task is not None:
            self.task.cancel()

    def _next(self) -> None:
        if self.task is not None:
            return
        try:
            request = take_request(self._buffer)
        except ValueError:
            self.transport.write(answer_head(400, (("content-length", "0"),)))
            self.transport.close()
            return
        if request is not None:
            self.task = self._begin(request, self)
            self.task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self.task = None
        if not self.transport.is_closing():
            self._next()

    # Called while answering.

    async def write(self, data: bytes, split: int = 0, gap_s: float = 0) -> None:
        """Send bytes, in pieces of `split` bytes if given, `gap_s` seconds before each.

        Returns right after the last piece, so that a caller notes the end before the client can
        react to it.
        """
        size = split or len(data) or 1
        for at in range(0, len(data), size):
            await asyncio.sleep(gap_s)
            await self._writable.wait()
            self.transport.write(data[at : at + size])

    def write_end(self) -> None:
        """Send the end of a chunked body."""
        self.transport.write(_LAST_CHUNK)

    def close(self) -> None:
        """Send what is written, then FIN."""
        self.transport.close()

    def reset(self) -> None:
        """Send RST; what the client has not read yet may be lost to it."""
        connected = self.transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.transport.abort()


_BEARER = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)


def bearer_key(headers: dict[str, str]) -> str:
    """Return the key of a request, or nothing."""
    found = _BEARER.match(headers.get("authorization", ""))
    return found[1] if found else ""
