"""Rows of figures in, Markdown tables out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench.context.measure import STEADY_BUDGET
from bench.context.score import mean, percentile

Row = dict[str, Any]


def tables(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of all tables."""
    recall = [row for row in rows if row["row"] == "recall"]
    packers = list(dict.fromkeys(row["packer"] for row in recall))
    for kind in ("hard", "general"):
        chosen = [row for row in recall if row["class"] == kind]
        yield from _by_budget(kind, chosen, packers)
    at_4k = [row for row in recall if row["budget"] == STEADY_BUDGET]
    for key, title in (("language", "language"), ("project", "project")):
        hard = [row for row in at_4k if row["class"] == "hard"]
        yield from _by_key(
            f"def_sig by {title}, hard, {STEADY_BUDGET:,} tokens", key, hard, packers
        )
    yield from _other(recall, at_4k, packers)
    yield from _steadiness(rows, packers)
    yield from _indexing([row for row in rows if row["row"] == "index"])


def _by_budget(kind: str, rows: Sequence[Row], packers: Sequence[str]) -> Iterator[str]:
    budgets = sorted({row["budget"] for row in rows})
    count = len({(row["project"], row["at"]) for row in rows})
    yield from _head(
        f"def_sig, {kind}, {count} positions", ["packer", *(f"{b:,}" for b in budgets)]
    )
    for packer in packers:
        mine = [row for row in rows if row["packer"] == packer]
        values = ([row["def_sig"] for row in mine if row["budget"] == budget] for budget in budgets)
        yield _line(packer, *(f"{mean(each):.3f}" for each in values))


def _by_key(title: str, key: str, rows: Sequence[Row], packers: Sequence[str]) -> Iterator[str]:
    keys = list(dict.fromkeys(row[key] for row in rows))
    yield from _head(title, ["packer", *keys])
    for packer in packers:
        mine = [row for row in rows if row["packer"] == packer]
        values = ([row["def_sig"] for row in mine if row[key] == each] for each in keys)
        yield _line(packer, *(f"{mean(each):.3f}" for each in values))


def _other(every: Sequence[Row], rows: Sequence[Row], packers: Sequence[str]) -> Iterator[str]:
    columns = ["packer", "def_line", "id_recall", "support", "tokens", "ms p50", "ms p95"]
    yield from _head(
        f"Both classes at {STEADY_BUDGET:,} tokens; over budget and leaks at all budgets",
        [*columns, "over", "leaks"],
    )
    for packer in packers:
        mine = [row for row in rows if row["packer"] == packer]
        whole = [row for row in every if row["packer"] == packer]
        support = [row["support"] for row in mine if row["support"] is not None]
        took = [row["ms"] for row in mine]
        yield _line(
            packer,
            f"{mean([row['def_line'] for row in mine]):.3f}",
            f"{mean([row['id_recall'] for row in mine]):.3f}",
            f"{mean(support):.3f}",
            f"{mean([row['tokens'] for row in mine]):.0f}",
            f"{percentile(took, 0.5):.1f}",
            f"{percentile(took, 0.95):.1f}",
            str(sum(row["over"] for row in whole)),
            str(sum(row["leak"] for row in whole)),
        )


def _steadiness(rows: Sequence[Row], packers: Sequence[str]) -> Iterator[str]:
    yield from _head(
        f"Steadiness at {STEADY_BUDGET:,} tokens",
        ["packer", "keys", "prefix kept", "keys alike", "key ms p50", "key ms p95",
         "steps", "prefix kept from function to function"],
    )  # fmt: skip
    for packer in packers:
        typing = [row for row in rows if row["row"] == "typing" and row["packer"] == packer]
        walks = [row for row in rows if row["row"] == "walk" and row["packer"] == packer]
        keys = [share for row in typing for share in row["shares"]]
        took = [ms for row in typing for ms in row["ms"]]
        steps = [share for row in walks for share in row["shares"]]
        yield _line(
            packer,
            str(len(keys)),
            f"{mean(keys):.3f}",
            f"{mean([row['same'] for row in typing]):.3f}",
            f"{percentile(took, 0.5):.1f}",
            f"{percentile(took, 0.95):.1f}",
            str(len(steps)),
            f"{mean(steps):.3f}",
        )


def _indexing(rows: Sequence[Row]) -> Iterator[str]:
    yield from _head("Cold index through the process", ["project", "files", "s", "files/s"])
    for row in rows:
        rate = row["files"] / row["seconds"]
        yield _line(row["project"], str(row["files"]), f"{row['seconds']:.2f}", f"{rate:.0f}")


def _head(title: str, columns: Sequence[str]) -> Iterator[str]:
    yield from ("", f"### {title}", "", _line(*columns))
    yield "|".join(("", "---", *("---:" for _ in columns[1:]), ""))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
