"""An index beside an editor, git and a database that live their own lives."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.index import index
from glm_ls.index.changes import git_folder
from glm_ls.index.extract import facts_of
from glm_ls.index.index import Index
from glm_ls.index.words import code_of
from glm_ls.syntax.languages import language_of

from .conftest import HAVE, OpenIndex, finished, signatures, write

# -- git ---------------------------------------------------------------------------------


def test_a_checkout_is_noticed(
    small: Path, open_index: OpenIndex, git: Callable[..., str], tmp_path: Path
) -> None:
    """Also in a worktree, whose `.git` is a file."""
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    write(small, {"read.py": "def read_other(path, mode): ...\n", "only_here.py": "y = 1\n"})
    git("add", ".")
    git("commit", "-qm", "two")
    one = open_index()
    assert set(finished(one)) == {*HAVE, "only_here.py"}
    for branch, must_look in (("", False), ("main", True)):
        if branch:
            git("checkout", "-q", branch)
        one.look_at_head()
        assert one.is_complete is not must_look
    assert finished(one) == HAVE
    git("worktree", "add", "-q", str(tmp_path / "tree"), "other")
    assert (tmp_path / "tree/.git").is_file()
    assert git_folder(tmp_path / "tree").joinpath("HEAD").is_file()
    assert git_folder(small / "pkg") == small / ".git"


# -- documents of the editor --------------------------------------------------------------


def overlay(one: Index, path: str, text: str) -> None:
    facts = facts_of(language_of("", path), text)
    one.overlay(path, text, facts.outline, lambda: facts)


def test_a_document_counts_as_it_is_in_the_editor(small: Path, open_index: OpenIndex) -> None:
    """Whatever the disk says, until it is given back; many other files may change meanwhile."""
    one = open_index()
    finished(one)
    overlay(one, "read.py", "def typed(): ...\n")
    assert signatures(one.corpus)["read.py"] == ["def typed():"]
    assert one.text("read.py") == "def typed(): ...\n"
    write(small, {"read.py": "def saved(): ...\n"})
    one.refresh(["read.py"])
    one.relist()
    assert finished(one)["read.py"] == ["def typed():"]
    many = {f"m{n}.py": f"value_{n} = {n}\n" for n in range(index.MAX_DEAD + 1)}
    write(small, many)
    one.refresh(many)
    assert finished(one)["read.py"] == ["def typed():"]
    assert one.corpus.dead <= index.MAX_DEAD
    one.release("read.py")
    assert not one.is_complete
    assert finished(one)["read.py"] == ["def saved():"]


@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_document_is_read_when_it_is_saved(
    small: Path, open_index: OpenIndex, told_first: bool, end: str
) -> None:
    """Words of its functions count then, whether or not its definitions have changed."""
    one = open_index()
    finished(one)
    text = "def read(path):\n    return saved_word\n"
    overlay(one, "read.py", "def read(path):\n    return typed_word\n")
    write(small, {"read.py": text.replace("\n", end)})
    if told_first:
        one.refresh(["read.py"])
        one.finish()
    overlay(one, "read.py", text)
    assert finished(one) == HAVE
    for index_of in (one, open_index()):
        assert len(index_of.corpus.files_by_code.get(code_of("saved_word"))) == 1


def test_a_document_whose_file_is_deleted(small: Path, open_index: OpenIndex) -> None:
    one = open_index()
    finished(one)
    overlay(one, "read.py", "def typed(): ...\n")
    (small / "read.py").unlink()
    one.refresh(["read.py"])
    assert finished(one)["read.py"] == ["def typed():"]


def test_a_document_without_a_file(small: Path, open_index: OpenIndex) -> None:
    one = open_index()
    finished(one)
    overlay(one, "unsaved.py", "def unsaved(): ...\n")
    assert signatures(one.corpus)["unsaved.py"] == ["def unsaved():"]
    one.release("unsaved.py")
    assert finished(one) == HAVE


def test_a_document_that_is_hidden_does_not_count(small: Path, open_index: OpenIndex) -> None:
    one = open_index("mine.py")
    finished(one)
    overlay(one, "mine.py", "def mine(): ...\n")
    assert signatures(one.corpus) == HAVE
    assert one.text("mine.py") is None


# -- the database ------------------------------------------------------------------------


def test_two_indexes_of_one_project(small: Path, open_index: OpenIndex) -> None:
    one, other = open_index(), open_index()
    assert finished(one) == finished(other) == HAVE
    write(small, {"read.py": "def changed(): ...\n"})
    one.refresh(["read.py"])
    assert finished(one)["read.py"] == ["def changed():"]
    other.relist()
    assert finished(other) == finished(one)


def test_what_was_read_is_kept_before_the_end(small: Path, open_index: OpenIndex) -> None:
    """A process that is killed does not lose its work."""
    finished(open_index())
    assert signatures(open_index().corpus) == HAVE


def test_an_index_without_a_cache(small: Path, open_index: OpenIndex, cache: Path) -> None:
    assert finished(open_index(kept=None)) == HAVE
    assert not cache.exists()


def test_a_damaged_database_is_built_anew(small: Path, open_index: OpenIndex, cache: Path) -> None:
    """Whether SQLite sees the damage or only the reader of records does."""
    finished(open_index())
    (path,) = (cache / "index").glob("*.db")
    with sqlite3.connect(path) as connection:
        connection.execute("update files set record = x'00ff'")
    connection.close()
    one = open_index()
    assert one.trouble.startswith("the index was damaged")
    assert not one.is_complete
    assert finished(one) == HAVE
    again = open_index()
    assert (signatures(again.corpus), again.trouble) == (HAVE, "")


def test_a_database_that_cannot_be_written(
    small: Path, open_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs what is kept, not what is known."""
    many = {f"m{n}.py": f"value_{n} = {n}\n" for n in range(2 * index.BATCH)}
    write(small, many)
    one = open_index()
    one._database._connection.execute("pragma query_only = on")
    assert len(finished(one)) == len(many) + len(HAVE)
    assert one.imports.of("m1.py") == {}
    write(small, {"m1.py": "changed = True\n"})
    one.refresh(["m1.py"])
    assert finished(one)["m1.py"] == ["changed = True"]
    one._database._connection.execute("pragma query_only = off")
    one.step()
    assert len(signatures(open_index().corpus)) == len(many) + len(HAVE)
