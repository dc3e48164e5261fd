"""What is remembered of reviews, after restarts and on damaged files."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_ls.postprocess.findings.finding import Finding
from glm_ls.postprocess.findings.written import from_json, to_json
from glm_ls.store import reviews as module
from glm_ls.store.reviews import Dismissal, Reviews, hunk_key, read_shared, shared_text

FINDING = Finding(
    "a.py", 3, "bug", "high", 80, "Title", "Why é\ud800", ("one", "two"), ("1",), ("name",)
)
ONE = Dismissal("1" * 32, "bug", "One of  them")
TWO = Dismissal("2" * 32, "security", "")
HERE, THERE = Path("/here"), Path("/there")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "reviews.db"


def test_dismissals_survive_and_stay_in_their_workspace(path: Path) -> None:
    first = Reviews(path)
    first.dismiss(HERE, TWO)
    first.dismiss(HERE, ONE)
    first.dismiss(HERE, ONE)
    first.dismiss_kind(HERE, "a.py", "style")
    first.close()
    first.close()
    again = Reviews(path)
    assert again.dismissals(HERE) == (ONE, TWO)
    assert again.dismissed_kinds(HERE) == {("a.py", "style")}
    assert again.dismissals(THERE) == ()
    assert again.dismissed_kinds(THERE) == frozenset()
    again.restore(HERE, ONE.fingerprint)
    assert again.dismissals(HERE) == (TWO,)
    again.close()


def test_hunks_survive_and_nothing_found_is_an_answer(path: Path) -> None:
    first = Reviews(path)
    first.keep("a", [FINDING])
    first.keep("b", [])
    first.close()
    again = Reviews(path)
    assert [again.cached(key) for key in "abc"] == [(FINDING,), (), None]
    again.close()


def test_the_longest_unused_hunk_goes_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_HUNKS", 2)
    reviews = Reviews(path)
    reviews.keep("a", [])
    reviews.keep("b", [])
    assert reviews.cached("a") == ()
    reviews.keep("c", [])
    assert [reviews.cached(key) for key in "abc"] == [(), None, ()]
    reviews.close()


def test_a_damaged_file_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    reviews = Reviews(path)
    reviews.dismiss(HERE, ONE)
    assert reviews.dismissals(HERE) == (ONE,)
    reviews.close()
    assert path.with_suffix(".damaged").exists()


def test_without_a_place_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    reviews = Reviews(tmp_path / "file" / "reviews.db")
    reviews.keep("a", [FINDING])
    assert reviews.cached("a") == (FINDING,)
    reviews.close()
    assert reviews.cached("a") is None


def test_each_part_of_a_key_counts() -> None:
    keys = {
        hunk_key(*parts)
        for parts in (("a", "b", "c", "d"), ("ab", "", "c", "d"), ("a", "b", "cd", ""),
                      ("a", "b", "c", "e"), ("a", "x", "c", "d"))
    }  # fmt: skip
    assert len(keys) == 5


@pytest.mark.parametrize(
    "text", ["", "{}x", "[1]", '[{"kind": "bug"}]', "{\"a\": 1}",
             to_json([FINDING]).replace('"bug"', '"evil"'), to_json([FINDING]).replace('"1"', "1")]
)  # fmt: skip
def test_what_is_no_finding_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_json(text)


def test_a_shared_file_comes_back() -> None:
    text = shared_text([TWO, ONE, ONE])
    assert read_shared(text) == (ONE._replace(title="One of them"), TWO)


@pytest.mark.parametrize("text", ["", "# x", "<<<<<<< ours", "zz bug x", "1" * 33, "\0\n\n"])
def test_what_is_no_dismissal_is_skipped(text: str) -> None:
    assert read_shared(text) == ()
