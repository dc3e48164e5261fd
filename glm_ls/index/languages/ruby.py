"""Ruby: modules, classes, and what one line in them defines, such as `attr_reader :name`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from glm_ls.index.facts import Kind, Outline
from glm_ls.index.languages.comments import comment_above, first_words
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.ruby_paths import implicit, required, resolve
from glm_ls.index.languages.walk import Walk, between, first_line, text_of

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """BEGIN END __FILE__ __LINE__ __method__ alias and attr_accessor attr_reader attr_writer begin
    break case catch class def defined do each else elsif end ensure extend false for if in include
    initialize lambda loop module module_function new next nil not or prepend private proc protected
    public puts raise redo require require_relative rescue retry return self super then throw true
    undef unless until when while yield""".split()
)
DEFINED_BY: dict[str, Kind] = {
    **dict.fromkeys(
        """attr attr_accessor attr_reader attr_writer belongs_to cattr_accessor class_attribute
        has_and_belongs_to_many has_many has_one mattr_accessor mattr_reader cattr_reader attribute
        thread_mattr_accessor has_one_attached has_many_attached""".split(),
        "field",
    ),
    **dict.fromkeys(
        """alias_method def_delegator def_delegators def_instance_delegator def_instance_delegators
        define_method define_singleton_method delegate scope""".split(),
        "method",
    ),
}
"""Methods called in the body of a class that define what their symbols name."""

_MIXINS = frozenset({"include", "extend", "prepend"})
_WITH_BODY = frozenset({"included", "class_methods", "prepended", "class_eval", "refine"})
_DATA = re.compile(r"(?:Struct|Data|OpenStruct)\.(?:new|define)\b|Class\.new\b")
_CLASS_NEW = re.compile(r"Class\.new\(?\s*([A-Z][\w:]*)")
_LAST_ONLY = frozenset({"def_delegator", "def_instance_delegator"})
_FIRST_ONLY = frozenset({"alias_method", "scope", "define_method", "attribute"})
_ACCESS = frozenset({"private", "protected", "public", "module_function"})
_DECORATORS = frozenset({"memoize", "protected", "public", "module_function", "ruby2_keywords"})
_NESTED = frozenset({"body_statement", "block_body", "then", "else", "elsif"})


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file defines and requires."""
    walk = _Walk(source, KEYWORDS)
    walk.block(root, "", hidden=False)
    return Outline(tuple(walk.symbols), tuple(required(source)), tuple(walk.bases))


