"""Reads of files that are not open, bounded in size and number; for threads, not the event loop."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from glm_ls.workspace import git
from glm_ls.workspace.admission import HEAD, is_binary
from glm_ls.workspace.ignore import Ignore

MAX_ENTRIES = 50_000
"""Files looked at in a folder that git knows nothing about."""

_VENDORED = """
    .git .hg .svn .jj
    node_modules bower_components jspm_packages Pods site-packages vendor third_party
    .venv venv .tox .nox __pycache__ .mypy_cache .pytest_cache .ruff_cache .eggs
    target dist build out .next .nuxt .svelte-kit .gradle .dart_tool .terraform .direnv .cache
"""
VENDORED = frozenset(_VENDORED.split())
"""Folders of what others wrote or a tool produced."""

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class ListedFile(NamedTuple):
    """A file as a listing of its folder shows it, not yet judged and not read."""

    path: str
    """Absolute."""
    size: int
    modified_ns: int


def read_text(path: str | Path, max_bytes: int) -> str | None:
    """Return the whole text of a regular file; None when it is larger, binary or unreadable.

    UTF-8, or UTF-16 with a byte order mark; what cannot be decoded becomes U+FFFD.
    """
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode):  # Opening a pipe would wait forever.
            return None
        with open(path, "rb") as stream:
            # Room for `max_bytes` is not asked for in vain, which takes longer than the reading.
            data = stream.read(min(state.st_size, max_bytes) + 1)
            if len(data) > state.st_size:  # It has grown, or its size is not known.
                data += stream.read(max_bytes + 1 - len(data))
    except (OSError, ValueError):
        return None
    if len(data) > max_bytes:
        return None
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    text = data.decode(encoding, "replace")
    return None if is_binary(text[:HEAD]) else text


def source_files(
    root: Path,
    ignore: Ignore,
    limit_files: int,
    limit_bytes: int,
    suffixes: Collection[str],
    near: Path | None = None,
) -> Iterator[Path]:
    """Yield the files below `root` that may be sent: those beside `near` first, then the newest.

    `suffixes` are lower case with their dot. `limit_bytes` is for all files together; one that
    does not fit any more is left out. Symbolic links are not followed, nor is git's index, which
    may come with the repository, where it names files outside.
    """
    beside = str(near.parent) if near else ""
    inside = os.path.realpath(root)

    def order(file: ListedFile) -> tuple[bool, int, str]:
        return os.path.dirname(file.path) != beside, -file.modified_ns, file.path

    for file in sorted(listed_files(root, ignore, tuple(suffixes)), key=order):
        if limit_files <= 0:
            return
        if file.size > limit_bytes or not Path(os.path.realpath(file.path)).is_relative_to(inside):
            continue
        if ignore.refusal(file.path) is None:
            limit_files -= 1
            limit_bytes -= file.size
            yield Path(file.path)


def listed_files(root: Path, ignore: Ignore, suffixes: tuple[str, ...]) -> Iterator[ListedFile]:
    """Yield the regular files below `root` whose names end so; git says which, where it can.

    Vendored folders are left out, denied and ignored files may be among them.
    """
    names = git.list_files(root)
    above = os.path.join(root, "")
    for name in _walk(root, ignore) if names is None else names:
        if not name.lower().endswith(suffixes) or not VENDORED.isdisjoint(name.split(os.sep)):
            continue
        path = above + name
        try:
            state = os.lstat(path)
        except OSError:
            continue  # Deleted, but still in git's index.
        if stat.S_ISREG(state.st_mode):
            yield ListedFile(path, state.st_size, state.st_mtime_ns)


def _walk(root: Path, ignore: Ignore) -> Iterator[str]:
    """Yield the files below a folder, relative to it, without entering what is never sent."""
    left, above = MAX_ENTRIES, len(os.path.join(root, ""))
    for folder, folders, files in os.walk(root):
        left -= len(folders) + len(files)
        if left < 0:
            return
        folders[:] = [
            name
            for name in sorted(folders)
            if name not in VENDORED and ignore.refusal(os.path.join(folder, name)) is None
        ]
        below = os.path.join(folder, "")[above:]
        yield from (below + name for name in files)
