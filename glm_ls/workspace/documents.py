"""Open documents by URI, as snapshots.

Clients spell one URI in several ways (`file:///c%3A/x` and `file:///C:/x`), sometimes within one
session; a document is found under each of them and keeps the spelling it was opened with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from glm_ls.errors import DocumentError
from glm_ls.text.edit import Change
from glm_ls.text.position import Encoding
from glm_ls.text.snapshot import Snapshot

_DRIVE = re.compile(r"(?<=^file:///)[a-z](?=:)", re.IGNORECASE)


class Documents:
    """The documents a client has open; iterates over them, the last touched first."""

    def __init__(self) -> None:
        self._open: dict[str, Snapshot] = {}
        self._changes: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(tuple(reversed(self._open.values())))

    def __len__(self) -> int:
        return len(self._open)

    def get(self, uri: str) -> Snapshot | None:
        """Return the newest snapshot; None when the document is not open."""
        return self._open.get(_key(uri))

    def open(self, uri: str, language_id: str, version: int, text: str) -> Snapshot:
        """Keep a document; opening it once more replaces it."""
        return self._touch(Snapshot.of(uri, language_id, version, text))

    def change(
        self, uri: str, version: int, changes: Sequence[Change], encoding: Encoding
    ) -> Snapshot:
        """Keep the document after a client's changes; raise DocumentError when it is not open."""
        snapshot = self.get(uri)
        if snapshot is None:
            raise DocumentError(f"not open: {uri}")
        self._changes[_key(uri)] += 1
        return self._touch(snapshot.changed(changes, version, encoding))

    def changes_beside(self, uri: str) -> int:
        """Return how many changes there were in all documents but one."""
        return self._changes.total() - self._changes[_key(uri)]

    def close(self, uri: str) -> None:
        """Forget a document; closing one that is not open changes nothing."""
        self._open.pop(_key(uri), None)

    def _touch(self, snapshot: Snapshot) -> Snapshot:
        key = _key(snapshot.uri)
        self._open.pop(key, None)
        self._open[key] = snapshot
        return snapshot


def same_document(uri: str, other: str) -> bool:
    """Whether two URIs are spellings of one."""
    return _key(uri) == _key(other)


def _key(uri: str) -> str:
    # Bytes that are no UTF-8 stay distinct, as two files may differ only in them.
    plain = unquote(uri, errors="surrogateescape")
    return _DRIVE.sub(lambda drive: drive[0].upper(), plain)
