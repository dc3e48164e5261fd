"""What the sources say of each symbol of the index, as one row of numbers per signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Signals:
    """Rows of values from 0 to about 1.5; a symbol keeps the highest value it was given."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.rows: dict[str, NDArray[np.float32]] = {}

    def row(self, name: str) -> NDArray[np.float32]:
        """Return the row of a signal."""
        if name not in self.rows:
            self.rows[name] = np.zeros(self._count, np.float32)
        return self.rows[name]

    def raise_to(
        self, name: str, symbols: NDArray[np.integer[Any]], values: NDArray[np.floating[Any]]
    ) -> None:
        """Lift symbols, which may occur repeatedly, to at least these values."""
        if len(symbols):
            np.maximum.at(self.row(name), symbols, values.astype(np.float32, copy=False))

    def put(self, name: str, values: NDArray[Any]) -> None:
        """Set a whole row."""
        self.rows[name] = values.astype(np.float32, copy=False)


def by_group(
    groups: NDArray[np.integer[Any]], values: NDArray[Any], count: int
) -> NDArray[np.float32]:
    """Return the highest value of each of `count` groups, 0 where it has none."""
    highest = np.zeros(count, np.float32)
    np.maximum.at(highest, groups, values)
    return highest
