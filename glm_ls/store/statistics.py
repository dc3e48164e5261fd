"""What became of suggestions, as rows of the ledger's database: numbers and names, never text.

An event is one row; a tally sums the events of a language and a model since a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["shown", "whole", "part", "more", "rest", "kept_20", "kept_60", "kept_300"]
"""Accepted at once as a whole; a first part; a further part; the last part of a suggestion of which
parts were accepted before; and one kind for each of KEPT."""

KEPT: Mapping[int, Kind] = {20: "kept_20", 60: "kept_60", 300: "kept_300"}
"""Seconds after which it is looked how much of what was accepted is still there."""

ACCEPTANCES: tuple[Kind, ...] = ("whole", "part", "more", "rest")
FIRST_ACCEPTANCES: tuple[Kind, ...] = ("whole", "part")
"""Counted, a suggestion counts once."""


class Event(NamedTuple):
    """Something that became of a suggestion."""

    kind: Kind
    language: str
    """The client's language id; empty where it is not known."""
    model: str
    engine: str
    chars: int
    """Characters suggested or accepted; of the kept kinds: those of them that are not blank."""
    lines: int
    kept: int = 0
    """Characters, none of them blank, that are still there."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the suggestions of one model in one language."""

    language: str
    model: str
    shown: int
    accepted: int
    """As a whole or in part."""
    in_part: int
    """Accepted ones of which a part only was taken."""
    chars_shown: int
    chars_accepted: int
    kept: tuple[float | None, ...]
    """Share of the accepted characters still there after each time of KEPT; None: not observed."""

    @property
    def rate(self) -> float | None:
        """The share of the shown that was accepted; None where none is known to be shown."""
        return self.accepted / self.shown if self.shown else None


SCHEMA = (
    """CREATE TABLE suggestions (
  at REAL NOT NULL, kind TEXT NOT NULL, language TEXT NOT NULL, model TEXT NOT NULL,
  engine TEXT NOT NULL, chars INTEGER NOT NULL, lines INTEGER NOT NULL, kept INTEGER NOT NULL)""",
    "CREATE INDEX suggestions_at ON suggestions (at)",
    "INSERT INTO suggestions SELECT at, 'whole', '', '', engine, chars, 0, 0 FROM accepted",
    "DROP TABLE accepted",
)
"""Takes in the table that an earlier version counted acceptances in."""

INSERT = "INSERT INTO suggestions VALUES (?,?,?,?,?,?,?,?)"
SUMS = (
    "SELECT language, model, kind, COUNT(*), SUM(chars), SUM(kept) FROM suggestions"
    " WHERE at >= ? GROUP BY language, model, kind"
)
ACCEPTED = "SELECT COUNT(*) FROM suggestions WHERE at >= ? AND kind IN (?, ?)"

Sums = dict[str, tuple[int, int, int]]
"""Count, characters and kept characters by kind."""


def tallies(rows: Iterable[tuple[Any, ...]]) -> list[Tally]:
    """Return the tallies of what SUMS yields, the most often shown first."""
    sums: dict[tuple[str, str], Sums] = {}
    for language, model, kind, count, chars, kept in rows:
        sums.setdefault((language, model), {})[kind] = (count, chars, kept)
    made = [_tally(*names, of) for names, of in sums.items()]
    return sorted(made, key=lambda tally: (-tally.shown, tally.language, tally.model))


def _tally(language: str, model: str, of: Sums) -> Tally:
    def count(*kinds: str) -> int:
        return sum(of[kind][0] for kind in kinds if kind in of)

    def chars(*kinds: str) -> int:
        return sum(of[kind][1] for kind in kinds if kind in of)

    def share(kind: str) -> float | None:
        return of[kind][2] / of[kind][1] if chars(kind) else None

    return Tally(
        language,
        model,
        shown=count("shown"),
        accepted=count(*FIRST_ACCEPTANCES),
        in_part=max(count("part") - count("rest"), 0),
        chars_shown=chars("shown"),
        chars_accepted=chars(*ACCEPTANCES),
        kept=tuple(share(kind) for kind in KEPT.values()),
    )
