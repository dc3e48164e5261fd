"""A piece of accepted text and where it is while its document is edited."""

from __future__ import annotations

from dataclasses import dataclass

from glm_ls.features.offers import Offer
from glm_ls.text.difference import Replacement
from glm_ls.text.position import Position, Range, advanced
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.survival import surviving

LONGEST = 1_500
"""Characters of an accepted text that are followed."""

WIDEST = 4_500
"""Characters in which they are looked for: more would keep the event loop too long."""

LOOSE = 200
"""Characters by which a text that replaces a piece whole may be longer than twice the piece, to be
taken for its successor."""


@dataclass(slots=True)
class Followed:
    """Accepted text, and the range that holds what is left of it."""

    offer: Offer
    text: str
    span: Range

    def move(self, change: Replacement, old: Snapshot) -> bool:
        """Go along with an edit; False where it cannot be told any more what became of the text.

        What is typed at either end stays outside; what is changed within belongs to the range.
        """
        start, end = self.span
        if not self._touched_by(change):
            if change.end <= start:
                self.span = Range(change.moved(start), change.moved(end))
            return True
        covered = change.start <= start and end <= change.end
        if covered and (found := self._found_in(change, old)):
            self.span = found
            return True
        self.span = Range(
            min(start, change.start),
            change.moved(end) if end > change.end else change.new_end,
        )
        return not covered or len(change.text) <= 2 * len(self.text) + LOOSE

    def kept(self, snapshot: Snapshot) -> int | None:
        """Return how many characters are still there, None where that takes too long to tell."""
        start, end = self.span
        if end.line - start.line > WIDEST:
            return None
        now = snapshot.slice(self.span)
        return surviving(self.text, now) if len(now) <= WIDEST else None

    def _touched_by(self, change: Replacement) -> bool:
        start, end = self.span
        if start == end:  # all is deleted; what comes back comes back here
            return change.start <= start <= change.end
        return change.start < end and start < change.end

    def _found_in(self, change: Replacement, old: Snapshot) -> Range | None:
        """Return where the text stands unchanged in what replaced it and all around it."""
        held = old.slice(self.span) or self.text
        at = change.text.find(held)
        if at < 0:
            return None
        start: Position = advanced(change.start, change.text[:at])
        return Range(start, advanced(start, held))
