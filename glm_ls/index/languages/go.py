"""Go: packages as folders of files, modules by `go.mod`, methods apart from their types."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import (
    IDENTIFIER,
    Walk,
    between,
    first_child,
    first_line,
    header,
    line_from,
    text_of,
)
from glm_ls.index.project import Project

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """any append bool break byte cap case chan clear close comparable complex complex128 complex64
    const continue copy default defer delete else error fallthrough false float32 float64 for func
    go goto if imag import int int16 int32 int64 int8 interface iota len make map max min new nil
    package panic print println range real recover return rune select string struct switch true
    type uint uint16 uint32 uint64 uint8 uintptr var""".split()
)
BODIES = {"struct_type": "struct", "interface_type": "interface"}

_IMPLEMENTS = re.compile(r"\(?[*&]?(\w+)\)?\s*(?:\(nil\)|\{)")
_MODULE = re.compile(r'^module[ \t]+"?([^\s"]+)"?', re.MULTILINE)
_REPLACE = re.compile(
    r"^(?:replace)?[ \t]*(\S+)(?:[ \t]+v\S+)?[ \t]+=>[ \t]+(\.\.?/?\S*)", re.MULTILINE
)


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file of a package defines and imports."""
    walk = _Walk(source, KEYWORDS)
    walk.block(root)
    return Outline(tuple(walk.symbols), tuple(walk.imports), tuple(walk.bases), walk.package)


