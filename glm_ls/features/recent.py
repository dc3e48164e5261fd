"""What was suggested a moment ago, and still fits when the user typed part of it.

Kept by what stands before and after the cursor, by model and by the state of the other documents,
so another file, a changed suffix or another model is a miss. Typing through, going back by
backspace, another indentation of the line and closers that the editor put in meanwhile are not.
Only answers are kept, never failures: the same place is asked again at once after an outage.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, replace

from glm_ls.postprocess.refit import continued, refit
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion

KEPT = 32
"""Suggestions per session; a suggestion is of use for seconds."""

LOOK = 2_000
"""Characters before and after the cursor that must be the same: less than a site holds, so that
what was typed since stands beside them."""

MOST_INSERTED = 200
_CLOSERS = re.compile(r"[\s)\]}>\"'`]*")
"""What an editor puts behind the cursor by itself: closers, and white space before one below."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a document, as far as a suggestion depends on it."""

    uri: str
    model: str
    others: int
    """Stands for the text of the other documents: equal while none of them was changed."""
    site: Site

    def is_beside(self, now: Place) -> bool:
        """Whether another place may be this one later: the same document, model and others."""
        return (self.uri, self.model, self.others) == (now.uri, now.model, now.others)

    def typed(self, now: Place) -> str | None:
        """Return what was typed before the cursor since, None where something else happened."""
        then, text = self.site.prefix[-LOOK:], now.site.prefix
        if len(then) < LOOK:  # all there is above
            return text[len(then) :] if text.startswith(then) else None
        at = text.rfind(then)
        return text[at + LOOK :] if at >= 0 else None

    def inserted(self, now: Place, overtyped: int = 0) -> int | None:
        """Return how many characters the editor put behind the cursor since, mostly 0.

        `overtyped`: characters that were there and have been typed over. None where the text
        behind the cursor changed in another way.
        """
        then, text = self.site.suffix[overtyped:][:LOOK], now.site.suffix
        run = _CLOSERS.match(text, 0, MOST_INSERTED)
        most = run.end() if run else 0
        return next((n for n in range(most + 1) if _is_same(text[n:], then)), None)


@dataclass(frozen=True, slots=True)
class Kept:
    """A suggestion and where it was made."""

    place: Place
    suggestion: Suggestion
    engine: str

    def left(self, now: Place) -> Suggestion | None:
        """Return what is left of the suggestion at a later place, None where it does not fit."""
        if not self.place.is_beside(now):
            return None
        typed = self.place.typed(now)
        text = self.suggestion.text
        if typed is None or not text.startswith(typed):
            return self._indented(now)
        if typed == text:
            over = self.suggestion.replace
            fits = self.suggestion.rest and self.place.inserted(now, over) == 0
            return continued(now.site, self.suggestion.rest) if fits else None
        inserted = self.place.inserted(now)
        left = replace(self.suggestion, text=text[len(typed) :])
        if inserted == 0:
            return left
        return refit(now.site, left) if inserted and typed else None

    def _indented(self, now: Place) -> Suggestion | None:
        """Return the suggestion where only the indentation of its first line was changed."""
        then, text = self.place.site, self.suggestion.text
        if not (then.starts_line and now.site.starts_line) or self.place.inserted(now) != 0:
            return None
        above = then.prefix[: len(then.prefix) - len(then.line_prefix)][-LOOK:]
        if not now.site.prefix.endswith(above + now.site.line_prefix):
            return None
        first = text.lstrip(" \t")
        before, after = then.line_prefix + text[: len(text) - len(first)], now.site.line_prefix
        head, *below = first.split("\n")
        if not head or any(line.strip() and not line.startswith(before) for line in below):
            return None
        lines = [after + line[len(before) :] if line.strip() else line for line in below]
        return replace(self.suggestion, text="\n".join([head, *lines]), rest="")


class Recent:
    """The last suggestions, newest last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Place, Kept] = OrderedDict()

    def keep(self, place: Place, suggestion: Suggestion, engine: str) -> None:
        """Remember a suggestion, and forget the oldest where there are too many."""
        self._kept[place] = Kept(place, suggestion, engine)
        self._kept.move_to_end(place)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def find(self, now: Place) -> tuple[Suggestion, str] | None:
        """Return what is left of a suggestion, and its engine; None for a miss."""
        for kept in reversed(self._kept.values()):
            if (left := kept.left(now)) is not None and left.text:
                return left, kept.engine
        return None

    def is_used_up(self, now: Place) -> bool:
        """Whether the newest suggestion was typed or accepted to its end."""
        newest = next(reversed(self._kept.values()), None)
        return newest is not None and newest.place.typed(now) == newest.suggestion.text

    def forget(self, uri: str) -> None:
        """Drop what was suggested in a document."""
        for place in [place for place in self._kept if place.uri == uri]:
            del self._kept[place]


def _is_same(text: str, then: str) -> bool:
    return text[:LOOK] == then
