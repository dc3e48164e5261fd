"""What tells that something has changed, without reading it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from glm_ls.index.database import Stamp
from glm_ls.index.files import MAX_BYTES
from glm_ls.workspace.files import read_text
from glm_ls.workspace.ignore import repository_of

MAX_GIT_FILE = 4096
"""Bytes of a `.git` that is a file."""


def stamp_of(root: Path, path: str) -> Stamp | None:
    """Return the state of a file of the project; None for what is not indexed."""
    try:
        state = os.lstat(os.path.join(root, path))
    except OSError:
        return None
    if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_BYTES:
        return None
    return Stamp(state.st_mtime_ns, state.st_size)


def times_of(folder: Path, names: Iterable[str]) -> tuple[int, ...]:
    """Return when files of a folder were written, 0 for one that is not there."""
    return tuple(_modified_ns(folder / name) for name in names)


def _modified_ns(path: Path) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def git_folder(root: Path) -> Path:
    """Return where git keeps what it has checked out; worktrees name the place in a file."""
    folder = Path(repository_of(str(root))) / ".git"
    named = read_text(folder, MAX_GIT_FILE) or ""
    return folder.parent / named.removeprefix("gitdir:").strip() if named else folder
