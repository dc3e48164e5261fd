"""The simulator in use: scripts, pace, limits, the log, and clients that leave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.simulator import Exchange, Script, Simulator
from tests.simulator.flavors import Json

CHAT: Json = {"model": "glm-4.6", "messages": [{"role": "user", "content": "hi"}], "stream": True}


def url_of(sim: Simulator) -> str:
    return sim.base_url + "/chat/completions"


async def read_until(answer: httpx.Response, text: str) -> None:
    """Read a stream until a text has come."""
    seen = ""
    async for piece in answer.aiter_text():
        seen += piece
        if text in seen:
            return


async def test_queued_scripts_come_first_and_once(client: httpx.AsyncClient) -> None:
    async with Simulator(script=Script(reply="usual")) as sim:
        sim.queue(Script(reply="first"), Script(error="1305"))
        for _ in range(3):
            await client.post(url_of(sim), json=CHAT)
        assert [(e.status, e.text_sent) for e in sim.log] == [
            (200, "first"),
            (429, ""),
            (200, "usual"),
        ]


async def test_a_refused_request_takes_no_script(client: httpx.AsyncClient) -> None:
    async with Simulator() as sim:
        sim.queue(Script(reply="kept"))
        await client.post(url_of(sim), json=CHAT | {"model": "gpt-9"})
        await client.post(url_of(sim), json=CHAT)
        assert [(e.admitted, e.text_sent) for e in sim.log] == [(False, ""), (True, "kept")]


async def test_the_log_tells_what_was_asked_and_answered(client: httpx.AsyncClient) -> None:
    async with Simulator(script=Script(chunks=("a", "b"))) as sim:
        await client.get(sim.base_url + "/models")
        await client.post(url_of(sim), json=CHAT)
        await sim.finished(1)
        listing, exchange = sim.log
    assert (listing.method, listing.path, listing.generating) == (
        *("GET", "/api/paas/v4/models"),
        False,
    )
    assert exchange.body == json.loads(exchange.raw) == CHAT
    assert (exchange.key, exchange.stream, exchange.status) == ("good-key", True, 200)
    assert exchange.headers["content-type"] == "application/json"
    assert (exchange.text_sent, exchange.usage["total_tokens"]) == ("ab", 6 + 2 + 1)
    assert exchange.t_first_byte is not None
    assert exchange.t_last_byte is not None
    assert exchange.t_received <= exchange.t_first_byte <= exchange.t_last_byte
    assert (exchange.ended, exchange.gone) == (True, False)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(Script(fault="hang"), id="before the head"),
        pytest.param(Script(ttfb_s=3600), id="while the head is delayed"),
        pytest.param(Script(chunks=("a", "b"), fault="hang_mid"), id="in the middle"),
        pytest.param(Script(chunks=("a", "b"), gap_s=3600), id="between two frames"),
        pytest.param(Script(hold=asyncio.Event()), id="while held"),
    ],
)
async def test_a_client_that_leaves_is_noticed(client: httpx.AsyncClient, script: Script) -> None:
    async with Simulator(script=script) as sim:
        request = asyncio.create_task(client.post(url_of(sim), json=CHAT))
        await sim.received(1)
        assert sim.live == 1
        request.cancel()
        await sim.finished(1)
        exchange = sim.log[0]
        assert exchange.gone
        assert exchange.t_gone is not None
        assert exchange.t_gone >= exchange.t_received
        assert sim.live == 0


async def test_a_client_that_stops_at_done_is_not_gone_early(client: httpx.AsyncClient) -> None:
    async with Simulator(script=Script(reply="x")) as sim:
        async with client.stream("POST", url_of(sim), json=CHAT) as answer:
            await read_until(answer, "[DONE]")
        await sim.finished(1)
        assert not sim.log[0].gone


async def test_hold_stops_a_stream_after_so_many_pieces(client: httpx.AsyncClient) -> None:
    hold = asyncio.Event()
    script = Script(chunks=("a", "b", "c"), hold=hold, hold_after=2)
    async with Simulator(flavor="vllm", script=script) as sim:
        async with client.stream("POST", url_of(sim), json=CHAT) as answer:
            stream = answer.aiter_text()
            seen = ""
            while '"b"' not in seen:
                seen += await anext(stream)
            assert (sim.log[0].text_sent, sim.live) == ("ab", 1)
            hold.set()
            assert '"c"' in "".join([piece async for piece in stream])
        await sim.finished(1)
        assert sim.log[0].text_sent == "abc"


async def test_a_held_stream_sends_its_head(client: httpx.AsyncClient) -> None:
    async with Simulator(script=Script(hold=asyncio.Event())) as sim:
        async with client.stream("POST", url_of(sim), json=CHAT) as answer:
            assert answer.status_code == 200
            assert sim.log[0].text_sent == ""
        await sim.finished(1)
        assert sim.log[0].gone


async def test_a_held_whole_answer_waits_before_its_head(client: httpx.AsyncClient) -> None:
    hold = asyncio.Event()
    async with Simulator(script=Script(reply="x", hold=hold)) as sim:
        request = asyncio.create_task(client.post(url_of(sim), json=CHAT | {"stream": False}))
        await sim.received(1)
        assert sim.log[0].status == 0
        hold.set()
        assert (await request).status_code == 200


@pytest.mark.parametrize("split", [1, 7])
async def test_a_body_in_small_pieces_is_the_same(client: httpx.AsyncClient, split: int) -> None:
    async with Simulator(flavor="vllm", now=lambda: 0) as sim:
        sim.queue(Script(reply="é 你好 🙂"), Script(reply="é 你好 🙂", split=split))
        whole = (await client.post(url_of(sim), json=CHAT)).text
        pieces = (await client.post(url_of(sim), json=CHAT)).text
    strip = str.maketrans("", "", "0123456789abcdef")  # the ids differ
    assert pieces.translate(strip) == whole.translate(strip)
    assert "🙂" in pieces


async def test_pieces_are_written_one_by_one() -> None:
    content = json.dumps(CHAT).encode()
    head = (
        "POST /api/paas/v4/chat/completions HTTP/1.1\r\nauthorization: Bearer good-key\r\n"
        f"connection: close\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    async with Simulator(script=Script(reply="x", split=1)) as sim:
        reader, writer = await asyncio.open_connection("127.0.0.1", sim.port)
        writer.write(head.encode() + content)
        await reader.readuntil(b"\r\n\r\n")
        sizes = []
        while piece := await reader.read(65536):
            sizes.append(len(piece))
        writer.close()
        await writer.wait_closed()
    # Pieces may meet in a buffer on their way, but not all of them.
    assert len(sizes) > 10


@pytest.mark.parametrize(
    ("kind", "root", "allowed"),
    [("general", "/api/paas/v4", 3), ("coding", "/api/coding/paas/v4", 1)],
)
async def test_too_many_requests_at_once_are_refused(
    client: httpx.AsyncClient, kind: str, root: str, allowed: int
) -> None:
    hold = asyncio.Event()
    async with Simulator(keys={"good-key": kind}) as sim:
        sim.queue(*[Script(hold=hold)] * allowed)
        url = f"{sim.url}{root}/chat/completions"
        held = [asyncio.create_task(client.post(url, json=CHAT)) for _ in range(allowed)]
        await sim.received(allowed)
        refused = await client.post(url, json=CHAT)
        assert sim.live == sim.peak_live == allowed
        other = await client.post(url, json=CHAT | {"model": "glm-4.5"})
        hold.set()
        answers = await asyncio.gather(*held)
        after = await client.post(url, json=CHAT)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "1302")
    assert "retry-after" not in refused.headers
    assert {answer.status_code for answer in (*answers, after)} == {200}
    assert other.status_code == 200


async def test_self_hosted_endpoints_take_all_and_tell_the_peak(client: httpx.AsyncClient) -> None:
    hold = asyncio.Event()
    async with Simulator(flavor="vllm", script=Script(hold=hold)) as sim:
        held = [asyncio.create_task(client.post(url_of(sim), json=CHAT)) for _ in range(5)]
        await sim.received(5)
        hold.set()
        await asyncio.gather(*held)
        await sim.finished(5)
        assert (sim.live, sim.peak_live, sim.peak_by_key) == (0, 5, {"good-key": 5})
        sim.reset_peak()
        assert sim.peak_live == 0


async def test_a_connection_is_used_again(client: httpx.AsyncClient) -> None:
    async with Simulator() as sim:
        for stream in (True, False, True):
            await client.post(url_of(sim), json=CHAT | {"stream": stream})
        assert len(sim._connections) == 1


async def test_requests_may_come_in_http_chunks(client: httpx.AsyncClient) -> None:
    async def content() -> AsyncIterator[bytes]:
        for byte in json.dumps(CHAT).encode():
            yield bytes([byte])

    async with Simulator() as sim:
        answer = await client.post(url_of(sim), content=content())
        assert (answer.status_code, sim.log[0].body) == (200, CHAT)


async def test_down_refuses_connections_and_up_takes_them_on_the_same_port(
    client: httpx.AsyncClient,
) -> None:
    async with Simulator() as sim:
        url = url_of(sim)
        assert (await client.post(url, json=CHAT)).status_code == 200
        await sim.down()
        with pytest.raises(httpx.ConnectError):
            await client.post(url, json=CHAT)
        await sim.up()
        assert url_of(sim) == url
        assert (await client.post(url, json=CHAT)).status_code == 200


async def test_down_breaks_the_answers_under_way(client: httpx.AsyncClient) -> None:
    async with Simulator(script=Script(hold=asyncio.Event(), hold_after=1)) as sim:
        async with client.stream("POST", url_of(sim), json=CHAT) as answer:
            await sim.down()
            with pytest.raises(httpx.ReadError):
                await answer.aread()
        assert sim.live == 0


async def test_waiting_in_vain_says_how_far_it_got(client: httpx.AsyncClient) -> None:
    async with Simulator() as sim:
        await client.post(url_of(sim), json=CHAT)
        with pytest.raises(TimeoutError, match="1 of 2 requests"):
            await sim.received(2, timeout=0)


async def test_a_failing_reply_function_fails_the_test(client: httpx.AsyncClient) -> None:
    def reply(body: Json) -> str:
        raise AssertionError("not what was expected")

    with pytest.raises(ExceptionGroup, match="the simulator failed"):
        async with Simulator(script=Script(reply=reply)) as sim:
            assert (await client.post(url_of(sim), json=CHAT)).status_code == 500


async def test_an_ended_request_is_told(client: httpx.AsyncClient) -> None:
    ended: list[Exchange] = []
    async with Simulator(on_end=ended.append) as sim:
        await client.post(url_of(sim), json=CHAT)
        await sim.finished(1)
        assert ended == sim.log


async def test_prompts_are_cached_per_model(client: httpx.AsyncClient) -> None:
    long = CHAT | {"messages": [{"role": "user", "content": "word " * 200}], "stream": False}
    clock = [0.0]
    async with Simulator(cache_delay_s=60, now=lambda: clock[-1]) as sim:
        cached = []
        for moment in (0.0, 1.0, 90.0):
            clock.append(moment)
            usage = (await client.post(url_of(sim), json=long)).json()["usage"]
            cached.append(usage["prompt_tokens_details"]["cached_tokens"])
    assert cached == [0, 0, 192]
