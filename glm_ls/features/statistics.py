"""What becomes of suggestions, as events for the ledger: shown, accepted, there after a while.

Nothing but numbers and names leaves this module. What could not be observed is not booked: a
document that was closed, text that was moved about in one go, a measurement that came too late
because the machine slept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from glm_ls.features.followed import LONGEST, Followed
from glm_ls.features.offers import Offer, Offers
from glm_ls.store.statistics import KEPT, Event, Kind
from glm_ls.text.difference import Replacement, common_start
from glm_ls.text.position import Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.survival import weight

FOLLOWED = 24
"""Accepted pieces that are followed at a time."""

LATE_S = 5.0
"""How much later than its mark a measurement may come."""

ARRIVES_S = 5.0
"""How long after its acceptance a text may take to be in the document."""

TYPED = 3
"""Characters that an editor inserts at one key: a bracket and its closer, three quotes."""


class Clock(Protocol):
    """What is used of an event loop."""

    def time(self) -> float:
        """Return seconds that never run backwards."""
        ...

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> object:
        """Call back after seconds."""
        ...


class Statistics:
    """The suggestions of one connection."""

    def __init__(
        self,
        clock: Clock,
        current: Callable[[str], Snapshot | None],
        note: Callable[[Event], None],
        *,
        parts: bool = False,
    ) -> None:
        """`current` returns an open document by its URI.

        `parts`: the client shows ghost text, so a part of a suggestion comes from accepting it;
        elsewhere it may be another server's menu item.
        """
        self._clock = clock
        self._current = current
        self._note = note
        self._parts = parts
        self._offers = Offers()
        self._awaited: list[tuple[float, Offer, int, int]] = []
        """Accepted, but not in the document yet: until when, and which characters."""
        self._followed: list[Followed] = []
        self._told = False
        """The client tells what it shows."""

    # -- what the client is sent and tells -------------------------------------------------

    def offer(self, offer: Offer) -> int:
        """Return the number of a suggestion that is sent, its old one where it is sent again."""
        return self._offers.add(offer).number

    def answered(self, number: int) -> None:
        """Count a suggestion as shown that was the answer's first, if the client never tells."""
        if not self._told:
            self._show(self._offers.get(number))

    def shown(self, number: int) -> None:
        """Count a suggestion as shown because the client says so."""
        offer = self._offers.get(number)
        self._told = self._told or offer is not None
        self._show(offer)

    def accepted(self, number: int, chars: int) -> bool:
        """Count a suggestion as accepted whose last `chars` were left; False: it is unknown."""
        offer = self._offers.get(number)
        if offer is not None:
            self._accept(offer, len(offer.text) - chars, len(offer.text))
        return offer is not None

    def accepted_part(self, number: int, chars: int, accepted: int) -> None:
        """Count that of a suggestion whose last `chars` were left the first `accepted` were taken.

        Each is a part; telling more of the same suggestion later adds the difference.
        """
        offer = self._offers.get(number)
        if offer is not None and accepted > 0:
            first = len(offer.text) - chars
            self._accept(offer, first, min(first + accepted, len(offer.text)))

    def insertion(self, number: int, chars: int) -> str:
        """Return the last characters of a suggestion; empty where it is unknown."""
        offer = self._offers.get(number)
        return offer.text[max(len(offer.text) - chars, 0) :] if offer else ""

    # -- what happens to the document ------------------------------------------------------

    def changed(self, old: Snapshot, new: Snapshot) -> None:
        """Go along with an edit, and see by it that a suggestion was accepted."""
        uri = new.uri
        offers = [offer for offer in self._offers if offer.uri == uri]
        followed = [piece for piece in self._followed if piece.offer.uri == uri]
        if not offers and not followed:
            return
        change = Replacement.between(old, new)
        for piece in followed:
            if not piece.move(change, old):
                self._followed.remove(piece)
        for offer in offers:
            offer.move(change)
        if self._awaited:
            self._find_awaited(new)
        if len(change.text) > TYPED:
            self._detect(offers, change, old, new)

    def closed(self, uri: str) -> None:
        """Forget a document."""
        self._offers.forget(uri)
        self._awaited = [waiting for waiting in self._awaited if waiting[1].uri != uri]
        self._followed = [piece for piece in self._followed if piece.offer.uri != uri]

    # -- the rest --------------------------------------------------------------------------

    def _show(self, offer: Offer | None) -> None:
        if offer is not None and not offer.shown:
            offer.shown = True
            self._book("shown", offer, offer.text)

    def _accept(self, offer: Offer, first: int, last: int) -> None:
        """Book the characters from `first` to `last`, but none twice, and follow them."""
        self._show(offer)
        fresh = not offer.reached
        first = max(first, offer.reached, 0)
        if first >= last:
            return
        offer.reached = last
        complete = last == len(offer.text)
        kinds: tuple[Kind, Kind] = ("whole", "part") if fresh else ("rest", "more")
        self._book(kinds[0] if complete else kinds[1], offer, offer.text[first:last])
        self._awaited.append((self._clock.time() + ARRIVES_S, offer, first, last))
        if (snapshot := self._current(offer.uri)) is not None:
            self._find_awaited(snapshot)

    def _find_awaited(self, snapshot: Snapshot) -> None:
        """Follow what was accepted and is in the document now."""
        now, waiting = self._clock.time(), self._awaited
        self._awaited = []
        for one in waiting:
            until, offer, first, last = one
            if now > until:
                continue
            if offer.uri == snapshot.uri and offer.stands_in(snapshot, last):
                self._follow(offer, first, min(last, first + LONGEST))
            else:
                self._awaited.append(one)

    def _follow(self, offer: Offer, first: int, last: int) -> None:
        piece = Followed(offer, offer.text[first:last], offer.span(first, last))
        self._followed = [*self._followed[1 - FOLLOWED :], piece]
        began = self._clock.time()
        for mark in KEPT:
            self._clock.call_later(mark, self._measure, piece, mark, began)

    def _measure(self, piece: Followed, mark: int, began: float) -> None:
        snapshot = self._current(piece.offer.uri)
        late = self._clock.time() - began - mark > LATE_S
        if piece not in self._followed or snapshot is None or late:
            return
        kept = piece.kept(snapshot)
        if kept is not None:
            self._book(KEPT[mark], piece.offer, piece.text, weight(piece.text), kept)
        if mark == max(KEPT):
            self._followed.remove(piece)

    def _detect(
        self, offers: list[Offer], change: Replacement, old: Snapshot, new: Snapshot
    ) -> None:
        """Count a suggestion as accepted, without its command, that one change brought.

        Most of it at least: who types it through gets there by many small changes.
        """
        brought = len(change.text.replace("\r\n", "\n"))
        come = [
            offer
            for offer in offers
            if offer.reached < len(offer.text) <= 2 * brought
            and brought <= len(offer.whole)
            and offer.start <= change.start
            and offer.stands_in(new, len(offer.text))
        ]
        if come:
            offer = max(come, key=lambda offer: len(offer.text))
            there = common_start(old.after(offer.start, len(offer.whole)), offer.whole)
            first = min(there - len(offer.lead), len(offer.text) - brought)
            self._accept(offer, first, len(offer.text))
        elif self._parts and any(map(str.isalnum, change.text)):  # Enter brings blanks as well
            self._detect_part(offers, change, new)

    def _detect_part(self, offers: list[Offer], change: Replacement, new: Snapshot) -> None:
        """Count the words of a suggestion that one change brought as accepted."""
        brought = len(change.text.replace("\r\n", "\n"))
        for offer in offers:
            if offer.start > change.start:
                continue
            there = new.slice(Range(offer.start, change.new_end)).replace("\r\n", "\n")
            taken = len(there) - len(offer.lead)
            if taken < len(offer.text) and offer.whole.startswith(there):
                self._accept(offer, taken - brought, taken)
                return

    def _book(
        self, kind: Kind, offer: Offer, text: str, chars: int | None = None, kept: int = 0
    ) -> None:
        size = len(text) if chars is None else chars
        lines = text.count("\n") + 1
        self._note(Event(kind, offer.language, offer.model, offer.engine, size, lines, kept))
