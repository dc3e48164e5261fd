"""What encloses the cursor, and where that ends: node kinds, literals, functions, blocks.

Code under the cursor is unfinished, and one open bracket can cost a parser every function that
follows. So the cursor's line is blanked before parsing, and brackets that a text leaves open are
closed behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glm_ls.syntax.brackets import LINE_COMMENT, closer_of, scan
from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import LineSource, encode, parse, window
from glm_ls.text.lines import line_body

if TYPE_CHECKING:
    import tree_sitter

_DEFINITION = re.compile(
    r"^(?:\w+_)?(?:function|method|class|constructor|interface|enum|struct|union|impl|trait|mod"
    r"|module|namespace|type|decorated|record|property)_(?:definition|declaration|item)$"
    r"|^(?:class|struct|union|enum)_specifier$"
    r"|^(?:method|singleton_method|class|module|export_statement)$"
)
_BLOCK = re.compile(
    r"(?:^|_)(?:block|body|body_statement|compound_statement|declaration_list|do_group"
    r"|statement_block|then|else|do)$"
)
LINES_BEFORE = 60
"""Lines before the cursor that `ends_block` parses at most."""


@dataclass(frozen=True, slots=True)
class Enclosing:
    """What the cursor stands in."""

    kinds: tuple[str, ...]
    """Kinds of the nodes around the cursor, innermost first; empty without a grammar."""
    literal: str
    """`comment`, `string` or "" for code."""
    definition: range | None
    """Lines of the innermost function, method or class, 0-based; the cursor's is one of them."""


def enclosing(language: Language, lines: LineSource, line: int, column: int) -> Enclosing:
    """Return what encloses the cursor at `column` (code points) of `line`."""
    span = window(lines, line)
    texts = [line_body(lines[at]) for at in span]
    row = line - span.start
    before = texts[row][:column]
    texts[row] = ""
    tree = parse(language, "\n".join(texts))
    chain = [] if tree is None else list(_ancestors(tree, language, texts, row, before))
    found = next((node for node in chain if is_definition(node)), None)
    start, end = (found.start_point.row, max(found.end_point.row, row)) if found else (0, 0)
    above = "\n".join([*texts[max(0, row - LINES_BEFORE) : row], before])
    return Enclosing(
        tuple(node.type for node in chain),
        _literal(chain) or _literal_of(language, scan(language, above).literal),
        range(span.start + start, span.start + end + 1) if found else None,
    )


def ends_block(language: Language, text_before: str, text_added: str) -> int | None:
    """Return where in `text_added` the block that contains the cursor is over.

    What follows belongs to a sibling. The block is the definition that the added text begins or
    whose header it finishes, else the innermost block around the cursor. None: the block goes on
    to the end, or no grammar can tell.
    """
    if language.grammar is None:
        return None
    before = "\n".join(text_before.split("\n")[-LINES_BEFORE:])
    code = before + text_added
    left_open = scan(language, code).opened
    closers = "".join(closer_of(language, mark) for mark, _ in reversed(left_open))
    tree = parse(language, f"{code}\n{closers}")
    if tree is None:
        return None
    line_start = before.rfind("\n") + 1
    ahead = len(text_added) - len(text_added.lstrip())
    cursor = len(encode(before + text_added[:ahead]))
    node = _block_at(tree.root_node, cursor, len(encode(before[:line_start])))
    if node is None:
        return None
    end = len(encode(code)[: node.end_byte].decode("utf-8", "surrogatepass")) - len(before)
    return end if end > 0 and text_added[end:].strip() else None


def _block_at(root: tree_sitter.Node, cursor: int, line_start: int) -> tree_sitter.Node | None:
    """Return the outermost definition begun on the cursor's line, else the innermost block."""
    node = root.descendant_for_byte_range(cursor, cursor)
    definition = block = None
    while node is not None and node.parent is not None:
        if node.start_byte >= line_start and is_definition(node):
            definition = node
        elif block is None and node.is_named and _BLOCK.search(node.type):
            block = node
        node = node.parent
    return definition or block


def is_definition(node: tree_sitter.Node) -> bool:
    # Keywords are nodes too, and Python calls its root a module.
    return node.is_named and node.parent is not None and bool(_DEFINITION.match(node.type))


def _ancestors(
    tree: tree_sitter.Tree, language: Language, texts: list[str], row: int, before: str
) -> Iterator[tree_sitter.Node]:
    """Yield the nodes around a blanked line, innermost first.

    Where indentation makes blocks, a blank line belongs to none; there the nodes around the end
    of the code above count, as far as they start to the left of the cursor.
    """
    indent = len(before) - len(before.lstrip())
    column = 0
    if language.style == "indent":
        row = next((at for at in range(row - 1, -1, -1) if texts[at].strip()), row)
        column = max(0, len(encode(texts[row].rstrip())) - 1)
    node = tree.root_node.descendant_for_point_range((row, column), (row, column))
    while node is not None:
        if language.style != "indent" or node.parent is None or _indent_of(node, texts) < indent:
            yield node
        node = node.parent


def _indent_of(node: tree_sitter.Node, texts: list[str]) -> int:
    line = texts[node.start_point.row]
    return len(line) - len(line.lstrip())


def _literal(chain: list[tree_sitter.Node]) -> str:
    for node in chain:
        for kind in ("comment", "string"):
            if kind in node.type and "content" not in node.type:
                return kind
    return ""


def _literal_of(language: Language, awaited: str) -> str:
    block_end = language.block_comment[1] if language.block_comment else LINE_COMMENT
    if awaited in (LINE_COMMENT, block_end):
        return "comment"
    return "string" if awaited else ""
