"""TypeScript and JavaScript: modules of either kind, classes, and what is written as values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.typescript_imports import (
    bound,
    called_imports,
    exported,
    is_require,
    statement_import,
)
from glm_ls.index.languages.typescript_members import FUNCTIONS, Members, plain
from glm_ls.index.languages.typescript_paths import resolve
from glm_ls.index.languages.walk import (
    IDENTIFIER,
    MAX_VALUE,
    between,
    first_child,
    first_line,
    header,
    text_of,
)

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """abstract accessor any as asserts async await bigint boolean break case catch class const
    constructor continue debugger declare default delete do else enum export extends false finally
    for from function get if implements import in infer instanceof interface is keyof let module
    namespace never new null number object of override private protected public readonly require
    return satisfies set static string super switch symbol this throw true try type typeof
    undefined unique unknown using var void while with yield""".split()
)

_EXPORTS = re.compile(r"(?:module\.)?exports(?:\.(\w+))?")
_ASSIGNED = re.compile(r"(\w+)(?:\.prototype)?\.(\w+)")
_WRAPPED = frozenset({"as_expression", "satisfies_expression", "parenthesized_expression"})


def outline(root: Node, source: bytes) -> Outline:
    """Return what a module defines and imports."""
    statements = root.named_children
    walk = _Walk(source, KEYWORDS)
    walk.exported = exported(statements)
    is_module = any(node.type in ("import_statement", "export_statement") for node in statements)
    walk.block(statements, "", is_module)
    if b"require(" in source or b"import(" in source:
        walk.imports += called_imports(root)
    imports = [
        found if walk.exported.isdisjoint(found.names) else replace(found, reexport=True)
        for found in walk.imports
    ]
    symbols = sorted(walk.symbols, key=lambda symbol: symbol.start)
    return Outline(tuple(symbols), tuple(imports), tuple(walk.bases))


class _Walk(Members):
    """One pass over the top level, namespaces and the bodies of classes.

    `hidden` is whether what is not exported stays in the module.
    """

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.imports: list[Import] = []
        self.exported: frozenset[str] = frozenset()
        """What the module exports apart from where it is defined."""

    def block(self, statements: Sequence[Node], owner: str, hidden: bool) -> None:
        for node in statements:
            self.statement(node, owner, hidden)

    def statement(self, node: Node, owner: str, hidden: bool) -> None:
        if (visit := _STATEMENTS.get(node.type)) is not None:
            visit(self, node, owner, hidden)

    def import_(self, node: Node, _owner: str, _hidden: bool) -> None:
        if (found := statement_import(node)) is not None:
            self.imports.append(found)

    def export(self, node: Node, owner: str, hidden: bool) -> None:
        if (declaration := node.child_by_field_name("declaration")) is not None:
            self.statement(declaration, owner, hidden=False)
        elif node.child_by_field_name("source") is not None:
            self.import_(node, owner, hidden)

    def ambient(self, node: Node, owner: str, hidden: bool) -> None:
        for child in node.named_children:
            if child.type == "statement_block":  # declare global
                self.block(child.named_children, owner, hidden=False)
            else:
                self.statement(child, owner, hidden)

    def broken(self, node: Node, owner: str, hidden: bool) -> None:
        self.block(node.named_children, owner, hidden)

    def module(self, node: Node, owner: str, hidden: bool) -> None:
        """Enter a namespace; modules declared by path are as good as the top level."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        space = "" if name is None or name.type == "string" else text_of(name)
        if space:
            self.define(node, space, "class", owner, header(node, self.source), hidden)
        if body is not None:
            is_ambient = node.parent is not None and node.parent.type == "ambient_declaration"
            self.block(body.named_children, space or owner, hidden=not is_ambient and bool(space))

    def function(self, node: Node, owner: str, hidden: bool) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "function", owner, header(node, self.source), hidden)

    def type_(self, node: Node, owner: str, hidden: bool) -> None:
        """Add an alias; one of an object type that goes over lines has members as a class has."""
        name, value = text_of(node.child_by_field_name("name")), node.child_by_field_name("value")
        if value is not None and value.type == "object_type" and b"\n" in (value.text or b""):
            signature = between(self.source, node.start_byte, value.start_byte)
            self.define(node, name, "class", owner, signature, hidden, value)
            self.members(value, name)
            return
        if value is not None and value.type == "intersection_type":
            self.bases += [(name, base) for base in _bases(value)]
        self.define(node, name, "type", owner, header(node, self.source), hidden)

    def class_(self, node: Node, owner: str, hidden: bool) -> None:
        named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = text_of(named)
        start = self.after_decorators(node)
        signature = header(node, self.source, start.start_byte)
        self.define(node, name, "class", owner, signature, hidden, body, start.start_point.row)
        self.class_body(node, name)
        if named is not None and named.type == "identifier" and body is not None:
            self.assigned(body, name)  # only JavaScript leaves fields undeclared

    def class_body(self, node: Node, name: str) -> None:
        for child in node.named_children:
            if child.type in ("class_heritage", "extends_type_clause"):
                self.bases += [(name, base) for base in _bases(child)]
            elif child.type in ("class_body", "interface_body", "object_type"):
                self.members(child, name)

    def enum(self, node: Node, owner: str, hidden: bool) -> None:
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        self.define(node, name, "class", owner, header(node, self.source), hidden)
        for child in body.named_children if body is not None else ():
            called = child.child_by_field_name("name") or child
            if called.type in ("property_identifier", "string"):
                self.add(child, plain(text_of(called)), "const", name, first_line(child))

    def variables(self, node: Node, owner: str, hidden: bool) -> None:
        word = between(self.source, node.start_byte, node.start_byte + 5).split(" ")[0]
        for declarator in node.named_children:
            if declarator.type == "variable_declarator":
                self.variable(declarator, f"{word} ", owner, hidden)

    def variable(self, node: Node, word: str, owner: str, hidden: bool) -> None:
        named, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if named is None or (value is not None and is_require(value)):
            return
        if named.type == "object_pattern":
            if not hidden:  # export const { useThing } = api
                for name in bound(named):
                    line = f"{word}{between(self.source, node.start_byte, node.end_byte)}"
                    self.define(node, name, "const", owner, line[:MAX_VALUE], hidden)
            return
        self.value(node, value, text_of(named), owner, hidden, word)

    def value(
        self, node: Node, value: Node | None, name: str, owner: str, hidden: bool, word: str = ""
    ) -> None:
        """Add a name by what it is bound to: a function, a class, an object with functions."""
        while value is not None and value.type in _WRAPPED:
            value = first_child(value)
        kind = value.type if value is not None else ""
        if value is not None and kind in FUNCTIONS:
            kind_: Kind = "method" if owner and not word else "function"
            body = value.child_by_field_name("body")
            self.define(node, name, kind_, owner, word + self.valued(node, value), hidden, body)
        elif value is not None and kind == "class":
            signature = word + header(value, self.source, node.start_byte)
            self.define(node, name, "class", owner, signature, hidden)
            self.class_body(value, name)
        elif word:
            self.define(node, name, "const", owner, (word + first_line(node)).rstrip(";"), hidden)
            if value is not None and kind == "object":
                self.object(value, name)

    def object(self, node: Node, owner: str) -> None:
        """Add the functions of an object."""
        for child in node.named_children:
            if child.type == "method_definition":
                name = plain(text_of(child.child_by_field_name("name")))
                kind: Kind = "method" if owner else "function"
                self.define(child, name, kind, owner, header(child, self.source), hidden=False)
            elif child.type == "pair":
                name = plain(text_of(child.child_by_field_name("key")))
                self.value(child, child.child_by_field_name("value"), name, owner, hidden=False)

    def expression(self, node: Node, owner: str, hidden: bool) -> None:
        """Enter namespaces; take what is assigned to exports, prototypes and functions."""
        inner = first_child(node)
        if inner is not None and inner.type == "internal_module":
            self.module(inner, owner, hidden)
        if inner is None or inner.type != "assignment_expression":
            return
        left, right = text_of(inner.child_by_field_name("left")), inner.child_by_field_name("right")
        if found := _EXPORTS.fullmatch(left):
            if found[1]:
                is_name = right is not None and right.type in ("identifier", "member_expression")
                word = "" if is_name or (right is not None and is_require(right)) else " "
                self.value(inner, right, found[1], owner, hidden=False, word=word)
            elif right is not None and right.type == "object":
                self.object(right, owner)
        elif found := _ASSIGNED.fullmatch(left):
            self.value(inner, right, found[2], found[1], hidden=False)

    def define(
        self,
        node: Node,
        name: str,
        kind: Kind,
        owner: str,
        signature: str,
        hidden: bool,
        body: Node | None = None,
        start: int = -1,
    ) -> None:
        """Add a definition of a module or namespace."""
        self.add(
            node,
            name,
            kind,
            owner,
            signature.strip(" ;"),
            body=body or node.child_by_field_name("body"),
            start=start,
            doc=self.doc(node.start_byte),
            private=hidden and (bool(owner) or name not in self.exported),
        )


