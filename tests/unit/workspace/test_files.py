"""Reading closed files and finding the ones worth reading."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.workspace import files
from glm_ls.workspace.files import read_text, source_files
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ""),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfa", "a"),
        ("é\n".encode("utf-16"), "é\n"),
        (b"\xfe\xff\x00a", "a"),
        (b"caf\xe9 au lait", "caf\ufffd au lait"),
        (b"a\x00b", None),
        (b"\x7fELF\x01\x01\x01", None),
        ("data without a mark".encode("utf-16-le"), None),
        (b"x" * 100, "x" * 100),
        (b"x" * 101, None),
    ],
)
def test_read_text(tmp_path: Path, data: bytes, expected: str | None) -> None:
    (tmp_path / "file").write_bytes(data)
    assert read_text(tmp_path / "file", max_bytes=100) == expected


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    odd: list[str | Path] = [tmp_path / "folder", tmp_path / "missing", "a\0b"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        odd.append(tmp_path / "pipe")
    assert [read_text(path, 100) for path in odd] == [None] * len(odd)


def test_a_file_that_is_larger_than_its_size_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It grows while it is read, or the system makes it up."""
    (tmp_path / "file").write_bytes(b"x" * 90)
    monkeypatch.setattr(os, "stat", lambda _: os.stat_result((0o100644, *(0,) * 9)))
    assert read_text(tmp_path / "file", 100) == "x" * 90
    assert read_text(tmp_path / "file", 80) is None


OLDEST_FIRST = [
    "src/near.py",
    "old.py",
    "src/beside.py",
    "lib/deep/newer.PY",
    "notes.txt",
    "secrets.py",
    "hidden.py",
    "kept_from_us.py",
    "node_modules/x.py",
    "gen/.venv/lib/y.py",
    "gen/new.py",
]
"""Each file is ten bytes long and a second younger than the one before."""


def plain(folder: Path) -> None:
    """Leave the folder as it is: the walk finds the files."""


def repository(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run(["git", "-C", folder, "add", "-f", "old.py", "hidden.py"], check=True)


@pytest.fixture(params=[plain, repository])
def tree(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    prepare: Callable[[Path], None] = request.param
    root = tmp_path.resolve() / "w"
    for age, name in enumerate(OLDEST_FIRST):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("0123456789")
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    (root / ".gitignore").write_text("hidden.py")
    (root / ".glmignore").write_text("kept_*")
    (root / "link.py").symlink_to(root / "old.py")
    prepare(root)
    return root


@pytest.mark.parametrize(
    ("limit_files", "limit_bytes", "near", "expected"),
    [
        (9, 999, None, "gen/new.py lib/deep/newer.PY src/beside.py old.py src/near.py"),
        (9, 999, "src/near.py", "src/beside.py src/near.py gen/new.py lib/deep/newer.PY old.py"),
        (9, 999, "missing.py", "old.py gen/new.py lib/deep/newer.PY src/beside.py src/near.py"),
        (2, 999, None, "gen/new.py lib/deep/newer.PY"),
        (9, 29, None, "gen/new.py lib/deep/newer.PY"),
        (0, 999, None, ""),
        (9, 9, None, ""),
    ],
)
def test_source_files(
    tree: Path, limit_files: int, limit_bytes: int, near: str | None, expected: str
) -> None:
    ignore = Ignore(Roots.of([path_to_uri(tree)]))
    beside = tree / near if near else None
    found = source_files(tree, ignore, limit_files, limit_bytes, {".py"}, beside)
    assert " ".join(path.relative_to(tree).as_posix() for path in found) == expected


def test_a_large_file_leaves_room_for_smaller_ones(tree: Path) -> None:
    (tree / "gen/new.py").write_text("x" * 1000)
    found = source_files(tree, Ignore(Roots.of([path_to_uri(tree)])), 1, 100, {".py"})
    assert [path.name for path in found] == ["newer.PY"]


def test_the_walk_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.py").touch()
    monkeypatch.setattr(files, "MAX_ENTRIES", 5)
    found = source_files(tmp_path, Ignore(Roots.of([])), 99, 999, {".py"})
    assert sorted(path.parent.name for path in found) == ["a", "b"]


def test_the_walk_follows_no_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.py").touch()
    (tmp_path / "a/again").symlink_to(tmp_path, target_is_directory=True)
    found = source_files(tmp_path, Ignore(Roots.of([])), 99, 999, {".py"})
    assert list(found) == [tmp_path / "a/x.py"]


def test_what_gits_index_names_outside_is_left_alone(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    for folder in (outside, root / "inner"):
        folder.mkdir(parents=True)
        (folder / "a.py").touch()
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=root, check=True)
    (root / "inner" / "a.py").unlink()
    (root / "inner").rmdir()
    (root / "inner").symlink_to(outside)
    found = source_files(root, Ignore(Roots((root,))), 10, 1000, {".py"})
    assert outside / "a.py" not in {path.resolve() for path in found}
