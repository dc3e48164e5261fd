"""Rows in, figures with their bars out, as a table and as plain values."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from bench.holes.faults import FAULTS
from bench.holes.measure import Clock, Row

REPAIRED = [name for name in FAULTS if name != "truncated"]


class Bar(NamedTuple):
    """What a figure ought to be."""

    name: str
    bar: float
    is_floor: bool


BARS = (
    Bar("truth unchanged, chat", 0.99, True),
    Bar("truth unchanged, literal", 0.99, True),
    Bar("no new error, truth and faults", 0.98, True),
    *(Bar(f"repaired: {name}", 0.90, True) for name in REPAIRED),
    Bar("tokens received a token shown", 1.3, False),
    Bar("slowest filter p95, ms", 2.0, False),
    Bar("all filters p95, ms", 5.0, False),
)


def figures(rows: list[Row], clock: Clock) -> dict[str, object]:
    """Return every figure by name; shares are of 1, times are CPU time in milliseconds."""
    by = {name: [row for row in rows if row.answer == name] for name in {r.answer for r in rows}}
    found: dict[str, float] = {
        "truth unchanged, chat": _share(by["truth"]),
        "truth unchanged, literal": _share(by["literal"]),
        "no new error, truth and faults": sum(not r.errors for r in rows) / len(rows),
        "tokens received a token shown": _tokens([r for r in by["runs on"] if r.lines > 1]),
        "all filters p95, ms": _p95(clock.spent["all"]),
    }
    for name in REPAIRED:
        found[f"repaired: {name}"] = _share([row for row in by[name] if row.changed])
    filters = {name: _p95(spent) for name, spent in clock.spent.items() if name != "all"}
    found["slowest filter p95, ms"] = max(filters.values())
    per_answer = [row.seconds for row in rows]
    return {
        "holes": len(by["truth"]),
        "figures": found,
        "filters p95, ms": filters,
        "whole answer p95, ms": _p95(per_answer),
        "truth by language": _split(by["truth"], "language"),
        "truth by kind": _split(by["truth"], "kind"),
        "extent by kind": _extents(by["truth"]),
        "runs on: right": _share(by["runs on"]),
        "truncated: begins like the truth": sum(r.begins for r in by["truncated"])
        / len(by["truncated"]),
        "no new error by answer": {
            name: sum(not r.errors for r in some) / len(some) for name, some in sorted(by.items())
        },
    }


def table(found: dict[str, object]) -> str:
    """Return the figures for people."""
    values = found["figures"]
    assert isinstance(values, dict)
    lines = [f"{found['holes']} holes"]
    for bar in BARS:
        value = values[bar.name]
        holds = value >= bar.bar if bar.is_floor else value <= bar.bar
        sign = ">=" if bar.is_floor else "<="
        lines.append(f"{bar.name:36}{value:8.3f}  {sign} {bar.bar:<6}{'' if holds else 'MISSED'}")
    for name, value in found.items():
        if name in ("holes", "figures"):
            continue
        if isinstance(value, dict):
            inner = ", ".join(f"{k} {_plain(v)}" for k, v in value.items())
            lines.append(f"{name}: {inner}")
        else:
            lines.append(f"{name}: {_plain(value)}")
    return "\n".join(lines)


def _plain(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _share(rows: list[Row]) -> float:
    return sum(row.right for row in rows) / len(rows) if rows else 1.0


def _tokens(rows: list[Row]) -> float:
    return sum(r.received for r in rows) / max(1, sum(r.shown for r in rows))


def _p95(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[int(len(ordered) * 0.95)] * 1000 if ordered else 0.0


def _split(rows: list[Row], column: str) -> dict[str, float]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return {name: _share(group) for name, group in sorted(groups.items())}


def _extents(rows: list[Row]) -> dict[str, str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[row.kind].append(row.extent)
    return {
        kind: "/".join(str(some.count(e)) for e in ("line", "statement", "block"))
        for kind, some in sorted(groups.items())
    }
