"""Rust: items of modules, what `impl` blocks add to types, uses wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.rust_paths import implicit, resolve
from glm_ls.index.languages.walk import IDENTIFIER, Walk, between, header, line_from, text_of

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """Box Copy Clone Default Err From Into None Ok Option Result Self Send Some String Sync Vec as
    async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i128
    i16 i32 i64 i8 if impl in isize let loop macro_rules match mod move mut pub ref return self
    static str struct super trait true type u128 u16 u32 u64 u8 union unsafe use usize where while
    yield""".split()
)

_PUB = re.compile(r"(?:pub(?:\s*\([^)]*\))?|default)\s+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_SUPER = re.compile(r"^super(?:::super)?(?!\w)")
_TOKEN = re.compile(r"[{},*]|::|\w+(?:#\w+)?")
_USE = re.compile(rb"\n[ \t]*(pub(?:\([^)\n]*\))?\s+)?use\s+([^;]{1,4000});")
"""Where in a file a `use` stands makes no difference; to ask the tree takes as long as to parse."""
_PATH = re.compile(rb"crate((?:::\w+)+)(?!\w|::|!)")
_PATH_ATTRIBUTE = re.compile(r'#\[\s*path\s*=\s*"([^"]+)"')
_TEST_ATTRIBUTE = re.compile(r"#\[\s*cfg\s*\(\s*(?:all\s*\(\s*)?test\b")


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file of a crate defines and imports."""
    walk = _Walk(source, KEYWORDS)
    walk.block(root.named_children, "")
    uses = [found for match in _USE.finditer(b"\n" + source) for found in _use(match, root)]
    used = {f"{found.module}::{name}" for found in uses for name in found.names}
    paths = (found for found in _paths(source) if f"{found.module}::{found.names[0]}" not in used)
    imports = dict.fromkeys((*walk.modules, *uses, *paths))
    return Outline(tuple(walk.symbols), tuple(imports), tuple(walk.bases))


