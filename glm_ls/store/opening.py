"""A path to an open SQLite database, whatever is the matter with the file.

A damaged file is set aside and a new one begun; where there is no place for a file, memory serves.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 5.0
"""How long a write waits for another process that writes."""

MEMORY = Path(":memory:")
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def opened(
    path: Path,
    schema: str,
    log: logging.Logger,
    first_look: Callable[[sqlite3.Connection], None] = lambda database: None,
) -> sqlite3.Connection:
    """Return the database of a path with its tables made, in the thread that will use it.

    `first_look` reads what is needed of it, so that damage shows here rather than later.
    """
    try:
        try:
            return _connected(path, schema, first_look)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) not in DAMAGED:
                raise
            log.warning("%s is damaged and was set aside: %s", path, error)
            _set_aside(path)
            return _connected(path, schema, first_look)
    except (sqlite3.Error, OSError) as error:
        log.warning("%s cannot be used, nothing is kept: %s", path, error)
        return _connected(MEMORY, schema, first_look)


def _set_aside(path: Path) -> None:
    path.replace(path.with_suffix(".damaged"))
    for suffix in ("-wal", "-shm"):  # they belong to the damaged file
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _connected(
    path: Path, schema: str, first_look: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    if path != MEMORY:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    try:
        with suppress(sqlite3.OperationalError):  # busy: another process is just doing it
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(schema)
        first_look(database)
    except sqlite3.Error:
        database.close()
        raise
    return database
