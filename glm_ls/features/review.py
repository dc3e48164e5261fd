"""Changed files in, a report out: findings on their lines, and what became of every hunk.

Pieces that are cached cost nothing; the others go out in batches within a token budget, after all
that a person waits for. What comes back is believed only as far as the text bears it out: located
by quote and number, examined, rid of repeats, of what is dismissed and of what a comment keeps
away. Trouble with the endpoint ends the asking, not the report.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.errors import ContentRefused, PromptTooLong, ProviderError
from glm_ls.features.pieces import Piece, Portion, Refusal, Source, portions_of
from glm_ls.log import logger
from glm_ls.postprocess.findings.anchor import Sent, locate
from glm_ls.postprocess.findings.evidence import Evidence, examine
from glm_ls.postprocess.findings.finding import SEVERITIES, Finding, Located, Refused
from glm_ls.postprocess.findings.fingerprint import marked, without_repeats
from glm_ls.postprocess.findings.ignores import is_ignored
from glm_ls.postprocess.findings.reader import FindingReader
from glm_ls.postprocess.findings.report import HunkFate, Report
from glm_ls.prompt.review import VERSION, review_prompt
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.store.reviews import SHARED_FILE, Dismissal, hunk_key, read_shared
from glm_ls.workspace.git import run_git

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.provider.router import Router
    from glm_ls.store.reviews import Reviews

BATCH_TOKENS = 7_000
"""Tokens of the pieces in one prompt; what we say ourselves takes less than 1,000 more."""
ANSWER_TOKENS = 4_096
TEMPERATURE = 0.0
MAX_OF_FILE, MAX_OF_REVIEW = 10, 20
"""Findings that are shown, the gravest first."""
MEMORY = "reviews.db"
"""Name of the file in the user's state directory."""
MAX_SEARCHES = 100
"""Names that the project is searched for in one review."""

Watch = Callable[[Located], None]
Found = list[tuple[Piece, Located]]

log = logger("features.review")


@dataclass(frozen=True, slots=True)
class Subjects:
    """What is to be reviewed."""

    root: Path
    """Folder that paths are relative to; dismissals belong to it."""
    sources: Sequence[Source]
    base: str = ""
    """Commit whose file of shared dismissals counts; "": none does."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished review."""

    report: Report
    error: ProviderError | None = None
    """Why not everything was reviewed, where the endpoint is the reason."""


@dataclass
class _Run:
    """What is known so far of one review."""

    keeps: Callable[[Located, Piece], Located | None]
    watch: Watch
    found: Found = field(default_factory=list)
    fates: dict[Piece, tuple[str, str]] = field(default_factory=dict)
    """(fate, reason) of each piece that is done."""
    error: ProviderError | None = None

    def take(self, piece: Piece, located: Located) -> None:
        """Keep a finding that bears examination, and show it at once."""
        if (kept := self.keeps(located, piece)) is not None:
            self.found.append((piece, kept))
            self.watch(kept)


