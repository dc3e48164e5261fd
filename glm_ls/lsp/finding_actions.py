"""Code actions of reviews: to ask for one, and what can be done about a finding. No model is asked.

A finding has its fix as an edit where the review brought one that passes the gate; else a fix is
asked for as for any other diagnostic. Sharing writes the dismissals of a workspace into a file of
its repository, and does so only when it is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.lsp.findings import findings_at, publish
from glm_ls.lsp.keeping import keep
from glm_ls.lsp.review import REVIEW
from glm_ls.lsp.review_jobs import path_below, root_of
from glm_ls.lsp.to_proto import workspace_edit
from glm_ls.lsp.untyped import at, rows_at, untyped
from glm_ls.workspace.roots import file_name

if TYPE_CHECKING:
    from glm_ls.lsp.code_action import Asked
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session
    from glm_ls.postprocess.findings.finding import Located
    from glm_ls.text.edit import Edit

DISMISS, DISMISS_ALL, SHARE = "glm-ls.dismiss", "glm-ls.dismissKind", "glm-ls.shareDismissals"
EXPLAIN = "glm-ls.explainFinding"
REVIEW_KIND = "source.glm.review"
FIX_KIND = "quickfix.glm.finding"
EXPLAIN_KIND = "quickfix.glm.finding.explain"
DISMISS_KIND = "quickfix.glm.dismiss"
IGNORE_KIND = "quickfix.glm.ignore"
MOST = 2
"""Findings of a place that get actions."""


def register(server: GlmServer) -> None:
    """Register the commands."""
    session = server.session

    @server.command(DISMISS)
    async def dismiss(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        meant = _meant(session, told)
        for each in await _gone(session, told, lambda each: each.fingerprint in meant):
            if at(told, "here") is not True:
                await asyncio.to_thread(_remember, session, at(told, "uri"), each)

    @server.command(DISMISS_ALL)
    async def dismiss_kind(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        uri, kind = at(told, "uri"), at(told, "kind")
        if await _gone(session, told, lambda each: each.finding.kind == kind):
            await asyncio.to_thread(_remember_kind, session, uri, kind)

    @server.command(EXPLAIN)
    async def explain(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        stand = session.reviewing.standing.of(str(at(told, "uri")))
        for each in stand.findings if stand else ():
            if each.fingerprint == at(told, "id"):
                session.notices.show(_explained(each), types.MessageType.Info)

    @server.command(SHARE)
    async def share(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        await session.started.wait()
        uri = at(told, "uri")
        root = root_of(uri) if isinstance(uri, str) else next(iter(session.roots.folders), None)
        if root is None or session.broken:
            return
        words = await asyncio.to_thread(_share, session, root)
        session.notices.show(f"glm-ls: {words}", types.MessageType.Info)


def _meant(session: Session, told: Any) -> set[str]:
    """Return the finding that is named, or else those that are shown on the lines of a range."""
    if not isinstance(at(told, "range"), dict):
        return {str(at(told, "id"))}
    found = findings_at(session, str(at(told, "uri")), rows_at(told, "range"))
    return {each.fingerprint for each in found}


async def _gone(session: Session, told: Any, is_meant: Any) -> list[Located]:
    """Take findings of a document away and return them."""
    uri = at(told, "uri")
    await session.started.wait()
    if session.broken or not isinstance(uri, str):
        return []
    gone = session.reviewing.standing.remove(uri, is_meant)
    if gone:
        publish(session, uri)
        keep(session, uri)
    return gone


# -- offering ------------------------------------------------------------------------------


def reviews(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer to review the document, and the selection or the function around the cursor."""
    context = asked.params.context
    if not asked.session.actor.may_ask() or (context.diagnostics and not context.only):
        return
    uri = asked.target.snapshot.uri
    yield _command(REVIEW_KIND, f"GLM: review {file_name(uri)}", REVIEW, {"uri": uri})
    if (rows := asked.symbol) is not None:
        marked = asked.params.range.start != asked.params.range.end
        what = "the selection" if marked else "this function or class"
        span = types.Range(types.Position(rows.start, 0), types.Position(rows.stop, 0))
        yield _command(REVIEW_KIND, f"GLM: review {what}", REVIEW, {"uri": uri, "range": span})


