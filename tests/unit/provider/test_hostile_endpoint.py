"""An endpoint that means harm: what never ends, what swells, what follows, what repeats the key.

Written on bare sockets, since no honest server can be made to say these things.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from itertools import chain, repeat

import pytest

from glm_ls.config.schema import build_settings
from glm_ls.errors import BadAnswer, NetworkDown, ProviderError, TimedOut
from glm_ls.provider.answer import Timing
from glm_ls.provider.client import HttpClient
from glm_ls.provider.listing import list_models
from glm_ls.provider.transport import open_client
from glm_ls.provider.wire import Call
from tests.simulator import Script, Simulator
from tests.unit.provider.conftest import endpoint_at

pytestmark = pytest.mark.usefixtures("no_proxy", "nothing_is_left")

NET_S = 20.0
"""Safety net in seconds: what needs it has hung."""

PATIENT, HASTY = Timing(10, 10), Timing(0.2, 0.1)
KEY = "good-key"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
REFUSED = b"HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\n"


def frame(**choice: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, **choice}]}).encode() + b"\n\n"


TEXT = frame(delta={"content": "x"})


@asynccontextmanager
async def saying(head: bytes, pieces: Iterator[bytes], pause_s: float) -> AsyncIterator[str]:
    """Serve these bytes to whoever asks, without an end of their own."""
    left = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            writer.write(head + b"\r\n")
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause_s)
            await reader.read()
        except ConnectionError:
            pass  # the client has left, as it should
        finally:
            writer.close()
            left.set()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        await asyncio.wait_for(left.wait(), NET_S)


async def ask(base_url: str, timing: Timing) -> str:
    endpoint = endpoint_at(base_url, provider="openai-compatible")
    text = ""
    async with open_client(build_settings({})) as http, asyncio.timeout(NET_S):
        client = HttpClient(http, endpoint, timing)
        call = Call("/chat/completions", {"model": "m", "messages": []})
        async with aclosing(client.stream(call, lambda usage: None)) as deltas:
            async for delta in deltas:
                text += delta.text
        await client.close()
    return text


ENDLESS: dict[str, tuple[bytes, Callable[[], Iterator[bytes]], Timing, type[ProviderError]]] = {
    "pings": (OK, lambda: repeat(b": ping\n\n"), HASTY, TimedOut),
    "pings after text": (OK, lambda: chain([TEXT], repeat(b": ping\n\n")), HASTY, TimedOut),
    "reasoning": (
        OK, lambda: repeat(frame(delta={"reasoning_content": "hm"})), HASTY, TimedOut,
    ),
    "empty frames": (OK, lambda: repeat(b'data: {"choices": []}\n\n'), HASTY, TimedOut),
    "drip of a refusal": (REFUSED, lambda: repeat(b" "), HASTY, TimedOut),
    "drip of an object": (OK, lambda: chain([b"{"], repeat(b" ")), HASTY, TimedOut),
    "one line": (OK, lambda: repeat(b"data: " + b"x" * 65_536), PATIENT, NetworkDown),
    "a flood of frames": (OK, lambda: repeat(b": " + b"x" * 65_536 + b"\n"), PATIENT, BadAnswer),
    "a flood of candidates": (
        OK,
        lambda: (frame(index=at, delta={"content": "x" * 30_000}) for at in range(1, 9999)),
        PATIENT,
        BadAnswer,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDLESS)
async def test_what_never_ends_is_ended(what: str) -> None:
    head, pieces, timing, expected = ENDLESS[what]
    pause_s = 0.01 if timing is HASTY else 0
    async with saying(head, pieces(), pause_s) as url:
        with pytest.raises(expected):
            await ask(url, timing)


async def test_an_endless_list_of_models_is_ended() -> None:
    async with saying(OK, repeat(b" " * 65_536), 0) as url:
        endpoint = endpoint_at(url, provider="openai-compatible")
        async with asyncio.timeout(NET_S):
            with pytest.raises(BadAnswer, match="endless"):
                await list_models(build_settings({}), endpoint)


async def test_nothing_is_unpacked() -> None:
    bomb = gzip.compress(b"\n" * 50_000_000)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(bomb)
    async with saying(head, iter([bomb]), 0) as url:
        with pytest.raises(BadAnswer):
            await ask(url, PATIENT)


async def test_only_the_candidates_that_were_asked_for_count() -> None:
    end = frame(finish_reason="stop")
    other = frame(index=7, delta={"content": "other"})
    async with saying(OK, iter([other, TEXT, end]), 0) as url:
        assert await ask(url, PATIENT) == "x"


@pytest.mark.parametrize(
    "said",
    [frame(finish_reason=f"over {KEY}"), b'data: {"%s": 1}\n\n' % KEY.encode()],
    ids=["finish reason", "unknown object"],
)
async def test_the_key_is_not_repeated(said: bytes) -> None:
    head = OK + b"Content-Length: %d\r\n" % len(said)
    async with saying(head, iter([said]), 0) as url:
        with pytest.raises(BadAnswer) as caught:
            await ask(url, PATIENT)
    assert KEY not in str(caught.value)
    assert "[redacted]" in str(caught.value)


async def test_no_cookie_is_kept() -> None:
    async with Simulator(flavor="openai") as sim, open_client(build_settings({})) as http:
        sim.script = Script(headers=(("Set-Cookie", "track=1; Path=/"),))
        client = HttpClient(http, endpoint_at(sim.base_url, provider="openai-compatible"), PATIENT)
        body = {"model": "glm-4.6", "messages": [{"role": "user", "content": "x"}]}
        for _ in range(2):
            await client.post("/chat/completions", body)
        await client.close()
        assert len(sim.log) == 2
        assert not any("cookie" in exchange.headers for exchange in sim.log)
