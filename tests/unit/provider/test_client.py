"""The client against a real endpoint: every fault of a stream, and every way of leaving one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from glm_ls.config.schema import build_settings
from glm_ls.errors import (
    BadAnswer,
    ContentRefused,
    NetworkDown,
    Overloaded,
    PromptTooLong,
    ProviderError,
    TimedOut,
)
from glm_ls.provider.answer import Timing
from glm_ls.provider.client import HttpClient
from glm_ls.provider.request import Chat, Fim, Message, Request, Usage
from glm_ls.provider.transport import open_client
from glm_ls.provider.wire import Call, call_of
from tests.simulator import FAULTS, Script, Simulator
from tests.unit.provider.conftest import PROVIDERS, endpoint_at

pytestmark = pytest.mark.usefixtures("no_proxy", "nothing_is_left")

NET_S = 20.0
"""Safety net in seconds: what needs it has hung."""

PATIENT, HASTY = Timing(10, 10), Timing(0.05, 0.05)
PIECES = ("def ", "f():\n", "    return", " 1", "\u2028", "é", "\n")
TEXT = "".join(PIECES)
CHAT = Request(Chat((Message("user", "write f"),)))


@dataclass
class Asker:
    """A client of one endpoint and what it booked."""

    client: HttpClient
    http: httpx.AsyncClient
    call: Call
    booked: list[Usage | None] = field(default_factory=list)
    text: str = ""
    reasoning: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def book(self, usage: Usage | None) -> None:
        self.booked.append(usage)
        self.news.set()

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait for something that booking or text brings about."""
        async with asyncio.timeout(NET_S):
            while not happened():
                await self.news.wait()
                self.news.clear()

    async def ask(self, call: Call | None = None) -> str:
        """Read a whole answer; what came before a failure is in `text`."""
        self.text = self.reasoning = ""
        stream = self.client.stream(call or self.call, self.book)
        async with asyncio.timeout(NET_S), aclosing(stream) as deltas:
            async for delta in deltas:
                self.text += delta.text
                self.reasoning += delta.reasoning
                self.news.set()
        return self.text

    def connections(self) -> int:
        return len(self.http._transport._pool.connections)  # type: ignore[attr-defined]


@asynccontextmanager
async def asking(
    sim: Simulator, timing: Timing = PATIENT, request: Request = CHAT, **settings: Any
) -> AsyncIterator[Asker]:
    settings = {"provider": PROVIDERS.get(sim.flavor, sim.flavor), **settings}
    endpoint = endpoint_at(sim.base_url, **settings)
    fim = endpoint.dialect.fim
    call = call_of(request, endpoint.dialect, endpoint.model, endpoint.wire_model, fim)
    async with open_client(build_settings({})) as http:
        client = HttpClient(http, endpoint, timing)
        yield Asker(client, http, call)
        await client.close()


async def settled(sim: Simulator, asker: Asker, count: int) -> None:
    """Wait until the server is done with so many requests and the client has booked as many."""
    await sim.finished(count)
    await asker.until(lambda: len(asker.booked) >= count)


