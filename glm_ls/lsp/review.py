"""Review in the editor: commands in, diagnostics out, and what becomes of them.

`glm-ls.review` with a document's URI reviews all of it, without one what has changed in the working
tree; `glm-ls.dismiss` hides a finding for good. Findings are published as they come, always for
the version the client has, and again only when one is gone: editors shift diagnostics themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.config.paths import user_state_dir
from glm_ls.errors import GlmError
from glm_ls.log import logger
from glm_ls.lsp.untyped import at, untyped
from glm_ls.text.position import Position
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.ignore import repository_of
from glm_ls.workspace.roots import path_to_uri, uri_to_path

if TYPE_CHECKING:
    from glm_ls.features.review import Outcome, Subjects
    from glm_ls.lsp.code_action import Asked
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session
    from glm_ls.postprocess.findings.finding import Located
    from glm_ls.store.reviews import Reviews

REVIEW, DISMISS = "glm-ls.review", "glm-ls.dismiss"
FEATURE = "review"
SOURCE = "glm"
DISMISS_KIND = "quickfix.glm.dismiss"
MAX_LINES = 3
"""Lines that a diagnostic underlines; of more only the first."""
SEVERITY = {
    "high": types.DiagnosticSeverity.Warning,
    "medium": types.DiagnosticSeverity.Information,
    "low": types.DiagnosticSeverity.Hint,
}
"""Never Error, which is for compilers."""

log = logger("lsp.review")


@dataclass(frozen=True, slots=True)
class _Job:
    """A review that is asked for."""

    subjects: Subjects
    texts: dict[str, Snapshot]
    """The reviewed text by path, under the URI that the client knows."""


def register(server: GlmServer) -> None:
    """Register the commands."""
    session = server.session

    @server.command(REVIEW)
    async def review(*arguments: Any) -> dict[str, Any] | None:
        uri = at(untyped(arguments[0] if arguments else None), "uri")
        await session.started.wait()
        if session.broken:
            return None
        await session.superseding.begin(uri if isinstance(uri, str) else "", FEATURE)
        try:
            job = await _job(session, uri)
        except GlmError as error:
            return _told(session, str(error), types.MessageType.Warning)
        outcome = await _reviewed(session, job)
        return _result(session, outcome)

    @server.command(DISMISS)
    async def dismiss(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        uri, key = at(told, "uri"), at(told, "id")
        await session.started.wait()
        if session.broken or not (isinstance(uri, str) and isinstance(key, str)):
            return
        gone = session.standing.remove(uri, key)
        if gone is not None:
            publish(session, uri)
            await asyncio.to_thread(_remember, memory_of(session), _root_of(uri), gone)


def memory_of(session: Session) -> Reviews:
    """Return what is remembered of reviews, opened when it is first needed."""
    from glm_ls.features.review import MEMORY
    from glm_ls.store.reviews import Reviews

    if session.reviews is None:
        session.reviews = Reviews(user_state_dir() / MEMORY)
    return session.reviews


def publish(session: Session, uri: str) -> None:
    """Tell the client what stands in a document, for the version it has."""
    stand = session.standing.of(uri)
    if stand is None:
        return
    is_open = session.documents.get(uri) is not None
    shown = [_diagnostic(session, stand.snapshot, each) for each in stand.findings]
    version = stand.snapshot.version if is_open else None
    params = types.PublishDiagnosticsParams(uri=uri, diagnostics=shown, version=version)
    session.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def follow(session: Session, snapshot: Snapshot, *, opened: bool = False) -> None:
    """Take a new text of a document; what died is taken back at once."""
    died = session.standing.follow(snapshot)
    if died or opened:
        publish(session, snapshot.uri)


def dismissals(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer to dismiss the findings at a place."""
    uri = asked.target.snapshot.uri
    stand = asked.session.standing.of(uri)
    first, last = asked.params.range.start.line, asked.params.range.end.line
    for each in stand.findings if stand else ():
        if each.lines.start <= last and first < each.lines.stop:
            title = f"GLM: dismiss “{each.finding.title}”"
            told = {"uri": uri, "id": each.fingerprint}
            yield types.CodeAction(
                title=title,
                kind=DISMISS_KIND,
                command=types.Command(title=title, command=DISMISS, arguments=[told]),
            )


# -- reviewing -----------------------------------------------------------------------------


async def _job(session: Session, uri: Any) -> _Job:
    if not session.settings.enabled:
        raise GlmError("glm-ls is switched off by the setting `enabled`")
    if isinstance(uri, str):
        return _of_document(session, uri)
    folder = next(iter(session.roots.folders), None)
    if folder is None:
        raise GlmError("there is no workspace folder to review")
    return await asyncio.to_thread(_of_tree, folder, list(session.documents))


