"""The index of one project: what is on disk becomes a corpus, step by step, and stays true.

    listing ──► queue of changed files, newest first ──► rows in the database ──► Corpus

The owner calls `step` when nothing else is to do; each call reads one file and takes a few
milliseconds. Questions are answered from what is there: `hurry` puts the files that matter first,
`glance` looks at those that time does not allow to read properly.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from glm_ls.index.corpus import Corpus, Entry
from glm_ls.index.database import Database, Passage, Row, Stamp, database_path, digest_of
from glm_ls.index.extract import Facts, imports_from_json
from glm_ls.index.facts import Outline
from glm_ls.index.files import (
    MAX_BYTES,
    Listing,
    family_of,
    is_allowed,
    is_indexed,
    list_project,
    read_file,
    row_for,
)
from glm_ls.index.imports import Imports, Known
from glm_ls.index.languages.table import row_of
from glm_ls.index.paths import is_test
from glm_ls.index.project import MANIFESTS, Project
from glm_ls.index.record import packed
from glm_ls.index.rough import rough_facts
from glm_ls.log import logger
from glm_ls.syntax.languages import language_of
from glm_ls.workspace.admission import obstacle_in
from glm_ls.workspace.ignore import Ignore

BATCH = 64
"""Files written to the database at once."""
GROWTH = 0.5
"""The corpus is joined anew when so much more has been read than it holds …"""
FIRST = 32
"""… and at first after so many files."""
MAX_DEAD = 64
"""Places of files that have changed, before the corpus is joined anew."""

log = logger("index")


class Index:
    """One project. Used by one thread."""

    def __init__(self, root: Path, ignore: Ignore, cache: Path | None) -> None:
        """Open what is kept of the project `root`, a real path; nothing is listed yet."""
        self.root = root
        self._ignore = ignore
        self._database = Database(database_path(cache, root) if cache else None)
        self._stamps = self._database.stamps()
        self._listed = False
        self._queue: dict[str, None] = {}
        """Paths to read, in order."""
        self._unwritten: list[Row] = []
        self._pending: dict[str, tuple[Entry, bytes]] = {}
        """Read since the corpus was joined."""
        self._overlaid: dict[str, str] = {}
        """Documents with a text of their own."""
        self._head = self._head_state()
        self.project = Project(self._stamps)
        self.corpus = self._kept()
        self.imports = Imports(self.project, self._known)

    # -- state -------------------------------------------------------------------------

    @property
    def trouble(self) -> str:
        """What befell the database; "" for nothing."""
        return self._database.rebuilt

    @property
    def is_complete(self) -> bool:
        """Whether every file has been read in its present state, as far as is known."""
        return self._listed and not self._queue

    @property
    def is_listed(self) -> bool:
        """Whether the files are known."""
        return self._listed

    @property
    def waiting(self) -> int:
        """How many files are still to be read."""
        return len(self._queue)

    def close(self) -> None:
        """Keep what was read and close the database."""
        self._write()
        self._database.close()

    # -- work --------------------------------------------------------------------------

    def step(self) -> bool:
        """Do a little of what there is to do; return whether more is left."""
        if not self._listed:
            self.relist()
        elif self._queue:
            path = next(iter(self._queue))
            del self._queue[path]
            self._take(path)
            if len(self._unwritten) >= BATCH:
                self._write()
        self._join()
        return not self.is_complete

    def finish(self) -> None:
        """Do everything there is to do."""
        while self.step():
            pass

    def relist(self) -> None:
        """List the files: queue those that are new or changed, drop those that are gone."""
        listing: Listing = list_project(self.root, self._ignore)
        self._listed = True
        self._queue = {
            path: None
            for path, stamp in listing.stamps.items()
            if self._stamps.get(path) != stamp and path not in self._overlaid
        }
        self._drop([path for path in self._stamps if path not in listing.stamps])
        self._set_project(listing.project)

    def refresh(self, paths: Iterable[str]) -> None:
        """Look at files again that were saved, made, deleted or renamed."""
        for path in paths:
            if path.rpartition("/")[2] in MANIFESTS:
                self._listed = False
            elif is_indexed(language_of("", path)):
                self._queue = {path: None, **self._queue}
                if path not in self.project.files:
                    self._listed = False

    def look_at_head(self) -> None:
        """List the files again if git has checked out something else."""
        head = self._head_state()
        if head != self._head:
            self._head, self._listed = head, False

    def hurry(self, paths: Iterable[str]) -> list[str]:
        """Return which of the files are not yet read, and read these first from now on."""
        missing = [path for path in paths if path in self._queue]
        self._queue = {**dict.fromkeys(missing), **self._queue}
        return missing

    def take_now(self, path: str) -> None:
        """Read one file at once."""
        self._queue.pop(path, None)
        self._take(path)

    def glance(self, paths: Iterable[str]) -> None:
        """Let files that are still waiting be seen by what a glance at their text tells."""
        for path in paths:
            if path in self._queue and path not in self._pending:
                text = read_file(self.root, path, self._ignore)
                if text is not None:
                    facts = rough_facts(language_of("", path), text)
                    self._pending[path] = (_entry(path, facts.language.id), packed(facts.record))
        self._join(now=True)

    def overlay(self, path: str, text: str, facts: Facts) -> None:
        """Count a document as it is in the editor, whatever the disk says."""
        if self._overlaid.get(path) == text:
            return
        known = None if path in self._overlaid else self._database.digest(path)
        self._overlaid[path] = text
        if known != digest_of(text) and is_allowed(self.root, path, self._ignore):
            self._queue.pop(path, None)
            self._pending[path] = (_entry(path, facts.language.id), packed(facts.record))
            self._join(now=True)

    def release(self, path: str) -> None:
        """Count a file as it is on disk again."""
        if self._overlaid.pop(path, None) is not None:
            self._stamps.pop(path, None)
            self._queue = {path: None, **self._queue}

    def text(self, path: str) -> str | None:
        """Return the text of a file that may be sent, as the editor has it where it does."""
        text = self._overlaid.get(path)
        if text is not None and is_allowed(self.root, path, self._ignore):
            return None if obstacle_in(text) else text
        return read_file(self.root, path, self._ignore)

    def search(self, words: Sequence[str]) -> list[Passage]:
        """Return passages of documentation and of languages without an outline, best first."""
        return self._database.search(words)

    # -- the parts ---------------------------------------------------------------------

    def _take(self, path: str) -> None:
        """Read a file into the database and the corpus; one that is gone is dropped."""
        stamp = self._stamp(path)
        text = read_file(self.root, path, self._ignore) if stamp else None
        if stamp is None or text is None:
            self._drop([path])
            if stamp is not None:
                self._stamps[path] = stamp  # Not read again before it changes.
            return
        self._keep(row_for(path, stamp, text))

    def _keep(self, row: Row) -> None:
        self._stamps[row.path] = row.stamp
        self._unwritten.append(row)
        self._pending[row.path] = (_entry(row.path, row.language), row.record)

    def _drop(self, paths: list[str]) -> None:
        known = [path for path in paths if self._stamps.pop(path, None)]
        for path in paths:
            self._pending.pop(path, None)
        if known:
            self._write()
            self._database.forget(known)
            self.corpus = self.corpus.without(known)

    def _write(self) -> None:
        if self._unwritten:
            rows, self._unwritten = self._unwritten, []
            self._database.write(rows)

    def _join(self, now: bool = False) -> None:
        """Join what was read to the corpus, seldom enough that it costs little."""
        ready = now or not self._queue or len(self._pending) >= max(
            FIRST, GROWTH * len(self.corpus.entries)
        )  # fmt: skip
        if not self._pending or not ready:
            return
        files = list(self._pending.values())
        self._pending = {}
        if len(files) + self.corpus.dead > MAX_DEAD and not now:
            self._write()
            self.corpus = self._kept()
            files = [one for one in files if one[0].path in self._overlaid]
        if files:
            self.corpus = self.corpus.with_files(files)
        self.imports = Imports(self.project, self._known)

    def _kept(self) -> Corpus:
        """Return the corpus of what the database holds."""
        return Corpus.of(
            [(_entry(path, language), data) for path, language, data in self._database.records()]
        )

    def _set_project(self, project: Project) -> None:
        self.project = project
        self.imports = Imports(project, self._known)

    def _known(self, path: str) -> Known | None:
        kept = next((row for row in self._unwritten if row.path == path), None)
        found = (kept.language, kept.imports) if kept else self._database.imports(path)
        row = row_of(found[0]) if found else None
        if found is None or row is None:
            return None
        package, imports = imports_from_json(found[1])
        return Known(row, Outline(imports=imports, package=package), lambda: self._defines(path))

    def _defines(self, path: str) -> frozenset[int]:
        at = self.corpus.at.get(path)
        if at is None:
            return frozenset()
        span, columns = self.corpus.span("symbols", at), self.corpus.columns
        top = columns["owners"][span] == 0
        return frozenset(columns["names"][span][top].tolist())

    def _stamp(self, path: str) -> Stamp | None:
        try:
            state = os.lstat(os.path.join(self.root, path))
        except OSError:
            return None
        if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_BYTES:
            return None
        return Stamp(state.st_mtime_ns, state.st_size)

    def _head_state(self) -> tuple[int, ...]:
        """Return what changes when git checks something out."""
        state = []
        for name in ("HEAD", "index"):
            try:
                state.append(os.stat(self.root / ".git" / name).st_mtime_ns)
            except OSError:
                state.append(0)
        return tuple(state)


def _entry(path: str, language_id: str) -> Entry:
    return Entry(path, family_of(language_id), is_test(path))
