"""Definitions by regular expression: an answer before the first parse.

A tenth of the price of a walk. It sees no members' owners and no imports, and cuts signatures at
the end of their line; the walk replaces it as soon as its turn comes.
"""

from __future__ import annotations

from glm_ls.index.extract import Facts, written_in
from glm_ls.index.facts import Outline, Symbol
from glm_ls.index.languages.row import Row
from glm_ls.index.languages.table import row_of
from glm_ls.index.languages.walk import MAX_VALUE, identifiers
from glm_ls.syntax.languages import Language


def rough_facts(language: Language, text: str) -> Facts:
    """Return what a glance at a text tells."""
    language = written_in(language, text)
    row = row_of(language.id)
    outline = Outline(tuple(_symbols(row, text))) if row else Outline()
    return Facts(language, row, text, outline)


def _symbols(row: Row, text: str) -> list[Symbol]:
    found = []
    line, at = 0, 0
    for match in row.rough.finditer(text):
        line += text.count("\n", at, match.start("name"))
        at = match.start("name")
        name = match["name"]
        shown = match[0].strip().rstrip("{:").rstrip()[:MAX_VALUE]
        nested = bool(match.groupdict().get("indent"))
        found.append(
            Symbol(
                name=name,
                kind="method" if nested else "function",
                owner="",
                start=line,
                body=line,
                end=line,
                signature=shown,
                mentions=identifiers(shown, row.keywords, name),
            )
        )
    return found