# Faults. What is not named here changes nothing.
FAILING: dict[str, type[ProviderError]] = {
    "hang": TimedOut, "hang_mid": TimedOut,
    "reset_before": NetworkDown, "reset_mid": NetworkDown, "close_mid": NetworkDown,
    "end_mid": NetworkDown, "truncated_frame": NetworkDown, "network_error": NetworkDown,
    "error_in_band": Overloaded,
    "html_200": BadAnswer, "json_200_error": BadAnswer, "unknown_finish": BadAnswer,
    "sensitive": ContentRefused, "context_exceeded": PromptTooLong,
}  # fmt: skip
FLAVORS = ("zai", "comet", "vllm", "sglang", "llamacpp", "openai")
SPLITS = dict.fromkeys(FLAVORS, (0,)) | {"zai": (0, 1, 7), "vllm": (0, 1)}
STREAM_FAULTS = sorted(fault for fault in FAULTS if not fault.startswith("tool_"))
SPOILED = {
    "think_leak", "lone_think_end", "answer_in_reasoning", "fence", "prose_before", "echo_prefix",
    "echo_suffix", "cjk", "backticks", "role_token_tail", "fim_token_tail", "empty",
}  # fmt: skip
"""Faults of the text itself, which is passed on as it is."""


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("fault", STREAM_FAULTS)
async def test_faults(fault: str, flavor: str) -> None:
    expected = FAILING.get(fault)
    timing = HASTY if expected is TimedOut else PATIENT
    async with Simulator(flavor=flavor, keys={"good-key": "general"}) as sim:
        async with asking(sim, timing) as asker:
            for split in SPLITS[flavor] if expected is not TimedOut else (0,):
                sim.script = Script(chunks=PIECES, fault=fault, split=split)
                if expected is None:
                    await asker.ask()
                    text = asker.text if fault in SPOILED else TEXT
                    assert asker.text == text, split
                else:
                    with pytest.raises(ProviderError) as caught:
                        await asker.ask()
                    assert type(caught.value) is expected, (split, caught.value)
                    assert TEXT.startswith(asker.text)
                    assert asker.text != TEXT or fault in ("unknown_finish", "context_exceeded")
        await sim.finished(len(sim.log))


async def test_reasoning_is_no_text() -> None:
    for flavor in FLAVORS:
        script = Script(chunks=PIECES, reasoning="thinking hard", force_reasoning=True)
        for fault in ("", "reasoning_alias"):
            async with Simulator(flavor=flavor) as sim, asking(sim) as asker:
                sim.script = Script(**{**vars(script), "fault": fault})
                assert (await asker.ask(), asker.reasoning) == (TEXT, "thinking hard")


async def test_fim_answers() -> None:
    request = Request(Fim("def f(", "):\n"), max_tokens=64)
    for flavor in ("vllm", "sglang", "llamacpp"):
        async with Simulator(flavor=flavor) as sim, asking(sim, request=request) as asker:
            for fault in ("", "null_content", "no_usage", "no_done", "crlf"):
                sim.script = Script(chunks=PIECES, fault=fault, split=7)
                assert await asker.ask() == TEXT
            for fault in ("close_mid", "end_mid", "reset_mid"):
                sim.script = Script(chunks=PIECES, fault=fault)
                with pytest.raises(NetworkDown):
                    await asker.ask()


async def test_a_whole_answer_where_a_stream_was_asked_for() -> None:
    for flavor in FLAVORS:
        async with Simulator(flavor=flavor) as sim, asking(sim) as asker:
            for split in (0, 1, 7):
                sim.script = Script(chunks=PIECES, split=split)
                whole = Call(asker.call.path, asker.call.body | {"stream": False})
                assert await asker.ask(whole) == TEXT
                await settled(sim, asker, len(sim.log))
                assert asker.booked[-1] is not None
            assert asker.connections() == 1


