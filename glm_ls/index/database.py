"""What is known of a project's files, kept between sessions: SQLite in the user's cache directory.

One database per project root. It holds nothing that cannot be made again, so one that is damaged,
of another version or in a folder that cannot be written is left for a new or an in-memory one.
Two servers on one project share it: each row stands for one state of one file, and the last
writer is as right as the first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from glm_ls.log import logger

VERSION = 4
"""Raised with every change of what is kept: an older database is made anew."""
BUSY_S = 5.0
"""How long another server may hold the database."""
PAGE = 1 << 15
"""Bytes of a page: a record of usual size lies in one, and is read in half of the time."""
KEPT_PASSAGES = 20
"""Hits of a search at most."""

_SCHEMA = f"""
create table files (
    id integer primary key,
    path text not null unique,  -- in the project, with forward slashes
    language text not null,
    modified_ns integer not null,
    size integer not null,
    imports text not null,      -- see extract.imports_json
    first_passage integer not null, last_passage integer not null,
    record blob not null        -- see record.packed; last, so that others are read without it
);
create virtual table passages using fts5 (path unindexed, start unindexed, text,
    tokenize = "unicode61 tokenchars '_'");
pragma user_version = {VERSION};
"""
_TABLES = ("files", "symbols", "passages")
"""Those of older versions too."""

log = logger("index.database")


class Stamp(NamedTuple):
    """What tells whether a file has changed, without reading it."""

    modified_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Some lines of a text without an outline: documentation, or a language without a grammar."""

    path: str
    start: int
    """First line, 0-based."""
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One file as it is kept."""

    path: str
    language: str
    stamp: Stamp
    imports: str = ""
    record: bytes = b""
    """Empty where there is nothing to say of the file, which is kept so as not to be read again."""
    passages: Sequence[Passage] = ()


def database_path(cache: Path, root: Path) -> Path:
    """Return where the database of a project is: its name tells people which one it is."""
    digest = hashlib.blake2b(os.fsencode(root), digest_size=8).hexdigest()
    return cache / "index" / f"{root.name or 'root'}-{digest}.db"


class Database:
    """One project's rows. Trouble with the disk costs what is kept, never an answer."""

    def __init__(self, path: Path | None) -> None:
        """Open or make the database; None keeps it in memory."""
        self.rebuilt = ""
        """Why a database was thrown away; "" if none was."""
        self.rebuilds = 0
        """How often that happened."""
        self._path = path
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        if self._path is not None:
            try:
                return _connected(self._path)
            except (sqlite3.OperationalError, OSError) as error:
                log.warning("the index is kept in memory only: %s", error)
            except sqlite3.DatabaseError as error:
                return self._anew(error)
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.executescript(_SCHEMA)
        return connection

    def _anew(self, error: Exception) -> sqlite3.Connection:
        self.rebuilds += 1
        self.rebuilt = f"the index was damaged ({error}) and is built anew"
        log.warning("%s", self.rebuilt)
        self._path = self._path if self._path is not None and _removed(self._path) else None
        return self._open()

    def files(self) -> Generator[tuple[str, str, Stamp, bytes]]:
        """Yield (path, language, state it was read in, record) of each file, by path."""
        query = "select path, language, modified_ns, size, record from files order by path"
        for path, language, modified, size, record in self._read(query):
            yield path, language, Stamp(modified, size), record

    def record_bytes(self) -> int:
        """Return how large all records are together."""
        return int(next(self._read("select total(length(record)) from files"), (0,))[0])

    def imports(self, path: str) -> tuple[str, str] | None:
        """Return (language, imports) of a file."""
        row = next(self._read("select language, imports from files where path = ?", path), None)
        return (row[0], row[1]) if row else None

    def search(self, words: Sequence[str], folder: str = "") -> list[Passage]:
        """Return the passages that have any of the words, best first."""
        if not words:
            return []
        query = " OR ".join('"' + word.replace('"', "") + '"' for word in words)
        rows = self._read(
            "select path, start, text from passages where passages match ?"
            f" order by bm25(passages), path, start limit {KEPT_PASSAGES}",
            query,
        )
        return [Passage(path, start, text) for path, start, text in rows if path.startswith(folder)]

    def write(self, rows: Collection[Row]) -> bool:
        """Keep rows in place of those of the same paths; say whether all of them are kept."""

        def act(connection: sqlite3.Connection) -> None:
            for row in rows:
                _forget(connection, row.path)
                _keep(connection, row)

        return not rows or self._transact(act)

    def forget(self, paths: Collection[str]) -> bool:
        """Drop files; say whether they are gone."""

        def act(connection: sqlite3.Connection) -> None:
            for path in paths:
                _forget(connection, path)

        return not paths or self._transact(act)

    def replace(self, error: Exception) -> None:
        """Put an empty database in the place of one that is damaged."""
        self.close()
        self._connection = self._anew(error)

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _read(self, query: str, *values: object) -> Generator[tuple]:  # type: ignore[type-arg]
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.OperationalError as error:
            log.warning("the index cannot be read: %s", error)
        except sqlite3.DatabaseError as error:
            self.replace(error)

    def _transact(self, act: Callable[[sqlite3.Connection], None]) -> bool:
        """Write all or nothing and say which; a full disk or a locked database is logged."""
        try:
            self._connection.execute("begin immediate")
            act(self._connection)
            self._connection.execute("commit")
        except sqlite3.OperationalError as error:
            log.warning("the index was not written: %s", error)
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("rollback")
        except sqlite3.DatabaseError as error:
            self.replace(error)
        else:
            return True
        return False


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    try:
        connection.execute(f"pragma page_size = {PAGE}")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute("begin immediate")
        if connection.execute("pragma user_version").fetchone()[0] != VERSION:
            for table in _TABLES:
                connection.execute(f"drop table if exists {table}")
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return connection


def _removed(path: Path) -> bool:
    """Remove a database and what belongs to it; say whether that went well."""
    try:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        log.warning("the damaged index cannot be removed: %s", error)
        return False
    return True


def _keep(connection: sqlite3.Connection, row: Row) -> None:
    passages = [
        connection.execute(
            "insert into passages values (?, ?, ?)", (one.path, one.start, one.text)
        ).lastrowid
        for one in row.passages
    ]
    first, last = (passages[0], passages[-1]) if passages else (0, -1)
    connection.execute(
        "insert into files values (null, ?, ?, ?, ?, ?, ?, ?, ?)",
        (row.path, row.language, row.stamp.modified_ns, row.stamp.size,
         row.imports, first, last, row.record),
    )  # fmt: skip


def _forget(connection: sqlite3.Connection, path: str) -> None:
    known = connection.execute(
        "select id, first_passage, last_passage from files where path = ?", (path,)
    ).fetchone()
    if known is None:
        return
    number, *passages = known
    connection.execute("delete from passages where rowid between ? and ?", passages)
    connection.execute("delete from files where id = ?", (number,))