def at_place(asked: Asked) -> list[Located]:
    """Return the findings of a place that get actions."""
    return findings_at(asked.session, asked.target.snapshot.uri, asked.rows)[:MOST]


def fixes(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer the fixes that the review brought."""
    for each in at_place(asked):
        if edits := asked.fixes.get(each.fingerprint):
            action = _edit(asked, FIX_KIND, f"GLM: fix “{each.finding.title}”", edits)
            action.is_preferred = True
            yield action


def explanations(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer to say more of the findings of a place."""
    for each in at_place(asked):
        title = f"GLM: explain “{each.finding.title}”"
        yield _command(EXPLAIN_KIND, title, EXPLAIN, _named(asked, each))


def dismissals(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer to dismiss the findings of a place, and all of their kind in the file."""
    found = at_place(asked)
    for each in found:
        title = f"GLM: dismiss “{each.finding.title}”"
        yield _command(DISMISS_KIND, title, DISMISS, _named(asked, each))
    for kind in dict.fromkeys(each.finding.kind for each in found):
        told = {"uri": asked.target.snapshot.uri, "kind": kind}
        yield _command(DISMISS_KIND, f"GLM: dismiss “{kind}” in this file", DISMISS_ALL, told)


def comments(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer the comment in the source that keeps a kind of finding away from its place."""
    from glm_ls.features.finding_edits import comment_of

    for each in at_place(asked):
        if edits := comment_of(each, asked.target.snapshot, asked.world):
            action = _edit(asked, IGNORE_KIND, f"GLM: ignore “{each.finding.kind}” here", edits)
            told = {**_named(asked, each), "here": True}
            action.command = types.Command(title=action.title, command=DISMISS, arguments=[told])
            yield action


def has_own_fix(asked: Asked, problem: types.Diagnostic) -> bool:
    """Whether a diagnostic is a finding whose fix is offered already."""
    return at(untyped(problem.data), "id") in asked.fixes


def fixes_at(asked: Asked) -> dict[str, tuple[Edit, ...]]:
    """Return the fixes of a place that pass the gate, by fingerprint."""
    from glm_ls.features.finding_edits import fix_of

    snapshot = asked.target.snapshot
    found = ((each, fix_of(each, snapshot, asked.world)) for each in at_place(asked))
    return {each.fingerprint: edits for each, edits in found if edits}


def _named(asked: Asked, located: Located) -> dict[str, Any]:
    return {"uri": asked.target.snapshot.uri, "id": located.fingerprint}


def _command(kind: str, title: str, name: str, told: dict[str, Any]) -> types.CodeAction:
    command = types.Command(title=title, command=name, arguments=[told])
    return types.CodeAction(title=title, kind=kind, command=command)


def _edit(asked: Asked, kind: str, title: str, edits: tuple[Edit, ...]) -> types.CodeAction:
    session, snapshot = asked.session, asked.target.snapshot
    versioned = session.client.versioned_edits
    edit = workspace_edit(snapshot, edits, session.encoding, versioned=versioned)
    return types.CodeAction(title=title, kind=kind, tags=asked.tags, edit=edit)


# -- remembering ---------------------------------------------------------------------------


def _explained(located: Located) -> str:
    finding = located.finding
    looked = {"holds": ", confirmed by a second look"}.get(finding.verdict or "", "")
    about = f"{finding.severity} {finding.kind}, {finding.confidence} % sure{looked}"
    return "\n".join(filter(None, (finding.title, finding.why, f"({about})")))


def _remember(session: Session, uri: str, gone: Located) -> None:
    from glm_ls.store.reviews import Dismissal

    dismissal = Dismissal(gone.fingerprint, gone.finding.kind, gone.finding.title)
    session.reviewing.memory.dismiss(root_of(uri), dismissal)


def _remember_kind(session: Session, uri: str, kind: str) -> None:
    root = root_of(uri)
    session.reviewing.memory.dismiss_kind(root, path_below(root, uri), kind)


def _share(session: Session, root: Any) -> str:
    """Write the dismissals of a workspace into its repository, beside those that are there."""
    from glm_ls.store.reviews import SHARED_FILE, share

    try:
        count = share(session.reviewing.memory, root)
    except OSError as error:
        return f"the dismissals were not shared: {error.strerror}"
    return f"{count} dismissals are in {SHARED_FILE} now"
