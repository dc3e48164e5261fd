"""TypeScript and JavaScript: what the bodies of classes, interfaces and object types hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glm_ls.index.facts import Kind
from glm_ls.index.languages.walk import (
    MAX_VALUE,
    Walk,
    between,
    first_line,
    header,
    line_from,
    text_of,
)
from glm_ls.syntax.queries import captured

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

THIS_ASSIGNMENTS = "(assignment_expression left: (member_expression object: (this))) @it"
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})

_MODIFIERS = re.compile(
    r"(?:(?:public|private|protected|override|declare|static|readonly|abstract|async)\s+)+"
)
_HIDDEN = frozenset({"public", "private", "protected", "override", "declare"})
_NAME = re.compile(r"#?[^\W\d][\w$]*|\$[\w$]*")
_MEMBERS: dict[str, Kind] = {
    "method_definition": "method",
    "method_signature": "method",
    "abstract_method_signature": "method",
    "public_field_definition": "field",
    "field_definition": "field",
    "property_signature": "field",
}


class Members(Walk):
    """The part of a walk that is inside of types."""

    def members(self, body: Node, owner: str) -> None:
        for node in body.named_children:
            kind = _MEMBERS.get(node.type)
            if kind is None:
                continue
            named = node.child_by_field_name("name") or node.child_by_field_name("property")
            name = plain(text_of(named))
            value = node.child_by_field_name("value") if kind == "field" else None
            start = self.after_decorators(node)
            if value is not None and value.type in FUNCTIONS:
                kind, signature = "method", self.valued(start, value)
            elif kind == "field":
                signature = line_from(self.source, start.start_byte, node.end_byte)
            else:
                signature = header(node, self.source, start.start_byte)
            self.member(node, name, kind, owner, signature, start.start_point.row)
            if name == "constructor":
                self.parameters(node, owner)

    def member(
        self, node: Node, name: str, kind: Kind, owner: str, signature: str, start: int
    ) -> None:
        signature, words = _shown(signature.rstrip(" ;,"))
        private = "private" in words or name.startswith(("#", "_"))
        body = node.child_by_field_name("body")
        doc = self.doc(node.start_byte)
        self.add(
            node, name, kind, owner, signature, body=body, start=start, doc=doc, private=private
        )

    def parameters(self, constructor: Node, owner: str) -> None:
        """Add the fields that a constructor declares among its parameters."""
        given = constructor.child_by_field_name("parameters")
        for node in given.named_children if given is not None else ():
            signature, words = _shown(first_line(node))
            if words and node.type in ("required_parameter", "optional_parameter"):
                name = text_of(node.child_by_field_name("pattern"))
                private = "private" in words or name.startswith("_")
                self.add(node, name, "field", owner, signature, private=private)

    def assigned(self, body: Node, owner: str) -> None:
        """Add what the methods of a class put on `this`."""
        seen = {symbol.name for symbol in self.symbols if symbol.owner == owner}
        for node in captured("javascript", THIS_ASSIGNMENTS, body):
            left = node.child_by_field_name("left")
            name = text_of(left.child_by_field_name("property")) if left is not None else ""
            if name not in seen:
                seen.add(name)
                private = name.startswith(("#", "_"))
                self.add(node, name, "field", owner, first_line(node), private=private)

    def valued(self, start: Node, value: Node) -> str:
        """Return a name with the function it is bound to, on one line."""
        body, row = value.child_by_field_name("body"), start.start_point.row
        shown = body is not None and (
            body.end_point.row == row
            if body.type == "statement_block"
            else body.start_point.row == row
        )
        if body is None or (shown and value.end_byte - start.start_byte < MAX_VALUE):
            return line_from(self.source, start.start_byte, value.end_byte)
        return between(self.source, start.start_byte, body.start_byte)

    def after_decorators(self, node: Node) -> Node:
        """Return the node, or its first part that is no decorator."""
        if self.source[node.start_byte : node.start_byte + 1] != b"@":
            return node
        return next((part for part in node.children if part.type != "decorator"), node)


def plain(name: str) -> str:
    """Return a name without quotes; "" for what is no name, such as a computed one."""
    name = name.strip("\"'")
    return name if _NAME.fullmatch(name) else ""


def _shown(signature: str) -> tuple[str, list[str]]:
    """Return a signature without words of visibility, and all the words it begins with."""
    found = _MODIFIERS.match(signature)
    if found is None:
        return signature, []
    words = found[0].split()
    return " ".join([*(w for w in words if w not in _HIDDEN), signature[found.end() :]]), words
