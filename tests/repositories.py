"""Git repositories for tests: commits by nobody in particular, unsigned on any machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it said; raises CalledProcessError where it fails."""
    command = ("git", *IDENTITY, *arguments)
    done = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, errors="surrogateescape"
    )
    return done.stdout.strip()


def make_changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Make a folder a repository with one commit of all that is in it, and one change since."""
    git(folder, "init", "-q")
    (folder / name).write_text(old)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    (folder / name).write_text(new)
    return folder
