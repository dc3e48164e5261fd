"""Java: types and their members, packages as folders below the source roots of Maven and Gradle."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import (
    IDENTIFIER,
    MAX_VALUE,
    Walk,
    first_child,
    first_line,
    shown,
    text_of,
)
from glm_ls.index.project import Project, distance

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """Boolean Byte Character Double Float Integer Long Object Override Short String Void abstract
    assert boolean break byte case catch char class const continue default do double else enum
    extends false final finally float for goto if implements import instanceof int interface long
    module native new non null package permits private protected public record return sealed short
    static strictfp super switch synchronized this throw throws transient true try var void
    volatile when while yield""".split()
)
SHOWN = frozenset({"static", "abstract", "default", "native", "sealed", "non-sealed", "volatile"})
"""Modifiers that are part of what a signature says."""

MAX_OUTER = 3
"""Classes around a nested one, at most."""

_ANNOTATIONS = frozenset({"annotation", "marker_annotation"})
_HERITAGE = frozenset({"superclass", "super_interfaces", "extends_interfaces", "type_list"})
_IMPORT = re.compile(
    r"import\s+(?P<static>static\s+)?(?P<name>[\w.\s]+?)\s*(?P<all>\.\s*\*)?\s*;?$"
)
_PACKAGE = re.compile(r"package\s+([\w.]+)")
_TEST = re.compile(r"(?:^|/)(?:tests?|\w+Tests?|testFixtures)(?=/|$)")


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file of a package defines and imports."""
    walk = _Walk(source, KEYWORDS)
    walk.block(root.named_children, "")
    return Outline(tuple(walk.symbols), tuple(walk.imports), tuple(walk.bases), walk.package)


class _Walk(Walk):
    """One pass over types and their bodies."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.imports: list[Import] = []
        self.package = ""

    def block(self, nodes: Iterable[Node], owner: str) -> None:
        for node in nodes:
            visit = _DECLARATIONS.get(node.type)
            if visit is not None:
                visit(self, node, owner)

    def package_(self, node: Node, _owner: str) -> None:
        found = _PACKAGE.search(text_of(node))
        self.package = found[1] if found else ""

    def import_(self, node: Node, _owner: str) -> None:
        found = _IMPORT.match(" ".join(text_of(node).split()))
        if found is None:
            return
        name = found["name"].replace(" ", "")
        if found["all"]:
            self.imports.append(Import(name if found["static"] else f"{name}.*"))
            return
        outer, _, last = name.rpartition(".")
        self.imports.append(Import(outer if found["static"] else name, (last,)))

    def define(
        self, node: Node, name: str, kind: Kind, owner: str, end: int, body: Node | None = None
    ) -> None:
        """Add a definition up to byte `end`, without annotations and words of visibility."""
        first, words, start = node, "", node
        modifiers = first_child(node)
        private = False
        if modifiers is not None and modifiers.type == "modifiers":
            parts = modifiers.children
            given = [part.type for part in parts if part.type not in _ANNOTATIONS]
            private = "private" in given
            words = "".join(f"{word} " for word in given if word in SHOWN)
            start = modifiers.next_sibling or node
            plain = (part for part in parts if part.type not in _ANNOTATIONS)
            first = next(plain, start) if parts[0].type in _ANNOTATIONS else node
        signature = words + shown(self.source, start.start_byte, end, kind)
        self.add(
            node,
            name,
            kind,
            owner,
            signature.rstrip(" ;{,"),
            body=body,
            start=first.start_point.row,
            doc=self.doc(node.start_byte),
            private=private,
        )

    def type_(self, node: Node, owner: str) -> None:
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        end = body.start_byte if body is not None else node.end_byte
        self.define(node, name, "class", owner, end, body)
        for child in node.named_children:
            if child.type in _HERITAGE:
                self.bases += [(name, base) for base in _bases(child)]
        if node.type == "record_declaration":
            given = node.child_by_field_name("parameters")
            for component in given.named_children if given is not None else ():
                called = text_of(component.child_by_field_name("name"))
                self.add(component, called, "field", name, first_line(component)[:MAX_VALUE])
        if body is not None:
            self.block(body.named_children, name)

    def nested(self, node: Node, owner: str) -> None:
        self.block(node.named_children, owner)

    def method(self, node: Node, owner: str) -> None:
        body = node.child_by_field_name("body")
        end = body.start_byte if body is not None else node.end_byte
        self.define(node, text_of(node.child_by_field_name("name")), "method", owner, end, body)

    def field(self, node: Node, owner: str) -> None:
        for declarator in node.children_by_field_name("declarator"):
            name = text_of(declarator.child_by_field_name("name"))
            self.define(node, name, "field", owner, node.end_byte)

    def constant(self, node: Node, owner: str) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "const", owner, node.end_byte)


_DECLARATIONS: dict[str, Callable[[_Walk, Node, str], None]] = {
    "package_declaration": _Walk.package_,
    "import_declaration": _Walk.import_,
    "class_declaration": _Walk.type_,
    "interface_declaration": _Walk.type_,
    "enum_declaration": _Walk.type_,
    "record_declaration": _Walk.type_,
    "annotation_type_declaration": _Walk.type_,
    "enum_body_declarations": _Walk.nested,
    "ERROR": _Walk.nested,
    "method_declaration": _Walk.method,
    "constructor_declaration": _Walk.method,
    "compact_constructor_declaration": _Walk.method,
    "annotation_type_element_declaration": _Walk.method,
    "field_declaration": _Walk.field,
    "constant_declaration": _Walk.field,
    "enum_constant": _Walk.constant,
}


def _bases(node: Node) -> list[str]:
    """Return the names of the types that a class extends or implements."""
    found = []
    for child in node.named_children:
        if child.type == "type_list":
            found += _bases(child)
        elif child.type not in _ANNOTATIONS:
            found += IDENTIFIER.findall(text_of(child).split("<", 1)[0])[-1:]
    return found


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the file of a class, or of the one it is nested in, or the files of a package."""
    module = wanted.module
    tail = module.removesuffix(".*").replace(".", "/")
    for _ in range(MAX_OUTER):
        found = [path for path in project.ending(tail) if path.endswith(".java")]
        if found:
            return (project.nearest(found, file) or found[0],)
        if module.endswith(".*") and (package := _package(tail, file, project)):
            return package
        tail = dirname(tail)
        if "/" not in tail:
            break
    return ()


