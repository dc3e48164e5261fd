"""Review in the editor: commands in, diagnostics out as they come.

`glm-ls.review` reviews what `review_jobs` says, `glm-ls.showMore` shows the findings of a document
that were held back. Saving reviews a file where the user wants that, so often in an hour. Nothing
is ever reviewed because a document is opened, or an editor asks for actions by itself.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.errors import GlmError
from glm_ls.log import logger
from glm_ls.lsp import progress
from glm_ls.lsp.findings import publish
from glm_ls.lsp.keeping import keep
from glm_ls.lsp.review_jobs import Job, job_of, job_of_saved
from glm_ls.lsp.untyped import at, untyped

if TYPE_CHECKING:
    from collections.abc import Callable

    from glm_ls.features.review import Outcome
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session
    from glm_ls.postprocess.findings.finding import Located
    from glm_ls.postprocess.findings.report import Report

REVIEW, MORE = "glm-ls.review", "glm-ls.showMore"
FEATURE = "review"

log = logger("lsp.review")


def register(server: GlmServer) -> None:
    """Register the commands."""
    session = server.session

    @server.command(REVIEW)
    async def review(*arguments: Any) -> dict[str, Any] | None:
        told = untyped(arguments[0] if arguments else None)
        uri = at(told, "uri")
        await session.started.wait()
        if session.broken:
            return None
        await session.superseding.begin(uri if isinstance(uri, str) else "", FEATURE)
        try:
            job = await asyncio.to_thread(job_of, session, told, tuple(session.documents))
        except GlmError as error:
            return _told(session, str(error), types.MessageType.Warning)
        async with progress.shown(server, job.title) as say:
            outcome = await _reviewed(session, job, say)
        if session.client.refreshes_lenses and session.settings.review.code_lens:
            session.spawn(server.workspace_code_lens_refresh_async(None))
        return _result(session, outcome)

    @server.command(MORE)
    async def show_more(*arguments: Any) -> None:
        uri = at(untyped(arguments[0] if arguments else None), "uri")
        if isinstance(uri, str) and session.reviewing.standing.reveal(uri):
            publish(session, uri)


def saved(session: Session, uri: str) -> None:
    """Review what has changed in a document that was saved, where the user wants that."""
    wanted = session.settings.review
    if not (wanted.on_save and session.started.is_set() and not session.broken):
        return
    if session.path_if_shown(uri) is None or not session.actor.may_ask():
        return
    if session.reviewing.admits_save(time.monotonic(), wanted.saves_per_hour):
        session.spawn(_review_saved(session, uri))
    else:
        log.info("no review on saving: review.saves_per_hour = %d", wanted.saves_per_hour)


async def _review_saved(session: Session, uri: str) -> None:
    await session.superseding.begin(uri, FEATURE)
    try:
        job = await asyncio.to_thread(job_of_saved, session, uri, tuple(session.documents))
    except GlmError as error:
        log.info("no review on saving: %s", error)
        return
    if job is not None:
        await _reviewed(session, job, lambda _words, _percent: None)


async def _reviewed(session: Session, job: Job, say: Callable[[str, int], None]) -> Outcome:
    """Review, publishing as findings come; what is left in the end is what the report has."""
    from glm_ls.features.review import Reviewer, Watch

    loop = asyncio.get_running_loop()

    def note(located: Located) -> None:
        loop.call_soon_threadsafe(_add, session, job, located)

    def done(count: int, of: int) -> None:
        loop.call_soon_threadsafe(say, f"{count} of {of}", 100 * count // max(of, 1))

    def refusal(path: str) -> str | None:
        if (text := job.texts.get(path)) is not None:
            return session.refusal(text)
        return session.ignore.refusal(job.subjects.root / path)  # A guide of the project.

    for text in job.texts.values():
        session.reviewing.standing.begin(text.uri)
    memory = await asyncio.to_thread(lambda: session.reviewing.memory)
    lookup = session.project.uses if session.project is not None else None
    reviewer = Reviewer(session.settings, session.router, memory, lookup)
    outcome = await reviewer.review(job.subjects, refusal, Watch(note, done))
    _settle(session, job, outcome.report)
    return outcome


def _add(session: Session, job: Job, located: Located) -> None:
    """Show a finding beside those that stand; what is out of date goes at the end."""
    from glm_ls.features.review import MAX_OF_FILE

    path = located.path
    new = job.arrived.setdefault(path, {})
    if located.fingerprint in {each.fingerprint for each in job.before.get(path, ())}:
        return
    new.setdefault(located.fingerprint, located)
    held = frozenset(list(new)[MAX_OF_FILE:])
    _show(session, job, path, [*job.before.get(path, ()), *new.values()], held)


def _settle(session: Session, job: Job, report: Report) -> None:
    """Show what a finished review has, and what stood before on lines it was not about."""
    held = frozenset(each.fingerprint for each in report.held)
    for path, text in job.texts.items():
        mine = [each for each in (*report.ordered, *report.held) if each.path == path]
        stand = session.reviewing.standing.of(text.uri)
        if mine or (stand and stand.findings):
            _show(session, job, path, [*job.kept.get(path, ()), *mine], held)
            keep(session, text.uri)


def _show(
    session: Session, job: Job, path: str, findings: list[Located], held: frozenset[str]
) -> None:
    """Publish a file's findings, where its text now has the lines they are on."""
    reviewed, standing = job.texts[path], session.reviewing.standing
    standing.put(reviewed, findings, held)
    current = session.documents.get(reviewed.uri) or job.on_disk.get(path)
    if current is not None:
        standing.follow(current)
    publish(session, reviewed.uri)


def _result(session: Session, outcome: Outcome) -> dict[str, Any]:
    report, error = outcome.report, outcome.error
    kind = types.MessageType.Warning if error else types.MessageType.Info
    why = f"; not finished: {error}" if error else ""
    told = _told(session, f"{report.summary}{why}", kind)
    fates = [fate._asdict() for fate in report.fates]
    return {**told, "findings": len(report.findings), "more": report.more, "hunks": fates}


def _told(session: Session, words: str, kind: types.MessageType) -> dict[str, Any]:
    session.notices.show(f"glm-ls: {words}", kind)
    return {"summary": words}
