"""One call to an endpoint: JSON out, Deltas in, every way of failing as a ProviderError.

Closing the generator, or cancelling the task that reads it, closes the connection, so that the
endpoint stops generating. When the answer is whole the generator ends at once and the rest of the
body is read aside.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from glm_ls.errors import BadAnswer, NetworkDown, ProviderError, TimedOut, TlsFailed
from glm_ls.log import redact
from glm_ls.provider.answer import Answer, Body, Timing
from glm_ls.provider.exchange import Exchange
from glm_ls.provider.failures import failure_in, failure_of, is_failure
from glm_ls.provider.request import Delta, Usage
from glm_ls.provider.wire import Call

if TYPE_CHECKING:
    import httpx

    from glm_ls.provider.endpoint import Endpoint

LINGER_S = 2.0
"""How long the tail of a whole answer is waited for."""

Book = Callable[[Usage | None], None]
"""Gets the endpoint's own count of an answer, or None where it did not say."""


class HttpClient:
    """Calls to one endpoint over a shared httpx client."""

    def __init__(self, http: httpx.AsyncClient, endpoint: Endpoint, timing: Timing) -> None:
        self._http = http
        self._endpoint = endpoint
        self._timing = timing
        self._aside: set[asyncio.Task[None]] = set()

    async def post(self, path: str, body: dict[str, Any]) -> object:
        """Return the JSON answer of a short call."""
        exchange = await self._send(Call(path, body))
        try:
            value = json.loads(await Body(exchange, self._timing).read_all())
        except (ValueError, RecursionError):
            raise BadAnswer(f"{path} answered no JSON") from None
        finally:
            await self._leave(exchange)
        if isinstance(value, dict) and is_failure(value):
            raise failure_in(value)
        return value

    async def stream(self, call: Call, book: Book) -> AsyncGenerator[Delta, None]:
        """Yield the answer's pieces; `book` is called once, unless the endpoint refused."""
        exchange = await self._send(call)
        answer = Answer(exchange, self._timing, call.body.get("n", 1))
        try:
            while not answer.over and (deltas := await answer.read()) is not None:
                for delta in deltas:
                    yield delta
            answer.check_whole()
        finally:
            if answer.over and answer.spent:
                self._do_aside(_read_tail(answer, book))
            else:
                if answer.spent:
                    book(answer.usage)
                await self._leave(exchange)

    async def close(self) -> None:
        """Stop reading tails."""
        await asyncio.sleep(0)  # a task that has not begun would skip its booking
        for task in self._aside:
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)

    def _do_aside(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)
        return task

    async def _leave(self, exchange: Exchange) -> None:
        # The reader may be canceled once more meanwhile; the connection is closed all the same.
        await asyncio.shield(self._do_aside(exchange.leave()))

    async def _send(self, call: Call) -> Exchange:
        """Return the exchange once the response's head is there and says 200."""
        if self._http.is_closed:
            raise NetworkDown("the connection was closed on our side")
        data = json.dumps(call.body, ensure_ascii=False).encode("utf-8", "replace")
        request = self._http.build_request(
            "POST", self._endpoint.url(call.path), content=data, headers=self._endpoint.headers
        )
        exchange = Exchange(self._http, request)
        try:
            await self._head(exchange)
            if exchange.response.status_code == 200:
                return exchange
            body = await Body(exchange, self._timing).read_all()
        except BaseException:
            await self._leave(exchange)
            raise
        await self._leave(exchange)
        raise failure_of(exchange.response.status_code, body, exchange.response.headers)

    async def _head(self, exchange: Exchange) -> None:
        import httpx

        try:
            async with asyncio.timeout(self._timing.first_byte_s):
                await exchange.read()
        except TimeoutError:
            raise TimedOut(f"no answer within {self._timing.first_byte_s:g} s") from None
        except httpx.HTTPError as error:
            raise _network_failure(error, self._endpoint.base_url) from None


async def _read_tail(answer: Answer, book: Book) -> None:
    try:
        async with asyncio.timeout(LINGER_S):
            await answer.drain()
    except (TimeoutError, ProviderError):
        pass  # a tail that breaks changes nothing: the answer is whole
    finally:
        book(answer.usage)
        await answer.exchange.leave()


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
