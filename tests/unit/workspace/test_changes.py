"""What is under review, in real repositories: clean, odd, and hostile ones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from glm_ls.errors import ReviewError
from glm_ls.workspace.changes import (
    MAX_UNTRACKED_BYTES,
    Comparison,
    changes,
    comparison_of,
    new_text,
    old_text,
)
from glm_ls.workspace.diff import unreviewable
from tests.repositories import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a.py").write_text("one\ntwo\n")
    (tmp_path / "gone.py").write_text("gone\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "base")
    return tmp_path


def states(folder: Path, comparison: str = "") -> dict[str, str | None]:
    found = changes(folder, comparison_of(comparison))
    return {file.path: unreviewable(file) or file.status for file in found.files}


@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("", Comparison()),
        ("staged", Comparison(new_side="index")),
        ("v1", Comparison("v1")),
        ("a..b", Comparison("a", "b", "revision")),
        ("origin/main...HEAD", Comparison("origin/main", "HEAD", "revision", True)),
        ("main...", Comparison("main", "HEAD", "revision", True)),
    ],
)
def test_comparisons(text: str, comparison: Comparison) -> None:
    assert comparison_of(text) == comparison


def test_the_working_tree_with_files_not_tracked_yet(repository: Path) -> None:
    (repository / "a.py").write_text("one\n2\n")
    (repository / "gone.py").unlink()
    (repository / "new.py").write_text("new\n")
    (repository / "image").write_bytes(b"\0\1")
    (repository / "big").write_text("x" * (MAX_UNTRACKED_BYTES + 1))
    (repository / "latin").write_bytes(b"\xe9")
    assert states(repository) == {
        "a.py": "modified", "gone.py": "deleted", "new.py": "added",
        "image": "binary", "big": "binary", "latin": "binary",
    }  # fmt: skip


def test_each_side_has_its_text(repository: Path) -> None:
    (repository / "a.py").write_text("index\n")
    git(repository, "add", "a.py")
    (repository / "a.py").write_text("tree\n")
    for comparison, text in (("staged", "index\n"), ("", "tree\n")):
        found = changes(repository / ".", comparison_of(comparison))
        assert new_text(found, found.files[0]) == text
        assert old_text(found, found.files[0]) == "one\ntwo\n"


def test_a_branch_is_compared_with_where_it_parted(repository: Path) -> None:
    git(repository, "checkout", "-qb", "topic")
    (repository / "a.py").rename(repository / "b.py")
    (repository / "gone.py").chmod(0o755)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "topic")
    git(repository, "checkout", "-q", "main")
    (repository / "later.py").write_text("later\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "later")
    git(repository, "checkout", "-q", "--detach", "topic")
    expected = {"b.py": "only renamed", "gone.py": "only its mode changed"}
    assert states(repository, "main...HEAD") == expected
    assert states(repository, "main..HEAD") == {**expected, "later.py": "deleted"}


def test_an_empty_diff_has_no_files(repository: Path) -> None:
    assert states(repository) == states(repository, "staged") == {}


def test_before_the_first_commit_all_is_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("a\n")
    git(tmp_path, "add", "a.py")
    assert states(tmp_path) == states(tmp_path, "staged") == {"a.py": "added"}


def test_a_conflict_is_no_crash(repository: Path) -> None:
    for branch in ("one", "two"):
        git(repository, "checkout", "-q", "-B", branch, "main")
        (repository / "a.py").write_text(branch)
        git(repository, "commit", "-qam", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "one")
    assert states(repository) == {"a.py": "modified"}
    assert states(repository, "staged") == {"a.py": "unmerged"}


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "a...b", "HEAD:a.py", "-h"])
def test_an_unknown_revision_is_named(repository: Path, revision: str) -> None:
    with pytest.raises(ReviewError, match="git knows no revision"):
        changes(repository, comparison_of(revision))


def test_without_a_repository(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="is in no git repository"):
        changes(tmp_path, Comparison())


def test_histories_that_never_met(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-qm", "alone")
    with pytest.raises(ReviewError, match="no common ancestor"):
        changes(repository, comparison_of("main...HEAD"))


def test_settings_of_the_repository_change_nothing(repository: Path) -> None:
    (repository / "a.py").write_text("one\n\ntwo\n")
    before = changes(repository, Comparison()).files
    for name, value in {
        "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "color.ui": "always",
        "diff.context": "0", "diff.interHunkContext": "9", "diff.algorithm": "minimal",
        "diff.suppressBlankEmpty": "true", "diff.orderFile": "a.py", "core.quotePath": "false",
        "diff.relative": "true", "diff.renames": "false", "diff.submodule": "log",
    }.items():  # fmt: skip
        git(repository, "config", name, value)
    assert changes(repository, Comparison()).files == before


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
def test_a_hostile_repository_runs_nothing(repository: Path) -> None:
    marker = repository / ".git/ran"
    script = repository / ".git/trap"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    script.chmod(0o755)
    settings = (
        "diff.external", "diff.evil.command", "diff.evil.textconv", "core.fsmonitor", "core.pager",
        "filter.evil.clean", "filter.evil.smudge", "filter.a=b.clean",
    )  # fmt: skip
    for name in settings:
        git(repository, "config", name, str(script))
    git(repository, "config", "filter.evil.required", "true")
    (repository / ".git/info/attributes").write_text("a.py diff=evil filter=evil\n")
    (repository / "a.py").write_text("2\n")
    assert states(repository) == {"a.py": "modified"}
    assert states(repository, "staged") == {}
    assert not marker.exists()

    git(repository, "diff", "HEAD")
    assert marker.exists(), "the trap would not have worked"
