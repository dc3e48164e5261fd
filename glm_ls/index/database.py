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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from glm_ls.log import logger

VERSION = 1
"""Raised with every change of what is kept: an older database is made anew."""
BUSY_S = 5.0
"""How long another server may hold the database."""
KEPT_PASSAGES = 20
"""Hits of a search at most."""

_SCHEMA = f"""
create table files (
    path text primary key,      -- in the project, with forward slashes
    language text not null,
    modified_ns integer not null,
    size integer not null,
    digest blob not null,       -- of the text
    imports text not null,      -- see extract.imports_json
    record blob not null,       -- see record.packed
    first_passage integer not null, last_passage integer not null
) without rowid;
create table symbols (path text not null, name text not null, kind text not null,
    owner text not null, start integer not null, end integer not null, signature text not null,
    doc text not null);
create index symbols_by_name on symbols (name);
create index symbols_by_path on symbols (path);
create virtual table passages using fts5 (path unindexed, start unindexed, text,
    tokenize = "unicode61 tokenchars '_'");
pragma user_version = {VERSION};
"""
_TABLES = ("files", "symbols", "passages")

log = logger("index.database")


@dataclass(frozen=True, slots=True)
class Stamp:
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
    digest: bytes
    imports: str
    record: bytes
    symbols: Sequence[tuple[str, str, str, int, int, str, str]] = ()
    """(name, kind, owner, start, end, signature, doc)."""
    passages: Sequence[Passage] = ()


def digest_of(text: str) -> bytes:
    """Return what tells texts apart."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
        self._path = path
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        if self._path is not None:
            try:
                return _connected(self._path)
            except (sqlite3.OperationalError, OSError) as error:
                log.warning("the index is kept in memory only: %s", error)
            except sqlite3.DatabaseError as error:
                return self._anew(self._path, error)
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.executescript(_SCHEMA)
        return connection

    def _anew(self, path: Path, error: Exception) -> sqlite3.Connection:
        """Put an empty database in the place of a damaged one."""
        self.rebuilt = f"the index was damaged ({error}) and is built anew"
        log.warning("%s", self.rebuilt)
        self._path = path if _removed(path) else None
        return self._open()

    def stamps(self) -> dict[str, Stamp]:
        """Return the state each file was read in."""
        rows = self._read("select path, modified_ns, size from files")
        return {path: Stamp(modified, size) for path, modified, size in rows}

    def records(self) -> list[tuple[str, str, bytes]]:
        """Return (path, language, record) of every file, in the order of their paths."""
        return list(self._read("select path, language, record from files order by path"))

    def imports(self, path: str) -> tuple[str, str] | None:
        """Return (language, imports) of a file."""
        row = next(self._read("select language, imports from files where path = ?", path), None)
        return (row[0], row[1]) if row else None

    def digest(self, path: str) -> bytes | None:
        """Return the digest of the text a file had."""
        row = next(self._read("select digest from files where path = ?", path), None)
        return row[0] if row else None

    def symbols(self, name: str) -> list[tuple[str, int, int, str]]:
        """Return (path, start, end, signature) of everything with a name."""
        return list(
            self._read(
                "select path, start, end, signature from symbols where name = ?"
                " order by path, start",
                name,
            )
        )

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

    def write(self, rows: Iterable[Row]) -> None:
        """Keep rows in place of those of the same paths."""
        rows = list(rows)
        with self._transaction() as connection:
            for row in rows:
                _forget(connection, row.path)
                passages = [
                    connection.execute(
                        "insert into passages values (?, ?, ?)", (one.path, one.start, one.text)
                    ).lastrowid
                    for one in row.passages
                ]
                first, last = (passages[0], passages[-1]) if passages else (0, -1)
                connection.execute(
                    "insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (row.path, row.language, row.stamp.modified_ns, row.stamp.size, row.digest,
                     row.imports, row.record, first, last),
                )  # fmt: skip
                connection.executemany(
                    "insert into symbols values (?, ?, ?, ?, ?, ?, ?, ?)",
                    [(row.path, *symbol) for symbol in row.symbols],
                )

    def forget(self, paths: Iterable[str]) -> None:
        """Drop files."""
        with self._transaction() as connection:
            for path in paths:
                _forget(connection, path)

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _read(self, query: str, *values: object) -> Iterator[tuple]:  # type: ignore[type-arg]
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.OperationalError as error:
            log.warning("the index cannot be read: %s", error)
        except sqlite3.DatabaseError as error:
            self._replace(error)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; a disk that is full or a database that is locked is logged."""
        try:
            self._connection.execute("begin immediate")
            yield self._connection
            self._connection.execute("commit")
        except sqlite3.OperationalError as error:
            log.warning("the index was not written: %s", error)
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("rollback")
        except sqlite3.DatabaseError as error:
            self._replace(error)

    def _replace(self, error: Exception) -> None:
        self.close()
        if self._path is not None:
            self._connection = self._anew(self._path, error)


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    try:
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


def _forget(connection: sqlite3.Connection, path: str) -> None:
    known = connection.execute(
        "select first_passage, last_passage from files where path = ?", (path,)
    ).fetchone()
    if known is None:
        return
    connection.execute("delete from passages where rowid between ? and ?", known)
    connection.execute("delete from symbols where path = ?", (path,))
    connection.execute("delete from files where path = ?", (path,))