class _Walk(Walk):
    """One pass over items and the bodies of those that hold items."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.modules: list[Import] = []
        self.inside = ""
        """The inline modules around, each with `::` behind."""

    def block(self, items: Iterable[Node], owner: str, *, open_: bool = False) -> None:
        """Walk over items; those of an `open_` block are as visible as what it belongs to."""
        for node in items:
            visit = _ITEMS.get(node.type)
            if visit is not None:
                visit(self, node, owner, open_)

    def define(
        self, node: Node, kind: Kind, owner: str, signature: str, open_: bool, body: Node | None
    ) -> None:
        """Add an item without its words of visibility."""
        name = text_of(node.child_by_field_name("name"))
        shown = signature.rstrip(" ;,")
        found = _PUB.match(shown)
        private = not open_ and not shown.startswith("pub")
        if found is not None:
            shown = shown[found.end() :]
        doc = self.doc(node.start_byte, b"///")
        self.add(node, name, kind, owner, shown, body=body, doc=doc, private=private)

    def function(self, node: Node, owner: str, open_: bool) -> None:
        kind: Kind = "method" if owner else "function"
        body = node.child_by_field_name("body")
        self.define(node, kind, owner, header(node, self.source), open_, body)

    def struct(self, node: Node, owner: str, open_: bool) -> None:
        """Add a struct, union or enum; a tuple is part of the signature."""
        body = node.child_by_field_name("body")
        is_tuple = body is None or body.type == "ordered_field_declaration_list"
        end = node.end_byte if is_tuple or body is None else body.start_byte
        signature = between(self.source, node.start_byte, end)
        self.define(node, "class", owner, signature, open_, body)
        if body is not None and not is_tuple:
            self.members(body, text_of(node.child_by_field_name("name")))

    def members(self, body: Node, owner: str, *, open_: bool = False) -> None:
        for child in body.named_children:
            if child.type not in ("field_declaration", "enum_variant"):
                continue
            line = line_from(self.source, child.start_byte, child.end_byte)
            is_variant = child.type == "enum_variant"
            kind: Kind = "const" if is_variant else "field"
            self.define(child, kind, owner, line, open_ or is_variant, None)
            inner = child.child_by_field_name("body") if is_variant else None
            if inner is not None and inner.start_point.row != inner.end_point.row:
                self.members(inner, owner, open_=True)

    def trait(self, node: Node, owner: str, open_: bool) -> None:
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        self.define(node, "class", owner, header(node, self.source), open_, body)
        bounds = node.child_by_field_name("bounds")
        for bound in bounds.named_children if bounds is not None else ():
            if bound.type != "lifetime" and (base := _type_name(bound)) not in KEYWORDS:
                self.bases.append((name, base))
        if body is not None:
            self.block(body.named_children, name, open_=True)

    def impl(self, node: Node, _owner: str, _open: bool) -> None:
        name = _type_name(node.child_by_field_name("type"))
        trait, body = node.child_by_field_name("trait"), node.child_by_field_name("body")
        if name and trait is not None:
            self.bases.append((name, _type_name(trait)))
        if name and body is not None:
            self.block(body.named_children, name, open_=trait is not None)

    def value(self, node: Node, owner: str, open_: bool) -> None:
        line = line_from(self.source, node.start_byte, node.end_byte)
        self.define(node, "const", owner, line, open_, None)

    def type_(self, node: Node, owner: str, open_: bool) -> None:
        signature = between(self.source, node.start_byte, node.end_byte)
        self.define(node, "type", owner, signature, open_, None)

    def macro(self, node: Node, owner: str, _open: bool) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, "function", owner, f"macro_rules! {name}", True, None)

    def foreign(self, node: Node, owner: str, open_: bool) -> None:
        if (body := node.child_by_field_name("body")) is not None:
            self.block(body.named_children, owner, open_=open_)

    def broken(self, node: Node, owner: str, open_: bool) -> None:
        self.block(node.named_children, owner, open_=open_)

    def module(self, node: Node, owner: str, open_: bool) -> None:
        """Enter a module that is written here, import one that is a file of its own."""
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        attributes = _attributes(node)
        if body is None:
            path = _PATH_ATTRIBUTE.search(attributes)
            target = path[1] if path else f"self::{self.inside}{name}"
            public = self.source.startswith(b"pub", node.start_byte)
            self.modules.append(Import(target, reexport=public))
        elif not _TEST_ATTRIBUTE.search(attributes):
            outside, self.inside = self.inside, f"{self.inside}{name}::"
            self.block(body.named_children, owner, open_=open_)
            self.inside = outside


_ITEMS: dict[str, Callable[[_Walk, Node, str, bool], None]] = {
    "function_item": _Walk.function,
    "function_signature_item": _Walk.function,
    "struct_item": _Walk.struct,
    "enum_item": _Walk.struct,
    "union_item": _Walk.struct,
    "trait_item": _Walk.trait,
    "impl_item": _Walk.impl,
    "const_item": _Walk.value,
    "static_item": _Walk.value,
    "type_item": _Walk.type_,
    "associated_type": _Walk.type_,
    "macro_definition": _Walk.macro,
    "foreign_mod_item": _Walk.foreign,
    "mod_item": _Walk.module,
    "ERROR": _Walk.broken,
}


def _attributes(node: Node) -> str:
    """Return the attributes above an item."""
    found, above = [], node.prev_named_sibling
    while above is not None and above.type in ("attribute_item", "line_comment"):
        if above.type == "attribute_item":
            found.append(text_of(above))
        above = above.prev_named_sibling
    return " ".join(found)


def _type_name(node: Node | None) -> str:
    """Return the name of a type: `&'a mut io::Reader<T>` gives Reader."""
    return "".join(IDENTIFIER.findall(text_of(node).split("<", 1)[0])[-1:])


def _use(match: re.Match[bytes], root: Node) -> Iterator[Import]:
    """Yield what a `use` takes, by the module that it is taken from."""
    text = _COMMENT.sub("", match[2].decode("utf-8", "replace"))
    tokens = _TOKEN.findall(text)
    taken: dict[str, list[str]] = {}
    for path in _paths_of(iter(tokens), ()):
        module, name = "::".join(path[:-1]), path[-1]
        if name == "self" and module:
            taken.setdefault("::".join(path[:-2]), []).append(path[-2])
        else:
            taken.setdefault(module or name, []).extend([name] if module else [])
    above = _inline_modules(root, match.start(2) - 1) if text.startswith("super") else 0
    for module, names in taken.items():
        rest = module
        for _ in range(above):  # what is above an inline module is this file
            rest = _SUPER.sub("super" if rest.startswith("super::super") else "self", rest)
        chosen = () if "*" in names else tuple(dict.fromkeys(names))
        if rest:
            yield Import(rest, chosen, reexport=match[1] is not None)


def _paths_of(tokens: Iterator[str], before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the paths in a `use` tree up to its closing brace; renames are left out."""
    path, renamed = before, False
    for token in tokens:
        if token == "{":
            yield from _paths_of(tokens, path)
            path = before
        elif token in (",", "}"):
            if len(path) > len(before):
                yield path
            path, renamed = before, False
            if token == "}":
                return
        elif token == "as":
            renamed = True
        elif token != "::" and not renamed:
            path = (*path, token)
    if len(path) > len(before):
        yield path


def _inline_modules(root: Node, at: int) -> int:
    """Return how many inline modules a byte is in."""
    count, up = 0, root.descendant_for_byte_range(at, at)
    while up is not None:
        count += up.type == "mod_item"
        up = up.parent
    return count


def _paths(source: bytes) -> Iterator[Import]:
    """Yield what code names by its full path, up to the first type."""
    found = dict.fromkeys(match[1] for match in _PATH.finditer(source))
    for path in found:
        parts = path.decode("utf-8", "replace").split("::")[1:]
        size = next((at for at, part in enumerate(parts, 1) if part[0].isupper()), len(parts))
        yield Import("::".join(("crate", *parts[: size - 1])), (parts[size - 1],))


ROW = Row(
    ids=("rust",),
    family="rust",
    outline=outline,
    resolve=resolve,
    implicit=implicit,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:pub(?:\([^)\n]*\))?[ ]+)?"
        r"(?:(?:default|async|const|unsafe|extern(?:[ ]+\"[^\"\n]*\")?)[ ]+)*"
        r"(?:(?:fn|struct|enum|union|trait|type|static|mod)[ ]+(?:mut[ ]+)?"
        r"|(?<=const[ ])|macro_rules![ ]*)(?P<name>[^\W\d]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    index_files=frozenset({".rs"}),
    orphan="impl {}",
)
