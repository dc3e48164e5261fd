"""PHP: classes, interfaces, traits and enums; functions and constants where files have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.comments import comment_above, first_words
from glm_ls.index.languages.php_paths import implicit, resolve
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import Walk, shown, text_of, without_modifiers

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """__construct __CLASS__ __DIR__ __FILE__ abstract and array as bool boolean break callable case
    catch class clone const continue declare default define die do echo else elseif empty enum exit
    extends false final finally float fn for foreach from function global goto if implements include
    include_once instanceof insteadof int integer interface isset iterable list match mixed
    namespace never new null object or parent print private protected public readonly require
    require_once return self static string switch this throw trait true try unset use var void while
    xor yield""".split()
)
_MODIFIERS = re.compile(r"(?:(?:public|private|protected|final|static|abstract|readonly|var) )+")
_HIDDEN_WORDS = re.compile(r"\b(?:public|private|protected|final|var) ")
_PATH = re.compile(r"""["']([^"'$\n]*)["'][\s);]*\Z""")
_INCLUDED = re.compile(rb"(?:require|include)(?:_once)?\b([^;\n]{1,300});")
_QUALIFIED = re.compile(rb"\\(?<![\w\\]\\)([A-Z]\w*(?:\\[A-Z]\w*)+)")
_TYPES = ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration")
_AROUND = (
    *("if_statement", "else_clause", "else_if_clause", "compound_statement", "colon_block"),
    *("declaration_list", "enum_declaration_list", "ERROR"),
)


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file defines and uses."""
    walk = _Walk(source, KEYWORDS)
    walk.inside(root, "")
    if b"require" in source or b"include" in source:
        walk.imports += _included(source)
    used = {one.module for one in walk.imports}
    named = dict.fromkeys(_QUALIFIED.findall(source))
    modules = (name.decode("utf-8", "replace") for name in named)
    imports = (*walk.imports, *(Import(module) for module in modules if module not in used))
    return Outline(tuple(walk.symbols), imports, tuple(walk.bases), walk.package)


