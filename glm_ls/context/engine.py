"""Questions about places in projects, answered from warm indexes: the whole of context selection.

An engine follows the texts it is given: a document counts as it was last shown, until it is given
back to the disk. It owns everything a process of its own needs, so that the editor's process has
neither the arrays nor the work; see `worker`.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from glm_ls.context.definition import Usage
from glm_ls.context.modules import WHOLE_SHARE, whole_modules
from glm_ls.context.part import Part, bytes_of
from glm_ls.context.project import TOKEN_BYTES, Packer, Place
from glm_ls.context.question import Document
from glm_ls.context.surroundings import Surroundings
from glm_ls.context.usage import imported, usage
from glm_ls.index.extract import Facts, facts_of
from glm_ls.index.imports import Imports
from glm_ls.index.index import Index
from glm_ls.log import logger
from glm_ls.syntax.languages import language_of
from glm_ls.workspace.git import changed_files
from glm_ls.workspace.ignore import Ignore

SHARE_FOR_READING = 0.5
"""Part of the wall budget that may go into reading files that are not in the index yet."""
SHARE_FOR_GLANCES = 0.25
"""Part that may go into a glance at those left after that."""
KEPT_FILES = 64
"""Files whose lines are kept, as the next keystroke may show them again."""
MAX_CHANGED = 50
"""Files that differ from the last commit, beyond which a change is no hint."""
LOOK_AT_HEAD_S = 2.0
"""How often git is looked at for a checkout."""

log = logger("context.engine")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A cursor in a document."""

    path: str
    """In the project, with forward slashes."""
    text: str | None
    """The document as it is now; None: as it is on disk."""
    row: int
    column: int
    """In code points."""
    budget: int
    """Tokens for the context, of four bytes each."""
    wall_s: float = float("inf")
    """How long reading may take; what is ready then is the answer."""
    surroundings: Surroundings = field(default_factory=Surroundings)
    whole_modules: bool = False
    """Whether whole modules come first, for budgets of tens of thousands of tokens."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What would be sent."""

    parts: tuple[Part, ...]
    """The most stable first."""
    complete: bool
    """Whether the index knew every file."""
    timings_ms: Mapping[str, float]

    @property
    def text(self) -> str:
        """All parts, one behind the other."""
        return "".join(part.text for part in self.parts)

    @property
    def tokens(self) -> int:
        """Four bytes each, rounded up."""
        return tokens_of(self.text)


