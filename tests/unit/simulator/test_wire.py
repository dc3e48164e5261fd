from __future__ import annotations

import pytest

from tests.simulator.wire import Request, take_request

PLAIN = b"POST /v1/x HTTP/1.1\r\nContent-Length: 4\r\nX-A:  b \r\n\r\n{\r\n}"
CHUNKED = (
    b"POST /v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"1\r\n{\r\n3;note=1\r\n\r\n}\r\n0\r\n\r\n"
)


@pytest.mark.parametrize("sent", [PLAIN, CHUNKED], ids=["length", "chunked"])
def test_a_request_is_taken_when_its_last_byte_is_there(sent: bytes) -> None:
    for cut in range(len(sent)):
        assert take_request(bytearray(sent[:cut])) is None
    buffer = bytearray(sent + b"GET")
    request = take_request(buffer)
    assert request is not None
    assert (request.method, request.path, request.body) == ("POST", "/v1/x", b"{\r\n}")
    assert buffer == b"GET"


def test_header_names_are_lower_case_and_values_stripped() -> None:
    request = take_request(bytearray(PLAIN))
    assert request is not None
    assert request.headers == {"content-length": "4", "x-a": "b"}


def test_a_request_without_length_has_no_body() -> None:
    request = take_request(bytearray(b"GET /health HTTP/1.1\r\n\r\n"))
    assert request == Request("GET", "/health", {}, b"")


@pytest.mark.parametrize("sent", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n"])
def test_what_is_no_http_is_refused(sent: bytes) -> None:
    with pytest.raises(ValueError):
        take_request(bytearray(sent))
