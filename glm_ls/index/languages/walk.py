"""What all walks over trees share: text of nodes, signatures on one line, symbols as they come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from glm_ls.index.facts import Kind, Symbol

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

MAX_SIGNATURE = 600
"""Characters; longer signatures are cut: they would crowd out ten others."""
MAX_VALUE = 200
"""Characters of a constant or field, which is shown up to the end of its first line."""
MAX_DOC = 200
"""Characters of the first line of a documentation."""

IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
_ASCII = re.compile(IDENTIFIER.pattern, re.ASCII)
"""Takes half the time of the other one."""
_COMMENT_ENDS = " \t*/!\r\n"


class Walk:
    """What a walk has found so far; languages derive theirs from it."""

    def __init__(self, source: bytes, keywords: frozenset[str]) -> None:
        self.source = source
        self.keywords = keywords
        self.symbols: list[Symbol] = []
        self.bases: list[tuple[str, str]] = []

    def add(
        self,
        node: Node,
        name: str,
        kind: Kind,
        owner: str,
        signature: str,
        *,
        body: Node | None = None,
        start: int = -1,
        doc: str = "",
        private: bool = False,
    ) -> None:
        """Add a definition; `start` is its first line where the node begins above it."""
        if not name:
            return
        if start < 0:
            start = node.start_point.row
        self.symbols.append(
            Symbol(
                name,
                kind,
                owner,
                start,
                start if body is None else body.start_point.row,
                node.end_point.row,
                signature,
                identifiers(signature, self.keywords, name),
                doc,
                private,
            )
        )

    def doc(self, start: int, line_comment: bytes = b"") -> str:
        """Return the first line of the comment above the line that holds byte `start`.

        Comments count that begin with `/**`, or lines of `line_comment`; annotations may stand
        between.
        """
        source = self.source
        end = source.rfind(b"\n", 0, start)
        found = b""
        while end > 0:
            before = source.rfind(b"\n", 0, end)
            line = source[before + 1 : end].strip()
            if line_comment and line.startswith(line_comment):
                found = line
            elif found or not line:
                break
            elif line.endswith(b"*/"):
                opening = source.rfind(b"/*", 0, end)
                if not source.startswith(b"/**", opening):
                    break
                lines = (part.strip(b" \t*/\r") for part in source[opening:end].split(b"\n", 4))
                found = next((part for part in lines if part), b"")
                break
            elif not line.startswith((b"@", b"#[")):
                break
            end = before
        return found[: 2 * MAX_DOC].decode("utf-8", "replace").strip(_COMMENT_ENDS)[:MAX_DOC]


def text_of(node: Node | None) -> str:
    """Return the source of a node, "" for none."""
    text = node.text if node is not None else None  # Cut out anew each time it is asked for.
    return "" if text is None else text.decode("utf-8", "replace")


def first_child(node: Node | None) -> Node | None:
    """Return the first named child of a node, None if it has none."""
    return node.named_child(0) if node is not None and node.named_child_count else None


def between(source: bytes, start: int, end: int) -> str:
    """Return bytes `start` to `end` of the source on one line, spaces collapsed."""
    text = source[start : min(end, start + 4 * MAX_SIGNATURE)].decode("utf-8", "replace")
    return " ".join(text.split())[:MAX_SIGNATURE]


def header(node: Node, source: bytes, start: int | None = None) -> str:
    """Return a definition up to its body, on one line."""
    body = node.child_by_field_name("body")
    end = body.start_byte if body is not None else node.end_byte
    return between(source, node.start_byte if start is None else start, end)


def first_line(node: Node) -> str:
    """Return the first line of a node, spaces collapsed."""
    return " ".join(text_of(node).split("\n", 1)[0].split())[:MAX_VALUE]


def line_from(source: bytes, start: int, end: int) -> str:
    """Return bytes `start` to `end` up to the end of their first line, spaces collapsed."""
    line = source[start : min(end, start + 4 * MAX_VALUE)].split(b"\n", 1)[0]
    return " ".join(line.decode("utf-8", "replace").split())[:MAX_VALUE]


def shown(source: bytes, start: int, end: int, kind: Kind) -> str:
    """Return bytes `start` to `end` as they are shown: of a value the first line only."""
    cut = line_from if kind in ("field", "const") else between
    return cut(source, start, end)


def without_modifiers(
    text: str, modifiers: re.Pattern[str], hidden: re.Pattern[str]
) -> tuple[str, str]:
    """Return a signature without those of its first words that are hidden, and these words all."""
    found = modifiers.match(text)
    words = found[0] if found else ""
    return hidden.sub("", words) + text[len(words) :], words


def identifiers(text: str, keywords: frozenset[str], *without: str) -> tuple[str, ...]:
    """Return the distinct identifiers of a text in their order, keywords left out."""
    find = (_ASCII if text.isascii() else IDENTIFIER).findall
    found = dict.fromkeys(find(text))
    return tuple([name for name in found if name not in keywords and name not in without])
