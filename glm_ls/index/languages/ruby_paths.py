"""Ruby: what a file requires, and where the constants lie that it does not require.

A project's loader finds `Foo::BarBaz` in `foo/bar_baz.rb`, below `lib`, a folder of `app`, or any
other that is a root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, join, normpath

from glm_ls.index.facts import Import, Outline
from glm_ls.index.project import Project

ROOTS = frozenset({"lib", "test", "tests", "spec", "src", "ext", "app"})
"""Folders that Ruby is told to look in, besides those directly in `app`."""

_REQUIRE = re.compile(
    rb"^[ \t]*(require(?:_relative|_dependency)?|load|autoload)\b[ (]+([^\n]{1,400})", re.MULTILINE
)
_LITERAL = re.compile(r"""["']([^"'#\n]+)["']""")
_AUTOLOADED = re.compile(r":(\w+)")
_BASE = re.compile(r"<\s*([A-Z]\w*(?:::[A-Z]\w*)*)")
_HUMPS = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def required(source: bytes) -> Iterator[Import]:
    """Yield what a text requires; `./` begins what lies beside it.

    An `autoload :Name` without a path is found by its name.
    """
    for word, rest in _REQUIRE.findall(source):
        text = rest.decode("utf-8", "replace")
        path, name = _LITERAL.search(text), _AUTOLOADED.match(text)
        names = (name[1],) if name is not None and word == b"autoload" else ()
        if path is not None:
            module = path[1]
            if word == b"require_relative" or "__dir__" in text:
                module = f"./{module.lstrip('/')}"
            elif "__FILE__" in text:  # File.expand_path("../x", __FILE__) counts from the file.
                module = f"./{module.removeprefix('../').lstrip('/')}"
            yield Import(module, names)
        elif names:
            yield Import(underscored(names[0]), names)


def underscored(constant: str) -> str:
    """Return the path of a constant by convention: `foo/bar_baz` for `Foo::BarBaz`."""
    return _HUMPS.sub("_", constant.replace("::", "/")).lower()


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the file that a path means: beside the file, below a root, or unique by its end."""
    path = wanted.module.removesuffix(".rb")
    if path.startswith(("./", "../")):
        found = project.first(f"{join(dirname(file), path)}.rb")
    else:
        found = _below_roots(path, file, project)
    return (found,) if found else ()


def _below_roots(path: str, file: str, project: Project) -> str | None:
    tail = normpath(path)
    found = [
        one for one in project.ending(tail) if one == f"{tail}.rb" or one.endswith(f"/{tail}.rb")
    ]
    below = [one for one in found if _is_root(one[: -len(tail) - 4])]
    return project.nearest(below or (found if "/" in tail else ()), file)


def _is_root(folder: str) -> bool:
    return not folder or basename(folder) in ROOTS or basename(dirname(folder)) == "app"


def implicit(file: str, outline: Outline, project: Project) -> Sequence[str]:
    """Return where the superclasses of a file lie by convention."""
    found = []
    for symbol in outline.symbols:
        base = _BASE.search(symbol.signature) if symbol.kind == "class" else None
        if base is not None:
            tail = underscored(base[1])
            paths = (one for one in project.ending(tail) if one.endswith(".rb") and one != file)
            found.append(project.nearest(paths, file))
    return tuple(dict.fromkeys(one for one in found if one))
