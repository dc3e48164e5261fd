"""What is kept of a project, and what becomes of it when the disk fails."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from glm_ls.index import database
from glm_ls.index.database import (
    PAGE,
    VERSION,
    Database,
    Passage,
    Row,
    Stamp,
    database_path,
)

LOCKED_S = 0.05
READ = Stamp(1_700_000_000_123_456_789, 42)


def row(path: str, name: str = "one", passages: tuple[str, ...] = ()) -> Row:
    return Row(
        path=path,
        language="python",
        stamp=READ,
        imports='["",[]]',
        record=name.encode(),
        passages=[Passage(path, 10 * at, text) for at, text in enumerate(passages)],
    )


def paths(one: Database) -> list[str]:
    return [path for path, *_ in one.files()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return database_path(tmp_path / "cache", tmp_path / "my project")


def test_a_row_is_kept_as_it_was(file: Path) -> None:
    one = Database(file)
    assert one.write([row("a.py"), row("b.md", passages=("the reader", "the writer"))])
    one.close()
    again = Database(file)
    assert list(again.files()) == [
        ("a.py", "python", READ, b"one"),
        ("b.md", "python", READ, b"one"),
    ]
    assert again.imports("a.py") == ("python", '["",[]]')
    assert again.search(["writer"]) == [Passage("b.md", 10, "the writer")]
    assert (again.imports("c.py"), again.rebuilt) == (None, "")
    again.close()


def test_a_row_takes_the_place_of_the_one_before() -> None:
    one = Database(None)
    one.write([row("a.md", "old", ("first words", "more words")), row("b.md", "b", ("words",))])
    one.write([row("a.md", "new", ("other words",))])
    assert [(path, record) for path, *_, record in one.files()] == [
        ("a.md", b"new"),
        ("b.md", b"b"),
    ]
    assert one.search(["first"]) == []
    assert {found.path for found in one.search(["words"])} == {"a.md", "b.md"}
    one.forget(["a.md", "never.md"])
    assert one.search(["words"]) == [Passage("b.md", 0, "words")]
    assert paths(one) == ["b.md"]


@pytest.mark.parametrize("words", [[], ['"'], ["AND"], ["*", "("], ["NEAR("], ["größe"]])
def test_any_words_can_be_searched_for(words: list[str]) -> None:
    one = Database(None)
    one.write([row("a.md", passages=("read_file and größe",))])
    assert [found.start for found in one.search(words)] == (
        [0] if words in (["AND"], ["größe"]) else []
    )


def test_people_see_which_project_a_database_is_of(tmp_path: Path) -> None:
    one, other = (database_path(tmp_path, tmp_path / name / "shop") for name in "ab")
    assert one != other
    assert one.name.startswith("shop-")
    assert database_path(tmp_path, Path("/")).name.startswith("root-")


def test_the_database_is_for_the_user_alone(file: Path) -> None:
    Database(file).close()
    if os.name == "posix":
        assert file.parent.stat().st_mode & 0o077 == 0


def test_an_older_version_is_made_anew_without_a_word(file: Path) -> None:
    one = Database(file)
    one.write([row("a.py")])
    one.close()
    with sqlite3.connect(file) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    connection.close()
    again = Database(file)
    assert (paths(again), again.rebuilt) == ([], "")
    assert again.write([row("b.py")])
    again.close()


@pytest.mark.parametrize("damage", [b"no database at all", b"SQLite format 3\0" + b"\xaa" * 9000])
def test_a_file_that_is_no_database_is_made_anew(file: Path, damage: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(damage)
    one = Database(file)
    assert one.rebuilt.startswith("the index was damaged (")
    assert one.write([row("a.py")])
    one.close()
    again = Database(file)
    assert (paths(again), again.rebuilt) == (["a.py"], "")
    again.close()


def test_damage_found_while_reading(file: Path) -> None:
    """Only the first pages are looked at when a database is opened."""
    one = Database(file)
    one.write([row(f"{number}.py", f"name_{number}" * 50) for number in range(200)])
    one.close()
    data = file.read_bytes()
    file.write_bytes(data[: PAGE * 3] + b"\xaa" * (len(data) - PAGE * 3))
    again = Database(file)
    assert again.rebuilds == 0
    found = [list(again.files()), again.search(["x"])]
    assert again.rebuilds == 1
    assert found[-1] == []
    assert again.write([row("a.py")])
    assert list(again.files()) == [("a.py", "python", READ, b"one")]
    again.close()


def test_what_cannot_be_made_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    one = Database(database_path(tmp_path / "cache", tmp_path))
    assert one.write([row("a.py")])
    assert paths(one) == ["a.py"]
    one.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o500)
    one = Database(database_path(cache, tmp_path))
    assert one.write([row("a.py")])
    assert list(cache.iterdir()) == []
    one.close()


def test_two_servers_write_at_once(file: Path) -> None:
    """Each row stands for one state of one file; the last writer is right."""
    left, right = Database(file), Database(file)
    for number in range(20):
        assert left.write([row("both.md", "left", ("left words",)), row(f"l{number}.py")])
        assert right.write([row("both.md", "right", ("right words",)), row(f"r{number}.py")])
    assert list(left.files()) == list(right.files())
    assert len(paths(left)) == 41
    assert next(left.files())[-1] == b"right"
    assert [found.text for found in left.search(["words"])] == ["right words"]
    left.close()
    right.close()


def test_a_database_that_another_holds(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written meanwhile, and all the same it can be read."""
    monkeypatch.setattr(database, "BUSY_S", LOCKED_S)
    one = Database(file)
    one.write([row("a.py")])
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("begin immediate")
    assert not one.write([row("b.py")])
    assert not one.forget(["a.py"])
    assert paths(one) == ["a.py"]
    late = Database(file)  # kept in memory
    assert late.write([row("c.py")])
    other.execute("rollback")
    assert one.write([row("b.py")])
    assert paths(one) == ["a.py", "b.py"]
    assert (one.rebuilt, late.rebuilt) == ("", "")
    for connection in (one, late, other):
        connection.close()


def test_a_full_disk_keeps_what_was_there(file: Path) -> None:
    one = Database(file)
    one.write([row("a.py")])
    one._connection.execute("pragma max_page_count = 1")  # rounded up to what there is
    assert not one.write([row(f"{number}.py", f"name_{number}" * 99) for number in range(99)])
    assert paths(one) == ["a.py"]
    assert one.rebuilt == ""
    one.close()
