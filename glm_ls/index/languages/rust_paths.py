"""Rust: paths of modules to files, by where files lie and what `Cargo.toml` calls crates."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, splitext

from glm_ls.index.facts import Import, Outline
from glm_ls.index.project import Project

ROOT_NAMES = ("lib.rs", "main.rs")
PROGRAMS = frozenset({"tests", "examples", "benches", "bin"})
"""Folders where each file is a crate of its own."""


@dataclass(slots=True)
class _Crates:
    """The crates of a project."""

    named: dict[str, str] = field(default_factory=dict)
    """Names as code spells them to the root file of a library."""
    roots: set[str] = field(default_factory=set)
    """The root files that manifests name, besides those with the usual names."""
    folders: frozenset[str] = frozenset()
    """Where those are."""


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the files of the module that a path means, and of modules it takes by name."""
    if wanted.module.endswith(".rs"):  # #[path = "x.rs"] mod y;
        return _existing(join(dirname(file), wanted.module), project)
    parts = [part.removeprefix("r#") for part in wanted.module.split("::") if part]
    started = _start(parts, file, project)
    if started is None:
        return ()
    own, folder, rest = started
    while rest and (found := _child(folder, rest[0], project)):
        own, folder, rest = [found], join(folder, rest[0]), rest[1:]
    if rest and len(rest) > 1 and (found := _child(folder, "/".join(rest), project)):
        own, folder, rest = [found], join(folder, *rest), []  # below an inline module
    children = {name: None if rest else _child(folder, name, project) for name in wanted.names}
    kept = own if not children or None in children.values() else []
    found_all = (*kept, *(path for path in children.values() if path))
    return tuple(path for path in dict.fromkeys(found_all) if path != file)


def _start(
    parts: list[str], file: str, project: Project
) -> tuple[list[str], str, list[str]] | None:
    """Return the files and the folder where a path starts, and what is left of it."""
    crates = project.known("rust.crates", _crates)
    head = parts[0] if parts else ""
    if head == "crate":
        folder = _crate_folder(file, project)
        return _roots(folder, file, project), folder, parts[1:]
    inner = _inner(file, project)
    if head in ("self", "super"):
        own = [file]
        for at, part in enumerate(parts):
            if part == "super":
                inner = dirname(inner)
                own = _files_of(inner, file, project)
            elif part != "self":
                return own, inner, parts[at:]
        return own, inner, []
    if _child(inner, head, project):
        return [file], inner, parts
    if head in crates.named:
        root = crates.named[head]
        return [root], dirname(root), parts[1:]
    return None


def implicit(file: str, _outline: Outline, project: Project) -> Sequence[str]:
    """Return the file of the module above; those below are declared."""
    inner = _inner(file, project)
    if inner == _crate_folder(file, project):
        return ()
    return [path for path in _files_of(dirname(inner), file, project) if path != file]


def _inner(file: str, project: Project) -> str:
    """Return the folder where the modules that a file declares are."""
    folder, name = dirname(file), basename(file)
    if name in ("mod.rs", *ROOT_NAMES) or _is_program(file, project):
        return folder
    return splitext(file)[0]


def _is_program(file: str, project: Project) -> bool:
    """Whether a file is the root of a crate that its name does not tell."""
    folder = dirname(file)
    if file in project.known("rust.crates", _crates).roots or basename(file) == "build.rs":
        return True
    return basename(folder) in PROGRAMS and not _is_module(folder, project)


def _is_module(folder: str, project: Project) -> bool:
    return project.first(f"{folder}.rs", f"{folder}/mod.rs") is not None


def _files_of(inner: str, file: str, project: Project) -> list[str]:
    """Return the file of the module whose children are in a folder, or the roots of the crate."""
    found = project.first(f"{inner}.rs", f"{inner}/mod.rs")
    return [found] if found else _roots(inner, file, project)


def _child(folder: str, name: str, project: Project) -> str | None:
    path = join(folder, name)
    return project.first(f"{path}.rs", f"{path}/mod.rs")


def _crate_folder(file: str, project: Project) -> str:
    """Return the folder where the modules of a file's crate begin."""
    known = project.known("rust.crates", _crates).folders
    folder = dirname(file)
    while True:
        usual = project.first(*(join(folder, name) for name in ROOT_NAMES))
        is_programs = basename(folder) in PROGRAMS and not _is_module(folder, project)
        if usual or folder in known or is_programs:
            return folder
        if not folder:
            return dirname(file)
        folder = dirname(folder)


def _roots(folder: str, file: str, project: Project) -> list[str]:
    """Return the root files of a crate: the file itself where it is one."""
    if dirname(file) == folder and (basename(file) in ROOT_NAMES or _is_program(file, project)):
        return [file]
    named = project.known("rust.crates", _crates).roots
    paths = [join(folder, name) for name in ROOT_NAMES]
    paths += sorted(root for root in named if dirname(root) == folder)
    return [path for path in dict.fromkeys(paths) if path in project.files]


def _existing(path: str, project: Project) -> tuple[str, ...]:
    found = project.first(path)
    return (found,) if found else ()


def _crates(project: Project) -> _Crates:
    crates = _Crates()
    manifests = _manifests(project)
    for folder, values in manifests.items():
        for path in _targets(values):
            crates.roots.update(_existing(join(folder, path), project))
        library = _table(values, "lib")
        given = library.get("path")
        at = join(folder, given if isinstance(given, str) else "src/lib.rs")
        root = project.first(at, join(folder, "src/main.rs"))
        for name in (_table(values, "package").get("name"), library.get("name")):
            if root and isinstance(name, str):
                crates.named.setdefault(name.replace("-", "_"), root)
    crates.folders = frozenset(map(dirname, crates.roots))
    for values in manifests.values():
        for name, given in _table(values, "dependencies").items():
            package = given.get("package") if isinstance(given, dict) else None
            if isinstance(package, str) and (known := package.replace("-", "_")) in crates.named:
                crates.named.setdefault(name.replace("-", "_"), crates.named[known])
    return crates


def _manifests(project: Project) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    for folder, text in project.manifests("Cargo.toml").items():
        with suppress(tomllib.TOMLDecodeError, RecursionError):
            found[folder] = tomllib.loads(text)
    return found


def _targets(values: Mapping[str, object]) -> Iterator[str]:
    """Yield the paths of root files that a manifest gives."""
    for key in ("lib", "bin", "test", "example", "bench"):
        given = values.get(key)
        for target in given if isinstance(given, list) else [given]:
            if isinstance(target, dict) and isinstance(target.get("path"), str):
                yield target["path"]


def _table(values: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}
