"""Faults of the bytes: a good plan to one that stops, breaks or garbles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .plan import Break, Frame, Plan, whole

Steps = tuple[Frame | Break, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """The frames of a good stream, cut where faults strike."""

    frames: tuple[Frame, ...]
    error: bytes
    """The flavor's error JSON, as it stands in a stream."""

    @property
    def middle(self) -> int:
        """How many frames go out before half of the text is sent; at least one."""
        counting = [at for at, frame in enumerate(self.frames) if frame.counts]
        return counting[(len(counting) - 1) // 2] + 1 if counting else 1

    @property
    def first_half(self) -> tuple[Frame, ...]:
        """The frames up to the middle."""
        return self.frames[: self.middle]

    @property
    def second_half(self) -> tuple[Frame, ...]:
        """The frames from the middle on."""
        return self.frames[self.middle :]


_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>\n"
_ROUTING = b'{"code":500,"msg":"404 NOT_FOUND","success":false}'
_DONE = b"[DONE]"

UNHEARD: dict[str, Break] = {"hang": "hang", "reset_before": "reset"}
"""Faults before the head."""

INSTEAD: dict[str, Plan] = {
    "html_200": whole(200, "text/html; charset=utf-8", _HTML),
    "json_200_error": whole(200, "application/json", _ROUTING),
}
"""Faults in place of an answer."""


def spoil_wire(fault: str, plan: Plan, error: bytes) -> Plan:
    """Apply a fault if it is one of the bytes; `error` is the flavor's error JSON."""
    if fault in UNHEARD:
        return Plan(0, (), (UNHEARD[fault],))
    if fault in INSTEAD:
        return INSTEAD[fault]
    frames = tuple(step for step in plan.steps if isinstance(step, Frame))
    if plan.length is not None:
        return _spoil_body(fault, plan, frames[0], error)
    if fault in STREAM_FAULTS:
        return replace(plan, steps=STREAM_FAULTS[fault](Stream(frames, error)))
    return plan


def _spoil_body(fault: str, plan: Plan, frame: Frame, error: bytes) -> Plan:
    half = frame.data[: len(frame.data) // 2]
    if fault in _BREAKS:
        return replace(plan, steps=(Frame(half), _BREAKS[fault]))
    bodies = {
        "truncated_frame": half,
        "garbage_frame": b"upstream went away",
        "error_in_band": error,
    }
    if fault in bodies:
        return replace(plan, steps=(Frame(bodies[fault]),), length=len(bodies[fault]))
    return plan


def _breaking(how: Break) -> Callable[[Stream], Steps]:
    return lambda stream: (*stream.first_half, how)


def _no_done(stream: Stream) -> Steps:
    return tuple(frame for frame in stream.frames if _DONE not in frame.data)


def _comments(stream: Stream) -> Steps:
    ping = Frame(b": ping\n\n")
    return tuple(piece for frame in stream.frames for piece in (ping, frame))


def _crlf(stream: Stream) -> Steps:
    return tuple(replace(f, data=f.data.replace(b"\n", b"\r\n")) for f in stream.frames)


def _glued(stream: Stream) -> Steps:
    frames = stream.frames
    data = b"".join(
        frame.data[:-1] if at % 2 == 0 and at + 1 < len(frames) else frame.data
        for at, frame in enumerate(frames)
    )
    return (Frame(data, "".join(frame.text for frame in frames), counts=True),)


def _interleaved(stream: Stream) -> Steps:
    *before, last = stream.first_half
    return (*before, replace(last, data=b'data: {"id":' + last.data), *stream.second_half)


def _truncated(stream: Stream) -> Steps:
    *before, last = stream.first_half
    cut = Frame(last.data[: len(last.data) // 2] + b"\n\n", counts=True)
    return (*before, cut, *stream.second_half)


def _garbage(stream: Stream) -> Steps:
    return (*stream.first_half, Frame(b"data: upstream went away\n\n"), *stream.second_half)


def _error_in_band(stream: Stream) -> Steps:
    return (*stream.first_half, Frame(b"data: " + stream.error + b"\n\n"))


_BREAKS: dict[str, Break] = {"hang_mid": "hang", "reset_mid": "reset", "close_mid": "close"}

STREAM_FAULTS: dict[str, Callable[[Stream], Steps]] = {
    **{fault: _breaking(how) for fault, how in _BREAKS.items()},
    "end_mid": lambda stream: stream.first_half,
    "no_done": _no_done,
    "linger": lambda stream: (*stream.frames, "hang"),
    "comments": _comments,
    "crlf": _crlf,
    "glued": _glued,
    "interleaved": _interleaved,
    "truncated_frame": _truncated,
    "garbage_frame": _garbage,
    "error_in_band": _error_in_band,
}
"""By name of FAULTS."""