_STATEMENTS: dict[str, Callable[[_Walk, Node, str, bool], None]] = {
    "import_statement": _Walk.import_,
    "export_statement": _Walk.export,
    "ambient_declaration": _Walk.ambient,
    "internal_module": _Walk.module,
    "module": _Walk.module,
    "function_declaration": _Walk.function,
    "generator_function_declaration": _Walk.function,
    "function_signature": _Walk.function,
    "type_alias_declaration": _Walk.type_,
    "class_declaration": _Walk.class_,
    "abstract_class_declaration": _Walk.class_,
    "interface_declaration": _Walk.class_,
    "enum_declaration": _Walk.enum,
    "lexical_declaration": _Walk.variables,
    "variable_declaration": _Walk.variables,
    "expression_statement": _Walk.expression,
    "ERROR": _Walk.broken,
}


def _bases(node: Node) -> list[str]:
    """Return the names of the types that a heritage or an intersection lists."""
    found = []
    for child in node.named_children:
        if child.type in ("extends_clause", "implements_clause"):
            found += _bases(child)
        elif child.type == "call_expression":  # class A extends mixin(B, C)
            found += IDENTIFIER.findall(text_of(child))
        elif child.type not in ("type_arguments", "object_type", "object", "literal_type"):
            name = text_of(child).split("<", 1)[0].rsplit(".", 1)[-1].strip()
            found += [name] if IDENTIFIER.fullmatch(name) and name not in KEYWORDS else []
    return found


ROW = Row(
    ids=("typescript", "typescriptreact", "javascript", "javascriptreact"),
    family="typescript",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:(?:export|default|declare|abstract|async|const)[ ]+)*"
        r"(?:(?:function\b[ ]*\*?|class|interface|enum|type|namespace|let|var)[ ]*"
        r"|(?<=const )[ ]*)(?P<name>[A-Za-z_$][\w$]*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    index_files=frozenset(
        f"{stem}.{ending}"
        for stem in ("index", "mod")
        for ending in ("ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs")
    ),
)
