"""A text in the language of a row to what the row finds in it, as the tests compare it."""

from __future__ import annotations

from textwrap import dedent

from glm_ls.index.facts import Outline
from glm_ls.index.languages.row import Row
from glm_ls.syntax.languages import language_of
from glm_ls.syntax.parser import encode, parse


def outlined(row: Row, text: str, language_id: str = "") -> Outline:
    """Return what a text defines and imports, in the first language of the row if none is given."""
    text = dedent(text)
    tree = parse(language_of(language_id or row.ids[0]), text)
    assert tree is not None
    return row.outline(tree.root_node, encode(text))


def glanced(row: Row, text: str) -> list[str]:
    """Return the names that are found in a text without parsing it."""
    return [found["name"] for found in row.rough.finditer(text)]


def shown(outline: Outline) -> list[tuple[str, str, str, str]]:
    """Return kind, owner, name and signature of what is defined."""
    return [(one.kind, one.owner, one.name, one.signature) for one in outline.symbols]


def names(outline: Outline) -> list[str]:
    """Return the names of what is defined."""
    return [one.name for one in outline.symbols]


def hidden(outline: Outline) -> list[str]:
    """Return the names of what other files cannot use."""
    return [one.name for one in outline.symbols if one.private]


def documented(outline: Outline) -> dict[str, str]:
    """Return the names of what is documented, with the first words of it."""
    return {one.name: one.doc for one in outline.symbols if one.doc}