def _package(tail: str, file: str, project: Project) -> tuple[str, ...]:
    """Return the files of a package in all source roots, the nearest first; `file` is left out."""
    folders = project.known("java.folders", _folders).get(basename(tail), ())
    found = [folder for folder in folders if f"/{folder}".endswith(f"/{tail}")]
    found.sort(key=lambda folder: (distance(folder, dirname(file)), folder))
    in_test = _TEST.search(file.removesuffix(f"/{tail}/{basename(file)}"))
    return tuple(
        path
        for folder in found
        if in_test or not _TEST.search(folder.removesuffix(tail))
        for path in project.folder(folder)
        if path.endswith(".java") and path != file
    )


def _folders(project: Project) -> dict[str, list[str]]:
    """Return folders by the last part of their path."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in project.folders():
        found[basename(folder)].append(folder)
    return found


def implicit(file: str, outline: Outline, project: Project) -> Sequence[str]:
    """Return the other files of the package, in the same folder and in other source roots.

    Tests see what they test, not the other way around.
    """
    folder, tail = dirname(file), outline.package.replace(".", "/")
    if tail and f"/{folder}".endswith(f"/{tail}"):
        return _package(tail, file, project)
    return [path for path in project.folder(folder) if path.endswith(".java") and path != file]


ROW = Row(
    ids=("java",),
    family="java",
    outline=outline,
    resolve=resolve,
    implicit=implicit,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:(?:public|protected|private|static|final|abstract|sealed|default"
        r"|native|synchronized|strictfp)[ ]+)*"
        r"(?:(?:class|interface|enum|record|@interface)[ ]+"
        r"|(?<=[a-z][ ])(?:<[^>\n]*>[ ]*)?"
        r"[\w.<>\[\],?&]+(?:[ ][\w.<>\[\],?&]+){0,4}?[ ]+(?=\w+[ ]*\())"
        r"(?P<name>[^\W\d]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
)