@pytest.mark.parametrize(
    ("body", "content_type", "cls", "words"),
    [
        (b"", "text/event-stream", BadAnswer, "empty answer"),
        (b"\n \n", "text/event-stream", BadAnswer, "empty answer"),
        (b": ping\n\n", "text/event-stream", BadAnswer, "without a usable event"),
        (b"data: [DONE]\n\n", "text/event-stream", BadAnswer, "without a usable event"),
        (b"data: hello\n\n", "text/event-stream", BadAnswer, "without a usable event"),
        (b'data: {"type":"message_start"}\n\n', "text/event-stream", BadAnswer, "with type"),
        (b'{"models":[]}', "application/json", BadAnswer, "an object with models"),
        (b"[]", "application/json", BadAnswer, "without a usable event"),
        (b'{"choices":[', "application/json", BadAnswer, "HTTP 200"),
        (b'\n {"code":1305,"message":"busy"}', "text/event-stream", Overloaded, "busy"),
        (b'{"error":{"code":"1305","message":"busy"}}', "text/event-stream", Overloaded, "busy"),
        (b"  <html>x</html>", "text/event-stream", BadAnswer, "an HTML page"),
        (b'{"a":' * 100_000, "application/json", BadAnswer, "HTTP 200"),
        (b"{" + b" " * 1_100_000, "application/json", BadAnswer, "endless"),
    ],
)
async def test_bodies_that_are_no_answer(
    body: bytes, content_type: str, cls: type[ProviderError], words: str
) -> None:
    async with Simulator() as sim, asking(sim) as asker:
        sim.script = Script(status=200, body=body, content_type=content_type)
        with pytest.raises(cls, match=words):
            await asker.ask()
        spent = asker.booked
        assert spent == ([None] if not body.strip() else [])


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_key_follows_no_redirect(status: int) -> None:
    async with Simulator() as elsewhere, Simulator() as sim, asking(sim) as asker:
        to = (("location", f"{elsewhere.base_url}/chat/completions"),)
        sim.script = Script(status=status, body=b"moved", headers=to)
        with pytest.raises(BadAnswer, match="redirect to http"):
            await asker.ask()
        assert elsewhere.log == []
        assert sim.log[0].key == "good-key"


# Leaving.


async def test_closing_early_closes_the_connection() -> None:
    async with Simulator() as sim, asking(sim) as asker:
        sim.script = Script(chunks=PIECES, hold=asyncio.Event(), hold_after=1)
        deltas = asker.client.stream(asker.call, asker.book)
        assert (await anext(deltas)).text == "def "
        await deltas.aclose()
        assert asker.connections() == 0
        await sim.finished(1)
        assert sim.log[0].gone
        assert asker.booked == [None]


@pytest.mark.parametrize("moment", ["in the middle", "after the head", "before the head"])
@pytest.mark.parametrize("cancels", [1, 2, 3])
async def test_canceling_closes_the_connection(moment: str, cancels: int) -> None:
    # More than one cancel may come: of a request, then of the session that ends.
    async with Simulator() as sim, asking(sim) as asker:
        sim.script = {
            "in the middle": Script(hold=asyncio.Event(), hold_after=1),
            "after the head": Script(hold=asyncio.Event()),
            "before the head": Script(fault="hang"),
        }[moment]
        task = asyncio.create_task(asker.ask())
        await sim.received(1)
        if moment == "in the middle":
            await asker.until(lambda: asker.text)
        for _ in range(cancels):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        await sim.finished(1)
        assert sim.log[0].gone
        sim.script = Script(chunks=PIECES)
        assert await asker.ask() == TEXT
        await asker.until(lambda: asker.booked and asker.booked[-1])
        assert asker.connections() == 1


async def test_many_cancels_leave_the_pool_sound() -> None:
    async with Simulator(concurrency=100) as sim, asking(sim) as asker:
        sim.script = Script(chunks=PIECES)
        for turns in range(60):
            task = asyncio.create_task(asker.ask())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert await asker.ask() == TEXT
        await sim.finished(len(sim.log))
        await asker.client.close()
        assert asker.connections() <= 1


async def test_a_reader_that_stops_at_the_end_keeps_the_connection_and_the_count() -> None:
    # The usage of vLLM comes behind the finish reason; who has read that has read everything.
    async with Simulator(flavor="vllm") as sim, asking(sim) as asker:
        sim.script = Script(chunks=PIECES)
        async with aclosing(asker.client.stream(asker.call, asker.book)) as deltas:
            async for delta in deltas:
                if delta.finish:
                    break
        await settled(sim, asker, 1)
        assert not sim.log[0].gone
        assert asker.booked[0] is not None
        assert asker.booked[0].prompt == sim.log[0].usage["prompt_tokens"]
        await asker.ask()
        assert asker.connections() == 1


