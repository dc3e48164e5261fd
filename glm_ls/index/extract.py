"""A source text in, what the index keeps of it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.table import row_of
from glm_ls.index.occurrences import occurrences
from glm_ls.index.record import record_of
from glm_ls.index.words import Words
from glm_ls.log import logger
from glm_ls.syntax.languages import Language, language_of
from glm_ls.syntax.parser import encode, parse

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

log = logger("index.extract")


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of a file's text."""

    language: Language
    row: Row | None
    """None: served by words alone."""
    text: str
    outline: Outline

    @property
    def keywords(self) -> frozenset[str]:
        """Words that are never names in the file's language."""
        return self.row.keywords if self.row else frozenset()

    @cached_property
    def record(self) -> bytes:
        """What the index keeps; a document that is only asked about needs none."""
        return record_of(self.outline, self.text, self.keywords)

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """The code of each different word."""
        return tuple(occurrences(self.text, self.keywords).codes)

    @cached_property
    def words(self) -> Words:
        """Identifiers on each line."""
        return Words(self.text, self.keywords)


def facts_of(language: Language, text: str) -> Facts:
    """Return the facts of a text; one that cannot be walked still gives its words."""
    language = written_in(language, text)
    row = row_of(language.id)
    outline = _outline(language, row, text) if row else Outline()
    return Facts(language, row, text, outline)


def written_in(language: Language, text: str) -> Language:
    """Return the language a text is really written in; its file's name may say another."""
    row = row_of(language.id)
    return language_of(row.variant(text)) if row and row.variant else language


def _outline(language: Language, row: Row, text: str) -> Outline:
    tree = parse(language, row.readable(text) if row.readable else text)
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
