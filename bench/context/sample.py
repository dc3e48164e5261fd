"""A project in, places to ask at out: statements that use what other files define.

Every statement of a function body outside tests is a candidate. It is hidden whole, or, as `mid`,
from one of its targets on, as when the receiver has been typed. The same seed gives the same
places, whatever the machine.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.context.gold import Gold, Source
from bench.context.grammar import GRAMMARS, Grammar, Role, role_of
from bench.context.position import Class, Position, Target
from bench.context.score import tokens_of
from glm_ls.index.paths import is_test
from glm_ls.syntax.parser import encode, parse

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node

SEED = 2611
SHARES = {"line": 0.45, "mid": 0.3, "block": 0.25}
PER_FILE = 6
PER_NAME = 3
"""Positions of a project at most that want the same name."""
MIN_NAME = 4
MAX_SIMPLE, MAX_COMPOUND = 4, 10
"""Lines of a statement."""
MIN_FILE, MAX_FILE = 25, 3000
"""Lines of a file."""
MIN_UNIQUE = 25
"""Characters of a hidden text that could not stand elsewhere by accident."""


@dataclass(frozen=True, slots=True)
class _Use:
    """An identifier of a statement."""

    name: str
    start: int
    """Byte."""
    role: Role


@dataclass(frozen=True, slots=True)
class _Span:
    """What could be hidden, in bytes."""

    source: Source
    kind: str
    start: int
    stop: int
    targets: tuple[Target, ...]

    def overlaps(self, other: _Span) -> bool:
        same = self.source is other.source
        return same and self.start < other.stop and other.start < self.stop


def choose_positions(gold: Gold, count: int, seed: int = SEED) -> dict[Class, list[Position]]:
    """Return so many positions a class, fewer where a project does not have them."""
    spans = [span for source in gold.sources.values() for span in _spans(gold, source)]
    chosen: dict[Class, list[Position]] = {}
    for kind, pool in _pools(spans).items():
        random.Random(f"{seed}:{gold.root.name}:{kind}").shuffle(pool)
        picked = _pick(pool, count)
        chosen[kind] = [_position(gold, span) for span in picked]
    return chosen


def _pools(spans: list[_Span]) -> dict[Class, list[_Span]]:
    hard = []
    for span in spans:
        before, after = _around(span)
        unsaid = tuple(t for t in span.targets if not _says(before, after, t.name))
        if unsaid:
            hard.append(_Span(span.source, span.kind, span.start, span.stop, unsaid))
    return {"hard": hard, "general": list(spans)}


def _pick(pool: list[_Span], count: int) -> list[_Span]:
    """Return spans in order, without crowding; the kinds' shares give way to the count."""
    picked: list[_Span] = []
    files: Counter[str] = Counter()
    names: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for strict in (True, False):
        for span in pool:
            wanted = {target.name for target in span.targets}
            if (
                len(picked) >= count
                or files[span.source.path] >= PER_FILE
                or any(names[name] >= PER_NAME for name in wanted)
                or (strict and kinds[span.kind] >= SHARES[span.kind] * count)
                or any(span.overlaps(other) for other in picked)
            ):
                continue
            picked.append(span)
            files[span.source.path] += 1
            kinds[span.kind] += 1
            names.update(wanted)
    return picked


def _position(gold: Gold, span: _Span) -> Position:
    before, after = _around(span)
    hidden = encode(span.source.text)[span.start : span.stop].decode()
    return Position(
        path=span.source.path,
        kind=span.kind,
        before=before,
        hidden=hidden,
        after=after,
        targets=span.targets,
        is_unique=_is_unique(gold, hidden),
    )


def _is_unique(gold: Gold, hidden: str) -> bool:
    tokens = tokens_of(hidden)
    if len("".join(tokens.split())) < MIN_UNIQUE:
        return False
    return sum(source.tokens.count(tokens) for source in gold.sources.values()) == 1


def _around(span: _Span) -> tuple[str, str]:
    data = encode(span.source.text)
    return data[: span.start].decode(), data[span.stop :].decode()


def _says(before: str, after: str, name: str) -> bool:
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    return bool(word.search(before) or word.search(after))


def _spans(gold: Gold, source: Source) -> Iterator[_Span]:
    """Yield what could be hidden in a file."""
    grammar = GRAMMARS[gold.family]
    if is_test(source.path) or not MIN_FILE <= len(source.lines) <= MAX_FILE:
        return
    tree = parse(source.language, source.text)
    if tree is None or tree.root_node.has_error:
        return
    data = encode(source.text)
    bound = {use.name for use in _uses(grammar, tree.root_node, data) if use.role == "bound"}
    for node in _statements(grammar, tree.root_node, inside=False):
        kind = _kind(grammar, node)
        uses = list(_uses(grammar, node, data)) if kind else []
        targets = _targets(gold, source, uses, bound)
        stop = node.end_byte + (data[node.end_byte : node.end_byte + 1] == b";")
        if targets:
            yield _Span(source, kind, node.start_byte, stop, _distinct(targets, 0))
        if targets and kind == "line":
            rng = random.Random(f"{source.path}:{node.start_byte}")
            start = rng.choice([at for at, _ in targets])
            if start > node.start_byte and b"\n" not in data[node.start_byte : start]:
                yield _Span(source, "mid", start, stop, _distinct(targets, start))


def _targets(
    gold: Gold, source: Source, uses: list[_Use], bound: set[str]
) -> list[tuple[int, Target]]:
    found = []
    for use in uses:
        is_own = use.role == "plain" and use.name in bound
        is_common = use.name in GRAMMARS[gold.family].common or use.name.startswith("__")
        if use.role in ("bound", "label") or is_own or is_common or len(use.name) < MIN_NAME:
            continue
        meant = gold.meanings(use.name, source.path, as_member=use.role == "member")
        if meant:
            found.append((use.start, Target(use.name, meant)))
    return found


def _distinct(targets: list[tuple[int, Target]], start: int) -> tuple[Target, ...]:
    """Return the targets from a byte on, each name once."""
    return tuple({one.name: one for at, one in targets if at >= start}.values())


def _kind(grammar: Grammar, node: Node) -> str:
    """Return the kind of a statement; "" for one that is too long."""
    inner = node.named_children[0] if node.type == "expression_statement" else node
    lines = node.end_point[0] - node.start_point[0] + 1
    if inner.type in grammar.compound:
        return "block" if 1 < lines <= MAX_COMPOUND else ""
    return "line" if lines <= MAX_SIMPLE and inner.type != "string" else ""


def _statements(grammar: Grammar, node: Node, *, inside: bool) -> Iterator[Node]:
    """Yield the statements of all function bodies."""
    inside = inside or node.type in grammar.functions
    holds = inside and node.type in grammar.blocks
    for child in node.named_children:
        if holds and child.type not in grammar.skipped and child.type not in grammar.blocks:
            yield child
        yield from _statements(grammar, child, inside=inside)


def _uses(grammar: Grammar, node: Node, data: bytes) -> Iterator[_Use]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.type in grammar.identifiers and not node.child_count:
            name = data[node.start_byte : node.end_byte].decode()
            yield _Use(name, node.start_byte, role_of(grammar, node))
        waiting.extend(reversed(node.children))
