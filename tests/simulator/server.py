"""The simulator itself: sockets on one side, scripts and the log for tests on the other."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from .endpoint import Endpoint
from .flavors import FLAVORS, Json
from .log import Exchange
from .plan import Frame, Plan
from .routes import GENERATING, answer
from .script import Script
from .tokens import PrefixCache
from .wire import Connection, Request, answer_head, bearer_key, http_chunk


@dataclass(eq=False)
class Simulator:
    """A GLM endpoint on 127.0.0.1, started and stopped by `async with`."""

    flavor: str = "zai"
    keys: dict[str, str] | None = None
    """Kind by key: general, coding or expired. None: the flavor's own, where it asks for keys;
    an empty dict: open to everybody."""
    port: int = 0
    """0: any free port."""
    models: tuple[str, ...] = ()
    """Ids that are served; empty: the flavor's own."""
    context: int | None = None
    """Context length of every model in tokens; None: the model's own."""
    concurrency: int | None = None
    """Requests at once per key and model; None: what the kind of key allows."""
    fim_tokens: bool = True
    """The tokenizer knows `<|code_prefix|>` and its like as single tokens."""
    cache_delay_s: float = 0
    """Seconds until an answered prompt counts as cached."""
    now: Callable[[], float] = time.time
    """Wall clock of ids, stamps and the cache."""

    on_end: Callable[[Exchange], None] = lambda exchange: None
    """Hears of every request that has ended."""

    script: Script = field(default_factory=Script)
    """Applied to admitted requests when no queued script is left."""
    log: list[Exchange] = field(default_factory=list, init=False)
    """All requests, newest last."""
    live: int = field(default=0, init=False)
    """Admitted requests that are being answered now."""
    peak_live: int = field(default=0, init=False)
    """Highest `live` since the start or the last reset_peak."""
    peak_by_key: Counter[str] = field(default_factory=Counter, init=False)
    """The same for each key."""

    def __post_init__(self) -> None:
        flavor = FLAVORS[self.flavor]
        self._endpoint = Endpoint(
            flavor=flavor,
            keys=dict(flavor.keys if self.keys is None else self.keys),
            models=self.models,
            context=self.context,
            concurrency=self.concurrency,
            fim_tokens=self.fim_tokens,
            now=self.now,
            cache=PrefixCache(self.cache_delay_s),
        )
        self._queued: deque[Script] = deque()
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._live_by_key: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._failures: list[BaseException] = []

    # For tests.

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What a client is given as the endpoint's address."""
        return self.url + FLAVORS[self.flavor].api_path

    def queue(self, *scripts: Script) -> None:
        """Add scripts, one each for the next admitted requests."""
        for script in scripts:
            script.check(self.flavor)
        self._queued.extend(scripts)

    def forget(self) -> None:
        """Leave nothing of one test to the next: no request in the log, no script."""
        self.log.clear()
        self._queued.clear()
        self.script = Script()
        self.on_end = lambda exchange: None

    async def received(self, n: int, timeout: float = 5) -> None:
        """Wait until n generating requests have arrived; raises TimeoutError."""
        await self._until(lambda: self._count(ended=False), n, timeout)

    async def finished(self, n: int, timeout: float = 5) -> None:
        """Wait until n generating requests have ended, whole, broken or left by the client."""
        await self._until(lambda: self._count(ended=True), n, timeout)

    def reset_peak(self) -> None:
        """Start peak_live and peak_by_key anew from what is live now."""
        self.peak_live = self.live
        self.peak_by_key = Counter(self._live_by_key)

    async def up(self) -> None:
        """Listen; after down() on the same port as before."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Stop listening and reset every connection, as a service that dies."""
        if self._server is not None:
            self._server.close()
            self._server = None
        # A connection that is being accepted is open after a few turns of the loop.
        for _ in range(4):
            await asyncio.sleep(0)
        closing = list(self._connections)
        for connection in closing:
            connection.reset()
        for connection in closing:
            await connection.closed.wait()
            if connection.task is not None:
                await asyncio.wait([connection.task])

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.down()
        if self._failures and error is None:
            raise BaseExceptionGroup("the simulator failed", self._failures)

    # From request to answer.

    def _connect(self) -> Connection:
        return Connection(self._begin, self._connections)

    def _begin(self, request: Request, connection: Connection) -> asyncio.Task[None]:
        body = _json_object(request.body)
        exchange = Exchange(
            method=request.method,
            path=request.path,
            headers=request.headers,
            raw=request.body,
            body=body,
            key=bearer_key(request.headers),
            t_received=time.monotonic(),
            stream=body.get("stream") is True,
        )
        exchange.generating = self._endpoint.handler(exchange) in GENERATING
        self.log.append(exchange)
        plan, script = self._decide(exchange)
        if exchange.admitted:
            self._admit(exchange, +1)
        task = asyncio.get_running_loop().create_task(_play(plan, script, connection, exchange))
        task.add_done_callback(lambda done: self._end(done, exchange, connection))
        self._note()
        return task

    def _decide(self, exchange: Exchange) -> tuple[Plan, Script]:
        try:
            plan, script = answer(self._endpoint, exchange, self._take_script)
        except Exception as error:
            # A test's own reply function, or a defect here: shown when the simulator stops.
            self._failures.append(error)
            return Plan(500, (), (Frame(b"the simulator failed"),)), Script()
        exchange.usage = plan.usage or {}
        return plan, script

    def _take_script(self) -> Script:
        script = self._queued.popleft() if self._queued else self.script
        script.check(self.flavor)
        return script

    def _admit(self, exchange: Exchange, change: int) -> None:
        self.live += change
        self._live_by_key[exchange.key] += change
        self.peak_live = max(self.peak_live, self.live)
        key = exchange.key
        self.peak_by_key[key] = max(self.peak_by_key[key], self._live_by_key[key])

    def _end(self, task: asyncio.Task[None], exchange: Exchange, connection: Connection) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._failures.append(error)
            connection.reset()
        if not exchange.whole:
            exchange.t_gone = connection.t_gone
        exchange.ended = True
        if exchange.admitted:
            self._admit(exchange, -1)
            self._endpoint.slots[self._endpoint.owner(exchange)] -= 1
        self.on_end(exchange)
        self._note()

    # Waiting.

    def _count(self, *, ended: bool) -> int:
        return sum(1 for e in self.log if e.generating and (e.ended or not ended))

    def _note(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _until(self, count: Callable[[], int], wanted: int, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                while count() < wanted:
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"{count()} of {wanted} requests after {timeout} s") from None


async def _play(plan: Plan, script: Script, connection: Connection, exchange: Exchange) -> None:
    """Send a plan at the script's pace."""
    await asyncio.sleep(script.ttfb_s)
    if plan.length is not None and script.hold is not None:
        await script.hold.wait()
    if plan.status:
        await _send_head(plan, connection, exchange)
    gates = _Gates(script, streamed=plan.length is None)
    for step in plan.steps:
        await gates.pass_next(step)
        if isinstance(step, Frame):
            data = http_chunk(step.data) if plan.length is None else step.data
            await connection.write(data, script.split, script.piece_gap_s)
            exchange.text_sent += step.text
            exchange.t_last_byte = time.monotonic()
        else:
            await _break(step, connection)
    # No await since the last byte: a client that leaves right after `[DONE]` is not gone early.
    exchange.whole = True
    if plan.length is None and isinstance(plan.steps[-1], Frame):
        connection.write_end()
    if exchange.headers.get("connection", "").lower() == "close":
        connection.close()


async def _send_head(plan: Plan, connection: Connection, exchange: Exchange) -> None:
    framing = (
        ("transfer-encoding", "chunked")
        if plan.length is None
        else ("content-length", str(plan.length))
    )
    exchange.status = plan.status
    exchange.t_first_byte = exchange.t_last_byte = time.monotonic()
    await connection.write(answer_head(plan.status, (*plan.headers, framing)))


async def _break(step: str, connection: Connection) -> None:
    if step == "hang":
        await asyncio.get_running_loop().create_future()
    # The client is given the turn to read what was sent, which RST may take away.
    await asyncio.sleep(0)
    if step == "reset":
        connection.reset()
    else:
        connection.close()


class _Gates:
    """The pauses between frames: the script's gap, and its hold."""

    def __init__(self, script: Script, *, streamed: bool) -> None:
        self._script, self._hold = script, script.hold if streamed else None
        self._started, self._counted = False, 0

    async def pass_next(self, step: Frame | str) -> None:
        """Wait as the script wants before this step."""
        counts = isinstance(step, Frame) and step.counts
        ready = counts or self._counted > 0
        if self._hold is not None and ready and self._counted >= self._script.hold_after:
            await self._hold.wait()
        if self._started:
            await asyncio.sleep(self._script.gap_s)
        self._started = True
        self._counted += counts


def _json_object(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
