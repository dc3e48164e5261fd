"""Usage booked per request in SQLite, summed for the user's caps and for `glm-ls.status`; and what
became of suggestions.

Local only. Writing happens in a thread of its own, because a disk can take longer than the event
loop may wait; the caps are kept in memory and seeded from the file.
"""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from glm_ls.errors import CapReached
from glm_ls.log import logger
from glm_ls.store import statistics
from glm_ls.store.opening import opened
from glm_ls.store.statistics import FIRST_ACCEPTANCES, Event, Tally, tallies

if TYPE_CHECKING:
    from glm_ls.config.schema import Limits
    from glm_ls.provider.attempts import Booking

HOUR_S, DAY_S = 3600.0, 86400.0
FIRST = (
    """CREATE TABLE IF NOT EXISTS usage (
  at REAL NOT NULL, intent TEXT NOT NULL, dialect TEXT NOT NULL, model TEXT NOT NULL,
  prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL,
  reasoning INTEGER NOT NULL, exact INTEGER NOT NULL, cost REAL, currency TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS usage_at ON usage (at)",
    """CREATE TABLE IF NOT EXISTS accepted (
  at REAL NOT NULL, engine TEXT NOT NULL, chars INTEGER NOT NULL)""",
)
STEPS = (FIRST, statistics.SCHEMA)
"""What leads from each version of the schema, which SQLite keeps as `user_version`, to the next.
The first files have no version, hence the IF NOT EXISTS."""
SPENT = "SELECT at, prompt + completion FROM usage WHERE at >= ? ORDER BY at"
log = logger("store.ledger")


class Total(NamedTuple):
    """What one feature used with one model since a time."""

    intent: str
    model: str
    requests: int
    prompt: int
    cached: int
    completion: int
    cost: float
    currency: str


class Ledger:
    """The ledger of one user, in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._spent: deque[tuple[float, int]] = deque()
        self._thread.submit(self._open).result()

    def book(self, booking: Booking) -> None:
        """Write a request down."""
        usage, now = booking.usage, time.time()
        self._spent.append((now, usage.prompt + usage.completion))
        row = (
            now, booking.intent, booking.dialect, booking.model, usage.prompt, usage.cached,
            usage.completion, usage.reasoning, booking.exact, booking.cost, booking.currency,
        )  # fmt: skip
        self._write("INSERT INTO usage VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)

    def note(self, event: Event) -> None:
        """Write down what became of a suggestion."""
        self._write(statistics.INSERT, (time.time(), *event))

    def check_caps(self, limits: Limits) -> None:
        """Raise CapReached where a cap of the settings is reached."""
        now = time.time()
        while self._spent and self._spent[0][0] < now - DAY_S:
            self._spent.popleft()
        if limits.requests_per_hour:
            hour = sum(1 for at, _ in self._spent if at > now - HOUR_S)
            if hour >= limits.requests_per_hour:
                raise CapReached(
                    f"limits.requests_per_hour = {limits.requests_per_hour} is reached"
                )
        if limits.tokens_per_day:
            day = sum(tokens for _, tokens in self._spent)
            if day >= limits.tokens_per_day:
                raise CapReached(f"limits.tokens_per_day = {limits.tokens_per_day} is reached")

    def totals(self, since: float) -> list[Total]:
        """Return the sums since a time (seconds since the epoch), the costliest first."""
        query = (
            "SELECT intent, model, COUNT(*), SUM(prompt), SUM(cached), SUM(completion),"
            " COALESCE(SUM(cost), 0), currency FROM usage WHERE at >= ?"
            " GROUP BY intent, model, currency ORDER BY 7 DESC, 4 DESC"
        )
        return [Total(*row) for row in self._thread.submit(self._rows, query, (since,)).result()]

    def accepted_since(self, since: float) -> int:
        """Return how many suggestions were accepted since a time."""
        values = (since, *FIRST_ACCEPTANCES)
        return int(self._thread.submit(self._rows, statistics.ACCEPTED, values).result()[0][0])

    def tallies(self, since: float) -> list[Tally]:
        """Return what became of suggestions since a time, by language and model."""
        return tallies(self._thread.submit(self._rows, statistics.SUMS, (since,)).result())

    def close(self) -> None:
        """Write what is left and close the file; may be called again."""
        with suppress(RuntimeError):  # closed already
            self._thread.submit(self._database.close)
        self._thread.shutdown()

    def _open(self) -> None:
        self._database = opened(self._path, "", log, self._seed)

    def _seed(self, database: sqlite3.Connection) -> None:
        _bring_up(database)
        self._spent.extend(database.execute(SPENT, (time.time() - DAY_S,)).fetchall())

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with closing(self._database.execute(query, values)) as cursor:
            return cursor.fetchall()

    def _write(self, query: str, values: tuple[object, ...]) -> None:
        def write() -> None:
            try:
                self._database.execute(query, values)
            except sqlite3.Error as error:
                log.warning("not booked: %s", error)

        try:
            self._thread.submit(write)
        except RuntimeError:
            log.debug("not booked: the ledger is closed")


def _bring_up(database: sqlite3.Connection) -> None:
    """Bring a file's schema up to date; a file of a newer glm-ls is left as it is."""

    def version() -> int:
        return int(database.execute("PRAGMA user_version").fetchone()[0])

    if version() >= len(STEPS):
        return
    with database:  # commits, or takes everything back
        database.execute("BEGIN IMMEDIATE")
        for step in STEPS[version() :]:  # anew: another process may just have done it
            for statement in step:
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {max(version(), len(STEPS))}")
