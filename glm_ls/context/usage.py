"""Stretches of a file in, the definitions of other files that they use out, as they stand there.

For reviews, which have time and whose answers are kept: what a name means is told by the file's
imports alone, so the same files give the same bytes, whatever was asked before. Files that are
imported and not in the index yet are read at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from glm_ls.context.definition import Definition, Usage
from glm_ls.index.extract import facts_of
from glm_ls.index.words import IDENTIFIER, code_of
from glm_ls.syntax.languages import language_of

if TYPE_CHECKING:
    from glm_ls.index.extract import Facts
    from glm_ls.index.imports import Taken
    from glm_ls.index.index import Index

SHORT = 16
"""Lines up to which a definition is shown whole …"""
HEAD = 8
"""… and lines that are shown of a longer one."""
MAX_OF_MEMBER = 3
"""Members of one name: of more nobody can say which is meant."""
MAX_IMPORTS = 200
ROUNDS = 3
"""How often imports are resolved anew: what a package hands on is known once it has been read."""
TOKEN_BYTES = 4
BY_NAME = ("python", "typescript")
"""Families in which a file that is imported whole does not put its names in sight."""

_IMPORT = re.compile(r"\s*(?:import|from|use|using|require|#include|export .* from)\b")

Lines = Callable[[str], Sequence[str] | None]
"""The lines of a file that may be sent."""


def usage(
    index: Index, lines_of: Lines, path: str, text: str, spans: Iterable[range], budget: int
) -> Usage:
    """Return what each of `spans` uses, within `budget` tokens each."""
    facts = facts_of(language_of("", path), text)
    taken = imported(index, path, facts)
    seen = _Imported(index, lines_of, facts, taken)
    return Usage(
        tuple(tuple(seen.used(span, budget * TOKEN_BYTES)) for span in spans),
        frozenset(seen.defined()),
    )


def imported(index: Index, path: str, facts: Facts) -> Taken:
    """Return the files that a file imports and what it takes from each; they have been read."""
    if facts.row is None:
        return {}
    if not index.is_listed:
        index.relist()
    taken: Taken = {}
    index.glance(())  # joins what was read between two questions
    for _ in range(ROUNDS):
        taken = index.imports.of_outline(path, facts.row, facts.outline)
        missing = index.hurry(list(taken)[:MAX_IMPORTS])
        if not missing:
            break
        for each in missing:
            index.take_now(each)
        index.glance(())  # joins what was read
    return {each: names for each, names in taken.items() if index.allows(each)}


class _Imported:
    """The definitions of the files that a file imports."""

    def __init__(self, index: Index, lines_of: Lines, facts: Facts, taken: Taken) -> None:
        self._corpus, self._lines_of, self._facts = index.corpus, lines_of, facts
        at = index.corpus.at
        self._names = {at[path]: names for path, names in taken.items() if path in at}
        self._lines = facts.text.split("\n")
        # A name that is its module's as well is not among those taken from the module.
        self._by_name = {name for each in facts.outline.imports for name in each.names}

    def used(self, span: range, room: int) -> list[Definition]:
        """Return the definitions that some lines use, those named first before others."""
        lines = self._lines[span.start : span.stop]
        words = IDENTIFIER.findall("\n".join(each for each in lines if not _IMPORT.match(each)))
        found: dict[tuple[str, int], Definition] = {}
        for word in dict.fromkeys(words):
            for symbol in self._meant(word):
                shown = self._shown(symbol, word)
                size = len(shown.text.encode("utf-8", "replace"))
                if size <= room and (shown.path, shown.start) not in found:
                    found[shown.path, shown.start] = shown
                    room -= size
        return [found[place] for place in sorted(found)]

    def defined(self) -> Iterator[str]:
        """Yield the names in the file that its imports define."""
        for word in dict.fromkeys(IDENTIFIER.findall(self._facts.text)):
            if any(self._corpus.columns["owners"][one] == 0 for one in self._meant(word)):
                yield word

    def _meant(self, word: str) -> list[int]:
        """Return the symbols that a word can mean."""
        corpus = self._corpus
        top: list[int] = []
        members: list[int] = []
        for symbol in corpus.symbols_by_name.get(code_of(word)).tolist():
            names = self._names.get(int(corpus.file_of_symbol[symbol]))
            if names is None:
                continue
            if corpus.columns["owners"][symbol] != 0:
                members.append(symbol)
            elif word in names or (not names and self._is_reached(word)):
                top.append(symbol)
        is_one = 0 < len(members) <= MAX_OF_MEMBER and self._is_member(word)
        return top or (members if is_one else [])

    def _is_reached(self, word: str) -> bool:
        """Whether a name of a file that is imported whole is in sight."""
        row = self._facts.row
        is_open = row is not None and row.family not in BY_NAME
        return is_open or word in self._by_name or self._is_member(word)

    def _is_member(self, word: str) -> bool:
        return re.search(rf"(?:\.|::|->)\s*{re.escape(word)}\b", self._facts.text) is not None

    def _shown(self, symbol: int, word: str) -> Definition:
        corpus = self._corpus
        path = corpus.entries[int(corpus.file_of_symbol[symbol])].path
        start, end = (int(corpus.columns[name][symbol]) for name in ("starts", "ends"))
        lines = self._lines_of(path) or ()
        shown = [*lines[start : end + 1]]
        if not any(word in line for line in shown[:HEAD]):  # edited since it was read
            shown = [corpus.signature(symbol)]
        margin = shown[0][: len(shown[0]) - len(shown[0].lstrip())]
        if len(shown) > SHORT:
            shown = [*shown[:HEAD], f"{margin}…"]
        doc = corpus.doc(symbol)
        if doc and not any(doc in line for line in shown):
            # In most languages it stands above, where the definition does not reach.
            shown.insert(0, f"{margin}{language_of('', path).comment_mark} {doc}")
        return Definition(path, start, "".join(f"{line.rstrip()}\n" for line in shown))
