"""What the database holds, and what is still to be written to it, becomes a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from heapq import merge

from glm_ls.index.corpus import Corpus, Entry
from glm_ls.index.database import Database, Row, Stamp
from glm_ls.index.files import family_of
from glm_ls.index.paths import is_test

_File = tuple[str, str, Stamp, bytes]


def kept_corpus(
    database: Database, unwritten: Mapping[str, Row], stamps: dict[str, Stamp]
) -> Corpus:
    """Return the corpus of all files, and put the state each was read in into `stamps`.

    A damaged database is replaced by an empty one.
    """
    new = sorted((row.path, row.language, row.stamp, row.record) for row in unwritten.values())
    try:
        with closing(database.files()) as files:
            kept = (file for file in files if file[0] not in unwritten)
            size = database.record_bytes() + sum(len(row.record) for row in unwritten.values())
            return Corpus.of(_entries(merge(kept, new), stamps), size)
    except (ValueError, IndexError) as error:
        stamps.clear()
        database.replace(error)
        return Corpus.of([])


def _entries(files: Iterable[_File], stamps: dict[str, Stamp]) -> Iterator[tuple[Entry, bytes]]:
    """Yield what a corpus is made of; of some files nothing but their state is kept."""
    for path, language, stamp, record in files:
        stamps[path] = stamp
        if record:
            yield entry_of(path, language), record


def entry_of(path: str, language_id: str) -> Entry:
    """Return a file as the corpus lists it."""
    return Entry(path, family_of(language_id), is_test(path))
