"""C#: types with their members, whatever is generated from a single line of them included.

A `using` names a namespace, not a file; by convention folders and files are called like
namespaces and types.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from posixpath import basename, dirname, splitext
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.comments import comment_above
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import MAX_DOC, Walk, first_line, shown, text_of, without_modifiers
from glm_ls.index.project import Project, distance

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """abstract as async await base bool break byte case catch char checked class const continue
    decimal default delegate do double dynamic else enum event explicit extern false file finally
    fixed float for foreach get global goto if implicit in init int interface internal is lock long
    nameof namespace new nint notnull null object operator out override params partial private
    protected public readonly record ref required return sbyte sealed set short sizeof stackalloc
    static string struct switch this throw true try typeof uint ulong unchecked unmanaged unsafe
    ushort using value var virtual void volatile when where while with yield""".split()
)
FOREIGN = frozenset("Microsoft NUnit Newtonsoft System Windows Xunit".split())
"""First names of namespaces that no project declares, though its folders may end like them."""
MAX_ACCESSORS = 60
"""Bytes; longer accessors have bodies."""

_MODIFIERS = re.compile(
    r"(?:(?:public|private|protected|internal|static|readonly|override|virtual|abstract|sealed|async"
    r"|new|partial|extern|unsafe|volatile|const|required|ref|file|event) )+"
)
_HIDDEN_WORDS = re.compile(r"\b(?:public|private|protected|internal|override|file) ")
_ACCESS = re.compile(r"\b(?:public|protected|internal)\b")
_TAG = re.compile(r'<\w+ \w+="(?:\w:)?([^"]*)" ?/>|</?[^<>]*>')
_ABOVE = frozenset({"attribute_list", "comment"})
_GLOBAL = re.compile(r"global::|\s")


def outline(root: Node, source: bytes) -> Outline:
    """Return what a file defines and uses."""
    walk = _Walk(source, KEYWORDS)
    walk.inside(root, "", open_=True)
    return Outline(tuple(walk.symbols), tuple(walk.imports), tuple(walk.bases), walk.package)


class _Walk(Walk):
    """One pass over namespaces and the bodies of types.

    `open_` is whether what says nothing about its access is accessible: in interfaces and outside
    of types it is.
    """

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.imports: list[Import] = []
        self.package = ""

    def inside(self, node: Node, owner: str, open_: bool) -> None:
        for child in node.named_children:
            visit = _VISITS.get(child.type)
            if visit is not None:
                visit(self, child, owner, open_)

    def using(self, node: Node, _owner: str, _open: bool) -> None:
        named = node.named_children
        if named:
            self.imports.append(Import(_GLOBAL.sub("", text_of(named[-1])).split("<", 1)[0]))

    def namespace(self, node: Node, owner: str, open_: bool) -> None:
        self.package = self.package or text_of(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if body is not None:
            self.inside(body, owner, open_)

    def type_(self, node: Node, owner: str, open_: bool) -> None:
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        end = node.end_byte if body is None else body.start_byte
        self.define(node, name, "class", owner, end, open_)
        for child in node.named_children:
            if child.type == "base_list":
                self.bases += [(name, base) for base in map(_base, child.named_children) if base]
            elif child.type == "parameter_list" and node.type == "record_declaration":
                self.positional(child, name)
        if body is not None:
            self.inside(body, name, open_=node.type == "interface_declaration")

    def positional(self, parameters: Node, owner: str) -> None:
        """Add the properties that the parameters of a record are."""
        for child in parameters.named_children:
            name = text_of(child.child_by_field_name("name"))
            if child.type == "parameter":
                self.add(child, name, "field", owner, first_line(child))

    def enumerator(self, node: Node, owner: str, _open: bool) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "const", owner, node.end_byte, open_=True)

    def delegate(self, node: Node, owner: str, open_: bool) -> None:
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "type", owner, node.end_byte, open_)

    def method(self, node: Node, owner: str, open_: bool) -> None:
        body = node.child_by_field_name("body")
        before = body.prev_named_sibling if body is not None else None
        if before is not None and before.type == "constructor_initializer":
            body = before
        end = node.end_byte if body is None else body.start_byte
        name = text_of(node.child_by_field_name("name"))
        self.define(node, name, "method" if owner else "function", owner, end, open_)

    def property(self, node: Node, owner: str, open_: bool) -> None:
        """Add a property, with its accessors where they are nothing but words."""
        end = node.end_byte
        value, accessors = (node.child_by_field_name(name) for name in ("value", "accessors"))
        if accessors is not None:
            text = accessors.text or b""
            is_plain = len(text) < MAX_ACCESSORS and text.count(b"{") == 1 and b"=>" not in text
            end = accessors.end_byte if is_plain else accessors.start_byte
        elif value is not None and value.type == "arrow_expression_clause":
            end = value.start_byte
        self.define(node, text_of(node.child_by_field_name("name")), "field", owner, end, open_)

    def fields(self, node: Node, owner: str, open_: bool) -> None:
        for declaration in node.named_children:
            if declaration.type == "variable_declaration":
                for variable in declaration.named_children:
                    if variable.type == "variable_declarator":
                        name = text_of(variable.child_by_field_name("name"))
                        self.define(node, name, "field", owner, node.end_byte, open_)

    def define(self, node: Node, name: str, kind: Kind, owner: str, end: int, open_: bool) -> None:
        """Add a definition that is shown up to byte `end`."""
        start = next((one for one in node.children if one.type not in _ABOVE), node)
        text = shown(self.source, start.start_byte, end, kind)
        signature, modifiers = without_modifiers(text, _MODIFIERS, _HIDDEN_WORDS)
        self.add(
            node,
            name,
            kind,
            owner,
            signature.rstrip(";= "),
            start=start.start_point.row,
            doc=self.summary(node.start_byte),
            private="private" in modifiers or not (open_ or _ACCESS.search(modifiers)),
        )

    def summary(self, start: int) -> str:
        """Return the first words of the documentation that are not tags."""
        lines = (_TAG.sub(r"\1", line).strip() for line in comment_above(self.source, start, b"//"))
        return next((line[:MAX_DOC] for line in lines if line), "")


def _base(node: Node) -> str:
    """Return the name of a base, without namespace and arguments."""
    if node.type == "argument_list":
        return ""
    name = text_of(node).split("<", 1)[0].split("(", 1)[0]
    return name.rsplit(".", 1)[-1].rsplit("::", 1)[-1].strip()


_VISITS: dict[str, Callable[[_Walk, Node, str, bool], None]] = {
    "using_directive": _Walk.using,
    "enum_member_declaration": _Walk.enumerator,
    "delegate_declaration": _Walk.delegate,
    "property_declaration": _Walk.property,
    "event_declaration": _Walk.property,
    **dict.fromkeys(
        ("namespace_declaration", "file_scoped_namespace_declaration"), _Walk.namespace
    ),
    **dict.fromkeys(("field_declaration", "event_field_declaration"), _Walk.fields),
    **dict.fromkeys(("method_declaration", "constructor_declaration"), _Walk.method),
    **dict.fromkeys(
        """class_declaration struct_declaration interface_declaration enum_declaration
        record_declaration record_struct_declaration""".split(),
        _Walk.type_,
    ),
    **dict.fromkeys(
        "preproc_if preproc_else preproc_elif preproc_region ERROR declaration_list".split(),
        _Walk.inside,
    ),
}


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the files of the folder that is called like a namespace, or the file like a type."""
    found = _files(_named(wanted.module, project), file, project)
    if not found and "." in wanted.module:  # using static Space.Type
        space, _, name = wanted.module.rpartition(".")
        around = _files(_named(space, project), file, project)
        found = [path for path in around if splitext(basename(path))[0] == name]
    return tuple(path for path in found if path != file)


