"""Shell scripts: functions, variables at the top level, and what is sourced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import dirname, join, splitext
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Kind, Outline
from glm_ls.index.languages.comments import comment_above, first_words
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.walk import Walk, between, first_line, text_of
from glm_ls.index.project import Project

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

KEYWORDS = frozenset(
    """alias break case cd continue declare do done echo elif else esac eval exec exit export false
    fi for function getopts if in let local printf pwd read readonly return select set shift source
    test then time trap true type typeset umask unset until wait while""".split()
)
MAX_BEFORE = 200
"""Characters before a `source` that are looked at to tell whether it is a command."""

_PATH = (
    r"[ \t]+(?:--[ \t]+)?"
    r"""(?P<path>(?:\$\([^()\n]*\)|"(?:\$\([^()\n]*\)|[^"\n])*+"|'[^'\n]*'|[^\s;&|()<"'])++)"""
)
# Each begins with a letter, not with what stands before it: re finds those ten times as fast.
_SOURCED = (re.compile("source" + _PATH), re.compile(r"\." + _PATH))
_BEFORE = re.compile(r"(?:.*(?:[;&|({]|\b(?:then|do|else)))?[ \t]*")
_EXPANSION = re.compile(r"""\$\{[^{}]*\}|\$\([^()]*\)|\$\w+|`[^`]*`|["']""")
_AROUND = frozenset(
    """if_statement else_clause elif_clause list compound_statement case_statement case_item
    ERROR""".split()
)


def outline(root: Node, source: bytes) -> Outline:
    """Return what a script defines and sources."""
    walk = _Walk(source, KEYWORDS)
    walk.inside(root)
    return Outline(tuple(walk.symbols), tuple(_sourced(source.decode("utf-8", "replace"))))


class _Walk(Walk):
    """One pass over the top level and the conditions there."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        super().__init__(source, keywords)
        self.seen: set[str] = set()
        """Variables; scripts assign most of them again and again."""

    def inside(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "function_definition":
                self.function(child)
            elif child.type == "variable_assignment":
                self.variable(child, child)
            elif child.type == "declaration_command":
                for assigned in child.named_children:
                    if assigned.type == "variable_assignment":
                        self.variable(child, assigned)
            elif child.type in _AROUND:
                self.inside(child)

    def function(self, node: Node) -> None:
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        end = body.start_byte if body is not None else node.end_byte
        self.define(node, name, "function", between(self.source, node.start_byte, end))

    def variable(self, node: Node, assigned: Node) -> None:
        name = text_of(assigned.child_by_field_name("name")).split("[", 1)[0]
        if name not in self.seen:
            self.seen.add(name)
            self.define(node, name, "const", first_line(node))

    def define(self, node: Node, name: str, kind: Kind, signature: str) -> None:
        doc = first_words(comment_above(self.source, node.start_byte, b"#"))
        self.add(node, name, kind, "", signature, doc=doc)


def _sourced(text: str) -> Iterator[Import]:
    """Yield the paths that are sourced, of those with variables what follows the last one."""
    for match in (found for pattern in _SOURCED for found in pattern.finditer(text)):
        start = match.start()
        line = max(text.rfind("\n", 0, start) + 1, start - MAX_BEFORE)
        if not _BEFORE.fullmatch(text, line, start):
            continue
        path = match["path"].strip("\"'\\")
        tail = _EXPANSION.split(path)[-1].rpartition(")")[2]
        if tail == path:
            yield Import(path)
        elif tail.strip("/.") and not tail.startswith("."):
            yield Import(tail.lstrip("/"))


def resolve(wanted: Import, file: str, project: Project) -> Sequence[str]:
    """Return the script a path means: from the folder of the file upwards, else the nearest."""
    path = wanted.module
    if path.startswith(("/", "~")):
        return ()
    folder = dirname(file)
    exact = project.first(join(folder, path))
    while not exact and folder:
        folder = dirname(folder)
        exact = project.first(join(folder, path))
    if not exact and not path.startswith("."):
        found = (one for one in project.ending(splitext(path)[0]) if one.endswith(path))
        exact = project.nearest(found, file)
    return (exact,) if exact else ()


ROW = Row(
    ids=("shellscript",),
    family="shell",
    outline=outline,
    resolve=resolve,
    rough=re.compile(
        r"^(?P<indent>[ \t]*)(?:function[ \t]+|(?=[\w:.-]+[ \t]*\(\)))"
        r"(?P<name>[A-Za-z_][\w:.-]*)[^\n]*",
        re.MULTILINE,
    ),
    keywords=KEYWORDS,
)