class _Walk(Walk):
    """One pass over the top level and the bodies of modules and classes."""

    def block(self, node: Node, owner: str, hidden: bool) -> None:
        """Visit the statements of a body; `private` on its own holds to its end."""
        for child in node.named_children:
            if child.type == "identifier" and (word := text_of(child)) in _ACCESS:
                hidden = word == "private"
            elif (visit := _VISITS.get(child.type)) is not None:
                visit(self, child, owner, hidden)

    def nested(self, node: Node, owner: str, hidden: bool) -> None:
        """Enter conditions and blocks around definitions."""
        for child in node.named_children:
            if child.type in _NESTED:
                self.block(child, owner, hidden)

    def class_(self, node: Node, owner: str, _hidden: bool) -> None:
        named, base = node.child_by_field_name("name"), node.child_by_field_name("superclass")
        name, body = _last_name(text_of(named)), node.child_by_field_name("body")
        if named is None:
            return
        end = base.end_byte if base is not None else named.end_byte
        self.define(node, name, "class", owner, between(self.source, node.start_byte, end))
        if base is not None and (found := _last_name(text_of(base).lstrip("< "))).isidentifier():
            self.bases.append((name, found))
        if body is not None:
            self.block(body, name, hidden=False)

    def singleton(self, node: Node, owner: str, _hidden: bool) -> None:
        body = node.child_by_field_name("body")
        if body is not None:
            self.block(body, owner, hidden=False)

    def method(self, node: Node, owner: str, hidden: bool) -> None:
        named, taken = node.child_by_field_name("name"), node.child_by_field_name("parameters")
        last = taken if taken is not None else named
        if named is not None and last is not None:
            signature = between(self.source, node.start_byte, last.end_byte)
            is_own = node.type == "singleton_method"
            kind: Kind = "method" if owner or is_own else "function"
            hidden = hidden and not is_own
            self.define(node, text_of(named), kind, owner, signature, hidden)

    def assignment(self, node: Node, owner: str, _hidden: bool) -> None:
        """Add a constant, or the class that `Struct.new` and the like make."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type not in ("constant", "scope_resolution"):
            return
        name = _last_name(text_of(left))
        head = text_of(right)[:200] if right.type == "call" else ""
        if not _DATA.match(head):
            self.define(node, name, "const", owner, first_line(node))
            return
        block, taken = (right.child_by_field_name(one) for one in ("block", "arguments"))
        end = block.start_byte if block is not None else node.end_byte
        self.define(node, name, "class", owner, between(self.source, node.start_byte, end))
        if found := _CLASS_NEW.match(head):
            self.bases.append((name, _last_name(found[1])))
        for symbol in _symbols(taken):
            self.add(symbol, text_of(symbol)[1:], "field", name, text_of(symbol))
        if block is not None:
            self.nested(block, name, hidden=False)

    def call(self, node: Node, owner: str, hidden: bool) -> None:
        """Take what a call in a body stands for: mixins, accessors, access, definitions in it."""
        word, taken = text_of(node.child_by_field_name("method")), _arguments(node)
        if word in _MIXINS:
            self.bases += [
                (owner, _last_name(text_of(one)))
                for one in taken
                if owner and one.type in ("constant", "scope_resolution")
            ]
        elif word in DEFINED_BY and owner:
            self.defined_by(node, word, taken, owner, hidden)
        elif word in _WITH_BODY or word == "concerning":
            block = node.child_by_field_name("block")
            if block is not None:
                self.nested(block, owner, hidden)
        elif taken:
            self.with_access(word, taken, owner, hidden)

    def defined_by(
        self, node: Node, word: str, taken: Sequence[Node], owner: str, hidden: bool
    ) -> None:
        symbols = [one for one in taken if one.type in ("simple_symbol", "string")]
        if word in _LAST_ONLY:
            symbols = symbols[-1:]
        elif word in _FIRST_ONLY:
            symbols = symbols[:1]
        for symbol in symbols:
            name = text_of(symbol).strip(":\"'")
            self.define(node, name, DEFINED_BY[word], owner, first_line(node), hidden)

    def with_access(self, word: str, taken: Sequence[Node], owner: str, hidden: bool) -> None:
        """Visit the definition in `private def name`, or hide what `private :name` names."""
        hides = word in ("private", "private_class_method", "private_constant")
        for one in taken if hides or word in _DECORATORS else ():
            if one.type in ("method", "singleton_method"):
                self.method(one, owner, hidden or hides)
                if hides and one.type == "singleton_method":
                    self.hide(owner, {self.symbols[-1].name})
            elif one.type == "call":
                self.call(one, owner, hidden or hides)
        if hides:
            self.hide(owner, {text_of(one)[1:] for one in taken if one.type == "simple_symbol"})

    def alias(self, node: Node, owner: str, hidden: bool) -> None:
        name = text_of(node.child_by_field_name("name")).lstrip(":")
        if owner:
            self.define(node, name, "method", owner, first_line(node), hidden)

    def hide(self, owner: str, names: set[str]) -> None:
        for at, symbol in enumerate(self.symbols):
            if symbol.owner == owner and symbol.name in names:
                self.symbols[at] = replace(symbol, private=True)

    def define(
        self, node: Node, name: str, kind: Kind, owner: str, signature: str, hidden: bool = False
    ) -> None:
        doc = first_words(comment_above(self.source, node.start_byte, b"#"))
        self.add(node, name, kind, owner, signature, doc=doc, private=hidden)


_VISITS: dict[str, Callable[[_Walk, Node, str, bool], None]] = {
    "module": _Walk.class_,
    "class": _Walk.class_,
    "singleton_class": _Walk.singleton,
    "method": _Walk.method,
    "singleton_method": _Walk.method,
    "assignment": _Walk.assignment,
    "call": _Walk.call,
    "alias": _Walk.alias,
    "if": _Walk.nested,
    "unless": _Walk.nested,
    "begin": _Walk.block,
    "ERROR": _Walk.block,
    "body_statement": _Walk.block,
}


def _arguments(call: Node) -> list[Node]:
    taken = call.child_by_field_name("arguments")
    return taken.named_children if taken is not None else []


def _symbols(taken: Node | None) -> list[Node]:
    return [one for one in taken.named_children if one.type == "simple_symbol"] if taken else []


def _last_name(text: str) -> str:
    """Return the last name of a constant: `C` of `A::B::C`."""
    return text.split("(", 1)[0].rsplit("::", 1)[-1].strip()


ROW = Row(
    ids=("ruby",),
    family="ruby",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:private[ ]+|protected[ ]+)?(?:def[ ]+(?:self\.)?|class[ ]+"
        r"|module[ ]+)(?:[A-Z]\w*::){0,5}(?P<name>[A-Za-z_]\w*[?!=]?)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    implicit=implicit,
)