# After the answer.


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("fault", ["", "no_done", "comments", "crlf"])
async def test_the_connection_serves_the_next_request(flavor: str, fault: str) -> None:
    async with Simulator(flavor=flavor) as sim, asking(sim) as asker:
        for split in (0, 7, 7):
            sim.script = Script(chunks=PIECES, fault=fault, split=split)
            await asker.ask()
            await settled(sim, asker, len(sim.log))
        assert asker.connections() == 1
        usage = sim.log[-1].usage
        counts = {(u.prompt, u.completion) for u in asker.booked if u}
        assert counts == {(usage["prompt_tokens"], usage["completion_tokens"])}


async def test_an_answer_does_not_wait_for_what_comes_behind_it() -> None:
    # Held before the first frame without text behind the last one with text: finish, usage, DONE.
    for flavor in ("vllm", "comet"):
        async with Simulator(flavor=flavor) as sim, asking(sim) as asker:
            sim.script = Script(chunks=PIECES, gap_s=0.001)
            assert await asker.ask() == TEXT
            assert asker.booked == []
            await settled(sim, asker, 1)
            assert asker.booked[0] is not None


async def test_a_lingering_server_delays_nothing() -> None:
    async with Simulator() as sim, asking(sim) as asker:
        sim.script = Script(chunks=PIECES, fault="linger")
        assert await asker.ask() == TEXT
        assert asker.booked == []
        await asker.client.close()
        assert asker.booked[0] is not None
        await sim.finished(1)
        assert asker.connections() == 0


async def test_a_tail_is_not_waited_for_longer_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glm_ls.provider.client.LINGER_S", 0.01)
    async with Simulator() as sim, asking(sim) as asker:
        sim.script = Script(chunks=PIECES, fault="linger")
        await asker.ask()
        await settled(sim, asker, 1)
        assert len(asker.booked) == 1
        assert asker.connections() == 0


async def test_what_breaks_behind_an_answer_changes_nothing() -> None:
    end = b'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}\n\n'
    for tail in (b'data: {"error":{"message":"late"}}\n\n', b'data: {"cut\n\n', b"garbage"):
        async with Simulator() as sim, asking(sim) as asker:
            for split in (0, 1):
                body = end + tail
                sim.script = Script(
                    status=200, body=body, content_type="text/event-stream", split=split
                )
                assert await asker.ask() == "x"
                await settled(sim, asker, len(sim.log))


async def test_usage_is_booked_once() -> None:
    scripts = [
        (Script(chunks=PIECES), True),
        (Script(chunks=PIECES, fault="no_usage"), False),
        (Script(chunks=PIECES, fault="close_mid"), False),
        (Script(chunks=PIECES, fault="error_in_band"), False),
        (Script(chunks=PIECES, fault="sensitive"), False),
    ]
    for script, exact in scripts:
        async with Simulator() as sim, asking(sim) as asker:
            sim.script = script
            await asyncio.gather(asker.ask(), return_exceptions=True)
            await settled(sim, asker, 1)
            await asker.client.close()
            assert [usage is not None for usage in asker.booked] == [exact], script.fault


async def test_a_refusal_is_not_booked() -> None:
    for script in (Script(error="1302"), Script(fault="html_200"), Script(fault="json_200_error")):
        async with Simulator() as sim, asking(sim) as asker:
            sim.script = script
            with pytest.raises(ProviderError):
                await asker.ask()
            assert asker.booked == []
            assert asker.connections() == 1


# Several candidates.


def frames(*choices: tuple[int, str, str]) -> bytes:
    form = 'data: {"choices":[{"index":%d,"delta":{"content":"%s"}%s}]}\n\n'
    return "".join(
        form % (index, text, f',"finish_reason":"{finish}"' if finish else "")
        for index, text, finish in choices
    ).encode()


