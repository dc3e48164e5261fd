"""C: prototypes and definitions, types and their members, macros.

C++ walks its trees with what is here and adds to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.c_includes import implicit, resolve
from glm_ls.index.languages.c_texts import readable, variant
from glm_ls.index.languages.comments import comment_above, first_words
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import Walk, between, first_line, line_from, text_of

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """FALSE NULL TRUE auto bool break case char const continue default define defined do double
    else endif enum extern false float for goto if ifdef ifndef include inline int int16_t int32_t
    int64_t int8_t intptr_t long nullptr ptrdiff_t register restrict return short signed size_t
    sizeof ssize_t static struct switch true typedef uint16_t uint32_t uint64_t uint8_t uintptr_t
    undef union unsigned va_list void volatile wchar_t while __attribute__ __cplusplus __extension__
    __inline __inline__ __restrict _Atomic _Bool _Noreturn _Static_assert""".split()
)

_DIRECTIVE = re.compile(rb"^[ \t]*#", re.MULTILINE)
_GUARD = re.compile(rb"[ \t]*#[ \t]*(?:pragma[ \t]+once|ifndef[ \t]+(\w+)\s+#[ \t]*define[ \t]+\1)")
_NAMES = frozenset(
    """identifier field_identifier type_identifier qualified_identifier destructor_name
    operator_name operator_cast template_function primitive_type""".split()
)
_TRANSPARENT = frozenset({"init_declarator", "attributed_declarator"})
_TYPES = ("struct_specifier", "union_specifier", "enum_specifier", "class_specifier")
_AROUND = (
    *("preproc_ifdef", "preproc_if", "preproc_else", "preproc_elif", "preproc_elifdef"),
    *("linkage_specification", "declaration_list"),
)


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file defines and includes."""
    return CWalk(source, KEYWORDS).outline(root)


