"""A source text in, what the index keeps of it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.table import row_of
from glm_ls.index.record import Record, record_of
from glm_ls.index.words import words_by_line
from glm_ls.log import logger
from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import encode, parse

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

log = logger("index.extract")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of a file's text."""

    language: Language
    row: Row | None
    """None: served by words alone."""
    outline: Outline
    words: list[list[str]]
    """Identifiers on each line."""
    record: Record


def facts_of(language: Language, text: str) -> Facts:
    """Return the facts of a text; one that cannot be walked still gives its words."""
    row = row_of(language.id)
    lines = text.split("\n")
    words = words_by_line(lines, row.keywords if row else ())
    outline = _outline(language, row, text) if row else Outline()
    return Facts(language, row, outline, words, record_of(outline, words))


def _outline(language: Language, row: Row, text: str) -> Outline:
    tree = parse(language, text)
    if tree is None:
        return Outline()
    return walked(row, tree.root_node, encode(text))


def walked(row: Row, root: Node, source: bytes) -> Outline:
    """Return the outline of a tree; a walk that fails costs the outline, not the file."""
    try:
        return row.outline(root, source)
    except RecursionError:
        log.debug("too deeply nested to be walked")
    except Exception:
        log.exception("a walk failed")
    return Outline()


def imports_json(outline: Outline) -> str:
    """Return the imports and the package as text to keep."""
    taken = [(one.module, one.names, one.reexport) for one in outline.imports]
    return json.dumps([outline.package, taken], separators=(",", ":"))


def imports_from_json(text: str) -> tuple[str, tuple[Import, ...]]:
    """Return the package and the imports from kept text."""
    package, taken = json.loads(text)
    return package, tuple(Import(module, tuple(names), again) for module, names, again in taken)