class _Walk(Walk):
    """One pass over the top level of a file and the bodies of its types."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.imports: list[Import] = []
        self.package = ""

    def block(self, node: Node) -> None:
        for child in node.named_children:
            visit = _DECLARATIONS.get(child.type)
            if visit is not None:
                visit(self, child)

    def clause(self, node: Node) -> None:
        self.package = text_of(first_child(node))

    def import_(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "import_spec_list":
                self.import_(child)
            elif path := text_of(child.child_by_field_name("path")):
                self.imports.append(Import(path[1:-1]))

    def define(
        self, node: Node, name: str, kind: Kind, owner: str, signature: str, at: Node | None = None
    ) -> None:
        """Add a definition with the comment above it, or above `at` that it is the start of."""
        body, doc = node.child_by_field_name("body"), self.doc((at or node).start_byte, b"//")
        # A name is of its package unless it starts with an upper-case letter.
        private = not name[:1].isupper()
        self.add(node, name, kind, owner, signature, body=body, doc=doc, private=private)

    def function(self, node: Node) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "function", "", header(node, self.source))

    def method(self, node: Node) -> None:
        name = text_of(node.child_by_field_name("name"))
        receiver = text_of(node.child_by_field_name("receiver")).split("[", 1)[0]
        owner = IDENTIFIER.findall(receiver)[-1:]
        self.define(node, name, "method", "".join(owner), header(node, self.source))

    def types(self, node: Node) -> None:
        specs = node.named_children
        for spec in specs:
            if spec.type in ("type_spec", "type_alias"):
                self.type_(spec, node if len(specs) == 1 else spec)

    def type_(self, node: Node, at: Node) -> None:
        name, value = text_of(node.child_by_field_name("name")), node.child_by_field_name("type")
        word = BODIES.get(value.type) if value is not None else None
        if value is None or word is None:
            signature = between(self.source, node.start_byte, node.end_byte)
            self.define(node, name, "type", "", f"type {signature}", at)
            return
        signature = between(self.source, node.start_byte, value.start_byte)
        self.define(node, name, "class", "", f"type {signature} {word}", at)
        self.members(value, name)

    def members(self, node: Node, owner: str) -> None:
        """Add the fields of a struct, nested ones too, or the methods of an interface."""
        for child in node.named_children:
            if child.type == "field_declaration_list":
                self.members(child, owner)
            elif child.type == "field_declaration":
                self.field(child, owner)
            elif child.type == "method_elem":
                # As a field: unlike that of a method, its line does not name the owner.
                name, line = text_of(child.child_by_field_name("name")), header(child, self.source)
                self.define(child, name, "field", owner, line)
            elif child.type == "type_elem" and child.named_child_count == 1:
                self.embed(owner, child)

    def field(self, node: Node, owner: str) -> None:
        names = node.children_by_field_name("name")
        kind = node.child_by_field_name("type")
        if not names and kind is not None:
            self.embed(owner, kind)
        if not names or kind is None:
            return
        line = line_from(self.source, node.start_byte, node.end_byte)
        for name in names:
            if name.is_named and text_of(name) != "_":
                self.define(node, text_of(name), "field", owner, line)
        if kind.type == "struct_type":
            self.members(kind, owner)

    def embed(self, owner: str, kind: Node) -> None:
        name = text_of(kind).lstrip("*~").split("[", 1)[0].rsplit(".", 1)[-1]
        if IDENTIFIER.fullmatch(name) and name not in KEYWORDS:
            self.bases.append((owner, name))

    def values(self, node: Node) -> None:
        """Add constants or variables; those without a type are of that of the line before."""
        word = "const" if node.type == "const_declaration" else "var"
        specs = node.named_children
        if len(specs) == 1 and specs[0].type == "var_spec_list":
            specs = specs[0].named_children
        for spec in specs:
            if spec.type in ("const_spec", "var_spec"):
                self.value(spec, word, node if len(specs) == 1 else spec)

    def value(self, node: Node, word: str, at: Node) -> None:
        line = f"{word} {first_line(node)}"
        for named in node.children_by_field_name("name"):
            name = text_of(named)
            if name == "_":
                self.implements(node)
            elif named.is_named:
                self.define(node, name, "const", "", line, at)

    def implements(self, node: Node) -> None:
        """Take `var _ Interface = (*Type)(nil)` for what it says."""
        base = text_of(node.child_by_field_name("type")).rsplit(".", 1)[-1]
        found = _IMPLEMENTS.match(text_of(node.child_by_field_name("value")))
        if found and IDENTIFIER.fullmatch(base):
            self.bases.append((found[1], base))


_DECLARATIONS: dict[str, Callable[[_Walk, Node], None]] = {
    "ERROR": _Walk.block,
    "package_clause": _Walk.clause,
    "import_declaration": _Walk.import_,
    "function_declaration": _Walk.function,
    "method_declaration": _Walk.method,
    "type_declaration": _Walk.types,
    "const_declaration": _Walk.values,
    "var_declaration": _Walk.values,
}


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the files of the package that an import path means, without its tests."""
    modules = project.known("go.modules", _modules)
    for prefix, folder in modules:
        if wanted.module == prefix or wanted.module.startswith(f"{prefix}/"):
            path = normpath(join(folder, wanted.module[len(prefix) + 1 :]))
            package = _package("" if path == "." else path, project)
            if found := tuple(one for one in package if one != file and not _is_test(one)):
                return found
    return ()


def _modules(project: Project) -> list[tuple[str, str]]:
    """Return the import prefixes of modules with their folders, the longest first."""
    found = {}
    for folder, text in project.manifests("go.mod").items():
        if named := _MODULE.search(text):
            found[named[1]] = folder
        for name, target in _REPLACE.findall(text):
            found.setdefault(name.strip('"'), normpath(join(folder, target.strip('"'))))
    return sorted(found.items(), key=lambda item: (-len(item[0]), item))


def implicit(file: str, _outline: Outline, project: Project) -> Sequence[str]:
    """Return the other files of the package; only tests see tests."""
    others = (path for path in _package(dirname(file), project) if path != file)
    return tuple(path for path in others if _is_test(file) or not _is_test(path))


def _package(folder: str, project: Project) -> list[str]:
    return [path for path in project.folder(folder) if path.endswith(".go")]


def _is_test(path: str) -> bool:
    return path.endswith("_test.go")


ROW = Row(
    ids=("go",),
    family="go",
    outline=outline,
    resolve=resolve,
    implicit=implicit,
    rough=re.compile(
        r"^(?P<indent>)(?:func[ ]+(?:\([^)\n]*\)[ ]*)?|type[ ]+|var[ ]+|const[ ]+)"
        r"(?P<name>[^\W\d]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    headless=frozenset({"method"}),
)
