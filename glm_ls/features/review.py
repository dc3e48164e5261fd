"""Changed files in, a report out: findings on their lines, and what became of every hunk.

Pieces that are cached cost nothing; the others go out in batches within a token budget, after all
that a person waits for. What comes back is believed only as far as the text bears it out
(`scrutiny`), and what is grave has to bear a second look (`second_look`). Trouble with the
endpoint ends the asking, not the report.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.errors import ContentRefused, PromptTooLong, ProviderError
from glm_ls.features.batches import Batch, batches, take
from glm_ls.features.pieces import (
    Piece,
    Portion,
    Refusal,
    Source,
    pieces_of,
    portions_of,
    with_uses,
)
from glm_ls.features.rules import rules_of
from glm_ls.features.scrutiny import Filter, Scrutiny
from glm_ls.features.second_look import Told, look_again, settled
from glm_ls.log import logger
from glm_ls.postprocess.findings.anchor import locate
from glm_ls.postprocess.findings.finding import SEVERITIES, Finding, Located
from glm_ls.postprocess.findings.fingerprint import without_repeats
from glm_ls.postprocess.findings.reader import FindingReader
from glm_ls.postprocess.findings.report import HunkFate, Report
from glm_ls.prompt.review import FOCI, VERSION
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.store.reviews import hunk_key

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.context.child import Uses
    from glm_ls.provider.router import Router
    from glm_ls.store.reviews import Reviews

DEFINITIONS_TOKENS = 600
"""Room for what one piece uses of other files."""
DEEP_TOKENS = 150_000
"""Tokens of pieces and whole files in one prompt of a deep review, as far as the model reads."""
DEEP_SHARE = 0.7
"""Part of the model's window that they may take."""
MODULES_TOKENS = 40_000
"""Room for the whole files that one file imports."""
ANSWER_TOKENS = 4_096
TEMPERATURE = 0.0
MAX_OF_FILE, MAX_OF_REVIEW = 10, 20
"""Findings that are shown, the gravest first."""
MEMORY = "reviews.db"
"""Name of the file in the user's state directory."""

Lookup = Callable[[Path, str, str, Sequence[range], int, int], Awaitable["Uses"]]
"""What a file uses of others: root, path, text, stretches, tokens for each, tokens for modules."""

log = logger("features.review")


@dataclass(frozen=True, slots=True)
class Subjects:
    """What is to be reviewed, and how."""

    root: Path
    """Folder that paths are relative to; dismissals belong to it."""
    sources: Sequence[Source]
    base: str = ""
    """Commit whose shared dismissals and guides count; "": the last one."""
    filter: Filter = "diff_context"
    deep: bool = False
    """Whether whole files are shown, and each pass is a request of its own."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who hears of a review while it goes on, in some thread."""

    found: Callable[[Located], None] = lambda _: None
    """Gets each finding as soon as it is known, also one that the end holds back or takes back."""
    done: Callable[[int, int], None] = lambda _done, _of: None
    """Gets how many pieces are done, and of how many."""