def _of_document(session: Session, uri: str) -> _Job:
    from glm_ls.features.pieces import Source
    from glm_ls.features.review import Subjects
    from glm_ls.workspace.diff import whole_file

    snapshot = session.documents.get(uri)
    if snapshot is None:
        raise GlmError("the document is not open")
    root, path = _root_of(uri), uri_to_path(uri)
    name = path.relative_to(root).as_posix() if path else "untitled"
    source = Source(whole_file(name, snapshot.text), snapshot.text)
    return _Job(Subjects(root, [source]), {name: snapshot})


def _of_tree(folder: Path, documents: list[Snapshot]) -> _Job:
    from glm_ls.features.pieces import sources_of
    from glm_ls.features.review import Subjects
    from glm_ls.workspace.changes import Comparison, changes

    compared = changes(folder, Comparison())
    sources = sources_of(compared)
    known = {uri_to_path(each.uri): each for each in documents}
    texts = {}
    for source in sources:
        path, text = compared.root / source.file.path, source.new or ""
        open_one = known.get(path)
        uri = open_one.uri if open_one else path_to_uri(path)
        texts[source.file.path] = Snapshot.of(uri, "", 0, text)
    return _Job(Subjects(compared.root, sources, compared.base), texts)


def _root_of(uri: str) -> Path:
    """Return the repository of a document: what dismissals belong to, on the command line too."""
    path = uri_to_path(uri)
    return Path(repository_of(str(path.parent))) if path else Path("/")


async def _reviewed(session: Session, job: _Job) -> Outcome:
    """Review, publishing as findings come; what is left in the end is what the report has."""
    from glm_ls.features.review import Reviewer

    found: list[Located] = []
    loop = asyncio.get_running_loop()

    def watch(located: Located) -> None:
        found.append(located)
        loop.call_soon_threadsafe(_show, session, job, list(found), located.path)

    memory = await asyncio.to_thread(memory_of, session)
    reviewer = Reviewer(session.settings, session.router, memory)
    outcome = await reviewer.review(
        job.subjects, lambda path: session.refusal(job.texts[path]), watch=watch
    )
    for path in job.texts:
        _show(session, job, list(outcome.report.ordered), path)
    return outcome


def _show(session: Session, job: _Job, findings: list[Located], path: str) -> None:
    """Publish a file's findings, where its text now has the lines they are on."""
    reviewed = job.texts[path]
    before = session.standing.of(reviewed.uri)
    mine = [each for each in findings if each.path == path]
    if not mine and not (before and before.findings):
        return
    session.standing.put(reviewed, mine)
    current = session.documents.get(reviewed.uri)
    if current is not None:
        session.standing.follow(current)
    publish(session, reviewed.uri)


def _result(session: Session, outcome: Outcome) -> dict[str, Any]:
    report, error = outcome.report, outcome.error
    kind = types.MessageType.Warning if error else types.MessageType.Info
    why = f"; not finished: {error}" if error else ""
    told = _told(session, f"{report.summary}{why}", kind)
    fates = [fate._asdict() for fate in report.fates]
    return {**told, "findings": len(report.findings), "hunks": fates}


def _told(session: Session, words: str, kind: types.MessageType) -> dict[str, Any]:
    session.notices.show(f"glm-ls: {words}", kind)
    return {"summary": words}


def _remember(memory: Reviews, root: Path, gone: Located) -> None:
    from glm_ls.store.reviews import Dismissal

    memory.dismiss(root, Dismissal(gone.fingerprint, gone.finding.kind, gone.finding.title))


def _diagnostic(session: Session, snapshot: Snapshot, located: Located) -> types.Diagnostic:
    finding, lines = located.finding, located.lines
    last = lines.stop - 1 if len(lines) <= MAX_LINES else lines.start
    text = snapshot.line(lines.start)
    start = Position(lines.start, len(text) - len(text.lstrip()))
    end = Position(last, len(snapshot.line(last).rstrip()))
    places = (types.Position(p.line, snapshot.units(p, session.encoding)) for p in (start, end))
    return types.Diagnostic(
        range=types.Range(*places),
        severity=SEVERITY[finding.severity],
        code=f"glm/{finding.kind}",
        source=SOURCE,
        message="\n".join(filter(None, (finding.title, finding.why))),
        data={"id": located.fingerprint, "v": 1},
    )
