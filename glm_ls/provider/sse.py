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

Frame = dict[str, Any] | str
"""An object of the stream, or DONE."""


class SseParser:
    """Incremental parser of one stream."""

    __slots__ = ("_buffer", "_held", "skipped")

    def __init__(self) -> None:
        self._buffer = b""
        self._held = b""
        self.skipped = 0
        """Frames that were no JSON and were passed over."""

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that these bytes complete."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        frames: list[Frame] = []
        for line in lines:
            self._line(line.rstrip(b"\r"), frames)
        return frames

    def close(self) -> list[Frame]:
        """Return the frame that stood at the end without a line end, if it is whole."""
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
            if frame is not None:
                self._held = b""
                frames.append(frame)
            elif payload:
                self._held = self._held + b"\n" + payload if self._held else payload
        elif not line and self._held:
            frame = _rescued(self._held)
            self._held = b""
            if frame is None:
                self.skipped += 1
            else:
                frames.append(frame)


def _decode(payload: bytes) -> Frame | None:
    if payload == b"[DONE]":
        return DONE
    if not payload.startswith(b"{"):
        return None
    try:
        value = json.loads(payload)
    except ValueError:  # also a UnicodeDecodeError
        return None
    return value if isinstance(value, dict) else None


def _rescued(payload: bytes) -> Frame | None:
    """Return the last whole object of a frame into which another was written.

    Seen on long GLM streams as `data: {"id":data: {"id":"…"}`.
    """
    at = payload.rfind(b'{"id"')
    return _decode(payload[at:].strip()) if at > 0 else None