class _Walk(Walk):
    """One pass over the top level and the bodies of types."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.imports: list[Import] = []
        self.package = ""

    def inside(self, node: Node, owner: str) -> None:
        for child in node.named_children:
            visit = _VISITS.get(child.type)
            if visit is not None:
                visit(self, child, owner)

    def namespace(self, node: Node, owner: str) -> None:
        self.package = self.package or text_of(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if body is not None:
            self.inside(body, owner)

    def use(self, node: Node, _owner: str) -> None:
        r"""Add `use A\B;`, `use A\{B, C};` and those of functions and constants."""
        group = node.child_by_field_name("body")
        prefix = ""
        if group is not None:
            outer = next((one for one in node.named_children if one.type == "namespace_name"), None)
            prefix = f"{text_of(outer)}\\"
        for clause in (group or node).named_children:
            if clause.type == "namespace_use_clause":
                named = [one for one in clause.named_children if one.type in _NAMES]
                module = prefix + text_of(named[0] if named else None)
                is_member = text_of(clause.child_by_field_name("type") or node.child(1))
                names = (module.rpartition("\\")[2],) if is_member in ("function", "const") else ()
                self.imports.append(Import(module.strip("\\"), names))

    def type_(self, node: Node, owner: str) -> None:
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        end = body.start_byte if body is not None else node.end_byte
        self.define(node, name, "class", owner, end)
        for child in node.named_children:
            if child.type in ("base_clause", "class_interface_clause"):
                self.bases += [(name, _last_name(one)) for one in child.named_children]
        if body is not None:
            self.inside(body, name)

    def mixed_in(self, node: Node, owner: str) -> None:
        self.bases += [
            (owner, _last_name(one)) for one in node.named_children if one.type in _NAMES
        ]

    def function(self, node: Node, owner: str) -> None:
        body, taken = node.child_by_field_name("body"), node.child_by_field_name("parameters")
        end = body.start_byte if body is not None else node.end_byte
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "method" if owner else "function", owner, end)
        for parameter in taken.named_children if taken is not None and owner else ():
            if parameter.type == "property_promotion_parameter":
                called = text_of(parameter.child_by_field_name("name"))
                self.define(parameter, called.lstrip("&$"), "field", owner, parameter.end_byte)

    def fields(self, node: Node, owner: str) -> None:
        for element in node.named_children:
            if element.type == "property_element":
                name = text_of(element.child_by_field_name("name")).lstrip("$")
                self.define(node, name, "field", owner, node.end_byte)

    def constants(self, node: Node, owner: str) -> None:
        for element in node.named_children:
            if element.type == "const_element":
                name = text_of(next(iter(element.named_children), None))
                self.define(node, name, "const", owner, node.end_byte)

    def case(self, node: Node, owner: str) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "const", owner, node.end_byte)

    def expression(self, node: Node, owner: str) -> None:
        """Add `define('NAME', value)`."""
        call = next(iter(node.named_children), None)
        if call is None or call.type != "function_call_expression":
            return
        taken = call.child_by_field_name("arguments")
        if text_of(call.child_by_field_name("function")) == "define" and taken is not None:
            name = text_of(next(iter(taken.named_children), None)).strip("'\"")
            if name.isidentifier():
                self.define(node, name, "const", owner, node.end_byte)

    def define(self, node: Node, name: str, kind: Kind, owner: str, end: int) -> None:
        """Add a definition that is shown up to byte `end`."""
        start = next((one for one in node.children if one.type not in _ABOVE), node)
        text = shown(self.source, start.start_byte, end, kind)
        signature, modifiers = without_modifiers(text, _MODIFIERS, _HIDDEN_WORDS)
        self.add(
            node,
            name,
            kind,
            owner,
            signature.rstrip(";, "),
            start=start.start_point.row,
            doc=self.description(node.start_byte),
            private="private " in modifiers,
        )

    def description(self, start: int) -> str:
        """Return the first words of the documentation that are not for its tools."""
        lines = comment_above(self.source, start, b"//", (b"#[",))
        return first_words(line for line in lines if not line.startswith("@"))


_ABOVE = frozenset({"attribute_list", "comment"})
_NAMES = frozenset({"name", "qualified_name", "relative_name", "namespace_name"})

_VISITS: dict[str, Callable[[_Walk, Node, str], None]] = {
    "namespace_definition": _Walk.namespace,
    "namespace_use_declaration": _Walk.use,
    "use_declaration": _Walk.mixed_in,
    "function_definition": _Walk.function,
    "method_declaration": _Walk.function,
    "property_declaration": _Walk.fields,
    "const_declaration": _Walk.constants,
    "enum_case": _Walk.case,
    "expression_statement": _Walk.expression,
    **dict.fromkeys(_TYPES, _Walk.type_),
    **dict.fromkeys(_AROUND, _Walk.inside),
}


def _last_name(node: Node) -> str:
    return text_of(node).rsplit("\\", 1)[-1]


def _included(source: bytes) -> Iterator[Import]:
    """Yield the files that are included by a literal path, or one that ends in a literal.

    `./` and `../` begin those that are said to lie beside the file.
    """
    for expression in _INCLUDED.findall(source):
        text = expression.decode("utf-8", "replace")
        path = _PATH.search(text)
        if path is not None and path[1].strip("/. "):
            module = path[1]
            if "__DIR__" in text or "__FILE__" in text:
                up = text.count("dirname") - ("__FILE__" in text)
                module = f"./{'../' * up}{module.lstrip('/')}"
            yield Import(module.lstrip("/"))


ROW = Row(
    ids=("php",),
    family="php",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:(?:public|private|protected|static|final|abstract|readonly)[ ]+)"
        r"{0,5}(?:function[ ]+&?|class[ ]+|interface[ ]+|trait[ ]+|enum[ ]+|const[ ]+)"
        r"(?P<name>[A-Za-z_]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    implicit=implicit,
)
