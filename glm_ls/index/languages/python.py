"""Python: modules, packages, `src` layouts; what `__init__.py` hands on."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline, Symbol
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import (
    IDENTIFIER,
    Walk,
    between,
    first_child,
    first_line,
    header,
    identifiers,
    line_from,
    text_of,
)
from glm_ls.index.project import Project

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """False None True and as assert async await break class continue def del elif else except
    finally for from global if import in is lambda nonlocal not or pass raise return try while with
    yield self cls str int bool float bytes list dict set tuple object type super print len
    isinstance""".split()
)

MAX_DECORATOR = 40
"""Bytes; longer decorators are configuration, not signature."""

MAX_DOC_BYTES = 1000
"""Bytes of a documentation that its first line is looked for in."""

MAX_INDENT = 80
"""Bytes looked at for what stands before an attribute."""

_CONTAINERS = {"ERROR", "if_statement", "try_statement", "else_clause", "except_clause", "block",
               "finally_clause", "with_statement", "elif_clause"}  # fmt: skip
_IMPORTS = {"import_statement", "import_from_statement"}

# Text is searched for what may stand at any depth and the tree asked only about the hits: a query
# over the whole tree takes a third of the time of the parse.
_IMPORT = re.compile(rb"\n[ \t]*(import|from)\b")
_ON_SELF = re.compile(rb"self\.(\w+)(?=[ \t]*(?:,[ \t]*self\.\w+[ \t]*)*(?::[^=\n]*)?=(?!=))")
_BEFORE_TARGET = (b"\n", b":", b";", b"=", b",")
_TAKEN = re.compile(r"self\.\w+ = (\w+)(?![\w(.\[])")
_ANNOTATED = re.compile(r"(\w+): ([^=()]*?)(?=[=)]|, \**\w+[:,=)]|, [*/])")


def outline(root: Node, source: bytes) -> Outline:
    """Return what a module defines and imports."""
    walk = _Walk(source, KEYWORDS)
    walk.block(root, owner="")
    walk.attributes(root)
    symbols = sorted(walk.symbols, key=lambda symbol: symbol.start)
    return Outline(tuple(symbols), tuple(_imports(root, source)), tuple(walk.bases))


class _Walk(Walk):
    """One pass over a tree that leaves out the bodies of functions."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.classes: list[tuple[int, int, str]] = []
        """Where classes begin and end, outer ones before those in them."""
        self.methods: list[tuple[int, str]] = []
        """Where methods begin, and their signatures."""

    def block(self, node: Node, owner: str) -> None:
        for child in node.named_children:
            self.statement(child, owner)

    def statement(self, node: Node, owner: str, decorators: str = "") -> None:
        kind = node.type
        if kind == "expression_statement":
            self.assignment(node, owner)
        elif kind == "function_definition":
            self.function(node, owner, decorators)
        elif kind == "decorated_definition":
            definition = node.child_by_field_name("definition")
            short = (
                between(self.source, child.start_byte, child.end_byte)
                for child in node.named_children
                if child.type == "decorator" and child.end_byte - child.start_byte < MAX_DECORATOR
            )
            if definition is not None:
                self.statement(definition, owner, " ".join(short))
        elif kind == "class_definition":
            self.class_(node, owner)
        elif kind == "type_alias_statement":
            name = IDENTIFIER.findall(text_of(node.child_by_field_name("left")))[:1]
            self.define(node, "".join(name), "type", owner, header(node, self.source))
        elif kind in _CONTAINERS and not self.is_program(node):
            self.block(node, owner)

    def is_program(self, node: Node) -> bool:
        """Whether a statement is what runs when a module is the program."""
        return self.source.startswith(b"if __name__ ", node.start_byte)

    def class_(self, node: Node, owner: str) -> None:
        name = text_of(node.child_by_field_name("name"))
        given = node.child_by_field_name("superclasses")
        for argument in given.named_children if given is not None else ():
            if argument.type in ("identifier", "attribute", "subscript"):
                base = text_of(argument).split("[", 1)[0].rsplit(".", 1)[-1]
                if base not in KEYWORDS:
                    self.bases.append((name, base))
        self.classes.append((node.start_byte, node.end_byte, name))
        body = node.child_by_field_name("body")
        self.define(node, name, "class", owner, self.header(node, body), body)
        if body is not None:
            self.block(body, name)

    def function(self, node: Node, owner: str, decorators: str) -> None:
        name = text_of(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        signature = self.header(node, body)
        if owner:
            self.methods.append((node.start_byte, signature))
        if decorators:
            signature = f"{decorators} {signature}"
        kind: Kind = "method" if owner else "function"
        self.define(node, name, kind, owner, signature, body)

    def assignment(self, node: Node, owner: str) -> None:
        assigned = first_child(node)
        if assigned is None or assigned.type != "assignment":
            return
        left = assigned.child_by_field_name("left")
        kind: Kind = "field" if owner else "const"
        if left is not None and left.type == "identifier":
            self.define(assigned, text_of(left), kind, owner, first_line(assigned))
        elif left is not None and left.type == "pattern_list":
            for target in left.named_children:
                if target.type == "identifier":
                    self.define(assigned, text_of(target), kind, owner, first_line(assigned))

    def attributes(self, root: Node) -> None:
        """Add what methods assign to `self`, with the types of the parameters it is taken from."""
        seen = {(symbol.owner, symbol.name) for symbol in self.symbols}
        source, row, counted = self.source, 0, 0
        for match in _ON_SELF.finditer(source) if self.classes else ():
            at = match.start()
            owner = next((name for a, b, name in reversed(self.classes) if a < at < b), "")
            name = match[1].decode("utf-8", "replace")
            before = source[max(0, at - MAX_INDENT) : at].rstrip(b" \t")
            if not owner or (owner, name) in seen or not before.endswith(_BEFORE_TARGET):
                continue
            inner = root.descendant_for_byte_range(at, at + 1)
            if inner is None or inner.type != "identifier":  # in a string or comment
                continue
            seen.add((owner, name))
            row, counted = row + source.count(b"\n", counted, at), at
            line = _line(source, at)
            mentions = (*identifiers(line, KEYWORDS, name), *self.taken(line, at))
            private = name.startswith("_")
            self.symbols.append(
                Symbol(
                    name, "field", owner, row, row, row, line,
                    tuple(dict.fromkeys(mentions)), private=private,
                )
            )  # fmt: skip

    def taken(self, line: str, at: int) -> tuple[str, ...]:
        """Return the identifiers in the annotation of a parameter that a line takes."""
        taken = _TAKEN.match(line)
        if taken is None:
            return ()
        signature = next((text for start, text in reversed(self.methods) if start < at), "")
        given = (one[2] for one in _ANNOTATED.finditer(signature) if one[1] == taken[1])
        return identifiers(next(given, ""), KEYWORDS)

    def header(self, node: Node, body: Node | None) -> str:
        end = node.end_byte if body is None else body.start_byte
        return between(self.source, node.start_byte, end)

    def define(
        self,
        node: Node,
        name: str,
        kind: Kind,
        owner: str,
        signature: str,
        body: Node | None = None,
    ) -> None:
        self.add(
            node, name, kind, owner, signature,
            body=body, doc=self.first_doc(body), private=name.startswith("_"),
        )  # fmt: skip

    def first_doc(self, body: Node | None) -> str:
        first = first_child(body)
        if first is not None and first.type == "expression_statement":
            first = first_child(first)
        if first is None or first.type != "string":
            return ""
        start = first.start_byte
        text = self.source[start : min(first.end_byte, start + MAX_DOC_BYTES)]
        line = text.lstrip(b"rRbBuUfF").strip(b"\"'").strip().split(b"\n", 1)[0]
        return line.decode("utf-8", "replace").strip()


def _line(source: bytes, at: int) -> str:
    """Return the line that holds byte `at`, from the first target of an assignment on."""
    begin = source.rfind(b"\n", 0, at) + 1
    first = source.find(b"self.", begin)
    is_list = source[first:at].rstrip(b" \t").endswith(b",")
    return line_from(source, first if is_list else at, len(source))


def _imports(root: Node, source: bytes) -> Iterator[Import]:
    """Yield the imports of a module, those in functions and under conditions included."""
    for match in _IMPORT.finditer(b"\n" + source):
        word = root.descendant_for_byte_range(match.start(1) - 1, match.end(1) - 1)
        node = word.parent if word is not None and not word.is_named else None
        if node is None or node.type not in _IMPORTS:
            continue
        taken = node.children_by_field_name("name")
        names = tuple(text_of(child.child_by_field_name("name") or child) for child in taken)
        if node.type == "import_statement":
            yield from map(Import, names)
        else:
            module = text_of(node.child_by_field_name("module_name")).replace(" ", "")
            yield Import(module, names, reexport=True)


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the modules an import means: relative, absolute, or below any folder such as `src`.

    `from package import name` may take a module or something a module defines.
    """
    module = wanted.module.lstrip(".")
    dots = len(wanted.module) - len(module)
    tail = module.replace(".", "/")
    if dots:
        folder = dirname(file)
        for _ in range(dots - 1):
            folder = dirname(folder)
        tail = "/".join(part for part in (folder, tail) if part)
    of_names = {
        name: _module(f"{tail}/{name}" if tail else name, file, project, bool(dots))
        for name in wanted.names
    }
    own = _module(tail, file, project, bool(dots))
    if own and (not wanted.names or None in of_names.values()):
        return tuple(dict.fromkeys((own, *(found for found in of_names.values() if found))))
    return tuple(dict.fromkeys(found for found in of_names.values() if found))


def _module(tail: str, file: str, project: Project, relative: bool) -> str | None:
    if relative and not tail:
        return project.first("__init__.py")
    exact = project.first(f"{tail}.py", f"{tail}/__init__.py", f"{tail}.pyi")
    if exact or relative or not tail:
        return exact
    if tail.split("/", 1)[0] in sys.stdlib_module_names:  # not looked for far away
        folder = dirname(file)
        return project.first(f"{folder}/{tail}.py") if not _is_package(folder, project) else None
    packages = project.known("python.packages", _packages).get(basename(tail), ())
    found = [path for path in project.ending(tail) if path.endswith((".py", ".pyi"))]
    found += [path for path in packages if f"/{path}".endswith(f"/{tail}/__init__.py")]
    # No search starts inside of a package.
    seen = (path for path in found if not _is_package(path.rpartition(f"/{tail}")[0], project))
    return project.nearest(seen, file)


def _is_package(folder: str, project: Project) -> bool:
    return project.first(f"{folder}/__init__.py") is not None


def _packages(project: Project) -> dict[str, list[str]]:
    """Return the `__init__.py` files by the name of their folder."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(project.files):
        if path.endswith("/__init__.py"):
            found[basename(dirname(path))].append(path)
    return found


ROW = Row(
    ids=("python",),
    family="python",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:async[ ]+)?(?:def|class)[ ]+(?P<name>\w+)[^\n]*", re.MULTILINE
    ),
    keywords=KEYWORDS,
    index_files=frozenset({"__init__.py"}),
)