class Reviewer:
    """Reviews with one configuration."""

    def __init__(self, settings: Settings, router: Router, memory: Reviews) -> None:
        self._settings = settings
        self._router = router
        self._memory = memory

    async def review(
        self, subjects: Subjects, refusal: Refusal, *, watch: Watch = lambda _: None
    ) -> Outcome:
        """Return what is found; never raises ProviderError.

        `refusal` says why the file of a path is not sent; `watch` gets each finding as soon as it
        is known, in some thread, also those that the caps hold back later.
        """
        portions = await asyncio.to_thread(self._portions, subjects, refusal)
        keeps = await asyncio.to_thread(self._gate, subjects, portions)
        run = _Run(keeps, watch)
        pieces = [piece for portion in portions for piece in portion.pieces]
        fresh = await asyncio.to_thread(self._recall, pieces, run)
        await asyncio.gather(*(self._ask(batch, run) for batch in batches(fresh)))
        return Outcome(_report(portions, run), run.error)

    # -- before ------------------------------------------------------------------------

    def _portions(self, subjects: Subjects, refusal: Refusal) -> list[Portion]:
        privacy = self._settings.privacy
        limit = int(privacy.max_file_mb * 1_000_000)
        return [
            portion
            for source in subjects.sources
            for portion in portions_of(source, refusal, hide=privacy.hide_secrets, max_chars=limit)
        ]

    def _gate(
        self, subjects: Subjects, portions: Sequence[Portion]
    ) -> Callable[[Located, Piece], Located | None]:
        """Return what says of a finding that it is shown, and with what."""
        rows = self._memory.dismissals(subjects.root)
        unwanted = {row.fingerprint for row in (*rows, *_shared(subjects))}
        unwanted_kinds = self._memory.dismissed_kinds(subjects.root)
        is_known = _search(subjects.root, portions)

        def keeps(located: Located, piece: Piece) -> Located | None:
            subject = piece.subject
            names = subject.resolved.__contains__
            evidence = Evidence(subject.sent, subject.language, is_known, names)
            examined = examine(located, evidence)
            if isinstance(examined, Refused):
                log.info("not shown: %s", examined.reason)
                return None
            symbol = subject.symbol(examined.lines.start)
            shown = marked(examined, subject.lines, symbol)
            hidden = (
                shown.fingerprint in unwanted
                or (subject.path, shown.finding.kind) in unwanted_kinds
                or is_ignored(shown, subject.language, subject.lines)
            )
            return None if hidden else shown

        return keeps

    def _recall(self, pieces: Sequence[Piece], run: _Run) -> list[Piece]:
        """Take what the cache holds and return the pieces it does not."""
        fresh = []
        for piece in pieces:
            findings = self._memory.cached(self._key(piece))
            if findings is None:
                fresh.append(piece)
                continue
            run.fates[piece] = ("cached", "")
            for finding in findings:
                located = locate(_placed(finding, piece), _sent([piece]), noise=0)
                if isinstance(located, Located):
                    run.take(piece, located)
        return fresh

    def _key(self, piece: Piece) -> str:
        endpoint, shown = self._router.endpoint, piece.shown
        context = "\0".join((shown.path, shown.language, shown.symbol))
        model = endpoint.model_name if endpoint else ""
        return hunk_key(shown.content, context, model, VERSION)

    # -- asking ------------------------------------------------------------------------

    async def _ask(self, batch: Sequence[Piece], run: _Run) -> None:
        """Ask about some pieces; a prompt that is too long is asked in halves."""
        reason = run.error.reason if run.error else ""
        try:
            if not reason:
                await self._read(batch, run)
                return
        except PromptTooLong as error:
            if len(batch) > 1:
                half = len(batch) // 2
                await self._ask(batch[:half], run)
                await self._ask(batch[half:], run)
                return
            reason = error.reason
        except ContentRefused as error:
            reason = error.reason
        except ProviderError as error:
            log.info("the review ends: %s: %s", error.reason, error)
            run.error = run.error or error
            reason = error.reason
        run.fates.update((piece, ("skipped", reason)) for piece in batch)

    async def _read(self, batch: Sequence[Piece], run: _Run) -> None:
        """Read one answer; what was whole in one that was cut off counts, but is not cached."""
        prompt = review_prompt([piece.shown for piece in batch])
        chat = Chat((Message("system", prompt.chat.system), Message("user", prompt.chat.user)))
        request = Request(chat, intent="review", max_tokens=ANSWER_TOKENS, temperature=TEMPERATURE)
        reader, sent = FindingReader(prompt.nonce), _sent(batch)
        told, cut = Found(), False
        async with aclosing(self._router.stream(request)) as deltas:
            async for delta in deltas:
                cut = cut or delta.finish == "length"
                if findings := reader.feed(delta.text):
                    told += await asyncio.to_thread(_take, findings, batch, sent, run)
                if reader.full:
                    break
        told += await asyncio.to_thread(_take, reader.finish(), batch, sent, run)
        log.debug("unreadable: %s; said: %s", reader.refused, reader.said)
        if cut or reader.full:
            run.fates.update((piece, ("skipped", "the answer was cut off")) for piece in batch)
            return
        run.fates.update((piece, ("reviewed", "")) for piece in batch)
        await asyncio.to_thread(self._keep, batch, told)

    def _keep(self, batch: Sequence[Piece], told: Found) -> None:
        for piece in batch:
            findings = [_relative(each, piece) for of, each in told if of is piece]
            self._memory.keep(self._key(piece), findings)


