"""PHP: names of classes to files, as Composer's loader does it, and included paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from posixpath import dirname, join, splitext
from typing import Any

from glm_ls.index.facts import Import, Outline
from glm_ls.index.project import Project

Prefixes = Sequence[tuple[str, str]]
"""Namespaces and the folders they lie in, the longest first; both end without a separator."""


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the file of a class, of an included path, or those that define functions.

    Where no `composer.json` tells, the file is the one whose path ends most like the name.
    """
    module = wanted.module
    if "." in module:
        return _included(module, file, project)
    prefixes, files = project.known("php.composer", _composer)
    rest = module.replace("\\", "/")
    for prefix, folder in prefixes:
        if not prefix or module == prefix or module.startswith(f"{prefix}\\"):
            found = project.first(f"{join(folder, rest[len(prefix) :].lstrip('/'))}.php")
            if found:
                return (found,)
    if wanted.names:
        return files
    return _by_end(rest, file, project)


def _by_end(path: str, file: str, project: Project) -> Sequence[str]:
    """Return the file whose path ends with the most names of a qualified one, at least two."""
    parts = path.split("/")
    named = [one for one in project.ending(parts[-1]) if one.endswith(".php")] if parts[1:] else []
    for first in range(len(parts) - 1):
        tail = "/".join(parts[first:]) + ".php"
        found = project.nearest((one for one in named if f"/{one}".endswith(f"/{tail}")), file)
        if found:
            return (found,)
    return ()


def _included(path: str, file: str, project: Project) -> Sequence[str]:
    found = project.first(join(dirname(file), path))
    if not found and not path.startswith("."):
        ending = (one for one in project.ending(splitext(path)[0]) if one.endswith(path))
        found = project.first(path) or project.nearest(ending, file)
    return (found,) if found else ()


def _composer(project: Project) -> tuple[Prefixes, Sequence[str]]:
    """Return the namespaces and the files always loaded that all `composer.json` list."""
    prefixes, files = [], []
    for folder, text in project.manifests("composer.json").items():
        try:
            manifest = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for section in ("autoload", "autoload-dev"):
            loaded = manifest.get(section) if isinstance(manifest, dict) else None
            if isinstance(loaded, dict):
                prefixes += list(_prefixes(loaded, folder))
                files += [join(folder, one) for one in _texts(loaded.get("files"))]
    prefixes.sort(key=lambda pair: -len(pair[0]))
    return prefixes, tuple(dict.fromkeys(one for one in map(project.first, files) if one))


def _prefixes(loaded: dict[str, Any], folder: str) -> Iterator[tuple[str, str]]:
    for rule, keeps_prefix in (("psr-4", False), ("psr-0", True)):
        given = loaded.get(rule)
        for prefix, folders in given.items() if isinstance(given, dict) else ():
            for one in _texts(folders):
                name = str(prefix).strip("\\")
                below = name.replace("\\", "/") if keeps_prefix else ""
                yield name, join(folder, one, below).rstrip("/")


def _texts(value: object) -> list[str]:
    """Return the texts of what may be one or a list of them."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def implicit(file: str, _outline: Outline, project: Project) -> Sequence[str]:
    """Return the other files of the folder: they share the namespace."""
    beside = project.folder(dirname(file))
    return tuple(one for one in beside if one.endswith(".php") and one != file)
