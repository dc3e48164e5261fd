"""Predictions that wait for the user: carried along while typing, and those turned down.

A prediction is kept for the document's present text. What the user rejects is remembered by what
it would have changed into what, wherever that stands by then, and each rejection lengthens the
silence that follows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from glm_ls.postprocess.next_edit import Hunk
from glm_ls.text.edit import Edit
from glm_ls.text.rebase import Waiting, in_words, left_of, rebased
from glm_ls.text.snapshot import Snapshot

DOCUMENTS = 16
REJECTED = 64
"""Rejected edits that are remembered."""
FIRST_PAUSE_S, MOST_PAUSE_S = 2.0, 60.0
"""Silence after a rejection; each further one doubles it, an acceptance ends it."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """One edit that is offered."""

    id: str
    """Says what becomes what in which document: the same edit has the same id once more."""
    edit: Edit
    """What is left of it, in the document as it is now."""
    engine: str


@dataclass(frozen=True, slots=True)
class _Live:
    """A prediction for a document as it is now."""

    snapshot: Snapshot
    ids: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    engine: str


class Predictions:
    """The live predictions, one for each document."""

    def __init__(self) -> None:
        self._live: OrderedDict[str, _Live] = OrderedDict()
        self._rejected: OrderedDict[str, None] = OrderedDict()
        self._offered: tuple[str, ...] = ()
        self._pause_s = 0.0
        self._silent_until_s = 0.0

    def keep(self, snapshot: Snapshot, hunks: Iterable[Hunk], engine: str) -> None:
        """Take a prediction for a snapshot, without what was rejected before."""
        fresh = {
            key: Waiting(hunk.edit.range, snapshot.slice(hunk.edit.range), hunk.edit.text)
            for hunk in hunks
            if (key := _id(snapshot.uri, hunk)) not in self._rejected and hunk.edit.range
        }
        self._live.pop(snapshot.uri, None)
        if fresh:
            live = _Live(snapshot, tuple(fresh), tuple(fresh.values()), engine)
            self._live[snapshot.uri] = live
        while len(self._live) > DOCUMENTS:
            self._live.popitem(last=False)

    def changed(self, before: Snapshot, after: Snapshot) -> None:
        """Carry a document's prediction over a change, or drop it."""
        live = self._live.get(before.uri)
        if live is None:
            return
        moved = rebased(live.waiting, before, after) if live.snapshot is before else None
        if moved and any(left_of(one, after) for one in moved):
            self._live[before.uri] = replace(live, snapshot=after, waiting=moved)
        else:
            del self._live[before.uri]

    def of(self, snapshot: Snapshot) -> tuple[Predicted, ...]:
        """Return what is left of the prediction for this very snapshot, in its order."""
        live = self._live.get(snapshot.uri)
        if live is None or live.snapshot is not snapshot:
            return ()
        left = (
            (key, left_of(one, snapshot)) for key, one in zip(live.ids, live.waiting, strict=True)
        )
        return tuple(
            Predicted(key, in_words(edit, snapshot), live.engine) for key, edit in left if edit
        )

    def forget(self, uri: str) -> None:
        """Drop the prediction of a document."""
        self._live.pop(uri, None)

    # -- what becomes of them ------------------------------------------------------------

    def shown(self, ids: Iterable[str]) -> None:
        """Note what the user sees now."""
        self._offered = tuple(ids)

    def accept(self) -> None:
        """Count an acceptance: the user is pleased again."""
        self._pause_s = self._silent_until_s = 0.0

    def reject(self, ids: Iterable[str], now_s: float) -> None:
        """Remember rejected edits, by default those shown last, and drop them where they wait."""
        for key in tuple(ids) or self._offered:
            self._rejected[key] = None
            self._rejected.move_to_end(key)
        while len(self._rejected) > REJECTED:
            self._rejected.popitem(last=False)
        for uri, live in list(self._live.items()):
            self._live[uri] = _without(live, self._rejected)
            if not self._live[uri].ids:
                del self._live[uri]
        self._pause_s = min(max(self._pause_s * 2, FIRST_PAUSE_S), MOST_PAUSE_S)
        self._silent_until_s = now_s + self._pause_s

    def backs_off(self, now_s: float) -> bool:
        """Whether it is too soon after a rejection to come up with something unasked."""
        return now_s < self._silent_until_s


def _without(live: _Live, rejected: Iterable[str]) -> _Live:
    refused = set(rejected)
    pairs = zip(live.ids, live.waiting, strict=True)
    kept = [(key, one) for key, one in pairs if key not in refused]
    return replace(live, ids=tuple(k for k, _ in kept), waiting=tuple(one for _, one in kept))


def _id(uri: str, hunk: Hunk) -> str:
    """Return the same digits for the same lines turned into the same lines, wherever they stand."""
    lines = ("\n".join(line.strip() for line in side) for side in (hunk.old, hunk.new))
    return sha256("\0".join((uri, *lines)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
