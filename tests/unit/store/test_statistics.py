"""Tallies of what became of suggestions, and the ledger of an earlier version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from glm_ls.store.ledger import STEPS, Ledger
from glm_ls.store.statistics import Event, Kind, Tally

VERSION_0 = """
CREATE TABLE usage (
  at REAL NOT NULL, intent TEXT NOT NULL, dialect TEXT NOT NULL, model TEXT NOT NULL,
  prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL,
  reasoning INTEGER NOT NULL, exact INTEGER NOT NULL, cost REAL, currency TEXT NOT NULL);
CREATE TABLE accepted (at REAL NOT NULL, engine TEXT NOT NULL, chars INTEGER NOT NULL);
INSERT INTO usage VALUES (5, 'complete', 'zai', 'glm-4.6', 10, 5, 3, 0, 1, 0.5, 'USD');
INSERT INTO accepted VALUES (5, 'zai', 12), (6, 'embedded', 3);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    made = Ledger(path)
    yield made
    made.close()


def note(
    ledger: Ledger, kind: Kind, chars: int = 10, kept: int = 0, language: str = "python"
) -> None:
    ledger.note(Event(kind, language, "glm-4.6", "zai", chars, 1, kept))


def test_tallies(ledger: Ledger) -> None:
    for _ in range(4):
        note(ledger, "shown")
    note(ledger, "whole")
    note(ledger, "part", 3)
    note(ledger, "more", 2)
    note(ledger, "part", 4)
    note(ledger, "rest", 6)
    note(ledger, "kept_20", 10, 10)
    note(ledger, "kept_20", 30, 10)
    note(ledger, "kept_60", 10, 0)
    note(ledger, "shown", language="go")
    go, python = sorted(ledger.tallies(0), key=lambda tally: tally.language)
    assert python == Tally("python", "glm-4.6", 4, 3, 1, 40, 25, (0.5, 0.0, None))
    assert python.rate == 0.75
    assert go == Tally("go", "glm-4.6", 1, 0, 0, 10, 0, (None, None, None))
    assert ledger.tallies(0) == [python, go]  # the most often shown first
    assert ledger.accepted_since(0) == 3
    assert ledger.tallies(2**40) == []


def test_a_ledger_of_the_first_version_is_taken_over(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_0)
    for _ in range(2):
        ledger = Ledger(path)
        assert (ledger.accepted_since(0), ledger.accepted_since(6)) == (2, 1)
        assert ledger.totals(0)[0].prompt == 10
        [tally] = ledger.tallies(0)
        assert tally == Tally("", "", 0, 2, 0, 0, 15, (None, None, None))
        assert tally.rate is None
        ledger.close()
    with closing(sqlite3.connect(path)) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        assert "accepted" not in names
        assert database.execute("PRAGMA user_version").fetchone() == (len(STEPS),)


def test_a_step_that_fails_takes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_0)
    monkeypatch.setattr("glm_ls.store.ledger.STEPS", (*STEPS, ("SELECT 1 FROM nowhere",)))
    with pytest.raises(sqlite3.OperationalError):  # memory, where there is no step either
        Ledger(path)
    monkeypatch.undo()
    ledger = Ledger(path)
    assert ledger.accepted_since(0) == 2
    ledger.close()


def test_a_ledger_of_a_newer_version_is_left_as_it_is(path: Path) -> None:
    first = Ledger(path)
    note(first, "shown")
    first.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    second = Ledger(path)
    assert second.tallies(0)[0].shown == 1
    second.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (99,)
