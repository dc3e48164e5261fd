"""What the sources say of each symbol of the index, as one row of numbers per signal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.index.corpus import Corpus


class Signals:
    """Rows of values from 0 to about 1.5; a symbol keeps the highest value it was given."""

    def __init__(self, corpus: Corpus, known: Signals | None = None) -> None:
        """Begin with what is known already, which is not changed."""
        self._corpus = corpus
        self._rows: dict[str, NDArray[np.float32]] = {**known._rows} if known else {}
        self._by_file: dict[str, NDArray[np.float32]] = {**known._by_file} if known else {}

    def row(self, name: str) -> NDArray[np.float32]:
        """Return the row of a signal, a value for each symbol."""
        if name in self._by_file:
            return self._by_file[name][self._corpus.file_of_symbol]
        if name not in self._rows:
            self._rows[name] = np.zeros(self._corpus.symbol_count, np.float32)
        return self._rows[name]

    @property
    def rows(self) -> dict[str, NDArray[np.float32]]:
        """All of them."""
        return {name: self.row(name) for name in (*self._rows, *self._by_file)}

    def total(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Return the sum of all rows that have a weight; what holds of files is summed first."""
        of_files = _weighted(self._by_file, weights, len(self._corpus.entries))
        of_symbols = _weighted(self._rows, weights, self._corpus.symbol_count)
        return of_symbols + of_files[self._corpus.file_of_symbol]

    def raise_to(
        self, name: str, symbols: NDArray[np.integer[Any]], values: NDArray[np.floating[Any]]
    ) -> None:
        """Lift symbols, which may occur repeatedly, to at least these values."""
        if len(symbols):
            np.maximum.at(self.row(name), symbols, values.astype(np.float32, copy=False))

    def put(self, name: str, values: NDArray[Any]) -> None:
        """Set a whole row."""
        self._rows[name] = values.astype(np.float32, copy=False)

    def put_by_file(self, name: str, values: NDArray[Any]) -> None:
        """Set a whole row by a value for each file."""
        self._by_file[name] = values.astype(np.float32, copy=False)


def _weighted(
    rows: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float], count: int
) -> NDArray[np.float32]:
    total = np.zeros(count, np.float32)
    for name, row in rows.items():
        if weight := weights.get(name):
            total += np.float32(weight) * row
    return total


def by_group(
    groups: NDArray[np.integer[Any]], values: NDArray[Any], count: int
) -> NDArray[np.float32]:
    """Return the highest value of each of `count` groups, 0 where it has none."""
    highest = np.zeros(count, np.float32)
    np.maximum.at(highest, groups, values)
    return highest