class CWalk(Walk):
    """One pass over the top level, conditions of the preprocessor and the bodies of types.

    `hidden` is whether other files cannot see what is defined.
    """

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.imports: list[Import] = []
        first = _DIRECTIVE.search(source)
        self.is_header = first is not None and _GUARD.match(source, first.start()) is not None
        """Statics of a header are for those who include it."""
        self.visits: dict[str, Callable[[Node, str, bool], None]] = {
            "preproc_include": self.include,
            "preproc_def": self.macro,
            "preproc_function_def": self.macro,
            "function_definition": self.function,
            "declaration": self.declaration,
            "field_declaration": self.declaration,
            "type_definition": self.alias,
            "enumerator": self.enumerator,
            "ERROR": self.broken,
            **dict.fromkeys(_TYPES, self.type_),
            **dict.fromkeys(_AROUND, self.inside),
        }

    def outline(self, root: Node) -> Outline:
        self.inside(root, "", hidden=False)
        return Outline(tuple(self.symbols), tuple(self.imports), tuple(self.bases))

    def block(self, nodes: Iterable[Node], owner: str, hidden: bool) -> None:
        for node in nodes:
            visit = self.visits.get(node.type)
            if visit is not None:
                visit(node, owner, hidden)

    def inside(self, node: Node, owner: str, hidden: bool) -> None:
        self.block(node.named_children, owner, hidden)

    def broken(self, node: Node, owner: str, hidden: bool) -> None:
        """Take what still looks like a definition; indented declarations may be locals."""
        nodes = (
            child
            for child in node.named_children
            if child.type != "declaration" or not child.start_point.column
        )
        self.block(nodes, owner, hidden)

    def include(self, node: Node, _owner: str, _hidden: bool) -> None:
        path = node.child_by_field_name("path")
        if path is not None and path.type in ("string_literal", "system_lib_string"):
            self.imports.append(Import(text_of(path).strip('"')))

    def macro(self, node: Node, _owner: str, _hidden: bool) -> None:
        """Add a macro; one without a value is a flag or guards a header."""
        is_value = node.type == "preproc_def"
        if not is_value or node.child_by_field_name("value") is not None:
            name = text_of(node.child_by_field_name("name"))
            line = first_line(node).rstrip("\\ ")
            self.define(node, name, "const" if is_value else "function", "", line, hidden=False)

    def function(self, node: Node, owner: str, hidden: bool) -> None:
        named, is_function = declared(node.child_by_field_name("declarator"))
        if named is not None and is_function:
            self.add_function(node, named, owner, hidden)

    def add_function(self, node: Node, named: Node, owner: str, hidden: bool) -> None:
        """Add a function or prototype."""
        whole, (owner, name) = self.whole(node), self.owned(named, owner)
        if node.child_by_field_name("type") is None and not owner and name.isupper():
            return  # TEST(Suite, Case) { … }
        kind: Kind = "method" if owner else "function"
        hidden = hidden or self.is_static(node, owner)
        self.define(node, name, kind, owner, self.head(node, whole), hidden, whole)

    def whole(self, node: Node) -> Node:
        """Return where the signature of a definition begins."""
        return node

    def owned(self, named: Node, owner: str) -> tuple[str, str]:
        """Return the type that what is declared belongs to, and its name."""
        return owner, text_of(named)

    def head(self, node: Node, whole: Node) -> str:
        """Return a definition up to its body."""
        body = node.child_by_field_name("body")
        end = node.end_byte if body is None else body.start_byte
        return between(self.source, whole.start_byte, end).rstrip("; ")

    def is_static(self, node: Node, owner: str) -> bool:
        """Whether a definition is for its own file only."""
        if owner or self.is_header:
            return False
        first = node.child(0)
        return first is not None and first.text == b"static"

    def declaration(self, node: Node, owner: str, hidden: bool) -> None:
        """Add prototypes, variables or fields, and the type that is defined with them."""
        given = node.child_by_field_name("type")
        if given is not None and given.type in _TYPES:
            self.open_type(given, owner, hidden)
        for declarator in node.children_by_field_name("declarator"):
            named, is_function = declared(declarator)
            if named is not None and is_function:
                self.add_function(node, named, owner, hidden)
            elif named is not None:
                self.variable(node, named, owner, hidden)

    def variable(self, node: Node, named: Node, owner: str, hidden: bool) -> None:
        whole, (owner, name) = self.whole(node), self.owned(named, owner)
        line = line_from(self.source, whole.start_byte, node.end_byte).rstrip(";= ")
        hidden = hidden or self.is_static(node, owner)
        self.define(node, name, "field" if owner else "const", owner, line, hidden, whole)

    def type_(self, node: Node, owner: str, hidden: bool) -> None:
        self.open_type(node, owner, hidden)

    def open_type(self, node: Node, owner: str, hidden: bool, typedef: Node | None = None) -> str:
        """Add a type that is defined, and its members; return its name.

        The members of one without a name are those of the type around it.
        """
        name, body = self.type_name(node), node.child_by_field_name("body")
        if body is None:
            return name
        whole = typedef or self.whole(node)
        signature = between(self.source, whole.start_byte, body.start_byte)
        if typedef is not None and not name:
            declarator = typedef.child_by_field_name("declarator")
            name = text_of(declared(declarator)[0])
            signature = f"{signature} {name}"
        self.define(node, name, "class", owner, signature, hidden, whole, body)
        self.members(node, body, name or owner, hidden)
        return name

    def type_name(self, node: Node) -> str:
        return text_of(node.child_by_field_name("name"))

    def members(self, _node: Node, body: Node, owner: str, hidden: bool) -> None:
        self.inside(body, owner, hidden)

    def enumerator(self, node: Node, owner: str, hidden: bool) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.add(node, name, "const", owner, first_line(node), private=hidden)

    def alias(self, node: Node, owner: str, hidden: bool) -> None:
        """Add the names of a typedef but that of the type it defines."""
        given, defined = node.child_by_field_name("type"), ""
        signature = between(self.source, node.start_byte, node.end_byte).rstrip("; ")
        body = given.child_by_field_name("body") if given is not None else None
        if given is not None and body is not None and given.type in _TYPES:
            defined = self.open_type(given, owner, hidden, node)
            tail = between(self.source, body.end_byte, node.end_byte).rstrip("; ")
            signature = f"{between(self.source, node.start_byte, body.start_byte)} {tail}"
        for declarator in node.children_by_field_name("declarator"):
            name = text_of(declared(declarator)[0])
            if name != defined:
                self.define(node, name, "type", owner, signature, hidden)

    def define(
        self,
        node: Node,
        name: str,
        kind: Kind,
        owner: str,
        signature: str,
        hidden: bool,
        whole: Node | None = None,
        body: Node | None = None,
    ) -> None:
        """Add a definition with the comment above it; fields are commented behind, if at all."""
        if name in self.keywords:
            return  # What a broken tree takes for a name.
        whole = whole or node
        doc = "" if kind == "field" else comment_above(self.source, whole.start_byte, b"//")
        self.add(
            node,
            name,
            kind,
            owner,
            signature,
            body=body or node.child_by_field_name("body"),
            start=whole.start_point.row,
            doc=first_words(iter(doc)),
            private=hidden,
        )


def declared(node: Node | None) -> tuple[Node | None, bool]:
    """Return the name in a declarator, and whether it is that of a function.

    `(*name)(int)` is a pointer, `(*name(int))(char)` a function that returns one.
    """
    is_function = False
    while node is not None and node.type not in _NAMES:
        inner = node.child_by_field_name("declarator")
        if inner is None:
            inner = node.named_children[-1] if node.named_children else None
        if node.type == "function_declarator":
            is_function = True
        elif node.type == "parenthesized_declarator":
            is_function = is_function and inner is not None and inner.type in _NAMES
        elif node.type not in _TRANSPARENT:
            is_function = False
        node = inner
    return node, is_function or (node is not None and node.type == "operator_cast")


ROW = Row(
    variant=variant,
    readable=readable,
    ids=("c",),
    family="c",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?:#[ \t]*define[ \t]+|(?:typedef[ \t]+)?(?:struct|union|enum)[ \t]+"
        r"(?=\w+[ \t]*(?:\{|$))|(?:[A-Za-z_]\w*[ \t*]+){1,6}(?=\w+[ \t]*\())"
        r"(?P<name>[A-Za-z_]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    implicit=implicit,
)
