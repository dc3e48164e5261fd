"""Findings of a review and the changes of their documents in, the findings that still stand out.

A finding moves with the lines around it and dies when its own lines are edited. What stands is
always on lines of the text that was seen last, so that it can be shown for exactly that version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from glm_ls.postprocess.findings.finding import Located
from glm_ls.postprocess.findings.life import remapped_all
from glm_ls.text.lines import line_body
from glm_ls.text.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Stand:
    """The findings of one document."""

    snapshot: Snapshot
    """The text that they stand in."""
    findings: tuple[Located, ...]
    held: frozenset[str] = frozenset()
    """Fingerprints of those that are not shown before somebody asks for more."""

    @property
    def shown(self) -> tuple[Located, ...]:
        """The findings but for those held back."""
        return tuple(each for each in self.findings if each.fingerprint not in self.held)

    def followed(self, after: Snapshot) -> Stand:
        """Return what stands in a later text of the document."""
        start, old_stop, new_stop = after.lines.difference(self.snapshot.lines)
        old = [line_body(line) for line in self.snapshot.lines.slice(start, old_stop)]
        new = [line_body(line) for line in after.lines.slice(start, new_stop)]
        inside = [each for each in self.findings if _lies_in(each.lines, start, old_stop)]
        places = [range(r.start - start, r.stop - start) for r in (each.lines for each in inside)]
        found = remapped_all(places, old, new) if inside else []
        moved = {
            id(each): range(place.start + start, place.stop + start)
            for each, place in zip(inside, found, strict=True)
            if place is not None
        }
        for each in self.findings:
            if each.lines.stop <= start:
                moved[id(each)] = each.lines
            elif each.lines.start >= old_stop:
                growth = new_stop - old_stop
                moved[id(each)] = range(each.lines.start + growth, each.lines.stop + growth)
        alive = [each for each in self.findings if id(each) in moved]
        placed = tuple(replace(each, lines=moved[id(each)]) for each in alive)
        return Stand(after, placed, self.held)


class Standing:
    """The findings of all documents, by URI."""

    def __init__(self) -> None:
        self._stands: dict[str, Stand] = {}
        self._removed: dict[str, set[str]] = {}
        """Fingerprints by document: what a review that is under way may not bring back."""

    def begin(self, uri: str) -> None:
        """Note that a review of a document begins."""
        self._removed.pop(uri, None)

    def of(self, uri: str) -> Stand | None:
        """Return what stands in a document."""
        return self._stands.get(uri)

    def put(
        self,
        reviewed: Snapshot,
        findings: Sequence[Located],
        held: frozenset[str] = frozenset(),
    ) -> None:
        """Take what was found in a text, in place of what was found before."""
        removed = self._removed.get(reviewed.uri, ())
        left = tuple(each for each in findings if each.fingerprint not in removed)
        self._stands[reviewed.uri] = Stand(reviewed, left, held)

    def reveal(self, uri: str) -> bool:
        """Hold nothing back any more in a document; return whether anything was."""
        stand = self._stands.get(uri)
        if stand is None or stand.shown == stand.findings:
            return False
        self._stands[uri] = replace(stand, held=frozenset())
        return True

    def follow(self, after: Snapshot) -> bool:
        """Take a later text of a document; return whether a finding has died."""
        before = self._stands.get(after.uri)
        if before is None:
            return False
        stand = self._stands[after.uri] = before.followed(after)
        return len(stand.findings) < len(before.findings)

    def remove(self, uri: str, is_meant: Callable[[Located], bool]) -> list[Located]:
        """Take findings away and return them."""
        stand = self._stands.get(uri)
        if stand is None:
            return []
        gone = [each for each in stand.findings if is_meant(each)]
        kept = tuple(each for each in stand.findings if each not in gone)
        self._stands[uri] = replace(stand, findings=kept)
        self._removed.setdefault(uri, set()).update(each.fingerprint for each in gone)
        return gone


def _lies_in(lines: range, start: int, stop: int) -> bool:
    return start <= lines.start and lines.stop <= stop and start < stop
