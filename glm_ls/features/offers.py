"""The suggestions that a client was offered last, each under a number.

A suggestion is one and the same however often it is sent while it is typed through: what the
document would hold up to its end is the same then, in the same line. Blanks do not count, so
that it stays the same when the line is indented anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from glm_ls.text.difference import Replacement
from glm_ls.text.position import Position, Range, advanced
from glm_ls.text.snapshot import Snapshot

KEPT = 16
"""Offers remembered; one is of use for seconds."""

LOOK = 300
"""Characters before the cursor that are compared."""


@dataclass(slots=True)
class Offer:
    """A suggestion as it was first sent, and what is known of it."""

    uri: str
    language: str
    model: str
    engine: str
    start: Position
    """Where `lead` and `text` begin; moves with edits of the document."""
    text: str
    r"""The suggestion; its lines end at `\n`."""
    before: str
    """What stands before the suggestion, `lead` included; LOOK characters suffice."""
    lead: str = ""
    """What the client inserts before the suggestion: the menu's selected item."""
    number: int = 0
    shown: bool = False
    reached: int = 0
    """Characters of `text` up to which it was accepted."""

    @property
    def whole(self) -> str:
        """Everything that stands at `start` once the suggestion is accepted."""
        return self.lead + self.text

    def is_same(self, other: Offer) -> bool:
        """Whether two offers are the same suggestion."""
        if (self.uri, self.model, self._end_line) != (other.uri, other.model, other._end_line):
            return False
        one, two = self._ending, other._ending
        return one.endswith(two) or two.endswith(one)

    def stands_in(self, snapshot: Snapshot, chars: int) -> bool:
        """Whether the first characters of the suggestion are in the document, at their place."""
        wanted = self.lead + self.text[:chars]
        span = Range(self.start, advanced(self.start, wanted))
        return snapshot.slice(span).replace("\r\n", "\n") == wanted

    def span(self, first: int, last: int) -> Range:
        """Return where characters of the suggestion are, once they are in the document."""
        start = advanced(self.start, self.lead + self.text[:first])
        return Range(start, advanced(start, self.text[first:last]))

    def move(self, change: Replacement) -> None:
        """Go along with an edit; what is inserted at the start may be the suggestion itself."""
        if self.start > change.start:
            self.start = change.moved(self.start) if self.start >= change.end else change.start

    @property
    def _end_line(self) -> int:
        return self.start.line + self.whole.count("\n")

    @property
    def _ending(self) -> str:
        return "".join((self.before + self.text).split())[-LOOK:]


class Offers:
    """The last offers; iterates over them, the newest first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Offer] = OrderedDict()
        self._last = 0

    def __iter__(self) -> Iterator[Offer]:
        return iter(tuple(reversed(self._kept.values())))

    def get(self, number: int) -> Offer | None:
        """Return the offer of a number, None where it is not known any more."""
        return self._kept.get(number)

    def add(self, offer: Offer) -> Offer:
        """Return the offer that is kept for it: itself, numbered, or the same one sent before."""
        known = next((kept for kept in self if kept.is_same(offer)), None)
        if known is None:
            self._last += 1
            offer.number = self._last
            known = offer
        elif (growth := len(offer.text) - len(known.text)) > 0:
            # What was typed before it has been taken back, and is suggested as well now.
            known.start, known.lead, known.before = offer.start, offer.lead, offer.before
            known.text, known.reached = offer.text, known.reached and known.reached + growth
        self._kept[known.number] = known
        self._kept.move_to_end(known.number)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return known

    def forget(self, uri: str) -> None:
        """Drop the offers of a document."""
        for offer in [offer for offer in self if offer.uri == uri]:
            del self._kept[offer.number]
