"""Source files in, holes out: pieces of function bodies that are cut out where people complete.

A hole leaves the file as it looks in an editor at that moment: an argument list has its closer
behind the cursor, a body that is still empty has its brace on the line below. The same seed gives
the same holes, whatever the machine.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from glm_ls.index.paths import is_test
from glm_ls.syntax.languages import Language, language_of
from glm_ls.syntax.parser import encode, parse

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

Kind = Literal["line", "tail", "block", "body", "header", "arguments", "comment", "within"]
"""A whole statement on one line; the rest of one; one of several lines; all statements of a block,
from its first line on or from its header on; a call from its parenthesis on; the rest of a
comment; something in the middle of a line."""

LANGUAGES = ("python", "typescript", "go", "rust", "java", "cpp")
BLOCKS = frozenset(
    "block statement_block statement_list constructor_body compound_statement".split()
)
BODIES = re.compile(r"function|method|constructor|closure|lambda")
ARGUMENTS = re.compile(r"argument")
MIN_FILE, MAX_FILE = 25, 3000
"""Lines of a file."""
MIN_CHARS, MAX_LINES = 3, 20
"""Of what is cut out."""
PER_FILE = 4
WINDOW = 4_000
"""Characters before and after the cursor that the filters see, as in the server."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A place with what belongs there."""

    language: str
    path: str
    kind: Kind
    before: str
    truth: str
    """What is written into the hole; it replaces closers that stand behind the cursor."""
    after: str
    whole: str
    """The file with the hole filled, as the truth would have it."""


def files_of(folder: Path, language: str) -> list[Path]:
    """Return the source files of a language that are no tests."""
    suffixes = language_of(language).suffixes + ((".h",) if language == "cpp" else ())
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in suffixes
        and not is_test(path.relative_to(folder).as_posix())
        and path.is_file()
    )


def choose_holes(roots: list[Path], language: str, count: int, seed: int) -> list[Hole]:
    """Return so many holes of a language, the kinds in turn, few from each file."""
    paths = [(root, path) for root in roots for path in files_of(root, language)]
    random.Random(f"{seed}:{language}").shuffle(paths)
    chosen: list[Hole] = []
    kinds: Counter[str] = Counter()
    for root, path in paths:
        if len(chosen) >= count:
            break
        name = path.relative_to(root).as_posix()
        pool = list(holes_of(language, name, path.read_text("utf-8", "replace"), seed))
        random.Random(f"{seed}:{name}").shuffle(pool)
        # The rarest kind so far comes first.
        taken: set[str] = set()
        for hole in sorted(pool, key=lambda one: kinds[one.kind]):
            if hole.kind not in taken and len(taken) < PER_FILE:
                taken.add(hole.kind)
                kinds[hole.kind] += 1
                chosen.append(hole)
    return chosen[:count]


def holes_of(language_id: str, path: str, text: str, seed: int) -> Iterator[Hole]:
    """Yield the holes that a file has room for."""
    language = language_of(language_id)
    if "\r" in text or not MIN_FILE <= text.count("\n") <= MAX_FILE:
        return
    tree = parse(language, text)
    if tree is None or tree.root_node.has_error:
        return
    data, rng = encode(text), random.Random(f"{seed}:{path}:holes")
    for kind, cut in _cuts(tree.root_node, language, data, rng):
        start, stop = len(data[: cut.start].decode()), len(data[: cut.stop].decode())
        truth = text[start:stop]
        if len(truth.strip()) >= MIN_CHARS and truth.count("\n") < MAX_LINES:
            behind = text[stop:]
            yield Hole(language_id, path, kind, text[:start], truth, cut.closers + behind, text)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What to cut out, in bytes, and what an editor has put behind the cursor."""

    start: int
    stop: int
    closers: str = ""


def _cuts(
    root: Node, language: Language, data: bytes, rng: random.Random
) -> Iterator[tuple[Kind, _Cut]]:
    for node in _walk(root, inside=False):
        if "comment" in node.type and _leads_line(data, node.start_byte):
            yield from _comment(node, data, rng)
        if node.type not in BLOCKS:
            continue
        statements = [child for child in node.named_children if "comment" not in child.type]
        for statement in statements:
            yield from _statement(statement, data, rng)
        if statements and _leads_line(data, statements[0].start_byte):
            start, stop = statements[0].start_byte, _line_end(data, _end(data, statements[-1]))
            yield "body", _Cut(start, stop)
            header = len(data[:start].rstrip())
            if data[header - 1 : header] in (b"{", b":"):
                yield "header", _Cut(header, stop)


def _walk(node: Node, *, inside: bool) -> Iterator[Node]:
    """Yield the nodes inside of function bodies."""
    waiting = [(node, inside)]
    while waiting:
        node, inside = waiting.pop()
        if inside:
            yield node
        inside = inside or bool(BODIES.search(node.type))
        waiting.extend((child, inside) for child in reversed(node.children))


def _statement(node: Node, data: bytes, rng: random.Random) -> Iterator[tuple[Kind, _Cut]]:
    start, stop = node.start_byte, _line_end(data, _end(data, node))
    if not _leads_line(data, start):
        return
    lines = data[start:stop].count(b"\n") + 1
    yield ("line" if lines == 1 else "block"), _Cut(start, stop)
    tokens = [leaf.start_byte for leaf in _leaves(node) if leaf.start_byte > start]
    first_line = [at for at in tokens if b"\n" not in data[start:at]]
    if lines == 1 and first_line:
        yield "tail", _Cut(rng.choice(first_line), stop)
        if len(first_line) > 3:
            left, right = sorted(rng.sample(range(len(first_line)), 2))
            yield "within", _Cut(first_line[left], first_line[right])
    for call in _walk(node, inside=True):
        if ARGUMENTS.search(call.type) and data[call.start_byte : call.start_byte + 1] == b"(":
            if b"\n" not in data[start : call.start_byte]:
                yield "arguments", _Cut(call.start_byte + 1, stop, ")")
            break


def _leaves(node: Node) -> Iterator[Node]:
    for child in _walk(node, inside=True):
        if not child.child_count and "string" not in child.type:
            yield child


def _comment(node: Node, data: bytes, rng: random.Random) -> Iterator[tuple[Kind, _Cut]]:
    line = data[node.start_byte : _line_end(data, node.start_byte)].decode("utf-8", "replace")
    spaces = [found.end() for found in re.finditer(r"\w ", line)]
    if spaces and line.isascii():
        stop = node.start_byte + len(line.removesuffix("*/").rstrip())
        yield "comment", _Cut(node.start_byte + rng.choice(spaces), stop)


def _leads_line(data: bytes, at: int) -> bool:
    return not data[data.rfind(b"\n", 0, at) + 1 : at].strip()


def _end(data: bytes, node: Node) -> int:
    """Return where a node ends without the line end that some grammars count in."""
    return node.start_byte + len(data[node.start_byte : node.end_byte].rstrip())


def _line_end(data: bytes, at: int) -> int:
    """Return where the line ends that holds a byte."""
    end = data.find(b"\n", at)
    return len(data[: end if end >= 0 else len(data)].rstrip())
