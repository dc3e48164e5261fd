"""Code actions of reviews: to ask for one, and what can be done about a finding. No model is asked.

A finding's fix is an edit at once where the review brought one that passes the gate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.lsp.findings import findings_at, publish
from glm_ls.lsp.keeping import keep
from glm_ls.lsp.review import REVIEW
from glm_ls.lsp.review_jobs import root_of
from glm_ls.lsp.untyped import at, untyped
from glm_ls.workspace.roots import file_name

if TYPE_CHECKING:
    from glm_ls.lsp.code_action import Asked
    from glm_ls.lsp.server import GlmServer
    from glm_ls.postprocess.findings.finding import Located

DISMISS = "glm-ls.dismiss"
REVIEW_KIND = "source.glm.review"
DISMISS_KIND = "quickfix.glm.dismiss"


def register(server: GlmServer) -> None:
    """Register the commands."""
    session = server.session

    @server.command(DISMISS)
    async def dismiss(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        uri, key = at(told, "uri"), at(told, "id")
        await session.started.wait()
        if session.broken or not (isinstance(uri, str) and isinstance(key, str)):
            return
        gone = session.reviewing.standing.remove(uri, key)
        if gone is not None:
            publish(session, uri)
            keep(session, uri)
            await asyncio.to_thread(_remember, session.reviewing, uri, gone)


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


def dismissals(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer to dismiss the findings at a place."""
    uri = asked.target.snapshot.uri
    for each in findings_at(asked.session, uri, asked.rows):
        title = f"GLM: dismiss “{each.finding.title}”"
        yield _command(DISMISS_KIND, title, DISMISS, {"uri": uri, "id": each.fingerprint})


def _command(kind: str, title: str, name: str, told: dict[str, Any]) -> types.CodeAction:
    command = types.Command(title=title, command=name, arguments=[told])
    return types.CodeAction(title=title, kind=kind, command=command)


def _remember(reviewing: Any, uri: str, gone: Located) -> None:
    from glm_ls.store.reviews import Dismissal

    dismissal = Dismissal(gone.fingerprint, gone.finding.kind, gone.finding.title)
    reviewing.memory.dismiss(root_of(uri), dismissal)
