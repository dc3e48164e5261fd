"""TypeScript and JavaScript: module names to files, by `tsconfig.json` and `package.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath, splitext

from glm_ls.index.facts import Import
from glm_ls.index.project import Project

ENDINGS = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
WRITTEN = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx", ".jsx"),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
"""Endings of what is built, as imports name it, to those of what it is built from."""
CONFIGS = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json")
BUILT = frozenset({"dist", "lib", "build", "out", "esm", "cjs", "es", "types"})
ENTRIES = ("source", "types", "typings", "module", "main")
MAX_EXTENDS = 8

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_COMMENTS = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING = re.compile(rf"({_STRING})|,(?=\s*[}}\]])")


@dataclass(frozen=True, slots=True)
class _Config:
    """What the compiler is told of where modules are."""

    base: str | None = None
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Patterns with at most one star, the longest first, to paths from the project's root."""


@dataclass(frozen=True, slots=True)
class _Package:
    folder: str
    values: Mapping[str, object] = field(default_factory=dict)


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the file a module name means: relative, aliased, of the workspace."""
    name = wanted.module.split("?", 1)[0]
    if name.startswith("."):
        found = _file(join(dirname(file), name), project)
    else:
        found = _aliased(name, file, project) or _of_package(name, file, project)
        if not found and name.startswith(("@/", "~/")):
            found = _ending(name[2:], file, project)
    return (found,) if found else ()


def _file(path: str, project: Project) -> str | None:
    """Return the file that a path without ending, with that of the built file, or a folder is."""
    path = normpath(path)
    if path.startswith(".."):
        return None
    stem, ending = splitext(path)
    return project.first(
        *(stem + other for other in WRITTEN.get(ending, ())),
        path,
        *(path + other for other in ENDINGS),
        *(f"{path}/index{other}" for other in ENDINGS),
    )


def _ending(tail: str, file: str, project: Project) -> str | None:
    """Return the nearest file that a path ends at, for an alias that is set up elsewhere."""
    stem, ending = splitext(tail)
    tail = stem if ending in ENDINGS else tail
    for name in (tail, f"{tail}/index"):
        found = [path for path in project.ending(name) if path.endswith(ENDINGS)]
        if found:
            return project.nearest(found, file)
    return None


def _aliased(name: str, file: str, project: Project) -> str | None:
    configs = project.known("typescript.configs", _configs)
    config = next((configs[at] for at in _upward(dirname(file)) if at in configs), None)
    if config is None:
        return None
    for pattern, targets in config.paths:
        taken = _match(pattern, name)
        if taken is not None:
            found = (_file(target.replace("*", taken), project) for target in targets)
            return next((path for path in found if path), None)
    return _file(join(config.base, name), project) if config.base is not None else None


def _match(pattern: str, name: str) -> str | None:
    """Return what the star of a pattern stands for, None if the name does not match."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if name == pattern else None
    fits = name.startswith(before) and name.endswith(after)
    return name[len(before) : len(name) - len(after)] if fits else None


