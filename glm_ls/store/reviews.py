"""What is remembered of reviews: dismissed findings, and what was found in which hunk.

Kept in the user's state directory; a team can share dismissals in a file of the repository, which
is read like any text of others: it only ever hides findings, by fingerprint. For CI read it from
the base of a change, or the change could hide what is found in it. Nothing is written there but
on request. Hunks are cached by a key of all that could change the answer.
"""

from __future__ import annotations

import errno
import hashlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from glm_ls.log import logger
from glm_ls.postprocess.findings.finding import Finding
from glm_ls.postprocess.findings.written import from_json, to_json
from glm_ls.store.opening import opened

SHARED_FILE = ".glm-ls-dismissed"
"""Name of the shared file in the root of a repository."""
MAX_SHARED = 20_000
"""Lines of a shared file that are read."""
KEPT_HUNKS = 20_000
"""Cached hunks; the longest unused go first."""
KEPT_STANDS = 1_000
"""Documents whose findings are kept; the oldest go first."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS dismissed (
  workspace TEXT NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
  at REAL NOT NULL, PRIMARY KEY (workspace, fingerprint)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dismissed_kinds (
  workspace TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL,
  PRIMARY KEY (workspace, path, kind)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hunks (
  key TEXT PRIMARY KEY, findings TEXT NOT NULL, used REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stands (
  uri TEXT PRIMARY KEY, findings TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hunks_used ON hunks (used);
"""
_FINGERPRINT = re.compile(r"[0-9a-f]{32}(?=\s|$)")
_T = TypeVar("_T")
log = logger("store.reviews")


class Dismissal(NamedTuple):
    """A finding that is not wanted again."""

    fingerprint: str
    kind: str
    title: str
    """For people who read the list."""


def hunk_key(hunk: str, context: str, model: str, prompt_version: str) -> str:
    """Return the key of a hunk in the cache: all that the answer depends on."""
    digest = hashlib.sha256()
    for part in (hunk, context, model, prompt_version):
        content = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()


