"""Bytes of an event stream in, JSON objects out, however the bytes were cut.

Endpoints and proxies break frames anywhere, glue them, interleave them, add comments and leave
out the end. httpx's own line splitter is no help: it takes U+2028 inside a string for a line end.
A frame is given out at its line end, without waiting for the blank line behind it, because every
endpoint writes one object a line and a blank line may be late.
"""

from __future__ import annotations

import json
from typing import Any, Final

DONE: Final = "[DONE]"

LOST: Final = "[LOST]"
"""Stands for an object that was cut: a part of the answer is missing."""

Frame = dict[str, Any] | str
"""An object of the stream, DONE or LOST."""


MAX_LINE = 1_000_000
"""Bytes of a line that is waited for; a longer one is LOST."""

MAX_HELD = 50_000
"""The same for an object that comes in several lines; each of them reads it anew."""


class SseParser:
    """Incremental parser of one stream."""

    __slots__ = ("_buffer", "_held")

    def __init__(self) -> None:
        self._buffer = b""
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that these bytes complete."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        frames: list[Frame] = []
        for line in lines:
            self._line(line.rstrip(b"\r"), frames)
        if len(self._buffer) > MAX_LINE or len(self._held) > MAX_HELD:
            self._buffer = self._held = b""
            frames.append(LOST)
        return frames

    def close(self) -> list[Frame]:
        """Return the frame that stood at the end without a line end."""
        frames: list[Frame] = []
        self._line(self._buffer.rstrip(b"\r"), frames)
        self._line(b"", frames)
        self._buffer = b""
        return frames

    def _line(self, line: bytes, frames: list[Frame]) -> None:
        if line.startswith(b"data:"):
            payload = line[5:].strip()
            frame = _decode(payload)
            if frame is None and self._held:
                frame = _decode(self._held + b"\n" + payload)
                self._held = b"" if frame is not None else self._held
            if frame is not None:
                self._give_up_held(frames)
                frames.append(frame)
            elif payload:
                self._held = self._held + b"\n" + payload if self._held else payload
        elif not line:
            self._give_up_held(frames)

    def _give_up_held(self, frames: list[Frame]) -> None:
        """Take out of a broken frame what is whole in it."""
        if self._held:
            frames += _rescued(self._held)
            self._held = b""


def _decode(payload: bytes) -> Frame | None:
    if payload == b"[DONE]":
        return DONE
    if not payload.startswith(b"{"):
        return None
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):  # ValueError is also a UnicodeDecodeError
        return None
    return value if isinstance(value, dict) else None


def _rescued(payload: bytes) -> list[Frame]:
    """Return the whole objects of a line into which several frames were written.

    Seen on long GLM streams as `data: {"id":data: {"id":"…"}`. A frame of which nothing is whole
    is LOST, unless it never was an object.
    """
    pieces = (_decode(piece.strip()) for piece in payload.split(b"data:"))
    frames = [frame for frame in pieces if frame is not None]
    return frames or ([LOST] if b"\n{" in b"\n" + payload else [])