def _upward(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""


def _configs(project: Project) -> dict[str, _Config]:
    """Return the configurations that say where modules are, by folder."""
    texts = {
        normpath(join(folder, name)): text
        for name in CONFIGS
        for folder, text in project.manifests(name).items()
    }
    read = {path: parse_jsonc(text) for path, text in texts.items()}
    found: dict[str, _Config] = {}
    for path in sorted(read, key=lambda path: CONFIGS.index(basename(path))):
        config = _configured(path, read, MAX_EXTENDS)
        if config.base is not None or config.paths:
            found.setdefault(dirname(path), config)
    return found


def _configured(path: str, read: Mapping[str, Mapping[str, object]], depth: int) -> _Config:
    values, folder = read.get(path, {}), dirname(path)
    config = _Config()
    for other in _strings(values.get("extends")) if depth else ():
        target = normpath(join(folder, other))
        target = target if target in read or target.endswith(".json") else f"{target}.json"
        inherited = _configured(target, read, depth - 1)
        base = inherited.base if inherited.base is not None else config.base
        config = _Config(base, inherited.paths or config.paths)
    options = values.get("compilerOptions")
    if not isinstance(options, dict):
        return config
    base, given = options.get("baseUrl"), options.get("paths")
    at = normpath(join(folder, base)) if isinstance(base, str) else config.base
    paths = config.paths
    if isinstance(given, dict):
        # Targets count from `baseUrl`, else from the file that gives them.
        start = at if at is not None else folder
        paths = tuple(
            (pattern, tuple(normpath(join(start, target)) for target in _strings(targets)))
            for pattern, targets in sorted(given.items(), key=lambda item: -len(item[0]))
        )
    return _Config(at, paths)


def parse_jsonc(text: str) -> Mapping[str, object]:
    """Return the object in a JSON text with comments and trailing commas, {} if there is none."""
    bare = _TRAILING.sub(lambda found: found[1] or "", _COMMENTS.sub(lambda m: m[1] or "", text))
    try:
        found = json.loads(bare.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _strings(value: object) -> Iterator[str]:
    """Yield the texts in a value: itself, of a list, of the conditions of `exports`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _packages(project: Project) -> dict[str, _Package]:
    """Return the packages of the workspace by name, and by `/` and folder."""
    found: dict[str, _Package] = {}
    for folder, text in project.manifests("package.json").items():
        values = parse_jsonc(text)
        package = _Package(folder, values)
        found[f"/{folder}"] = package
        if isinstance(name := values.get("name"), str) and name:
            found.setdefault(name, package)
    return found


def _of_package(name: str, file: str, project: Project) -> str | None:
    packages = project.known("typescript.packages", _packages)
    if name.startswith("#"):
        own = (packages.get(f"/{folder}") for folder in _upward(dirname(file)))
        package = next((one for one in own if one is not None), None)
        return _first(_mapped(name, package, "imports"), package, project) if package else None
    parts = name.split("/")
    size = 2 if name.startswith("@") else 1
    package = packages.get("/".join(parts[:size]))
    if package is None or name.startswith("/"):
        return None
    sub = "/".join(parts[size:])
    given = [*_mapped(f"./{sub}" if sub else ".", package, "exports")]
    if not sub:
        given += (value for key in ENTRIES for value in _strings(package.values.get(key)))
    given += (f"src/{sub}", sub) if sub else ("src/index", "index", "src/main", "lib/index", "src")
    return _first(given, package, project)


def _mapped(key: str, package: _Package, table: str) -> list[str]:
    """Return the paths that `exports` or `imports` of a package give for a key."""
    given = package.values.get(table)
    if not isinstance(given, dict) or not any(at.startswith((".", "#")) for at in given):
        return list(_strings(given)) if key == "." else []
    for pattern, targets in sorted(given.items(), key=lambda item: -len(item[0])):
        taken = _match(pattern, key)
        if taken is not None:
            return [target.replace("*", taken) for target in _strings(targets)]
    return []


def _first(given: Iterable[str], package: _Package, project: Project) -> str | None:
    """Return the first source file among paths in a package, which may be of built files."""
    for path in given:
        for candidate in _sources(path.removeprefix("./")):
            if found := _file(join(package.folder, candidate), project):
                return found
    return None


def _sources(path: str) -> Iterator[str]:
    """Yield where the source of a built file may be: dist/esm/x.d.ts comes from src/x."""
    parts = [part for part in path.split("/") if part]
    inner = list(parts)
    while inner and inner[0] in BUILT:
        del inner[0]
    stem = re.sub(r"(\.d)?\.[cm]?[jt]sx?$", "", "/".join(inner))
    if len(inner) < len(parts):
        yield f"src/{stem}"
    yield path
    yield re.sub(r"(\.d)?\.[cm]?[jt]sx?$", "", path)
    yield stem
