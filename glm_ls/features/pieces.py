"""Changed files in, pieces that a model can be asked about out, each with its place.

A piece is a hunk with some lines around it, a part of a hunk that is too long for one prompt, or
a whole file with all of its hunks, where there is room for it. Secrets are hidden file by file:
what a piece looks like depends on its own file alone, and so does its key in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from glm_ls.index.extract import Facts, facts_of
from glm_ls.index.facts import Symbol
from glm_ls.prompt.fence import as_shown
from glm_ls.prompt.review import ShownHunk
from glm_ls.syntax.languages import Language, language_of
from glm_ls.text.secrets import Hider
from glm_ls.text.tokens import estimate_tokens
from glm_ls.workspace.admission import obstacle_in
from glm_ls.workspace.changes import Changes, new_text, old_text
from glm_ls.workspace.diff import ChangedFile, DiffLine, Hunk, unreviewable

AROUND = 8
"""Lines shown above and below a hunk."""
PIECE_TOKENS = 5_000
"""A longer hunk is shown in several pieces."""
TAG_TOKENS = 20
"""What the tags around a text take."""

if TYPE_CHECKING:
    from glm_ls.context.child import Uses
    from glm_ls.context.definition import Definition

Refusal = Callable[[str], str | None]
"""Why the file of a path may not be sent, None where it may."""


@dataclass(frozen=True, slots=True)
class Source:
    """A changed file with its texts."""

    file: ChangedFile
    new: str | None
    """None where nothing of it is reviewed."""
    old: str | None = None


@dataclass(frozen=True)
class Subject:
    """A text under review; lines are without their ends."""

    path: str
    shown_path: str
    """The path as a prompt shows it."""
    lines: tuple[str, ...]
    sent: tuple[str, ...]
    """The lines with placeholders for secrets."""
    gone: tuple[str, ...]
    """Lines of the old side, with placeholders."""
    defined: frozenset[str] = frozenset()
    """Names that its imports are known to define."""

    @cached_property
    def facts(self) -> Facts:
        """What the file defines and imports."""
        return facts_of(language_of("", self.path), "\n".join(self.lines))

    @property
    def language(self) -> Language:
        """The language it is written in."""
        return self.facts.language

    @cached_property
    def resolved(self) -> frozenset[str]:
        """Names that the file defines or imports, or that its imports define."""
        outline = self.facts.outline
        names = {symbol.name for symbol in outline.symbols} | self.defined
        for each in outline.imports:
            names.update(each.names)
        return frozenset(names)

    def symbol(self, line: int) -> str:
        """Return the path of names that encloses a line."""
        found = self._around(line)
        return _named(found) if found else ""

    def enclosing(self, lines: range, around: int, most: int) -> range:
        """Return the lines of what encloses some lines, else those around; at most so many."""
        found = self._around(lines.start)
        wide = range(max(lines.start - around, 0), min(lines.stop + around, len(self.sent)))
        if found is None or found.end < lines.stop - 1 or found.end - found.start >= most:
            return wide[:most]
        return range(found.start, min(found.end + 1, len(self.sent)))

    def _around(self, line: int) -> Symbol | None:
        around = [each for each in self.facts.outline.symbols if each.start <= line <= each.end]
        return max(around, key=lambda each: each.start, default=None)


@dataclass(frozen=True, eq=False)
class Piece:
    """What is asked about at once."""

    subject: Subject
    changes: tuple[range, ...]
    """Lines of the new text that hunks cover."""
    span: range
    """Lines of the new text that are shown."""
    shown: ShownHunk
    definitions: tuple[Definition, ...] = ()
    """What it uses of other files."""
    modules: tuple[tuple[str, str], ...] = ()
    """(path, text) of whole files that its file imports."""

    @cached_property
    def tokens(self) -> int:
        """About how much of a prompt it takes, without whole files."""
        uses = sum(estimate_tokens(each.text) + TAG_TOKENS for each in self.definitions)
        return estimate_tokens(self.shown.text) + 2 * TAG_TOKENS + uses

    @cached_property
    def context(self) -> str:
        """All that is shown besides its own lines."""
        shown = self.shown
        around = [(each.path, each.text) for each in self.definitions]
        return repr((shown.path, shown.language, shown.symbol, around, self.modules))

    @cached_property
    def added(self) -> frozenset[int]:
        """Lines that are new."""
        return frozenset(row.number for row in self.shown.rows if row.sign == "+")

    def is_on_change(self, lines: range) -> bool:
        """Whether lines overlap a hunk."""
        return any(
            max(change.start, lines.start) < min(change.stop, lines.stop) for change in self.changes
        )


@dataclass(frozen=True, slots=True)
class Portion:
    """A hunk, or a file without any, and what of it is shown."""

    path: str
    pieces: tuple[Piece, ...] = ()
    reason: str = ""
    """Why nothing is."""


def sources_of(changes: Changes, chosen: Callable[[str], bool] = lambda _: True) -> list[Source]:
    """Return the changed files whose paths are chosen, with texts where there is what to review."""
    return [_source(changes, file) for file in changes.files if chosen(file.path)]


def portions_of(
    source: Source, refusal: Refusal, *, hide: bool, max_chars: int, whole_tokens: int = 0
) -> list[Portion]:
    """Return a portion for every hunk of a file; `hide`: whether secrets get placeholders.

    `whole_tokens`: room for whole files, which all hunks of one then share.
    """
    file, new = source.file, source.new
    reason = unreviewable(file) or refusal(file.path)
    reason = reason or ("unreadable" if new is None else _obstacle(new, max_chars))
    if reason or new is None:
        return [Portion(file.path, reason=reason or "")] * max(1, len(file.hunks))
    subject = _subject(source, new, hide=hide)
    portions = [_portion(subject, hunk) for hunk in file.hunks]
    if not whole_tokens or any(portion.reason for portion in portions):
        return portions
    whole = _whole(subject, file.hunks)
    return (
        [Portion(file.path, (whole,))] * len(portions) if whole.tokens <= whole_tokens else portions
    )


def pieces_of(portions: Iterable[Portion]) -> list[Piece]:
    """Return the pieces of portions, in order and each once."""
    return list(dict.fromkeys(piece for portion in portions for piece in portion.pieces))


def with_uses(portions: Sequence[Portion], uses: Uses, *, hide: bool) -> list[Portion]:
    """Return the portions of a file with what each piece uses of other files, in order."""
    pieces = pieces_of(portions)
    if not pieces or not uses.usage.definitions:
        return list(portions)
    subject = replace(pieces[0].subject, defined=uses.usage.defined)
    safe = Hider(enabled=hide)
    modules = tuple((safe(path), safe(text)) for path, text in uses.modules)
    more = {
        piece: replace(
            piece,
            subject=subject,
            modules=modules,
            definitions=tuple(replace(d, path=safe(d.path), text=safe(d.text)) for d in found),
        )
        for piece, found in zip(pieces, uses.usage.definitions, strict=True)
    }
    return [replace(each, pieces=tuple(more[piece] for piece in each.pieces)) for each in portions]


def _source(changes: Changes, file: ChangedFile) -> Source:
    if unreviewable(file):
        return Source(file, None)
    return Source(file, new_text(changes, file), old_text(changes, file))


def _obstacle(text: str, max_chars: int) -> str | None:
    return "too-large" if len(text) > max_chars else obstacle_in(text)


def _subject(source: Source, new: str, *, hide: bool) -> Subject:
    path, old = source.file.path, source.old or ""
    safe = Hider(enabled=hide)
    sent, gone, shown_path = safe(new), safe(old), as_shown(safe(path))
    return Subject(path, shown_path, _lines(new), _lines(sent), _lines(gone))


def _lines(text: str) -> tuple[str, ...]:
    r"""Return lines as a diff counts them: they end at `\n`."""
    return tuple(line.removesuffix("\r") for line in text.split("\n"))


def _portion(subject: Subject, hunk: Hunk) -> Portion:
    if not _is_of(subject, hunk):
        return Portion(subject.path, reason="changed meanwhile")
    rows = [_sent(row, subject) for row in hunk.lines]
    if max(estimate_tokens(row.text) for row in rows) > PIECE_TOKENS // 2:
        return Portion(subject.path, reason="too long a line")
    pieces = tuple(_piece(subject, part, hunk) for part in _parts(rows))
    return Portion(subject.path, pieces)


def _is_of(subject: Subject, hunk: Hunk) -> bool:
    """Whether the text is the one that was compared: a working tree can change meanwhile."""
    new = tuple(row.text for row in hunk.lines if row.sign != "-")
    old = max((row.number for row in hunk.lines if row.sign == "-"), default=-1)
    return subject.lines[hunk.new.start : hunk.new.stop] == new and old < len(subject.gone)


def _sent(row: DiffLine, subject: Subject) -> DiffLine:
    texts = subject.gone if row.sign == "-" else subject.sent
    return DiffLine(row.sign, texts[row.number], row.number)


def _parts(rows: Sequence[DiffLine]) -> Iterator[list[DiffLine]]:
    """Yield the rows in parts that fit a prompt."""
    part: list[DiffLine] = []
    size = 0
    for row in rows:
        cost = estimate_tokens(row.text) + 5  # number, sign and line end
        if part and size + cost > PIECE_TOKENS:
            yield part
            part, size = [], 0
        part.append(row)
        size += cost
    yield part


def _piece(subject: Subject, rows: Sequence[DiffLine], hunk: Hunk) -> Piece:
    numbers = [row.number for row in rows if row.sign != "-"] or [hunk.new.start]
    change = range(numbers[0], numbers[-1] + 1)
    last = len(subject.sent) - (not subject.sent[-1])
    span = range(max(change.start - AROUND, 0), max(min(change.stop + AROUND, last), change.stop))
    above, below = range(span.start, change.start), range(change.stop, span.stop)
    around = [[DiffLine(" ", subject.sent[at][:400], at) for at in part] for part in (above, below)]
    touched = next((row.number for row in rows if row.sign == "+"), change.start)
    shown = ShownHunk(
        subject.shown_path,
        subject.language.id,
        subject.symbol(touched),
        (*around[0], *rows, *around[1]),
    )
    return Piece(subject, (change,), span, shown)


def _whole(subject: Subject, hunks: Sequence[Hunk]) -> Piece:
    """Return a file with all of its hunks."""
    stop = len(subject.sent) - (not subject.sent[-1])
    rows: list[DiffLine] = []
    at = 0
    for hunk in hunks:
        rows += (DiffLine(" ", subject.sent[n], n) for n in range(at, hunk.new.start))
        rows += (_sent(row, subject) for row in hunk.lines)
        at = hunk.new.stop
    rows += (DiffLine(" ", subject.sent[n], n) for n in range(at, stop))
    shown = ShownHunk(subject.shown_path, subject.language.id, "", tuple(rows))
    changes = tuple(hunk.new or range(hunk.new.start, hunk.new.start + 1) for hunk in hunks)
    return Piece(subject, changes, range(stop), shown)


def _named(symbol: Symbol) -> str:
    return f"{symbol.owner}.{symbol.name}" if symbol.owner else symbol.name