NOBODY = Watch()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished review."""

    report: Report
    error: ProviderError | None = None
    """Why not everything was reviewed, where the endpoint is the reason."""


@dataclass
class _Run:
    """What is known so far of one review."""

    scrutiny: Scrutiny
    watch: Watch
    rules: str
    of: int
    """How many pieces there are."""
    told: list[Told] = field(default_factory=list)
    fates: dict[Piece, tuple[str, str]] = field(default_factory=dict)
    """(fate, reason) of each piece that is done."""
    error: ProviderError | None = None

    def take(self, piece: Piece, located: Located) -> Told:
        """Keep a finding, and show it at once if it bears scrutiny."""
        told = Told(piece, located, self.scrutiny.shown(located, piece))
        self.told.append(told)
        if (shown := settled(told)) is not None:
            self.watch.found(shown)
        return told

    def finish(self, pieces: Sequence[Piece], fate: str, reason: str = "") -> None:
        """Say what became of some pieces."""
        self.fates.update((piece, (fate, reason)) for piece in pieces)
        self.watch.done(len(self.fates), self.of)


class Reviewer:
    """Reviews with one configuration."""

    def __init__(
        self, settings: Settings, router: Router, memory: Reviews, lookup: Lookup | None = None
    ) -> None:
        """`lookup` finds what a file uses of others; None: nothing is known of the project."""
        self._settings = settings
        self._router = router
        self._memory = memory
        self._lookup = lookup

    async def review(self, subjects: Subjects, refusal: Refusal, watch: Watch = NOBODY) -> Outcome:
        """Return what is found; never raises ProviderError.

        `refusal` says why the file of a path is not sent.
        """
        portions: list[Portion] = []
        for source in subjects.sources:
            portions += await self._portions(source, subjects, refusal)
        pieces = pieces_of(portions)
        run = await asyncio.to_thread(self._run, subjects, refusal, watch, pieces)
        fresh = await asyncio.to_thread(self._recall, pieces, run, subjects)
        most = self._deep_tokens if subjects.deep else 0
        await asyncio.gather(*(self._ask(one, run, subjects) for one in batches(fresh, most)))
        await self._look_again(run, subjects)
        return Outcome(_report(portions, run), run.error)

    # -- before ------------------------------------------------------------------------

    @property
    def _deep_tokens(self) -> int:
        endpoint = self._router.endpoint
        window = endpoint.model.context if endpoint else 0
        return min(DEEP_TOKENS, int(window * DEEP_SHARE))

    async def _portions(
        self, source: Source, subjects: Subjects, refusal: Refusal
    ) -> list[Portion]:
        """Return the hunks of a file with what they use of others."""
        privacy = self._settings.privacy
        whole = self._deep_tokens - MODULES_TOKENS if subjects.deep else 0
        portions = await asyncio.to_thread(
            portions_of,
            source,
            refusal,
            hide=privacy.hide_secrets,
            max_chars=int(privacy.max_file_mb * 1_000_000),
            whole_tokens=max(0, whole),
        )
        spans = [
            range(piece.changes[0].start, piece.changes[-1].stop) for piece in pieces_of(portions)
        ]
        if self._lookup is None or not spans or source.new is None:
            return portions
        modules = MODULES_TOKENS if subjects.deep else 0
        path = source.file.path
        uses = await self._lookup(
            subjects.root, path, source.new, spans, DEFINITIONS_TOKENS, modules
        )
        return await asyncio.to_thread(with_uses, portions, uses, hide=privacy.hide_secrets)

    def _run(
        self, subjects: Subjects, refusal: Refusal, watch: Watch, pieces: Sequence[Piece]
    ) -> _Run:
        root, base = subjects.root, subjects.base
        scrutiny = Scrutiny.of(root, base, self._memory, subjects.filter, pieces)
        return _Run(scrutiny, watch, rules_of(self._settings, root, base, refusal), len(pieces))

    def _recall(self, pieces: Sequence[Piece], run: _Run, subjects: Subjects) -> list[Piece]:
        """Take what the cache holds and return the pieces it does not."""
        fresh = []
        for piece in pieces:
            findings = self._memory.cached(self._key(piece, run, subjects))
            if findings is None:
                fresh.append(piece)
                continue
            run.finish([piece], "cached")
            for finding in findings:
                located = locate(_placed(finding, piece), Batch([piece]).sent, noise=0)
                if isinstance(located, Located):
                    run.take(piece, located)
        return fresh

    def _key(self, piece: Piece, run: _Run, subjects: Subjects) -> str:
        endpoint = self._router.endpoint
        model = endpoint.model_name if endpoint else ""
        context = repr((piece.context, run.rules, subjects.deep))
        return hunk_key(piece.shown.content, context, model, VERSION)

    def _keep(self, pieces: Sequence[Piece], run: _Run, subjects: Subjects) -> None:
        """Remember what was found in pieces that are done."""
        for piece in pieces:
            findings = [_relative(told.located, piece) for told in run.told if told.piece is piece]
            self._memory.keep(self._key(piece, run, subjects), findings)

    # -- asking ------------------------------------------------------------------------

    async def _ask(self, batch: Batch, run: _Run, subjects: Subjects) -> None:
        """Ask about some pieces; a prompt that is too long is asked in halves."""
        reason = run.error.reason if run.error else ""
        try:
            if not reason:
                await self._answer(batch, run, subjects)
                return
        except PromptTooLong as error:
            if len(batch.pieces) > 1:
                for half in batch.halves():
                    await self._ask(half, run, subjects)
                return
            reason = error.reason
        except ContentRefused as error:
            reason = error.reason
        except ProviderError as error:
            log.info("the review ends: %s: %s", error.reason, error)
            run.error = run.error or error
            reason = error.reason
        run.finish(batch.pieces, "skipped", reason)

    async def _answer(self, batch: Batch, run: _Run, subjects: Subjects) -> None:
        """Read what is said of a batch; whole findings of one that is cut off count, uncached."""
        passes = tuple(FOCI) if subjects.deep else ("",)
        whole = [await self._read(batch, focus, run) for focus in passes]
        if not all(whole):
            run.finish(batch.pieces, "skipped", "the answer was cut off")
            return
        run.finish(batch.pieces, "reviewed")
        await asyncio.to_thread(self._keep, batch.pieces, run, subjects)

    async def _read(self, batch: Batch, focus: str, run: _Run) -> bool:
        """Read one answer; return whether it came to its end."""
        prompt = batch.prompt(run.rules, focus)
        log.info("asked about %d pieces in about %d tokens", len(batch.pieces), prompt.tokens)
        chat = Chat((Message("system", prompt.chat.system), Message("user", prompt.chat.user)))
        request = Request(chat, intent="review", max_tokens=ANSWER_TOKENS, temperature=TEMPERATURE)
        reader, cut = FindingReader(prompt.nonce), False

        def found(findings: Sequence[Finding]) -> None:
            for piece, located in take(findings, batch):
                run.take(piece, located)

        async with aclosing(self._router.stream(request)) as deltas:
            async for delta in deltas:
                cut = cut or delta.finish == "length"
                if findings := reader.feed(delta.text):
                    await asyncio.to_thread(found, findings)
                if reader.full:
                    break
        await asyncio.to_thread(found, reader.finish())
        log.debug("unreadable: %s; said: %s", reader.refused, reader.said)
        return not (cut or reader.full)

    async def _look_again(self, run: _Run, subjects: Subjects) -> None:
        """Have what is grave refuted, if it can be; what is said of it is remembered."""
        try:
            judged = await look_again(self._router, run.told)
        except ProviderError as error:
            log.info("no second look: %s: %s", error.reason, error)
            run.error = run.error or error
            return
        done = [piece for piece in judged if run.fates[piece][0] != "skipped"]
        await asyncio.to_thread(self._keep, done, run, subjects)


def _relative(located: Located, piece: Piece) -> Finding:
    """Return a finding as it is kept: its line counted from the piece, wherever that stands."""
    return replace(located.finding, path="", line=located.lines.start - piece.span.start)


def _placed(finding: Finding, piece: Piece) -> Finding:
    assert finding.line is not None
    return replace(finding, path=piece.shown.path, line=finding.line + piece.span.start)


def _report(portions: Sequence[Portion], run: _Run) -> Report:
    refuted = sum(told.is_refuted for told in run.told)
    findings = [found for told in run.told if (found := settled(told, at_end=True))]
    ordered = sorted(without_repeats(findings), key=gravity)
    shown = tuple(_capped(ordered))
    held = tuple(each for each in ordered if each not in shown)
    return Report(shown, tuple(_fate(each, run) for each in portions), held, refuted)


def _capped(findings: Sequence[Located]) -> Iterator[Located]:
    """Yield the gravest findings, so many of a file and so many in all."""
    of_file: dict[str, int] = {}
    left = MAX_OF_REVIEW
    for each in findings:
        of_file[each.path] = of_file.get(each.path, 0) + 1
        if of_file[each.path] <= MAX_OF_FILE and left:
            left -= 1
            yield each


def gravity(located: Located) -> tuple[int, int, str, int]:
    """Return what findings are ordered by, the gravest first."""
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
