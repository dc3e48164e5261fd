"""Named figures of a measurement, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    name: str
    value: float
    unit: str
    """`ms`, `MiB`, `%`; empty for counts."""
    more_is_better: bool = False

    def is_worse(self, before: float, slack: float, least: float) -> bool:
        """Whether it is worse than before by more than a share and by more than `least`."""
        loss = before - self.value if self.more_is_better else self.value - before
        return loss > max(abs(before) * slack, least)


class Figures:
    """Figures in the order they were measured."""

    def __init__(self) -> None:
        self._all: list[Figure] = []

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._all)

    def add(self, name: str, value: float, unit: str, *, more_is_better: bool = False) -> None:
        """Add a figure; names are unique."""
        self._all.append(Figure(name, value, unit, more_is_better))


def table(figures: Figures) -> str:
    """Return one line per figure."""
    return "\n".join(f"{each.name:64} {each.value:10.2f} {each.unit}" for each in figures)
