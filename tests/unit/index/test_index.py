"""A folder on disk and its index, which stays true whatever happens to the folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.workspace.files import read_text

from .conftest import HAVE, READER, OpenIndex, finished, signatures, write


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in order."""
    seen: list[str] = []

    def spy(path: str | Path, max_bytes: int) -> str | None:
        seen.append(os.path.basename(path))
        return read_text(path, max_bytes)

    monkeypatch.setattr("glm_ls.index.files.read_text", spy)
    return seen


# -- what the files say -----------------------------------------------------------------


def test_new_changed_renamed_and_deleted_files(small: Path, open_index: OpenIndex) -> None:
    """As the editor tells of them, and as a listing finds them."""
    one = open_index()
    assert finished(one) == HAVE
    write(small, {"read.py": "def read_all(path): ...\n", "new.py": "x = 1\n"})
    (small / "pkg/write.py").rename(small / "pkg/renamed.py")
    now = {
        "read.py": ["def read_all(path):"],
        "new.py": ["x = 1"],
        "pkg/renamed.py": ["def write(path):"],
    }
    one.refresh(["read.py", "new.py", "pkg/write.py", "pkg/renamed.py"])
    assert finished(one) == now
    one.close()
    for name in now:
        (small / name).unlink()
    later = open_index()
    assert signatures(later.corpus) == now
    assert finished(later) == {}


def test_a_warm_database_is_enough(small: Path, open_index: OpenIndex, read: list[str]) -> None:
    """Nothing is read again, but what has changed while no server ran."""
    write(small, {"made.py": "# @generated\nx = 1\n", "package.json": "{}"})
    finished(open_index())
    assert sorted(read) == ["made.py", "package.json", "read.py", "write.py"]
    read.clear()
    write(small, {"read.py": "def changed(): ...\n"})
    assert finished(open_index()) == HAVE | {"read.py": ["def changed():"]}
    assert sorted(read) == ["package.json", "read.py"]  # the first is not kept


@pytest.mark.parametrize("text", ["# @generated\n", b"\0\1\2", "x = 1; " * 1000])
def test_what_there_is_nothing_to_say_of_is_read_once(
    small: Path, open_index: OpenIndex, read: list[str], text: str | bytes
) -> None:
    """Also after a restart, until it changes."""
    one = open_index()
    finished(one)
    write(small, {"read.py": text})
    one.refresh(["read.py"])
    rest = {"pkg/write.py": HAVE["pkg/write.py"]}
    assert finished(one) == rest
    one.close()
    read.clear()
    again = open_index()
    assert finished(again) == rest
    assert read == []
    again.close()
    write(small, {"read.py": READER * 2})
    assert finished(open_index()) == rest | {"read.py": HAVE["read.py"] * 2}


def test_what_is_ignored_is_asked_for_again(small: Path, open_index: OpenIndex) -> None:
    """The rules may have changed while no server ran."""
    one = open_index("read.py")
    assert "read.py" not in finished(one)
    one.close()
    assert finished(open_index()) == HAVE


def test_newest_files_come_first(root: Path, open_index: OpenIndex, read: list[str]) -> None:
    write(root, {f"{name}.py": f"{name} = 1\n" for name in "abc"})
    for name, age in zip("abc", (30, 10, 20), strict=True):
        os.utime(root / f"{name}.py", (1_700_000_000 - age,) * 2)
    finished(open_index())
    assert read == ["b.py", "c.py", "a.py"]


def test_files_that_matter_are_hurried(root: Path, open_index: OpenIndex) -> None:
    write(root, {f"{name}.py": f"def {name}(x): return x\n" for name in ("aa", "bb", "cc")})
    one = open_index()
    one.relist()
    assert one.waiting == 3
    assert one.hurry(["cc.py", "nowhere.py", "aa.py"]) == ["cc.py", "aa.py"]
    one.take_now("cc.py")
    one.glance(["aa.py"])
    assert signatures(one.corpus) == {
        "cc.py": ["def cc(x):"],
        "aa.py": ["def aa(x): return x"],  # at a glance the body is not told apart
    }
    one.glance(["bb.py"], until=0)
    assert "bb.py" not in signatures(one.corpus)
    assert finished(one) == {f"{name}.py": [f"def {name}(x):"] for name in ("aa", "bb", "cc")}


# -- what is never read ------------------------------------------------------------------


@pytest.mark.parametrize("has_git", [True, False], ids=["git", "no version control"])
def test_ignored_and_denied_files_are_never_read(
    small: Path, open_index: OpenIndex, read: list[str], git: Callable[..., str], has_git: bool
) -> None:
    hidden = (
        "ignored.py",
        "build/out.py",
        "secrets.py",
        "mine.py",
        "tracked.py",
        "node_modules/x.js",
    )
    write(small, dict.fromkeys(hidden, "secret = 1\n"))
    if has_git:
        git("init", "-q")
        git("add", "tracked.py")
    write(small, {".gitignore": "ignored.py\ntracked.py\n", ".glmignore": "/build/\n"})
    assert finished(open_index("mine.py")) == HAVE
    assert sorted(read) == ["read.py", "write.py"]


