"""What was suggested a moment ago, and still fits when the user typed part of it.

Kept by what stands before and after the cursor, so another file, a changed suffix or another
model is a miss. Only answers are kept, never failures: the same place is asked again at once
after an outage.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from glm_ls.postprocess.suggestion import Suggestion

KEPT = 16
"""Suggestions per session; a suggestion is of use for seconds."""

LOOK = 300
"""Characters before and after the cursor that must be the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a document, as far as a suggestion depends on it."""

    uri: str
    model: str
    before: str
    after: str

    @classmethod
    def of(cls, uri: str, model: str, before: str, after: str) -> Place:
        """Return the place between two texts, of which only the ends count."""
        return cls(uri, model, before[-LOOK:], after[:LOOK])


class Recent:
    """The last suggestions, newest last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Place, Suggestion] = OrderedDict()

    def keep(self, place: Place, suggestion: Suggestion) -> None:
        """Remember a suggestion, and forget the oldest where there are too many."""
        self._kept[place] = suggestion
        self._kept.move_to_end(place)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def find(self, uri: str, model: str, before: str, after: str) -> Suggestion | None:
        """Return what is left of a suggestion that the user has typed part of, None for a miss."""
        for place, suggestion in reversed(self._kept.items()):
            if (place.uri, place.model, place.after) != (uri, model, after[:LOOK]):
                continue
            typed = _typed(place.before, before, suggestion.text)
            if typed is not None and typed < len(suggestion.text):
                return replace(suggestion, text=suggestion.text[typed:])
        return None

    def forget(self, uri: str) -> None:
        """Drop what was suggested in a document."""
        for place in [place for place in self._kept if place.uri == uri]:
            del self._kept[place]


def _typed(then: str, now: str, text: str) -> int | None:
    """Return how many characters of `text` were typed since, None where something else was."""
    for count in range(len(text) + 1):
        if now.endswith(text[:count]) and now[: len(now) - count].endswith(then):
            return count
        if count and text[:count] not in now:
            return None
    return None