CANDIDATES: list[tuple[Sequence[tuple[int, str, str]], bytes, bool]] = [
    ([(0, "a", ""), (1, "b", ""), (0, "", "stop"), (1, "c", "stop")], b"", True),
    ([(0, "a", "stop"), (1, "b", "length")], b"data: [DONE]\n\n", True),
    ([(0, "a", "stop")], b"data: [DONE]\n\n", True),  # `n` was ignored
    ([(0, "a", "stop")], b"", True),
    ([(0, "a", "stop"), (1, "b", "")], b"", False),
    ([(0, "a", "")], b"", False),
]


@pytest.mark.parametrize(("choices", "end", "whole"), CANDIDATES)
async def test_candidates(choices: Sequence[tuple[int, str, str]], end: bytes, whole: bool) -> None:
    async with Simulator(flavor="vllm") as sim, asking(sim) as asker:
        call = Call(asker.call.path, asker.call.body | {"n": 2})
        for split in (0, 1):
            body = frames(*choices) + end
            kind = "text/event-stream"
            sim.script = Script(status=200, body=body, content_type=kind, split=split)
            if whole:
                await asker.ask(call)
            else:
                with pytest.raises(NetworkDown, match="in the middle"):
                    await asker.ask(call)
            assert asker.text == "".join(text for _, text, _ in choices)


async def test_candidates_of_a_whole_answer() -> None:
    async with Simulator(flavor="vllm") as sim, asking(sim) as asker:
        sim.script = Script(chunks=("a",), candidates=("b",))
        assert await asker.ask(Call(asker.call.path, asker.call.body | {"n": 2})) == "ab"
        body = asker.call.body | {"n": 2, "stream": False}
        assert await asker.ask(Call(asker.call.path, body)) == "ab"


# Time.


@pytest.mark.parametrize(
    ("fault", "timing", "words"),
    [
        ("hang", Timing(0.05, 30), "no answer within 0.05 s"),
        ("", Timing(0.05, 30), "the answer began and nothing came for"),
        ("hang_mid", Timing(30, 0.05), "stopped in the middle and nothing came for"),
    ],
)
async def test_each_phase_has_its_time(fault: str, timing: Timing, words: str) -> None:
    async with Simulator() as sim, asking(sim, timing) as asker:
        sim.script = Script(fault=fault, hold=None if fault else asyncio.Event())
        with pytest.raises(TimedOut, match=words):
            await asker.ask()
        await sim.finished(1)
        assert sim.log[0].gone
        assert asker.connections() == 0


async def test_nobody_listens() -> None:
    async with Simulator() as sim:
        await sim.down()
        async with asking(sim) as asker:
            with pytest.raises(NetworkDown, match=f"no connection to {sim.base_url}"):
                await asker.ask()


async def test_a_closed_client_says_so() -> None:
    async with Simulator() as sim, asking(sim) as asker:
        await asker.http.aclose()
        with pytest.raises(NetworkDown, match="closed on our side"):
            await asker.ask()


# Short calls.


async def test_post() -> None:
    async with Simulator(flavor="vllm") as sim, asking(sim) as asker:
        answer = await asker.client.post("/tokenize", {"prompt": "x"})
        assert isinstance(answer, dict)
        assert answer["count"] == len(answer["tokens"])
        with pytest.raises(BadAnswer, match="Not Found"):
            await asker.client.post("/nowhere", {})
        assert asker.connections() == 1


@pytest.mark.parametrize(
    ("body", "cls"),
    [(b"x", BadAnswer), (b'{"code":1305,"msg":"x","success":false}', Overloaded)],
)
async def test_post_that_fails(body: bytes, cls: type[ProviderError]) -> None:
    async with Simulator() as sim, asking(sim) as asker:
        sim.script = Script(status=200, body=body)
        with pytest.raises(cls):
            await asker.client.post(*asker.call)


async def test_text_that_is_no_unicode_goes_out_all_the_same() -> None:
    request = Request(Chat((Message("user", "half \ud83d of a pair"),)))
    async with Simulator() as sim, asking(sim, request=request) as asker:
        sim.script = Script(chunks=PIECES)
        assert await asker.ask() == TEXT
        assert sim.log[0].body["messages"][0]["content"] == "half ? of a pair"
