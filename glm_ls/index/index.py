"""The index of one project: what is on disk becomes a corpus, step by step, and stays true.

    listing ──► queue of changed files, newest first ──► rows in the database ──► Corpus

The owner calls `step` when nothing else is to do; each call reads one file and takes a few
milliseconds. Questions are answered from what is there: `hurry` puts the files that matter first,
`glance` looks at those that time does not allow to read properly.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from glm_ls.index.changes import git_folder, stamp_of, times_of
from glm_ls.index.corpus import Corpus, Entry
from glm_ls.index.database import Database, Passage, Row, Stamp, database_path
from glm_ls.index.extract import Facts, imports_from_json
from glm_ls.index.facts import Outline
from glm_ls.index.files import (
    Listing,
    is_allowed,
    list_project,
    read_file,
    row_for,
)
from glm_ls.index.imports import Imports, Known
from glm_ls.index.kept import entry_of, kept_corpus
from glm_ls.index.languages.table import row_of
from glm_ls.index.paths import is_utf8
from glm_ls.index.project import MANIFESTS, Project
from glm_ls.index.rough import rough_facts
from glm_ls.log import logger
from glm_ls.memory import give_back
from glm_ls.syntax.languages import is_indexed, language_of
from glm_ls.workspace.admission import obstacle_in
from glm_ls.workspace.ignore import IGNORE_FILES, Ignore

BATCH = 64
"""Files written to the database at once."""
GROWTH = 0.5
"""Files are appended to the corpus when so many more have been read than it holds …"""
FIRST = 32
"""… and at first after so many files."""
FEW = 8
"""Files after whose change the imports of all others are still taken as known."""
MAX_DEAD = 64
SHARE_APPENDED = 8
"""The corpus is joined anew, without those that have changed since, when so many files, or such a
part of all, have been appended to it."""
GIT_STATE = ("HEAD", "index")
"""What git writes when it checks something out."""

log = logger("index")


class Index:
    """One project. Used by one thread."""

    def __init__(self, root: Path, ignore: Ignore, cache: Path | None) -> None:
        """Open what is kept of the project `root`, a real path; nothing is listed yet."""
        self.root = root
        self._ignore = ignore
        self._database = Database(database_path(cache, root) if cache else None)
        self._damaged = 0
        """How often the database has been made anew, as far as this is acted upon."""
        self._listed = False
        self._queue: OrderedDict[str, None] = OrderedDict()
        """Paths to read, in order."""
        self._unwritten: dict[str, Row] = {}
        self._write_from = BATCH
        """Rows that wait before they are written; more where that failed."""
        self._appended = 0
        """How many files the corpus was given since it was joined anew."""
        self._pending: dict[str, tuple[Entry, bytes]] = {}
        """Read since the corpus was joined."""
        self._overlaid: dict[str, str] = {}
        """Documents with a text of their own …"""
        self._records: dict[str, tuple[Entry, bytes]] = {}
        """… and what the corpus holds of those that differ from the disk."""
        self._rules = times_of(self.root, IGNORE_FILES)
        self._refused: set[str] = set()
        """Files that are ignored, denied, binary or generated."""
        self._git = git_folder(root)
        self._head = times_of(self._git, GIT_STATE)
        self._stamps: dict[str, Stamp] = {}
        self.corpus = kept_corpus(self._database, {}, self._stamps)
        self.project = Project(self._stamps)
        self.imports = Imports(self.project, self._known)

    # -- state -------------------------------------------------------------------------

    @property
    def trouble(self) -> str:
        """What befell the database; "" for nothing."""
        return self._database.rebuilt

    @property
    def is_complete(self) -> bool:
        """Whether every file has been read in its present state, as far as is known."""
        return self._listed and not self._queue and not self._is_damaged

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
        if self._is_damaged:
            self._damaged = self._database.rebuilds
            self._stamps.clear()
            self._listed = False
        if not self._listed:
            self.relist()
        elif self._queue:
            self._take(self._queue.popitem(last=False)[0])
        if len(self._unwritten) >= (self._write_from if self._queue else 1):
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
        self._queue = OrderedDict.fromkeys(
            path
            for path, stamp in listing.stamps.items()
            if self._stamps.get(path) != stamp and path not in self._overlaid
        )
        self._drop([path for path in self._stamps if path not in listing.stamps])
        self._set_project(listing.project)

    def refresh(self, paths: Iterable[str]) -> None:
        """Look at files again that were saved, made, deleted or renamed."""
        for path in paths:
            if not is_utf8(path):
                continue
            name = path.rpartition("/")[2]
            if name in IGNORE_FILES:
                self._judge_again()
            elif name in MANIFESTS:
                self._listed = False
            elif is_indexed(language_of("", path)):
                self._read_next(path)
                if path not in self.project.files:
                    self._listed = False

    def _judge_again(self) -> None:
        """Look at what was refused, now that the rules are others; what is refused now is found
        when it would be sent.
        """
        self._ignore.refresh()
        for path in self._refused:
            self._stamps.pop(path, None)
        self._refused.clear()
        self._listed = False

    def look_at_head(self) -> None:
        """List the files again if git has checked out something else."""
        head = times_of(self._git, GIT_STATE)
        if head != self._head:
            self._head, self._listed = head, False

    def hurry(self, paths: Iterable[str]) -> list[str]:
        """Return which of the files are not yet read, and read these first from now on."""
        missing = [path for path in paths if path in self._queue]
        for path in reversed(missing):
            self._read_next(path)
        return missing

    def take_now(self, path: str) -> None:
        """Read one file at once."""
        self._queue.pop(path, None)
        self._take(path)

    def glance(self, paths: Iterable[str], until: float = float("inf")) -> None:
        """Let files that are still waiting be seen by what a glance at their text tells.

        `until` is a time of `time.perf_counter`.
        """
        for path in paths:
            if time.perf_counter() >= until:
                break
            if path in self._queue and path not in self._pending:
                text = read_file(self.root, path, self._ignore)
                if text is not None:
                    facts = rough_facts(language_of("", path), text)
                    self._pending[path] = (entry_of(path, facts.language.id), facts.record)
        self._join(now=True)

    def overlay(self, path: str, text: str, seen: Outline, facts: Callable[[], Facts]) -> None:
        """Count a document as it is in the editor, whatever the disk says.

        `seen` is what is known of it without work. Where it defines what the index has, its words
        wait until it is saved; else `facts` are taken.
        """
        if self._overlaid.get(path) == text:
            return
        self._overlaid[path] = text
        if stamp_of(self.root, path) != self._stamps.get(path):
            self._queue.setdefault(path)  # It may have been saved.
        if self._has(path, seen) or not is_allowed(self.root, path, self._ignore):
            return
        found = facts()
        if not self._has(path, found.outline):
            self._records[path] = (entry_of(path, found.language.id), found.record)
            self._pending[path] = self._records[path]
            self._join(now=True)

    def _has(self, path: str, outline: Outline) -> bool:
        """Whether the corpus shows these definitions of a file."""
        at = self.corpus.at.get(path)
        if at is None:
            return False
        known = self.corpus.columns["signatures"][self.corpus.span("signatures", at)].tobytes()
        return known == b"".join(
            symbol.signature.encode("utf-8", "replace") for symbol in outline.symbols
        )

    def release(self, path: str) -> None:
        """Count a file as it is on disk again."""
        if self._overlaid.pop(path, None) is not None:
            self._records.pop(path, None)
            self._stamps.pop(path, None)
            self._read_next(path)

    def text(self, path: str) -> str | None:
        """Return the text of a file that may be sent, as the editor has it where it does."""
        text = self._overlaid.get(path)
        if text is not None and is_allowed(self.root, path, self._ignore):
            return None if obstacle_in(text) else text
        return read_file(self.root, path, self._ignore)

    def state(self, path: str) -> object:
        """Return what tells whether a file's text is still the same; None where nothing does."""
        return self._overlaid.get(path) or stamp_of(self.root, path)

    def look_at_rules(self) -> None:
        """Judge again if the ignore files of the root have changed; others are noticed later."""
        rules = times_of(self.root, IGNORE_FILES)
        if rules != self._rules:
            self._rules = rules
            self._judge_again()

    def allows(self, path: str) -> bool:
        """Whether a file may be sent as the rules are now."""
        return self._ignore.refusal(os.path.join(self.root, path)) is None

    def drop(self, paths: Iterable[str]) -> None:
        """Forget files that may not be sent any more."""
        refused = list(paths)
        self._drop(refused)
        self._refused.update(refused)
        self.imports = Imports(self.project, self._known)

    def search(self, words: Sequence[str]) -> list[Passage]:
        """Return passages of documentation and of languages without an outline, best first."""
        return self._database.search(words)

    # -- the parts ---------------------------------------------------------------------

    def _read_next(self, path: str) -> None:
        self._queue[path] = None
        self._queue.move_to_end(path, last=False)

    def _take(self, path: str) -> None:
        """Read a file into the database and the corpus; one that is gone is dropped."""
        stamp = stamp_of(self.root, path)
        text = read_file(self.root, path, self._ignore) if stamp else None
        if path in self._overlaid and not _is_saved(text, self._overlaid[path]):
            return
        if stamp is None or text is None:
            self._drop([path])
            if stamp is not None:
                self._refuse(path, stamp)
            return
        self._records.pop(path, None)
        self._stamps[path] = stamp
        row = self._unwritten[path] = row_for(path, stamp, text)
        self._pending[path] = (entry_of(path, row.language), row.record)

    def _refuse(self, path: str, stamp: Stamp) -> None:
        """Do not read a file again before it changes or, where this is why, a rule does."""
        self._stamps[path] = stamp
        whole = os.path.join(self.root, path)
        if is_allowed(self.root, path, self._ignore) and os.access(whole, os.R_OK):
            self._unwritten[path] = Row(path, "", stamp)
        else:
            self._refused.add(path)

    def _drop(self, paths: list[str]) -> None:
        # A document without a file, or a file seen at a glance, has no stamp.
        known = [path for path in paths if self._stamps.pop(path, None) or path in self.corpus.at]
        for path in paths:
            for kept in (self._pending, self._unwritten, self._records):
                kept.pop(path, None)
        if known:
            self._database.forget(known)
            self.corpus = self.corpus.without(known)
            self.imports.forget(known)

    def _write(self) -> None:
        if self._database.write(self._unwritten.values()):
            self._unwritten = {}
            self._write_from = BATCH
        else:
            self._write_from = len(self._unwritten) + BATCH

    def _join(self, now: bool = False) -> None:
        """Join what was read to the corpus, seldom enough that it costs little."""
        ready = now or not self._queue or len(self._pending) >= max(
            FIRST, GROWTH * len(self.corpus.entries)
        )  # fmt: skip
        if not self._pending or not ready:
            return
        changed, files = list(self._pending), list(self._pending.values())
        self._pending = {}
        self._appended += len(files)
        most = max(MAX_DEAD, len(self.corpus.entries) // SHARE_APPENDED)
        if self._appended > most and not self._queue and not now:
            self._write()
            self._appended = 0
            self.corpus = Corpus.of([])  # The old one and the new one would be in memory at once.
            self.corpus = kept_corpus(self._database, self._unwritten, {})
            give_back()  # Of 120 MB after 5,000 files 12.
            files = list(self._records.values())
        if files:
            self.corpus = self.corpus.with_files(files)
        if len(changed) > FEW:
            self.imports = Imports(self.project, self._known)
        else:
            self.imports.forget(changed)

    @property
    def _is_damaged(self) -> bool:
        """Whether the database has lost what it held since this was last looked at."""
        return self._damaged != self._database.rebuilds

    def _set_project(self, project: Project) -> None:
        self.project = project
        self.imports = Imports(project, self._known)

    def _known(self, path: str) -> Known | None:
        kept = self._unwritten.get(path)
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


def _is_saved(on_disk: str | None, text: str) -> bool:
    """Whether the disk has what the editor has, but for how lines end."""
    return on_disk is not None and on_disk.replace("\r\n", "\n") == text.replace("\r\n", "\n")
