"""Whatever was done to a stream, its frames are the same however its bytes were cut."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.provider.sse import DONE, LOST, Frame, SseParser

A, B, C = {"id": "a"}, {"id": "b"}, {"id": "c"}
DEEP = b'{"a":' * 100_000
TEXT = "two lines? \u2028 no, \u2029 one \x85 é 💥"


class Case(NamedTuple):
    name: str
    stream: bytes
    frames: list[Frame]


CASES = [
    Case("plain", b'data: {"id":"a"}\n\ndata: {"id":"b"}\n\ndata: [DONE]\n\n', [A, B, DONE]),
    Case("no space", b'data:{"id":"a"}\n\n', [A]),
    Case("crlf", b'data: {"id":"a"}\r\n\r\ndata: [DONE]\r\n\r\n', [A, DONE]),
    Case("no blank lines", b'data: {"id":"a"}\ndata: {"id":"b"}\n', [A, B]),
    Case("no final newline", b'data: {"id":"a"}\n\ndata: {"id":"b"}', [A, B]),
    Case("no final newline at [DONE]", b'data: {"id":"a"}\n\ndata: [DONE]', [A, DONE]),
    Case("no [DONE]", b'data: {"id":"a"}\n\n', [A]),
    Case("comments", b': PROCESSING\n\n:\ndata: {"id":"a"}\n: ping\ndata: {"id":"b"}\n', [A, B]),
    Case("other fields", b'event: x\nid: 1\nretry: 5\ndata: {"id":"a"}\n\n', [A]),
    Case("one object on two lines", b'data: {"id":\ndata: "a"}\n\ndata: {"id":"b"}\n', [A, B]),
    Case("glued on one line", b'data: {"id":"a"}data: {"id":"b"}data: [DONE]\n\n', [A, B, DONE]),
    Case("interleaved", b'data: {"id":data: {"id":"a"}\n\ndata: {"id":"b"}\n\n', [A, B]),
    Case("interleaved, no blank line", b'data: {"id":data: {"id":"a"}\ndata: {"id":"b"}\n', [A, B]),
    Case("cut", b'data: {"id":"a"}\n\ndata: {"id":"b\n\ndata: {"id":"c"}\n\n', [A, LOST, C]),
    Case("cut, no blank line", b'data: {"id":"a\ndata: {"id":"b"}\n', [LOST, B]),
    Case("cut at the end", b'data: {"id":"a"}\n\ndata: {"id":', [A, LOST]),
    Case("garbage", b'data: went away\n\ndata: {"id":"a"}\n\n', [A]),
    Case("garbage, no blank line", b'data: went away\ndata: {"id":"a"}\n', [A]),
    Case("garbage before a cut", b'data: went away\ndata: {"id":\n\n', [LOST]),
    Case("garbage that is JSON", b'data: 7\n\ndata: "x"\n\ndata: [1]\n\ndata: {"id":"a"}\n', [A]),
    Case("no UTF-8", b'data: {"id":"\xff"}\n\ndata: {"id":"a"}\n', [LOST, A]),
    Case("too deep to be parsed", b"data: " + DEEP + b'\ndata: {"id":"a"}\n', [LOST, A]),
    Case("line separators in a string", f'data: {{"t":"{TEXT}"}}\n'.encode(), [{"t": TEXT}]),
    Case("empty data", b'data:\n\ndata: \n\ndata: {"id":"a"}\n', [A]),
    Case("no stream", b"<html>\n<p>Sign in</p>\n</html>\n", []),
    Case("nothing", b"", []),
]


def parsed(*pieces: bytes) -> list[Frame]:
    parser = SseParser()
    frames = [frame for piece in pieces for frame in parser.feed(piece)]
    return frames + parser.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_frames(case: Case) -> None:
    assert parsed(case.stream) == case.frames


SHORT = [case for case in CASES if len(case.stream) < 1000]


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.name)
def test_cutting_changes_nothing(case: Case) -> None:
    for at in range(len(case.stream) + 1):
        assert parsed(case.stream[:at], case.stream[at:]) == case.frames
    for size in (1, 2, 3, 7):
        pieces = [case.stream[at : at + size] for at in range(0, len(case.stream), size)]
        assert parsed(*pieces) == case.frames


@given(
    st.lists(
        st.sampled_from(
            [b"data: ", b'{"id":"a"}', b'{"id":', b"[DONE]", b"\n", b"\r\n", b"x", b":"]
        )
    ),
    st.data(),
)
def test_any_stream_cut_anywhere(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    at = data.draw(st.integers(0, len(stream)))
    assert parsed(stream[:at], stream[at:]) == parsed(stream)


def test_a_frame_does_not_wait_for_its_blank_line() -> None:
    parser = SseParser()
    assert parser.feed(b'data: {"id":"a"}') == []
    assert parser.feed(b"\n") == [A]


@pytest.mark.parametrize("data", [b"x" * 65_536, b'data: {"a\n' * 1000])
def test_what_never_ends_is_lost_and_does_not_pile_up(data: bytes) -> None:
    parser = SseParser()
    frames = [frame for _ in range(40) for frame in parser.feed(data)]
    assert LOST in frames
    assert len(parser._buffer) + len(parser._held) < 1_100_000
