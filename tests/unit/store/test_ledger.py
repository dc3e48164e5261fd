"""What is written down of each request, what it sums to, and what becomes of a bad file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from glm_ls.config.schema import Limits
from glm_ls.errors import CapReached
from glm_ls.provider.attempts import Booking
from glm_ls.provider.request import Intent, Usage
from glm_ls.store import ledger as module
from glm_ls.store import opening
from glm_ls.store.ledger import DAY_S, HOUR_S, Ledger, Total
from glm_ls.store.statistics import Event

REPOSITORY = Path(__file__).parents[3]


class Clock:
    """Stands for the module `time`."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "usage.db"


@pytest.fixture
def ledger(path: Path, clock: Clock) -> Iterator[Ledger]:
    made = Ledger(path)
    yield made
    made.close()


def booking(
    prompt: int = 100,
    completion: int = 10,
    intent: Intent = "complete",
    model: str = "glm-4.6",
    cost: float | None = 0.5,
) -> Booking:
    usage = Usage(prompt, prompt // 2, completion, 1)
    return Booking(intent, "zai", model, usage, True, cost, "USD" if cost is not None else "")


def test_sums_by_intent_and_model_the_costliest_first(ledger: Ledger, clock: Clock) -> None:
    ledger.book(booking())
    clock.now += 10
    ledger.book(booking(200))
    ledger.book(booking(intent="review", cost=3.0))
    ledger.book(booking(model="mine", cost=None))
    assert ledger.totals(0) == [
        Total("review", "glm-4.6", 1, 100, 50, 10, 3.0, "USD"),
        Total("complete", "glm-4.6", 2, 300, 150, 20, 1.0, "USD"),
        Total("complete", "mine", 1, 100, 50, 10, 0.0, ""),
    ]
    assert [total.requests for total in ledger.totals(clock.now)] == [1, 1, 1]
    assert ledger.totals(clock.now + 1) == []


def test_acceptances(ledger: Ledger, clock: Clock) -> None:
    ledger.note(Event("whole", "python", "glm-4.6", "zai", 12, 1))
    clock.now += 10
    ledger.note(Event("part", "python", "embedded", "embedded", 3, 1))
    assert (ledger.accepted_since(0), ledger.accepted_since(clock.now)) == (2, 1)


def capped(ledger: Ledger, limits: Limits) -> bool:
    try:
        ledger.check_caps(limits)
    except CapReached:
        return True
    return False


def test_the_cap_of_requests_per_hour(ledger: Ledger, clock: Clock) -> None:
    limits = Limits(requests_per_hour=2)
    assert not capped(ledger, limits)
    ledger.book(booking())
    clock.now += HOUR_S / 2
    ledger.book(booking())
    with pytest.raises(CapReached, match="requests_per_hour = 2 is reached"):
        ledger.check_caps(limits)
    clock.now += HOUR_S / 2 + 1
    assert not capped(ledger, limits)


def test_the_cap_of_tokens_per_day(ledger: Ledger, clock: Clock) -> None:
    limits = Limits(tokens_per_day=220)
    ledger.book(booking())
    assert not capped(ledger, limits)
    ledger.book(booking())
    with pytest.raises(CapReached, match="tokens_per_day = 220 is reached"):
        ledger.check_caps(limits)
    clock.now += DAY_S + 1
    assert not capped(ledger, limits)


def test_without_caps_nothing_is_capped(ledger: Ledger) -> None:
    for _ in range(100):
        ledger.book(booking(10**9))
    assert not capped(ledger, Limits())


def test_caps_know_what_was_booked_before_a_restart(path: Path, clock: Clock) -> None:
    first = Ledger(path)
    first.book(booking())
    first.close()
    clock.now += HOUR_S / 2
    second = Ledger(path)
    assert capped(second, Limits(requests_per_hour=1))
    assert capped(second, Limits(tokens_per_day=110))
    second.close()
    clock.now += DAY_S
    third = Ledger(path)
    assert not capped(third, Limits(requests_per_hour=1, tokens_per_day=110))
    third.close()


def test_closing_writes_what_is_left(path: Path) -> None:
    made = Ledger(path)
    for _ in range(500):
        made.book(booking())
    made.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT COUNT(*) FROM usage").fetchone() == (500,)


def test_what_comes_after_the_end_is_passed_over(path: Path) -> None:
    made = Ledger(path)
    made.close()
    made.close()
    made.book(booking())
    made.note(Event("shown", "", "", "", 1, 1))


@pytest.mark.parametrize(
    "damage",
    [
        b"this is no database, although it is long enough to look like one" * 20,
        b"SQLite format 3\0x",
    ],
)
def test_a_damaged_file_is_set_aside_and_said_once(
    path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    Path(f"{path}-wal").write_bytes(b"left over")
    made = Ledger(path)
    made.book(booking())
    assert len(made.totals(0)) == 1
    made.close()
    assert path.with_suffix(".damaged").read_bytes() == damage
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "damaged and was set aside" in caplog.text
    again = Ledger(path)
    assert len(again.totals(0)) == 1
    again.close()
    assert len(caplog.records) == 1


def test_a_file_damaged_in_its_middle(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = Ledger(path)
    for _ in range(2000):
        made.book(booking())
    made.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    again = Ledger(path)
    assert again.totals(0) == []
    again.close()
    assert caplog.text.count("WARNING") == 1


@pytest.mark.parametrize("place", ["a file in the way", "a directory in its place"])
def test_where_there_is_no_place_memory_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    path = tmp_path / "state" / "usage.db"
    if place == "a file in the way":
        path.parent.write_text("")
    else:
        path.mkdir(parents=True)
    made = Ledger(path)
    made.book(booking())
    assert len(made.totals(0)) == 1
    assert capped(made, Limits(requests_per_hour=1))
    made.close()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "nothing is kept" in caplog.text


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="modes do not bind this user")
def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        made = Ledger(tmp_path / "usage.db")
        made.book(booking())
        assert len(made.totals(0)) == 1
        made.close()
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_its_directory_is_the_users_own(ledger: Ledger, path: Path) -> None:
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_another_process_that_writes_is_waited_for(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = Ledger(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        made.book(booking())
        second = Ledger(path)  # opening does not take a busy file for a damaged one
        other.execute("COMMIT")
    second.book(booking())
    assert second.totals(0)[0].requests in (1, 2)
    made.close()
    assert second.totals(0)[0].requests == 2
    second.close()
    assert caplog.text == ""


def test_a_write_that_fails_is_logged(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE_S", 0.01)
    made = Ledger(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        made.book(booking())
        made.close()
        assert caplog.text.count("not booked") == 1


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from glm_ls.store.ledger import Ledger
from tests.unit.store.test_ledger import booking
ledger = Ledger(Path(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(200):
    ledger.book(booking())
ledger.close()
"""


def test_several_processes_write_to_one_file(path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(REPOSITORY), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=60)
        assert writer.returncode == 0
    made = Ledger(path)
    assert made.totals(time.time() - 3600)[0].requests == 600
    made.close()
