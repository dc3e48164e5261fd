"""Which files of the project a file imports, what it takes from them, and what they import.

A package's index file (`__init__.py`, `index.ts`, `mod.rs`) seldom defines what is taken from it,
so names are followed through what it hands on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from posixpath import basename, splitext

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.project import Project
from glm_ls.index.words import code_of

FOLLOWED = 2
"""Index files between a name and its definition."""
MAX_FANOUT = 80
"""Imports of a file whose own imports are looked at: more of them say nothing."""

Taken = Mapping[str, frozenset[str]]
"""Imported file to the names taken from it; none: the whole module."""


@dataclass(frozen=True, slots=True)
class Known:
    """What import resolution reads of a file."""

    row: Row
    outline: Outline
    """Its symbols may be left out; `defines` tells their names."""
    defines: Callable[[], frozenset[int]]
    """Codes of the names at its top level."""


class Imports:
    """Resolution against one state of the project; answers are kept."""

    def __init__(self, project: Project, known: Callable[[str], Known | None]) -> None:
        self._project = project
        self._known = known
        self._kept: dict[str, Taken] = {}
        self._read: dict[str, Known | None] = {}
        self.generation = 0
        """Raised whenever something is forgotten."""

    def forget(self, paths: Iterable[str]) -> None:
        """Resolve the imports of files anew when they are asked for."""
        self.generation += 1
        for path in paths:
            self._kept.pop(path, None)
            self._read.pop(path, None)

    def of(self, path: str) -> Taken:
        """Return what a file of the index imports."""
        if path not in self._kept:
            self._kept[path] = {}  # Files that import each other end here.
            known = self._known_of(path)
            if known is not None:
                self._kept[path] = self.of_outline(path, known.row, known.outline)
        return self._kept[path]

    def _known_of(self, path: str) -> Known | None:
        if path not in self._read:
            self._read[path] = self._known(path)
        return self._read[path]

    def of_outline(self, path: str, row: Row, outline: Outline) -> Taken:
        """Return what a file with this outline imports."""
        taken: dict[str, set[str]] = {}
        for wanted in outline.imports:
            files = row.resolve(wanted, path, self._project)
            for file in files:
                names = _names_from(file, files, wanted)
                taken.setdefault(file, set()).update(names)
        for file in row.implicit(path, outline, self._project):
            taken.setdefault(file, set())
        taken.pop(path, None)
        for file in tuple(taken):
            if _hands_on(row, file):
                self._follow(file, taken, path, FOLLOWED)
        return {file: frozenset(names) for file, names in taken.items()}

    def _follow(self, file: str, taken: dict[str, set[str]], path: str, depth: int) -> None:
        """Add the files that define what is taken from an index file."""
        known = self._known_of(file)
        if known is None or not depth:
            return
        own = known.defines()
        missing = {name for name in taken.get(file, ()) if code_of(name) not in own}
        for wanted in known.outline.imports if missing else ():
            through = missing & set(wanted.names) if wanted.names else missing
            for source in known.row.resolve(wanted, file, self._project) if through else ():
                there = self._known_of(source)
                if source in (path, file) or there is None:
                    continue
                defined = there.defines()
                hit = {name for name in through if code_of(name) in defined}
                if hit:
                    taken.setdefault(source, set()).update(hit)
                elif _hands_on(known.row, source):
                    taken.setdefault(source, set()).update(through)
                    self._follow(source, taken, path, depth - 1)

    def around(self, taken: Taken) -> frozenset[str]:
        """Return the files imported by those a file imports, one hop further."""
        if len(taken) >= MAX_FANOUT:
            return frozenset()
        return frozenset(file for near in taken for file in self.of(near)) - set(taken)


def _hands_on(row: Row, file: str) -> bool:
    """Whether a file may hand on what others define."""
    name = basename(file)
    return name in row.index_files or splitext(name)[1] in row.index_files


def _names_from(file: str, files: object, wanted: Import) -> set[str]:
    """Return the names of an import; a module among them is taken whole."""
    stem = basename(file).partition(".")[0]
    return set() if stem in wanted.names else set(wanted.names)
