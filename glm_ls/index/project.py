"""The files of a project by path, as import resolution looks them up.

Only paths and the texts of small build files; nothing here reads a disk.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import takewhile
from operator import eq
from posixpath import basename, dirname, normpath, splitext
from typing import TypeVar

T = TypeVar("T")

MANIFESTS = frozenset(
    """package.json tsconfig.json tsconfig.base.json jsconfig.json go.mod Cargo.toml composer.json
    compile_commands.json""".split()
)
"""Build files that say how imports are found, by name."""
_NOT_NORMAL = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")


class Project:
    """The paths of a project, relative to its root with forward slashes; never changes."""

    def __init__(self, files: Iterable[str], manifests: Mapping[str, str] | None = None) -> None:
        """`manifests` are the texts of build files by path."""
        self.files = frozenset(files)
        self._manifests = dict(manifests or {})
        self._known: dict[str, object] = {}

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        """Files by their folder, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.files):
            found[path.rpartition("/")[0]].append(path)  # `posixpath` takes three times as long.
        return found

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        """Files by their name without its ending, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.files):
            name = path.rpartition("/")[2]
            stem, dot, _ = name.rpartition(".")
            found[stem if dot and stem.strip(".") else name].append(path)
        return found

    def folder(self, path: str) -> tuple[str, ...]:
        """Return the files directly in a folder ("" is the root), sorted."""
        return tuple(self._folders.get(path, ()))

    def beside(self, path: str) -> tuple[str, ...]:
        """Return the other files of a file's folder."""
        return tuple(other for other in self.folder(dirname(path)) if other != path)

    def folders(self) -> Iterable[str]:
        """Return every folder with files directly in it."""
        return self._folders

    def first(self, *candidates: str) -> str | None:
        """Return the first of the paths that is a file of the project."""
        return next((path for path in map(_normal, candidates) if path in self.files), None)

    def ending(self, tail: str) -> tuple[str, ...]:
        """Return the files whose path without extension is `tail` or ends with `/tail`, sorted."""
        named = self._stems.get(basename(tail), ())
        return tuple(path for path in named if f"/{splitext(path)[0]}".endswith(f"/{tail}"))

    def nearest(self, paths: Iterable[str], to: str) -> str | None:
        """Return the path with the fewest steps from the folder of the file `to`."""
        return min(
            paths, key=lambda path: (distance(dirname(path), dirname(to)), path), default=None
        )

    def manifests(self, name: str) -> dict[str, str]:
        """Return the texts of the build files called `name` by the folder they lie in."""
        return {
            dirname(path): text
            for path, text in sorted(self._manifests.items())
            if basename(path) == name
        }

    def known(self, key: str, build: Callable[[Project], T]) -> T:
        """Return what a language derives from the project, built once per key."""
        if key not in self._known:
            self._known[key] = build(self)
        return self._known[key]  # type: ignore[return-value]


def _normal(path: str) -> str:
    """Return `normpath`, which takes ten times as long to find that it has nothing to do."""
    return normpath(path) if _NOT_NORMAL.search(path) else path


def distance(one: str, other: str) -> int:
    """Return the steps up and down from one folder to another."""
    left, right = one.split("/") if one else [], other.split("/") if other else []
    common = len(list(takewhile(bool, map(eq, left, right))))
    return len(left) + len(right) - 2 * common