def _folders(project: Project) -> Mapping[str, Sequence[str]]:
    """Return the folders with C# files by the last part of their name."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in sorted(project.folders()):
        if any(path.endswith(".cs") for path in project.folder(folder)):
            found[folder.replace("/", ".").rpartition(".")[2]].append(folder)
    return found


def _named(space: str, project: Project) -> list[str]:
    """Return the folders called like a namespace, whose first parts need not have a folder."""
    parts = space.split(".")
    best = 2 if parts[0] in FOREIGN else 1
    found: list[str] = []
    for folder in project.known("csharp.folders", _folders).get(parts[-1], ()):
        same = _shared(parts, folder)
        if same == 1 < len(parts) and "/" in folder.removeprefix("src/"):
            continue  # Any project has a folder Models.
        if same > best:
            best, found = same, []
        if same == best:
            found.append(folder)
    return found


def _shared(parts: Sequence[str], folder: str) -> int:
    """Return how many last parts of a namespace a folder is called like, dots in it included."""
    for size in range(len(parts), 0, -1):
        tail = ".".join(parts[-size:])
        at = len(folder) - len(tail)
        if at >= 0 and folder[at:].replace("/", ".") == tail and folder[at - 1 : at] in ("", "/"):
            return size
    return 0


def _files(folders: Iterable[str], file: str, project: Project) -> list[str]:
    """Return the C# files of folders, those of near ones first."""
    near = sorted(dict.fromkeys(folders), key=lambda folder: distance(folder, dirname(file)))
    return [path for one in near for path in project.folder(one) if path.endswith(".cs")]


def implicit(file: str, outline: Outline, project: Project) -> Sequence[str]:
    """Return what shares the folder or the namespace of a file, or is in one around it."""
    parts = outline.package.split(".")
    spaces = [parts[:size] for size in range(len(parts), 0, -1)]
    around = [
        folder
        for space in spaces
        for folder in _named(".".join(space), project)
        if _shared(space, folder) == len(space)
    ]
    found = _files((dirname(file), *around), file, project)
    return tuple(path for path in found if path != file)


ROW = Row(
    ids=("csharp",),
    family="csharp",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:(?:public|private|protected|internal|static|abstract|sealed|partial"
        r"|readonly|virtual|override|async|extern|unsafe|new|ref)[ ]+){0,6}"
        r"(?:(?:class|struct|interface|enum|record(?:[ ]+(?:class|struct))?"
        r"|delegate[ ]+\S{1,80})[ ]+(?=[A-Z_])"
        r"|(?!return\b|new\b|await\b|throw\b|else\b|yield\b|using\b|namespace\b)"
        r"(?:[A-Za-z_][\w.<>\[\]?]*,?[ ]+){1,4}(?=\w+[ ]*(?:<[^<>(\n]*>)?\())"
        r"(?P<name>[A-Za-z_]\w*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
    implicit=implicit,
)
