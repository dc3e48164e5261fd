"""Parse a window of text: a language and some hundred lines to a tree.

Windows are parsed afresh for each question and never edited: 600 lines take about a millisecond,
so no tree has to be kept in step with a document, and no parse holds the event loop for long.
Parsers are kept per thread, because they are not safe to share.
"""

from __future__ import annotations

import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from glm_ls.syntax.languages import Language, language_of

if TYPE_CHECKING:
    import tree_sitter
    from tree_sitter import Node as Node  # for those who walk trees

ABOVE = 400
BELOW = 200
"""Lines around the cursor that a window spans at most."""

_local = threading.local()


class LineSource(Protocol):
    """Lines by number, with or without their ends."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> str: ...


def parse(language: Language, text: str) -> tree_sitter.Tree | None:
    """Return the tree of `text`; None where no grammar is installed for the language."""
    parser = _parser(language)
    if parser is None:
        return None
    try:
        return parser.parse(encode(text))
    finally:
        # A parse that was left half done would go on with the next text.
        parser.reset()


def encode(text: str) -> bytes:
    """Return the bytes that tree offsets count; lone surrogates are kept."""
    return text.encode("utf-8", "surrogatepass")


def window(lines: LineSource, line: int, above: int = ABOVE, below: int = BELOW) -> range:
    """Return the lines to parse around `line`, from a top-level line on where there is one.

    A window that starts inside a block would be read as broken code.
    """
    stop = min(len(lines), line + below + 1)
    first = max(0, line - above)
    if first == 0:
        return range(stop)
    top_level = (at for at in range(first, line + 1) if _is_top_level(lines[at]))
    return range(next(top_level, first), stop)


def _is_top_level(line: str) -> bool:
    """Whether a line begins something at column 0, rather than end or continue it."""
    return line[:1].isalpha() or line.startswith(("@", "#", "_", "$", "["))


def _parser(language: Language) -> tree_sitter.Parser | None:
    parsers: dict[str, tree_sitter.Parser | None] | None = getattr(_local, "parsers", None)
    if parsers is None:
        parsers = _local.parsers = {}
    if language.id not in parsers:
        parsers[language.id] = _new_parser(language)
    return parsers[language.id]


def _new_parser(language: Language) -> tree_sitter.Parser | None:
    if language.grammar is None:
        return None
    try:
        grammar = _grammar(*language.grammar)
    except ImportError:
        return None
    from tree_sitter import Parser

    return Parser(grammar)


def grammar_of(language_id: str) -> tree_sitter.Language | None:
    """Return the grammar of a language id, None where there is none."""
    row = language_of(language_id).grammar
    return _grammar(*row) if row else None


@cache
def _grammar(module: str, function: str) -> tree_sitter.Language:
    from tree_sitter import Language as Grammar

    return Grammar(getattr(import_module(module), function)())


def has_errors_more(language: Language, before: str, after: str) -> bool:
    """Whether a text has more syntax errors than another; never where no grammar can tell."""
    return _errors(language, after) > _errors(language, before)


def _errors(language: Language, text: str) -> int:
    tree = parse(language, text)
    if tree is None or not tree.root_node.has_error:
        return 0
    count, nodes = 0, [tree.root_node]
    while nodes:
        node = nodes.pop()
        count += node.is_error or node.is_missing
        nodes += [child for child in node.children if child.has_error]
    return count
