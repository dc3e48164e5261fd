"""C++: classes, templates, namespaces; what is defined apart from its class."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from glm_ls.index.facts import Outline
from glm_ls.index.languages import c
from glm_ls.index.languages.c_includes import implicit, resolve
from glm_ls.index.languages.c_texts import readable
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import between, text_of

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = c.KEYWORDS | frozenset(
    """alignas alignof and asm bool bitand bitor catch char16_t char32_t char8_t class co_await
    co_return co_yield compl concept const_cast consteval constexpr constinit decltype delete
    dynamic_cast explicit export final friend mutable namespace new noexcept not operator or
    override private protected public reinterpret_cast requires static_assert static_cast std
    template this thread_local throw try typeid typename using virtual xor""".split()
)

_OVERRIDING = re.compile(r" (?:override|final)\b")


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file defines and includes."""
    return _Walk(source, KEYWORDS).outline(root)


class _Walk(c.CWalk):
    """What C++ adds: classes with access, namespaces, templates."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.package = ""
        self.template: Node | None = None
        """The template whose declaration comes next."""
        self.visits |= {
            "namespace_definition": self.namespace,
            "template_declaration": self.templated,
            "friend_declaration": self.friend,
            "alias_declaration": self.named_type,
            "concept_definition": self.named_type,
        }

    def outline(self, root: Node) -> Outline:
        return replace(super().outline(root), package=self.package)

    def namespace(self, node: Node, owner: str, hidden: bool) -> None:
        """Enter a namespace; what is in one without a name is for its file alone."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        self.package = self.package or text_of(name)
        if body is not None:
            self.inside(body, owner, hidden or (name is None and not self.is_header))

    def templated(self, node: Node, owner: str, hidden: bool) -> None:
        self.template = self.template or node
        self.inside(node, owner, hidden)
        self.template = None

    def whole(self, node: Node) -> Node:
        """Return the template around a definition, if any; not again for what is in it."""
        whole, self.template = self.template or node, None
        return whole

    def friend(self, node: Node, _owner: str, hidden: bool) -> None:
        """Add the functions that a class lets in; they are not its members."""
        self.inside(node, "", hidden)

    def named_type(self, node: Node, owner: str, hidden: bool) -> None:
        name, whole = text_of(node.child_by_field_name("name")), self.whole(node)
        signature = between(self.source, whole.start_byte, node.end_byte).rstrip("; ")
        self.define(node, name, "type", owner, signature, hidden, whole)

    def add_function(self, node: Node, named: Node, owner: str, hidden: bool) -> None:
        is_deleted = node.named_children[-1].type == "delete_method_clause"
        if not is_deleted and "~" not in text_of(named):
            super().add_function(node, named, owner, hidden)

    def owned(self, named: Node, owner: str) -> tuple[str, str]:
        """Split `space::Type<T>::name`: the last scope is taken for a type."""
        while named.type == "qualified_identifier":
            scope, inner = named.child_by_field_name("scope"), named.child_by_field_name("name")
            if inner is None:
                break
            owner, named = _last_name(text_of(scope)) or owner, inner
        if named.type == "template_function":
            return owner, text_of(named.child_by_field_name("name"))
        return owner, text_of(named).split("(", 1)[0]

    def head(self, node: Node, whole: Node) -> str:
        """Return a definition up to its body, or to what a constructor initializes."""
        body = node.child_by_field_name("body")
        if body is None:
            return self.without_override(super().head(node, whole))
        before = body.prev_named_sibling
        if before is not None and before.type == "field_initializer_list":
            body = before
        signature = between(self.source, whole.start_byte, body.start_byte)
        return self.without_override(signature)

    def without_override(self, signature: str) -> str:
        head, parenthesis, tail = signature.rpartition(")")
        return head + parenthesis + _OVERRIDING.sub("", tail)

    def type_name(self, node: Node) -> str:
        return _last_name(text_of(node.child_by_field_name("name")))

    def members(self, node: Node, body: Node, owner: str, hidden: bool) -> None:
        """Add the members of a class, each with the access of its section."""
        inaccessible = node.type == "class_specifier"
        for child in node.named_children:
            if child.type == "base_class_clause":
                names = (_last_name(text_of(one)) for one in child.named_children)
                self.bases += [(owner, name) for name in names if name not in KEYWORDS]
        for child in body.named_children:
            if child.type == "access_specifier":
                inaccessible = text_of(child) == "private"
            else:
                self.block((child,), owner, hidden or inaccessible)


def _last_name(text: str) -> str:
    """Return the last name of a type, arguments left out: `b` of `a::b<c::d>`."""
    return text.split("<", 1)[0].rsplit("::", 1)[-1].strip()


ROW = Row(
    readable=readable,
    ids=("cpp",),
    family="c",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]{0,8})(?:#[ \t]*define[ \t]+"
        r"|(?:typedef[ \t]+|enum[ \t]+)?(?:class|struct|union|enum|concept)[ \t]+"
        r"(?=\w+[ \t]*(?:[{:]|final\b|$))|using[ \t]+(?=\w+[ \t]*=)"
        r"|(?!return\b|else\b|new\b|throw\b|delete\b|case\b|goto\b|using\b|co_return\b)"
        r"(?:[A-Za-z_][\w:<>,]*[ \t*&]+){1,6}(?:\w+::){0,3}(?=\w+[ \t]*\())"
        r"(?P<name>[A-Za-z_]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    implicit=implicit,
)