def tokens_of(text: str) -> int:
    """Return the tokens of a text as budgets of context count them."""
    return -(-len(text.encode("utf-8", "replace")) // TOKEN_BYTES)


def tokens_in(parts: Iterable[Part]) -> int:
    """Return the tokens of parts behind one another."""
    return -(-sum(map(bytes_of, parts)) // TOKEN_BYTES)


class Engine:
    """One project. Used by one thread."""

    def __init__(self, root: Path, ignore: Ignore, cache: Path | None) -> None:
        """`root` is a real path; `cache` the folder of databases, None to keep nothing."""
        self.index = Index(root, ignore, cache)
        self._packer = Packer(self._lines_of, self.index.search)
        self._shown: _Shown | None = None
        self._lines: OrderedDict[str, tuple[object, list[str]]] = OrderedDict()
        """Texts that examples are cut from, with the state they were read in."""
        self._changed: tuple[str, ...] | None = None
        """Files that differ from the last commit; None before anybody has asked."""
        self._was_asked = False
        self._looked_s = time.monotonic()

    def step(self) -> bool:
        """Do a little of the index's work; return whether more is left."""
        now = time.monotonic()
        if now - self._looked_s > LOOK_AT_HEAD_S:
            self._looked_s = now
            self.index.look_at_head()
            if self._was_asked and self.index.is_complete:
                # Not while nobody works: git is a process each time.
                self._changed, self._was_asked = self._differing(), False
        return self.index.step()

    def _differing(self) -> tuple[str, ...]:
        """Return the files that differ from the last commit, in the order of their paths."""
        return tuple(sorted(changed_files(self.index.root)))[:MAX_CHANGED]

    def release(self, path: str) -> None:
        """Count a document as its file is on disk."""
        if self._shown is not None and self._shown.path == path:
            self._shown = None
        self.index.release(path)

    def close(self) -> None:
        """Keep what was read."""
        self.index.close()

    def answer(self, inquiry: Inquiry) -> Answer:
        """Return the context of a place; less of it where something is missing, never an error."""
        began = time.perf_counter()
        self.index.look_at_rules()
        self._leave(inquiry)
        text = inquiry.text if inquiry.text is not None else self.index.text(inquiry.path) or ""
        lines = text.split("\n")
        row = min(max(inquiry.row, 0), len(lines) - 1)
        facts = self._facts(inquiry, lines, row)
        if not self.index.is_complete:
            self._read_first(inquiry, facts, began)
        document = self._document(inquiry.path, facts)
        prepared = time.perf_counter()
        parts = self._parts(inquiry, document, lines, row)
        paths = {part.path for part in parts}
        if refused := {path for path in paths if not self.index.allows(path)}:
            # Ignored since it was read: what has been chosen is chosen again without it.
            self.index.drop(refused)
            document = self._document(inquiry.path, facts)
            chosen = self._parts(inquiry, document, lines, row)
            parts = tuple(part for part in chosen if self.index.allows(part.path))
        packed = time.perf_counter()
        timings = {"prepare": prepared - began, "pack": packed - prepared, "total": packed - began}
        return Answer(
            _within(parts, inquiry.budget),
            self.index.is_complete,
            {name: round(seconds * 1000, 2) for name, seconds in timings.items()},
        )

    def _parts(
        self, inquiry: Inquiry, document: Document, lines: Sequence[str], row: int
    ) -> tuple[Part, ...]:
        budget = inquiry.budget
        modules: tuple[Part, ...] = ()
        if inquiry.whole_modules:
            modules = self._modules(document, int(budget * WHOLE_SHARE))
            budget -= tokens_in(modules)
        line = lines[row]
        column = min(max(inquiry.column, 0), len(line))
        self._was_asked = True
        if self._changed is None:
            self._changed = self._differing()
        around = inquiry.surroundings
        place = Place(
            document,
            row,
            line[:column],
            line[column:],
            len(lines),
            lines[:row],
            around if around.changed else replace(around, changed=self._changed),
            frozenset(part.path for part in modules),
        )
        return (*modules, *self._packer.pack(self.index.corpus, place, max(0, budget)))

    def _modules(self, document: Document, budget: int) -> tuple[Part, ...]:
        """Return the modules that the document imports, then those that they import."""
        order = [*document.taken, *sorted(document.around)]
        return whole_modules(order, budget * TOKEN_BYTES, document.comment, self.index.text)

    def uses(self, path: str, text: str, spans: Sequence[range], budget: int) -> Usage:
        """Return what stretches of a file use of others, within `budget` tokens each."""
        self.index.look_at_rules()
        return usage(self.index, self._lines_of, path, text, spans, budget)

    def modules(self, path: str, text: str, budget: int) -> tuple[Part, ...]:
        """Return the files that a file imports, each whole, within `budget` tokens."""
        self.index.look_at_rules()
        facts = facts_of(language_of("", path), text)
        order = sorted(imported(self.index, path, facts))
        comment = facts.language.comment_mark
        return whole_modules(order, budget * TOKEN_BYTES, comment, self.index.text)

    # -- documents ---------------------------------------------------------------------

    def _leave(self, inquiry: Inquiry) -> None:
        """Count the document that was asked about last as it was shown, now that another is."""
        last = self._shown
        if last is not None and last.path != inquiry.path and last.text is not None:
            language, text = language_of("", last.path), last.text
            self.index.overlay(
                last.path, text, last.facts.outline, lambda: facts_of(language, text)
            )
        if inquiry.text is None:
            self.index.release(inquiry.path)

    def _facts(self, inquiry: Inquiry, lines: Sequence[str], row: int) -> Facts:
        """Return the facts of a document without its cursor line; typing on it changes nothing."""
        blank = "\n".join((*lines[:row], "", *lines[row + 1 :]))
        last = self._shown
        if last is not None and (last.path, last.blank) == (inquiry.path, blank):
            facts, document = last.facts, last.document
        else:
            facts = facts_of(language_of("", inquiry.path), blank)
            document = last.document if last is not None and last.path == inquiry.path else None
        self._shown = _Shown(inquiry.path, inquiry.text, blank, facts, document)
        return facts

    def _document(self, path: str, facts: Facts) -> Document:
        shown, imports = self._shown, self.index.imports
        state = imports, imports.generation
        assert shown is not None
        known = shown.document[1] if shown.document and shown.document[0] == state else None
        if known is None or known.facts is not facts:
            if known is not None and known.facts.outline == facts.outline:
                known = replace(known, facts=facts)
            else:
                row = facts.row
                taken = {} if row is None else imports.of_outline(path, row, facts.outline)
                known = Document(path, facts, taken, imports.around(taken))
            shown.document = state, known
        return known

    def _read_first(self, inquiry: Inquiry, facts: Facts, began: float) -> None:
        """Read what matters here before the index gets there, as far as time allows."""
        if not self.index.is_listed:
            self.index.relist()
        taken = self._document(inquiry.path, facts).taken
        missing = self.index.hurry([*taken, *self.index.project.beside(inquiry.path)])
        deadline = began + inquiry.wall_s * SHARE_FOR_READING
        until = began + inquiry.wall_s * (SHARE_FOR_READING + SHARE_FOR_GLANCES)
        while missing and time.perf_counter() < deadline:
            self.index.take_now(missing.pop(0))
        self.index.glance(missing, until)

    def _lines_of(self, path: str) -> Sequence[str] | None:
        """Return the lines of a file that may be sent; those of the last files are kept."""
        if not self.index.allows(path):
            return None
        state = self.index.state(path)
        kept = self._lines.get(path)
        if kept is None or state is None or kept[0] != state:
            text = self.index.text(path)
            kept = state, [] if text is None else text.split("\n")
            self._lines[path] = kept
        self._lines.move_to_end(path)
        while len(self._lines) > KEPT_FILES:
            self._lines.popitem(last=False)
        return kept[1]


@dataclass(slots=True)
class _Shown:
    """The document of the last question."""

    path: str
    text: str | None
    blank: str
    facts: Facts
    document: tuple[tuple[Imports, int], Document] | None
    """With the state of the imports that it was made of; of the same path, maybe of other facts."""


def _within(parts: Sequence[Part], budget: int) -> tuple[Part, ...]:
    """Drop parts from the end until the rest is within the budget: the last word on it."""
    kept = list(parts)
    while kept and tokens_in(kept) > budget:
        kept.pop()
    return tuple(kept)
