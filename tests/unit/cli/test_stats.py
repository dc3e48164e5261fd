"""`glm-ls stats`: what the ledger says, for people and as a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_ls.provider.attempts import Booking
from glm_ls.provider.request import Usage
from glm_ls.store.ledger import Ledger
from glm_ls.store.statistics import Event, Kind

from .conftest import Run


@pytest.fixture
def path(project: Path, tmp_path: Path) -> Path:
    return tmp_path / "state" / "usage.db"


EVENTS: tuple[tuple[Kind, str, int, int], ...] = (
    ("shown", "python", 40, 0),
    ("shown", "python", 20, 0),
    ("whole", "python", 40, 0),
    ("kept_20", "python", 30, 30),
    ("kept_60", "python", 30, 15),
    ("shown", "a-language-with-a-long-name", 12_345_678, 0),
    ("part", "a-language-with-a-long-name", 7, 0),
)


@pytest.fixture
def filled(path: Path) -> None:
    ledger = Ledger(path)
    for kind, language, chars, kept in EVENTS:
        ledger.note(Event(kind, language, "glm-4.6", "zai", chars, 1, kept))
    usage = Usage(1234, 200, 56, 0)
    ledger.book(Booking("complete", "zai", "glm-4.6", usage, True, 0.0125, "USD"))
    ledger.book(Booking("complete", "mine", "own", usage, True, None, ""))
    ledger.close()


@pytest.mark.usefixtures("filled")
def test_the_tables(run: Run) -> None:
    code, out, err = run("stats")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    rows = [line.split() for line in out.splitlines()]
    assert ["python", "glm-4.6", "2", "1", "50%", "40", "100%", "50%", "-"] in rows
    assert ["complete", "glm-4.6", "1", "1,234", "200", "56", "0.0125", "USD"] in rows
    assert ["complete", "own", "1", "1,234", "200", "56", "-"] in rows
    assert "of the last 30 days:" in out


@pytest.mark.usefixtures("filled")
def test_the_document(run: Run, path: Path) -> None:
    document = run("stats", "--days", "1", "--json").document
    assert (document["days"], document["database"]) == (1, str(path))
    assert document["suggestions"][0] == {
        "language": "python",
        "model": "glm-4.6",
        "shown": 2,
        "accepted": 1,
        "rate": 0.5,
        "in_part": 0,
        "chars_shown": 60,
        "chars_accepted": 40,
        "kept": {"20": 1.0, "60": 0.5, "300": None},
    }
    assert document["usage"][0]["cost"] == 0.0125


def test_where_there_is_nothing_nothing_is_made(run: Run, path: Path) -> None:
    assert run("stats").out == (
        "Nothing was suggested in the last 30 days: use glm-ls in an editor first.\n"
    )
    assert run("stats", "--json", "--days", "7").document == {
        "days": 7,
        "suggestions": [],
        "usage": [],
        "database": str(path),
    }
    assert not path.parent.exists()


@pytest.mark.usefixtures("filled")
def test_it_looks_back_no_further_than_it_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glm_ls.cli.stats.DAY_S", -1.0)
    assert run("stats", "--days", "1").out.startswith("Nothing was suggested in the last day:")


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_days_that_make_no_sense(run: Run, days: str) -> None:
    code, out, err = run("stats", "--days", days)
    assert (code, out) == (2, "")
    assert "--days" in err
