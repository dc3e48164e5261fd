"""TypeScript and JavaScript: import and export statements and calls to what a file takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import
from glm_ls.index.languages.walk import IDENTIFIER, first_child, text_of
from glm_ls.syntax.parser import grammar_of
from glm_ls.syntax.queries import captured

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

CALLS = "(call_expression function: [(identifier) (import)] arguments: (arguments . (string))) @it"

MAX_VALUE = 200
"""Bytes; a longer default export is no wrapped name."""

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DEFAULT = re.compile(
    r"\s*import\s+(?:type\s+(?!,|from\b))?([^\W\d][\w$]*|\$[\w$]*)\s*(?:,|from\b)"
)
_CALL = re.compile(r"(?:require|import)\s*\(\s*([\"'])(?P<module>[^\"'\n]+)\1")
_REQUIRES = frozenset({"call_expression", "member_expression"})
_GRAMMARS = ("typescript", "typescriptreact", "javascript")


def statement_import(node: Node) -> Import | None:
    """Return what an `import` takes, or an `export` from another file hands on."""
    source = node.child_by_field_name("source")
    if source is None and (inner := first_child(node)) is not None:  # import x = require("y")
        source = inner.child_by_field_name("source")
    if source is None or node.text is None:
        return None
    clause = node.text[: source.start_byte - node.start_byte].decode("utf-8", "replace")
    names = (*_default(clause), *listed(clause)) if "*" not in _COMMENT.sub("", clause) else ()
    return Import(text_of(source)[1:-1], names, reexport=node.type == "export_statement")


def _default(clause: str) -> tuple[str, ...]:
    """Return the local name of a default import, which is the name of what it is as a rule."""
    found = _DEFAULT.match(clause)
    return (found[1],) if found else ()


def listed(clause: str) -> tuple[str, ...]:
    """Return the names between braces as they are where they come from.

    `{ a as b, type C, d: e, default as F }` gives a, C, d and F.
    """
    _, _, rest = _COMMENT.sub("", clause).partition("{")
    names = []
    for item in rest.rpartition("}")[0].replace("}", "").split(","):
        words = item.replace(":", " ").replace("=", " ").split()
        if words[:1] == ["type"] and len(words) > 1 and words[1] != "as":
            del words[0]
        name = words[-1] if words[:1] == ["default"] else "".join(words[:1])
        if IDENTIFIER.fullmatch(name) and name != "default":
            names.append(name)
    return tuple(dict.fromkeys(names))


def bound(pattern: Node) -> list[str]:
    """Return the names that an object pattern gives values to."""
    parts = (child.child_by_field_name("value") or child for child in pattern.named_children)
    return [name for part in parts if IDENTIFIER.fullmatch(name := text_of(part))]


def exported(statements: Sequence[Node]) -> frozenset[str]:
    """Return the names that a module exports apart from where they are defined."""
    names: set[str] = set()
    for node in statements:
        if node.type != "export_statement" or node.child_by_field_name("declaration") is not None:
            continue
        if node.child_by_field_name("source") is None and node.end_byte - node.start_byte:
            text = text_of(node)
            clause = first_child(node)
            if clause is not None and clause.type == "export_clause":
                names.update(listed(text))
            elif len(text) < MAX_VALUE:  # export default memo(Thing)
                names.update(IDENTIFIER.findall(text))
    return frozenset(names)


def called_imports(root: Node) -> Iterator[Import]:
    """Yield what `require` and `import` are called with, however deep."""
    language_id = _grammar_of(root)
    for node in captured(language_id, CALLS, root) if language_id else ():
        found = _CALL.match(text_of(node))
        if found is None:
            continue
        up = node.parent
        if up is not None and up.type == "await_expression":
            up = up.parent
        names: tuple[str, ...] = ()
        if up is not None and up.type == "variable_declarator":
            names = listed(text_of(up.child_by_field_name("name")))
        elif up is not None and up.type == "member_expression":
            names = (text_of(up.child_by_field_name("property")),)
        yield Import(found["module"], names)


def is_require(value: Node) -> bool:
    """Whether a value is a `require` of a file or something in it."""
    return value.type in _REQUIRES and _CALL.match(text_of(value)) is not None


def _grammar_of(root: Node) -> str:
    """Return the id of the grammar that a tree is of: the numbers of its kinds tell."""
    sample = (root, *root.children[:8])
    for language_id in _GRAMMARS:
        grammar = grammar_of(language_id)
        if grammar and all(grammar.node_kind_for_id(one.kind_id) == one.type for one in sample):
            return language_id
    return ""
