"""Where the user has been: the last places that were edited and visited, newest first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

KEPT = 8
"""Documents whose last place is remembered."""


class Trail:
    """The last place in each of the last documents."""

    def __init__(self) -> None:
        self._edits: OrderedDict[str, int] = OrderedDict()
        self._visits: OrderedDict[str, int] = OrderedDict()

    def edited(self, uri: str, row: int) -> None:
        """Note that a line was changed."""
        _note(self._edits, uri, row)

    def visited(self, uri: str, row: int) -> None:
        """Note that the cursor was on a line."""
        _note(self._visits, uri, row)

    def edits(self) -> Iterator[tuple[str, int]]:
        """Yield (uri, row) of the last edit in each document, the newest first."""
        return reversed(self._edits.items())

    def visits(self) -> Iterator[tuple[str, int]]:
        """Yield (uri, row) of the last visit to each document, the newest first."""
        return reversed(self._visits.items())


def _note(places: OrderedDict[str, int], uri: str, row: int) -> None:
    places[uri] = row
    places.move_to_end(uri)
    while len(places) > KEPT:
        places.popitem(last=False)