def test_what_becomes_hidden_is_not_allowed_any_more(small: Path, open_index: OpenIndex) -> None:
    one = open_index()
    finished(one)
    assert one.allows("read.py")
    write(small, {".glmignore": "read.py\n"})
    one._ignore.refresh()
    assert not one.allows("read.py")
    assert one.text("read.py") is None
    one.drop(["read.py"])
    assert list(signatures(one.corpus)) == ["pkg/write.py"]
    assert list(signatures(open_index().corpus)) == ["pkg/write.py"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_links_lead_nowhere(small: Path, open_index: OpenIndex, tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.py": "secret = 1\n"})
    (small / "loop").symlink_to(small)
    (small / "pkg/up").symlink_to("..")
    (small / "self.py").symlink_to("self.py")
    (small / "out").symlink_to(tmp_path / "outside")
    (small / "link.py").symlink_to(tmp_path / "outside/secret.py")
    one = open_index()
    assert finished(one) == HAVE
    for path in (
        "out/secret.py",
        "link.py",
        "../outside/secret.py",
        str(tmp_path / "outside/secret.py"),
    ):
        one.refresh([path])
        one.take_now(path)
        assert one.text(path) is None
    assert finished(one) == HAVE


def test_a_huge_file_is_left_out(small: Path, open_index: OpenIndex, read: list[str]) -> None:
    with (small / "huge.py").open("wb") as file:
        file.write(b"huge = 1\n")
        file.truncate(50_000_000)
    one = open_index()
    assert finished(one) == HAVE
    one.refresh(["huge.py"])
    assert finished(one) == HAVE
    assert one.text("huge.py") is None
    assert "huge.py" not in read[:2]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_nobody_waits_for_a_pipe(small: Path, open_index: OpenIndex) -> None:
    os.mkfifo(small / "pipe.py")
    one = open_index()
    assert finished(one) == HAVE
    assert one.text("pipe.py") is None


# -- what is odd -------------------------------------------------------------------------

ODD = {
    "bytes.py": (b"def \xff\xfe(): ...\ndef fine(): ...\n", "def fine():"),
    "dos.py": (b"def one(\r\n  x): ...\r\n", "def one( x):"),
    "utf16.py": ("def wide(): ...\n".encode("utf-16"), "def wide():"),
    "deep.py": (b"x = " + b"(" * 5000 + b")" * 5000 + b"\ndef after(): ...\n", None),
    "broken.py": (b"def ok(): ...\ndef broken(:\n  )}]\n", "def ok():"),
    "null.py": (b"def null(): ...\n\0", None),
    "empty.py": (b"", None),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_costs_no_other(small: Path, open_index: OpenIndex, name: str) -> None:
    data, expected = ODD[name]
    write(small, {name: data})
    found = finished(open_index())
    mine = found.pop(name, [])
    assert found == HAVE
    assert expected is None or expected in mine


@pytest.mark.skipif(os.name == "nt", reason="names are UTF-16 there")
def test_a_name_that_is_no_text_costs_no_other(small: Path, open_index: OpenIndex) -> None:
    try:
        with open(os.path.join(os.fsencode(small), b"\xff.py"), "w") as file:
            file.write("x = 1\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    one = open_index()
    assert finished(one) == HAVE
    one.refresh(["\udcff.py", "\ud800.py", "a\0.py"])
    assert finished(one) == HAVE


def test_a_language_without_a_grammar_is_searched_by_words(
    small: Path, open_index: OpenIndex
) -> None:
    write(
        small, {"part.lua": "local total = price_of(item)\n", "notes.md": "Call price_of first.\n"}
    )
    one = open_index()
    assert finished(one) == HAVE | {"part.lua": [], "notes.md": []}
    assert {found.path for found in one.search(["price_of"])} == {"part.lua", "notes.md"}
    (small / "part.lua").unlink()
    one.refresh(["part.lua"])
    one.finish()
    assert [found.path for found in one.search(["price_of"])] == ["notes.md"]


def test_a_file_deleted_between_listing_and_reading(small: Path, open_index: OpenIndex) -> None:
    one = open_index()
    one.relist()
    (small / "read.py").unlink()
    (small / "pkg/write.py").unlink()
    (small / "pkg/write.py").mkdir()
    assert finished(one) == {}


def test_a_project_that_is_deleted(small: Path, open_index: OpenIndex) -> None:
    one = open_index()
    finished(one)
    for path in sorted(small.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    small.rmdir()
    one.relist()
    assert finished(one) == {}
