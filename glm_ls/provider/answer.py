"""The bytes of a response in, Deltas out: whole answers, broken ones, and what is no answer.

An answer is over when every candidate has ended or at [DONE]. What may still come behind it
(usage, [DONE], the end of the chunked body) is drained aside by the client, which keeps the
connection for the next request and gets around servers that linger.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from glm_ls.errors import BadAnswer, NetworkDown, TimedOut
from glm_ls.log import redact
from glm_ls.provider.exchange import Exchange
from glm_ls.provider.failures import failure_of, finish_failure
from glm_ls.provider.request import Delta, Usage
from glm_ls.provider.sse import LOST, Frame, SseParser
from glm_ls.provider.wire import deltas_of

MAX_BODY = 1_000_000
"""Bytes of an answer that is no stream; more is no answer of this API."""

MAX_STREAM = 16_000_000
"""The same for a stream, whose frames are mostly wrapping."""

WHOLE = ("stop", "length", "tool_calls", "eos")
"""Finish reasons after which what came is what the model said."""


class Timing(NamedTuple):
    """Time-outs in seconds, by phase."""

    first_byte_s: float
    idle_s: float


class Body:
    """The bytes of a response, each piece within its time.

    Pings and reasoning nobody asked for keep a connection alive for ever, so the reader says what
    was of use: without that a response ends after as long as it could have been silent.
    """

    def __init__(self, exchange: Exchange, timing: Timing) -> None:
        self._exchange = exchange
        self._idle_s = timing.idle_s
        self._useless_s = timing.first_byte_s + timing.idle_s
        self.mark_useful()
        self._patience_s = timing.first_byte_s
        self._phase = "the answer began and nothing came"

    def mark_useful(self) -> None:
        """Give the response its time anew."""
        self._useful_by = asyncio.get_running_loop().time() + self._useless_s

    async def read(self) -> bytes:
        """Return the next bytes, none at the end; raises TimedOut and NetworkDown."""
        import httpx

        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(now + self._patience_s, self._useful_by)):
                chunk = await self._exchange.read()
        except TimeoutError:
            if now + self._patience_s > self._useful_by:
                raise TimedOut(f"nothing of use came for {self._useless_s:g} s") from None
            raise TimedOut(f"{self._phase} for {self._patience_s:g} s") from None
        except httpx.HTTPError as error:
            words = redact(str(error)) or type(error).__name__
            raise NetworkDown(
                f"the connection broke in the middle of the answer: {words}"
            ) from None
        self._patience_s = self._idle_s
        self._phase = "the answer stopped in the middle and nothing came"
        return chunk

    async def read_all(self) -> bytes:
        """Return everything up to MAX_BODY, and one piece more of what is longer."""
        body = bytearray()
        while len(body) <= MAX_BODY and (chunk := await self.read()):
            body += chunk
        return bytes(body)


class Answer:
    """One answer being read."""

    def __init__(self, exchange: Exchange, timing: Timing, candidates: int) -> None:
        self.exchange = exchange
        self.usage: Usage | None = None
        """The endpoint's own count, as far as it has come."""
        self._body = Body(exchange, timing)
        self._candidates = candidates
        self._size = 0
        self._parser = SseParser()
        self._batch: Iterator[Frame] = iter(())
        self._at_end = False
        self._heard = False
        self._done = False
        self._frames = 0
        self._strange = ""
        self._seen: set[int] = set()
        self._ended: set[int] = set()

    @property
    def over(self) -> bool:
        """Whether nothing more is to be said."""
        return self._done or len(self._ended) >= self._candidates

    @property
    def spent(self) -> bool:
        """Whether the model was at work, unless all that came was a refusal or no answer."""
        return self._frames > 0 or not self._heard

    async def read(self) -> Iterator[Delta] | None:
        """Return what the next bytes say, None at the end; raises ProviderError, also lazily."""
        return self._deltas() if await self._fill() else None

    async def drain(self) -> None:
        """Read to the end of the body, for the usage and for the connection's sake."""
        more = True
        while more:
            for frame in self._batch:
                self._deltas_of(frame)
            more = await self._fill()

    def check_whole(self) -> None:
        """Raise the reason why what came is not a whole answer."""
        if not self._frames:
            what = "an empty answer"
            if self._strange:
                what = f"no known answer: an object with {self._strange}"
            elif self._heard:
                what = "an event stream without a usable event"
            raise BadAnswer(what)
        if not self._done and not (self._ended and self._seen <= self._ended):
            raise NetworkDown("the connection closed in the middle of the answer")

    async def _fill(self) -> bool:
        """Fetch the next batch of frames; False when there is no further one."""
        if self._at_end:
            return False
        chunk = await self._body.read()
        self._at_end = not chunk
        self._size += len(chunk)
        if self._size > MAX_STREAM:
            raise BadAnswer("an endless event stream")
        frames = self._parser.feed(chunk) if chunk else self._parser.close()
        if not self._heard and chunk.strip():
            self._heard = True
            # No line of an event stream begins so, whatever the content type says.
            if chunk.lstrip().startswith((b"{", b"<")):
                frames = [await self._object(chunk)]
        self._batch = iter(frames)
        return True

    def _deltas(self) -> Iterator[Delta]:
        """Yield lazily, because what came before an error counts, and up to the end only."""
        for frame in self._batch:
            yield from self._deltas_of(frame)
            if self.over:
                return

    def _deltas_of(self, frame: Frame) -> list[Delta]:
        if frame == LOST:
            raise NetworkDown("a piece of the answer was lost on the way")
        if isinstance(frame, str):
            self._done = True
            return []
        deltas = deltas_of(frame)
        if deltas is None:
            self._strange = _quoted(", ".join(sorted(frame))) or "nothing"
            return []
        self._frames += 1
        wanted = [delta for delta in deltas if delta.index < self._candidates]
        for delta in wanted:
            self._note(delta)
        return wanted

    def _note(self, delta: Delta) -> None:
        if delta.usage:
            self.usage = delta.usage
        if delta.text or delta.calls:
            self._body.mark_useful()
        self._seen.add(delta.index)
        if delta.finish:
            if failure := finish_failure(delta.finish):
                raise failure
            if delta.finish not in WHOLE:
                words = _quoted(delta.finish)
                raise BadAnswer(f"the answer ended with an unknown finish_reason {words!r}")
            self._ended.add(delta.index)

    async def _object(self, first: bytes) -> dict[str, Any]:
        """Read an answer that is one JSON object although a stream was asked for."""
        body = first + await self._body.read_all()
        if len(body) > MAX_BODY:
            raise BadAnswer("an endless answer that is no event stream")
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise failure_of(200, body, self.exchange.response.headers)
        self._done = self._at_end = True
        return value


def _quoted(text: str) -> str:
    """Return the endpoint's own words for a message; they may repeat the key."""
    return redact(text)[:100]
