"""C and C++: what an `#include` means, and which header belongs to which source.

Without the build's flags, the folders in which headers usually lie stand for `-I`; those of a
`compile_commands.json` come before them.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, isabs, join, normpath, splitext
from typing import Any

from glm_ls.index.facts import Import, Outline
from glm_ls.index.project import Project, distance

HEADERS = frozenset(".h .hh .hpp .hxx .h++ .inl .ipp".split())
SOURCES = frozenset(".c .cc .cpp .cxx .c++ .cu".split())
FOLDERS = ("", "include", "inc", "includes", "src", "source", "lib")
"""Where headers lie, seen from any folder above a file."""
MAX_STEPS = 4
"""Folders between a header and its source, such as `include/lib` and `src/lib`."""

_FLAG = re.compile(r"-(?:I|isystem|iquote)(.*)")


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the file an include means: beside the file, in an include folder, or by its path.

    Those in angle brackets are of the system where they name no folder and lie in none of those.
    """
    path = wanted.module.strip('<>"').replace("\\", "/")
    named = [one for one in project.ending(splitext(basename(path))[0]) if one.endswith(path[-4:])]
    if not named or isabs(path):
        return ()  # As most of the system's: worth not looking everywhere.
    is_system = wanted.module.startswith("<")
    near = () if is_system else (join(dirname(file), path),)
    given = (join(folder, path) for folder in project.known("c.flags", _flagged))
    exact = project.first(*near, *_around(path, file), *given)
    if exact:
        return (exact,)
    tail = normpath(path).removeprefix("../").lstrip("./")
    found = [one for one in named if f"/{one}".endswith(f"/{tail}")]
    if is_system:
        found = [one for one in found if "/" in tail or _folder_of(one, tail) in FOLDERS[1:4]]
    nearest = project.nearest(found, file)
    return (nearest,) if nearest else ()


def _around(path: str, file: str) -> Iterator[str]:
    """Yield where an include may lie, from the folder of the file upwards."""
    folder = dirname(file)
    while True:
        yield from (join(folder, name, path) for name in FOLDERS)
        if not folder:
            return
        folder = dirname(folder)


def _folder_of(path: str, tail: str) -> str:
    return basename(path[: -len(tail)].rstrip("/"))


def _flagged(project: Project) -> tuple[str, ...]:
    """Return the include folders of all compile commands, the most frequent first."""
    found: Counter[str] = Counter()
    for text in project.manifests("compile_commands.json").values():
        try:
            commands = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for command in commands if isinstance(commands, list) else ():
            if isinstance(command, dict):
                found.update(_folders(command, project))
    return tuple(folder for folder, _ in found.most_common())


def _folders(command: dict[str, Any], project: Project) -> Iterator[str]:
    """Yield the include folders of one command, relative to the project.

    Commands have absolute paths; where the project lies is told by the file they compile.
    """
    base, compiled = str(command.get("directory", "")), str(command.get("file", ""))
    root = _root(normpath(join(base, compiled)), project)
    if root is None:
        return
    words = command.get("arguments")
    if not isinstance(words, list):
        try:
            words = shlex.split(str(command.get("command", "")))
        except ValueError:
            return
    for word, after in zip(words, [*words[1:], ""], strict=True):
        flag = _FLAG.fullmatch(str(word))
        if flag:
            folder = normpath(join(base, flag[1].strip() or str(after)))
            if f"{folder}/".startswith(f"{root}/"):
                yield folder[len(root) + 1 :]


def _root(path: str, project: Project) -> str | None:
    """Return the folder below which a file of the project has this absolute path."""
    for known in project.ending(splitext(basename(path))[0]):
        if path.endswith(f"/{known}"):
            return path[: -len(known) - 1]
    return None


def implicit(file: str, _outline: Outline, project: Project) -> Sequence[str]:
    """Return the source of a header, or the header of a source: same name, and near."""
    stem, ending = splitext(basename(file))
    wanted = SOURCES if ending in HEADERS else HEADERS
    found = [
        path
        for path in project.ending(stem)
        if splitext(path)[1] in wanted and distance(dirname(path), dirname(file)) <= MAX_STEPS
    ]
    nearest = project.nearest(found, file)
    return (nearest,) if nearest else ()
