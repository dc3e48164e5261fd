"""Listing a repository, without giving it a chance to run anything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from glm_ls.workspace.git import changed_files, list_files, run_git
from tests.repositories import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    for name in ("tracked.py", "ignored.py", "sub/é \n.py", "gone.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("ignored.py")
    git(tmp_path, "add", "tracked.py", "gone.py")
    (tmp_path / "gone.py").unlink()
    return tmp_path


def test_tracked_and_untracked_files_are_listed(repository: Path) -> None:
    expected = {".gitignore", "tracked.py", "sub/é \n.py", "gone.py"}
    assert set(list_files(repository) or ()) == expected
    assert list_files(repository / "sub") == ["é \n.py"]


def test_a_file_in_conflict_is_listed_once(repository: Path) -> None:
    git(repository, "commit", "-qm", "base")
    for branch in ("one", "two"):
        git(repository, "checkout", "-q", "-B", branch, "HEAD" if branch == "one" else "one~1")
        (repository / "tracked.py").write_text(branch)
        git(repository, "commit", "-qam", branch)
    run_git(repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "merge", "one")
    assert run_git(repository, "ls-files", "-u")
    assert (list_files(repository) or []).count("tracked.py") == 1


def test_what_is_no_repository_is_none(tmp_path: Path) -> None:
    assert list_files(tmp_path) is None
    assert list_files(tmp_path / "missing") is None


def test_a_timeout_is_none(repository: Path) -> None:
    assert run_git(repository, "cat-file", "--batch", timeout_s=0) is None


def test_variables_do_not_point_elsewhere(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert "tracked.py" in (list_files(repository) or ())


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
def test_a_hostile_repository_runs_nothing(repository: Path) -> None:
    marker = repository / "ran"
    script = repository / ".git/monitor"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    script.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(script))

    assert list_files(repository)
    run_git(repository, "status", "--porcelain")
    assert not marker.exists()

    git(repository, "status", "--porcelain")
    assert marker.exists(), "the trap would not have worked"


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
def test_asking_what_differs_runs_no_filter_of_the_repository(repository: Path) -> None:
    marker = repository / ".git/ran"
    script = repository / ".git/trap"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    script.chmod(0o755)
    git(repository, "commit", "-qm", "base")
    git(repository, "config", "filter.evil.clean", str(script))
    git(repository, "config", "filter.evil.required", "true")
    (repository / ".git/info/attributes").write_text("tracked.py filter=evil\n")
    (repository / "tracked.py").write_text("changed = 1\n")
    assert sorted(changed_files(repository)) == ["gone.py", "tracked.py"]
    assert not marker.exists()

    git(repository, "diff", "HEAD")
    assert marker.exists(), "the trap would not have worked"


def test_what_differs_from_the_last_commit(repository: Path) -> None:
    assert changed_files(repository) == [], "there is no commit yet"
    git(repository, "commit", "-qm", "base")
    (repository / "tracked.py").write_text("x = 1\n")
    assert sorted(changed_files(repository)) == ["gone.py", "tracked.py"]
    assert changed_files(repository / "sub") == []


def test_outside_of_a_repository_git_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there is one: it is looked for each time."""
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", pytest.fail)
        assert (changed_files(tmp_path), list_files(tmp_path)) == ([], None)
    git(tmp_path, "init", "-q")
    (tmp_path / "new.py").touch()
    assert list_files(tmp_path) == ["new.py"]


def test_one_line_of_what_git_says_is_logged(
    repository: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", "glm_ls"):
        assert run_git(repository, "diff", "--no-such-option") is None
    assert len(caplog.messages) == 1
    assert "\n" not in caplog.messages[0]
