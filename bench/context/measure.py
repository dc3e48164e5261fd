"""A project and a packer in, rows of figures out: recall at positions, steadiness, time.

The packer works on a private copy. Before a question the hidden text is cut from the file there,
and afterwards the file is as it was, on disk and in what the packer has been shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.context.gold import Gold, Source
from bench.context.packers import Packer
from bench.context.position import Class, Cursor, Position
from bench.context.score import common_share, score_of
from glm_ls.index.paths import is_test

TYPED = 20
"""Characters typed at most."""
MIN_TYPED = 8
STEADY_BUDGET = 4000
FUNCTIONS = 12
"""Functions that a walk goes through; files with fewer are not walked."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured of a project."""

    positions: int
    """Of each class."""
    typed: int
    """Positions of each class at which the hidden text is typed again."""
    walked: int
    """Files through whose functions the cursor goes."""
    budgets: tuple[int, ...]


QUICK = Amount(positions=10, typed=2, walked=2, budgets=(1000, 2000, 4000, 8000))
FULL = Amount(positions=40, typed=8, walked=5, budgets=(1000, 2000, 4000, 8000))


def measure(
    gold: Gold, positions: dict[Class, list[Position]], packer: Packer, amount: Amount
) -> Iterator[Row]:
    """Yield the rows of a packer on a project."""
    for kind, chosen in positions.items():
        left = amount.typed
        for position in chosen:
            with hidden(gold, position, packer):
                for row in _recall(position, packer, amount.budgets):
                    yield {"row": "recall", "class": kind, "at": position.name, **row}
                if left and len(position.hidden.split("\n")[0]) >= MIN_TYPED:
                    left -= 1
                    yield {"row": "typing", "class": kind, **_typing(position, packer)}
    for source in walkable(gold, amount.walked):
        yield {"row": "walk", "path": source.path, **_walk(source, packer)}


@contextmanager
def hidden(gold: Gold, position: Position, packer: Packer) -> Iterator[None]:
    """Cut the hidden text out of the file for a while."""
    file, whole = gold.root / position.path, gold.sources[position.path].text
    file.write_bytes((position.before + position.after).encode())
    try:
        yield
    finally:
        file.write_bytes(whole.encode())
        packer.show(position.path, whole)


def walkable(gold: Gold, count: int) -> list[Source]:
    """Return files with many functions, spread over the project."""
    many = [
        source
        for path, source in sorted(gold.sources.items())
        if not is_test(path) and len(_functions(source)) >= FUNCTIONS
    ]
    return many[:: max(1, len(many) // max(1, count))][:count]


def _recall(position: Position, packer: Packer, budgets: Sequence[int]) -> Iterator[Row]:
    for budget in budgets:
        began = time.perf_counter()
        context = packer.pack(position.cursor(), budget)
        took = (time.perf_counter() - began) * 1000
        yield {"budget": budget, "ms": took, **asdict(score_of(position, context, budget))}


def _typing(position: Position, packer: Packer) -> Row:
    """Type the hidden text again, a key at a time."""
    text = position.hidden.split("\n")[0][:TYPED]
    before, shares, same, took = packer.pack(position.cursor(), STEADY_BUDGET), [], 0, []
    for count in range(1, len(text) + 1):
        began = time.perf_counter()
        context = packer.pack(position.cursor(text[:count]), STEADY_BUDGET)
        took.append((time.perf_counter() - began) * 1000)
        shares.append(common_share(before, context))
        same += context == before
        before = context
    return {"shares": shares, "same": same / len(text), "ms": took}


def _walk(source: Source, packer: Packer) -> Row:
    """Go from function to function without an edit."""
    before, shares = "", []
    for at, (start, end) in enumerate(_functions(source)[:FUNCTIONS]):
        cursor = Cursor(source.path, source.text, min(start + 2, end), 0)
        context = packer.pack(cursor, STEADY_BUDGET)
        if at:
            shares.append(common_share(before, context))
        before = context
    return {"shares": shares}


def _functions(source: Source) -> list[tuple[int, int]]:
    symbols = source.facts.outline.symbols
    return [(one.start, one.end) for one in symbols if one.kind in ("function", "method")]


def private_copy(gold: Gold, folder: Path) -> Gold:
    """Return the same project in a folder of its own, which holds nothing else."""
    for path in (*gold.sources, *gold.manifests):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((gold.root / path).read_bytes())
    return Gold(folder, gold.family, gold.sources, gold.manifests)
