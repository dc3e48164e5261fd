"""What is under review, as git tells it: a comparison to changed files and their new texts.

A comparison has an old and a new side. `base...HEAD` compares with where the branches parted, as
a pull request does; the index and the working tree are new sides beside revisions. Files that git
does not track yet are part of the working tree. No setting of the repository changes the diff
or runs a command.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from glm_ls.errors import GitFailed, ReviewError
from glm_ls.workspace.diff import ChangedFile, parse_diff, whole_file
from glm_ls.workspace.git import ask_git, disarmed_filters, run_git

DIFF = (
    "diff", "-p", "-U3", "-M", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv",
    "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=dirty",
    "--inter-hunk-context=0", "--diff-algorithm=histogram", "--indent-heuristic",
    "--no-relative", f"-O{os.devnull}",
)  # fmt: skip
"""The call whose output `parse_diff` reads, whatever is configured."""
SUPPRESS = {"diff.suppressBlankEmpty": "false", "core.quotePath": "true"}
TIMEOUT_S = 60.0
MAX_UNTRACKED_BYTES = 1_000_000
"""Larger files that are not tracked are shown as binary: their text is not read."""

_RANGE = re.compile(r"(?P<base>.*?)(?P<dots>\.{2,3})(?P<head>.*)")

NewSide = Literal["working tree", "index", "revision"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which two states are compared."""

    base: str = "HEAD"
    """A revision as people write it."""
    head: str = "HEAD"
    """A revision, where the new side is one."""
    new_side: NewSide = "working tree"
    from_fork: bool = False
    """Whether the old side is where the two parted, instead of `base` itself."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changed files between two states of a repository."""

    root: Path
    """The top of the working tree; paths are relative to it."""
    comparison: Comparison
    base: str
    """Object name of the old side's commit; of the empty tree where there is no commit yet."""
    head: str
    """Object name of the new side's commit; empty for the index and the working tree."""
    files: tuple[ChangedFile, ...]

    @property
    def hunks(self) -> int:
        """How many hunks there are, those of files that cannot be reviewed included."""
        return sum(len(file.hunks) for file in self.files)


def comparison_of(text: str) -> Comparison:
    """Return the comparison a user names: "", `staged`, REV, `A..B` or `A...B`.

    One revision alone is compared with the working tree.
    """
    if text in ("", "working tree"):
        return Comparison()
    if text in ("staged", "index"):
        return Comparison(new_side="index")
    if (found := _RANGE.fullmatch(text)) is None:
        return Comparison(text)
    base, head = found["base"] or "HEAD", found["head"] or "HEAD"
    return Comparison(base, head, "revision", found["dots"] == "...")


def changes(folder: Path, comparison: Comparison, paths: Iterable[Path] = ()) -> Changes:
    """Return what differs; raises ReviewError where there is no repository or no such revision.

    `paths`: only these files and folders; none: everything.
    """
    root = _root(folder)
    base, head = _sides(root, comparison)
    only = [f":(literal,top){path.relative_to(root).as_posix()}" for path in map(_real, paths)]
    tracked = parse_diff(_diff(root, comparison, base, head, only))
    added = _untracked(root, only) if comparison.new_side == "working tree" else ()
    return Changes(root, comparison, base, head, (*tracked, *added))


def new_text(changes: Changes, file: ChangedFile) -> str | None:
    """Return the whole text of a file on the new side; None where it is none, or not UTF-8."""
    if changes.comparison.new_side == "working tree":
        return _decoded(_read(changes.root / file.path))
    return _decoded(run_git(changes.root, "cat-file", "blob", f"{changes.head}:{file.path}"))


def old_text(changes: Changes, file: ChangedFile) -> str | None:
    """Return the whole text of a file on the old side; None where there is none."""
    return _decoded(run_git(changes.root, "cat-file", "blob", f"{changes.base}:{file.old_path}"))


def blob_text(folder: Path, object_id: str) -> str | None:
    """Return the text that git keeps under an object name; None where it has none."""
    if not re.fullmatch(r"[0-9a-f]{40,64}", object_id):
        return None
    return _decoded(run_git(folder, "cat-file", "blob", object_id))


def _root(folder: Path) -> Path:
    try:
        shown = ask_git(folder, "rev-parse", "--show-toplevel")
    except GitFailed as error:
        if "not a git repository" in str(error):
            raise ReviewError(f"{folder} is in no git repository") from error
        raise ReviewError(f"git does not work in {folder}: {_first_line(error)}") from error
    return Path(os.fsdecode(shown.removesuffix(b"\n").removesuffix(b"\r")))


def _sides(root: Path, comparison: Comparison) -> tuple[str, str]:
    """Return the object names of base and head."""
    head = ""
    if comparison.new_side == "revision":
        head = _commit(root, comparison.head)
    base = _commit(root, comparison.base, empty=comparison == replace(comparison, base="HEAD"))
    if comparison.from_fork:
        base = _fork(root, comparison, base, head)
    return base, head


def _commit(root: Path, revision: str, *, empty: bool = False) -> str:
    """Return the object name of a revision; of the empty tree where `empty` and there is none."""
    name = f"{revision}^{{commit}}"
    found = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    if found:
        return found.decode().split()[-1]
    if empty and run_git(root, "rev-list", "-n1", "--all") == b"":
        return ask_git(root, "hash-object", "-t", "tree", "--stdin").decode().strip()
    raise ReviewError(f"git knows no revision {revision!r} here")


def _fork(root: Path, comparison: Comparison, base: str, head: str) -> str:
    try:
        return ask_git(root, "merge-base", base, head).decode().split()[0]
    except GitFailed as error:
        shallow = run_git(root, "rev-parse", "--is-shallow-repository") == b"true\n"
        hint = "; the clone is shallow, fetch more of it" if shallow else ""
        ends = f"{comparison.base!r} and {comparison.head!r}"
        raise ReviewError(f"{ends} have no common ancestor here{hint}") from error


def _real(path: Path) -> Path:
    """Return a path as git names it: without links on the way to the file."""
    return Path(os.path.realpath(path.parent)) / path.name


def _diff(root: Path, comparison: Comparison, base: str, head: str, only: Sequence[str]) -> bytes:
    sides = {"working tree": (base,), "index": ("--cached", base), "revision": (base, head)}
    settings = SUPPRESS | disarmed_filters(root)
    call = (*DIFF, *sides[comparison.new_side], "--", *only)
    try:
        return ask_git(root, *call, timeout_s=TIMEOUT_S, settings=settings)
    except GitFailed as error:
        raise ReviewError(f"git cannot compare: {_first_line(error)}") from error


def _untracked(root: Path, only: Sequence[str]) -> tuple[ChangedFile, ...]:
    names = run_git(root, "ls-files", "-o", "--exclude-standard", "-z", "--", *only) or b""
    # A repository inside this one is listed as a folder.
    paths = (os.fsdecode(name) for name in names.split(b"\0") if name and name[-1:] != b"/")
    return tuple(_new_file(root, path) for path in paths)


def _new_file(root: Path, path: str) -> ChangedFile:
    content = _read(root / path)
    text = None if content is None or b"\0" in content else _decoded(content)
    if text is None:
        return ChangedFile(path, path, "added", new_mode="100644", binary=True)
    return whole_file(path, text)


def _read(path: Path) -> bytes | None:
    """Return the content of a plain file of a size that is read, None else."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_UNTRACKED_BYTES:
            return None
        return path.read_bytes()
    except OSError:
        return None


def _decoded(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no reason given"])[0]