class Reviews:
    """The memory of one user, in one file; calls may come from any thread and wait for the disk."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reviews")
        self._database = self._thread.submit(opened, path, SCHEMA, log, _look).result()

    def dismiss(self, workspace: Path, dismissal: Dismissal) -> None:
        """Never show a finding again in a workspace."""
        row = (str(workspace), *dismissal, time.time())
        self._write("INSERT OR REPLACE INTO dismissed VALUES (?,?,?,?,?)", row)

    def dismiss_kind(self, workspace: Path, path: str, kind: str) -> None:
        """Never show a kind of finding again in a file."""
        self._write("INSERT OR REPLACE INTO dismissed_kinds VALUES (?,?,?)",
                    (str(workspace), path, kind))  # fmt: skip

    def restore(self, workspace: Path, fingerprint: str) -> None:
        """Take a dismissal back."""
        query = "DELETE FROM dismissed WHERE workspace = ? AND fingerprint = ?"
        self._write(query, (str(workspace), fingerprint))

    def dismissals(self, workspace: Path) -> tuple[Dismissal, ...]:
        """Return what is dismissed in a workspace, in the order of fingerprints."""
        query = "SELECT fingerprint, kind, title FROM dismissed WHERE workspace = ? ORDER BY 1"
        return tuple(Dismissal(*row) for row in self._rows(query, (str(workspace),)))

    def dismissed_kinds(self, workspace: Path) -> frozenset[tuple[str, str]]:
        """Return the (path, kind) that are dismissed in a workspace."""
        query = "SELECT path, kind FROM dismissed_kinds WHERE workspace = ?"
        return frozenset((row[0], row[1]) for row in self._rows(query, (str(workspace),)))

    def cached(self, key: str) -> tuple[Finding, ...] | None:
        """Return what was found in a hunk, None where it was not reviewed."""
        rows = self._rows("SELECT findings FROM hunks WHERE key = ?", (key,))
        if not rows:
            return None
        try:
            found = from_json(rows[0][0])
        except ValueError as error:
            log.warning("a cached hunk cannot be read: %s", error)
            return None
        self._write("UPDATE hunks SET used = ? WHERE key = ?", (time.time(), key))
        return found

    def keep(self, key: str, findings: Iterable[Finding]) -> None:
        """Remember what was found in a hunk, also that nothing was."""
        row = (key, to_json(findings), time.time())
        self._write("INSERT OR REPLACE INTO hunks VALUES (?,?,?)", row)
        excess = "DELETE FROM hunks WHERE key IN (SELECT key FROM hunks ORDER BY used DESC"
        self._write(f"{excess} LIMIT -1 OFFSET ?)", (KEPT_HUNKS,))

    def stands(self) -> dict[str, str]:
        """Return the findings that stand in documents, by URI, the latest first."""
        query = "SELECT uri, findings FROM stands ORDER BY at DESC LIMIT ?"
        return dict(self._rows(query, (KEPT_STANDS,)))

    def keep_stand(self, uri: str, findings: str) -> None:
        """Remember the findings that stand in a document; "": none do."""
        if not findings:
            self._write("DELETE FROM stands WHERE uri = ?", (uri,))
            return
        row = (uri, findings, time.time())
        self._write("INSERT OR REPLACE INTO stands VALUES (?,?,?)", row)
        excess = "DELETE FROM stands WHERE uri IN (SELECT uri FROM stands ORDER BY at DESC"
        self._write(f"{excess} LIMIT -1 OFFSET ?)", (KEPT_STANDS,))

    def close(self) -> None:
        """Write what is left and close the file; may be called again."""
        with suppress(RuntimeError):  # closed already
            self._thread.submit(self._database.close)
        self._thread.shutdown()

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        def read() -> list[tuple[Any, ...]]:
            with closing(self._database.execute(query, values)) as cursor:
                return cursor.fetchall()

        return self._done(read, [])

    def _write(self, query: str, values: tuple[object, ...]) -> None:
        def write() -> None:
            self._database.execute(query, values)

        self._done(write, None)

    def _done(self, job: Callable[[], _T], otherwise: _T) -> _T:
        """Return what a job gives in the database's thread; a broken disk stops no review."""
        try:
            return self._thread.submit(job).result()
        except (sqlite3.Error, RuntimeError) as error:
            log.warning("reviews are not remembered: %s", error)
            return otherwise


def read_shared(text: str) -> tuple[Dismissal, ...]:
    """Return the dismissals of a shared file: fingerprint, kind, title; `#` begins a comment."""
    rows = (line.split(maxsplit=2) for line in text.splitlines()[:MAX_SHARED])
    return tuple(
        Dismissal(*(*row, "", "")[:3]) for row in rows if row and _FINGERPRINT.fullmatch(row[0])
    )


def shared_text(dismissals: Iterable[Dismissal]) -> str:
    """Return the content of a shared file, sorted so that branches merge."""
    rows = sorted({each.fingerprint: each for each in dismissals}.values())
    lines = (f"{row.fingerprint} {row.kind} {' '.join(row.title.split())}".rstrip() for row in rows)
    return "\n".join(("# Findings of glm-ls that are not wanted, one a line.", *lines, ""))


def share(reviews: Reviews, workspace: Path) -> int:
    """Add a workspace's dismissals to its shared file and return how many are in it.

    Raises OSError where it cannot be written, also where it is no plain file.
    """
    path = workspace / SHARED_FILE
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a symbolic link", str(path))
    there = read_shared(path.read_text("utf-8", "replace")) if path.exists() else ()
    rows = {row.fingerprint: row for row in (*reviews.dismissals(workspace), *there)}
    path.write_text(shared_text(rows.values()), encoding="utf-8")
    return len(rows)


def _look(database: sqlite3.Connection) -> None:
    """Read a little of each table: damage shows only where something is read."""
    for table in ("dismissed", "dismissed_kinds", "hunks", "stands"):
        database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