def batches(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces in order, as many at once as the budget allows."""
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        if batch and size + piece.tokens > BATCH_TOKENS:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += piece.tokens
    if batch:
        yield batch


def _sent(batch: Sequence[Piece]) -> dict[str, Sent]:
    """Return what a model saw of each file, by the path it saw."""
    spans: dict[str, list[range]] = {}
    for piece in batch:
        spans.setdefault(piece.shown.path, []).append(piece.span)
    subjects = {piece.shown.path: piece.subject for piece in batch}
    return {
        path: Sent(subject.path, subject.sent, tuple(spans[path]))
        for path, subject in subjects.items()
    }


def _take(
    findings: Sequence[Finding], batch: Sequence[Piece], sent: dict[str, Sent], run: _Run
) -> Found:
    """Pass the findings on that stand on a change, and return them with their pieces."""
    told: Found = []
    for finding in findings:
        located = locate(finding, sent)
        if isinstance(located, Refused):
            log.info("not shown: %s", located.reason)
        elif (piece := _piece_of(located, batch)) is None:
            log.info("not shown: it is not about the change")
        else:
            told.append((piece, located))
            run.take(piece, located)
    return told


def _piece_of(located: Located, batch: Sequence[Piece]) -> Piece | None:
    """Return the piece on whose change a finding stands."""
    return next(
        (
            piece
            for piece in batch
            if piece.subject.path == located.path
            and max(piece.change.start, located.lines.start)
            < min(piece.change.stop, located.lines.stop)
        ),
        None,
    )


def _relative(located: Located, piece: Piece) -> Finding:
    """Return a finding as it is kept: its line counted from the piece, wherever that stands."""
    return replace(located.finding, path="", line=located.lines.start - piece.span.start)


def _placed(finding: Finding, piece: Piece) -> Finding:
    assert finding.line is not None
    return replace(finding, path=piece.shown.path, line=finding.line + piece.span.start)


def _search(root: Path, portions: Sequence[Portion]) -> Callable[[str], bool]:
    """Return what says whether a name stands in what was sent, or in the project's files."""
    text = "\n".join(piece.shown.text for portion in portions for piece in portion.pieces)
    left = MAX_SEARCHES

    @cache
    def is_known(name: str) -> bool:
        nonlocal left
        left -= 1
        if name in text or left < 0:
            return True
        return bool(run_git(root, "grep", "-l", "-I", "-w", "-F", "-e", name, "--"))

    return is_known


def _shared(subjects: Subjects) -> tuple[Dismissal, ...]:
    """Return the dismissals that the base shares: a change must not hide what is wrong in it."""
    if not subjects.base:
        return ()
    content = run_git(subjects.root, "cat-file", "blob", f"{subjects.base}:{SHARED_FILE}")
    return read_shared((content or b"").decode("utf-8", "replace"))


def _report(portions: Sequence[Portion], run: _Run) -> Report:
    findings = without_repeats([located for _, located in run.found])
    shown = _capped(findings)
    fates = tuple(_fate(portion, run) for portion in portions)
    return Report(tuple(shown), fates, len(findings) - len(shown))


def _capped(findings: Sequence[Located]) -> list[Located]:
    """Return the gravest findings, so many of a file and so many in all."""
    shown: list[Located] = []
    for each in sorted(findings, key=_gravity):
        of_file = sum(other.path == each.path for other in shown)
        if of_file < MAX_OF_FILE and len(shown) < MAX_OF_REVIEW:
            shown.append(each)
    return shown


def _gravity(located: Located) -> tuple[int, int, str, int]:
    finding = located.finding
    severity = SEVERITIES.index(finding.severity)
    return severity, -finding.confidence, located.path, located.lines.start


def _fate(portion: Portion, run: _Run) -> HunkFate:
    """Return what became of a hunk: what became of the worst of its pieces."""
    known = [run.fates[piece] for piece in portion.pieces]
    if portion.reason or not known:
        return HunkFate(portion.path, "skipped", portion.reason)
    skipped = [reason for fate, reason in known if fate == "skipped"]
    if skipped:
        return HunkFate(portion.path, "skipped", skipped[0])
    all_cached = all(fate == "cached" for fate, _ in known)
    return HunkFate(portion.path, "cached" if all_cached else "reviewed")
