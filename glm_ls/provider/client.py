"""One call to an endpoint: JSON out, Deltas in, every way of failing as a ProviderError.

Closing the generator, or cancelling the task that reads it, closes the connection, so that the
endpoint stops generating. When the answer is whole the generator ends at once; what may still
come behind it (usage, [DONE], the end of the chunked body) is read aside, which keeps the
connection for the next request and gets around servers that linger.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from glm_ls.errors import BadAnswer, NetworkDown, ProviderError, TimedOut, TlsFailed
from glm_ls.log import logger, redact
from glm_ls.provider.failures import failure_in, failure_of, finish_failure, is_failure
from glm_ls.provider.request import Delta, Usage
from glm_ls.provider.sse import Frame, SseParser
from glm_ls.provider.wire import Call, deltas_of

if TYPE_CHECKING:
    import httpx

    from glm_ls.provider.endpoint import Endpoint

LINGER_S = 2.0
"""How long the tail of a whole answer is waited for."""

MAX_BODY = 1_000_000
"""Bytes of an answer that is no stream; more is no answer of this API."""

WHOLE = ("stop", "length", "tool_calls", "eos")
"""Finish reasons after which what came is what the model said."""

log = logger("provider.client")


class Timing(NamedTuple):
    """Time-outs in seconds, by phase."""

    first_byte_s: float
    idle_s: float


class HttpClient:
    """Calls to one endpoint over a shared httpx client."""

    def __init__(self, http: httpx.AsyncClient, endpoint: Endpoint, timing: Timing) -> None:
        self._http = http
        self._endpoint = endpoint
        self._timing = timing
        self._tails: set[asyncio.Task[None]] = set()

    async def post(self, path: str, body: dict[str, Any]) -> object:
        """Return the JSON answer of a short call."""
        response = await self._send(Call(path, body))
        try:
            return json.loads(await _body(response, self._timing.idle_s))
        except ValueError:
            raise BadAnswer(f"{path} answered no JSON") from None
        finally:
            await response.aclose()

    async def stream(
        self, call: Call, book: Callable[[Usage | None], None]
    ) -> AsyncGenerator[Delta, None]:
        """Yield the answer's pieces; `book` gets the endpoint's own count, or None, once."""
        response = await self._send(call)
        reader = _Reader(response, self._timing)
        pieces = reader.deltas()
        handed_over = False
        try:
            async for delta in pieces:
                yield delta
                if delta.finish and reader.finished(call.body.get("n", 1)):
                    handed_over = True
                    self._keep(_read_tail(reader, pieces, book))
                    return
            reader.check_whole()
        finally:
            if not handed_over:
                book(reader.usage)
                await response.aclose()

    async def close(self) -> None:
        """Stop reading tails."""
        for task in self._tails:
            task.cancel()
        await asyncio.gather(*self._tails, return_exceptions=True)

    def _keep(self, tail: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(tail)
        self._tails.add(task)
        task.add_done_callback(self._tails.discard)

    async def _send(self, call: Call) -> httpx.Response:
        """Return the response once its head is there and says 200."""
        import httpx

        data = json.dumps(call.body, ensure_ascii=False).encode("utf-8", "replace")
        request = self._http.build_request(
            "POST", self._endpoint.url(call.path), content=data, headers=self._endpoint.headers
        )
        try:
            async with asyncio.timeout(self._timing.first_byte_s):
                response = await self._http.send(request, stream=True)
        except TimeoutError:
            raise TimedOut(f"no answer within {self._timing.first_byte_s:g} s") from None
        except httpx.HTTPError as error:
            raise _network_failure(error, self._endpoint.base_url) from None
        if response.status_code == 200:
            return response
        try:
            body = await _body(response, self._timing.idle_s)
        finally:
            await response.aclose()
        raise failure_of(response.status_code, body, response.headers)


class _Reader:
    """The state of one answer being read."""

    def __init__(self, response: httpx.Response, timing: Timing) -> None:
        self.response = response
        self.usage: Usage | None = None
        self._timing = timing
        self._chunks = _timed(response.aiter_bytes(), timing)
        self._parser = SseParser()
        self._reasons: dict[int, str] = {}
        self._done = False
        self._frames = 0

    async def deltas(self) -> AsyncIterator[Delta]:
        first = True
        async for chunk in self._chunks:
            if first and not self._is_stream(chunk):
                async for delta in self._whole(chunk):
                    yield delta
                return
            first = False
            for frame in self._parser.feed(chunk):
                for delta in self._deltas_of(frame):
                    yield delta
                if self._done:
                    return
        for frame in self._parser.close():
            for delta in self._deltas_of(frame):
                yield delta

    def finished(self, candidates: int) -> bool:
        """Whether every candidate has ended."""
        return len(self._reasons) >= candidates

    async def drain(self) -> None:
        """Read the body to its end, so that the connection can serve the next request."""
        async for _ in self._chunks:
            pass

    def check_whole(self) -> None:
        """Raise the reason why what came is not a whole answer."""
        if not self._frames:
            skipped = self._parser.skipped
            raise BadAnswer(f"an event stream without a usable event ({skipped} were no JSON)")
        if not self._done and not self._reasons:
            raise NetworkDown("the connection closed in the middle of the answer")

    def _deltas_of(self, frame: Frame) -> list[Delta]:
        if isinstance(frame, str):
            self._done = True
            return []
        deltas = deltas_of(frame)
        self._frames += 1
        for delta in deltas:
            if delta.usage:
                self.usage = delta.usage
            if delta.finish:
                self._finish(delta)
        return deltas

    def _finish(self, delta: Delta) -> None:
        failure = finish_failure(delta.finish)
        if failure:
            raise failure
        if delta.finish not in WHOLE:
            raise BadAnswer(f"the answer ended with an unknown finish_reason {delta.finish!r}")
        self._reasons[delta.index] = delta.finish

    def _is_stream(self, chunk: bytes) -> bool:
        if "event-stream" in self.response.headers.get("content-type", ""):
            return True
        return not chunk.lstrip().startswith((b"{", b"<"))

    async def _whole(self, first: bytes) -> AsyncIterator[Delta]:
        """Read an answer that is one JSON object although a stream was asked for."""
        body = first
        async for chunk in self._chunks:
            body += chunk
            if len(body) > MAX_BODY:
                raise BadAnswer("an endless answer that is no event stream")
        try:
            value = json.loads(body)
        except ValueError:
            raise failure_of(self.response.status_code, body, self.response.headers) from None
        if not isinstance(value, dict):
            raise BadAnswer("the answer is no JSON object")
        if is_failure(value):
            raise failure_in(value)
        for delta in self._deltas_of(value):
            yield delta
        self._done = True


async def _read_tail(
    reader: _Reader, pieces: AsyncIterator[Delta], book: Callable[[Usage | None], None]
) -> None:
    try:
        async with asyncio.timeout(LINGER_S):
            async for _ in pieces:
                pass
            await reader.drain()
    except (TimeoutError, ProviderError):
        pass
    except Exception as error:  # a tail that breaks changes nothing: the answer is whole
        log.debug("after the answer: %s", type(error).__name__)
    finally:
        book(reader.usage)
        await reader.response.aclose()


async def _timed(chunks: AsyncIterator[bytes], timing: Timing) -> AsyncIterator[bytes]:
    """Yield the chunks; raises TimedOut and NetworkDown."""
    import httpx

    patience, what = timing.first_byte_s, "the answer began and nothing came"
    while True:
        try:
            async with asyncio.timeout(patience):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise TimedOut(f"{what} for {patience:g} s") from None
        except httpx.HTTPError as error:
            raise NetworkDown(
                f"the connection broke in the middle of the answer: {error}"
            ) from None
        yield chunk
        patience, what = timing.idle_s, "the answer stopped in the middle and nothing came"


async def _body(response: httpx.Response, idle_s: float) -> bytes:
    body = b""
    async for chunk in _timed(response.aiter_bytes(), Timing(idle_s, idle_s)):
        body += chunk
        if len(body) > MAX_BODY:
            break
    return body


def _network_failure(error: httpx.HTTPError, base_url: str) -> ProviderError:
    import httpx

    text = redact(str(error)) or type(error).__name__
    if isinstance(error, httpx.ConnectTimeout):
        return TimedOut(f"no connection to {base_url} in time")
    if isinstance(error, httpx.ConnectError) and _caused_by_tls(error):
        return TlsFailed(f"{base_url}: {text}")
    if isinstance(error, httpx.ConnectError):
        return NetworkDown(f"no connection to {base_url}: {text}")
    return NetworkDown(f"the connection to {base_url} was lost: {text}")


def _caused_by_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
