"""glm-ls/nextEdit: predicted edits, also for clients that speak to Copilot's server.

The answer has the shape of Copilot's: a list of edits, the nearest first, each with a command to
run once it is accepted. A client that accepts one and asks again gets the others, which wait.
`label` is its text on one line, `ghost` says that it can be shown as ghost text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcRequestCancelled

from glm_ls.log import logger
from glm_ls.lsp.aliases import NEXT_EDIT_ACCEPTED, NEXT_EDIT_IGNORED, NEXT_EDIT_REJECTED
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.to_proto import text_edit, workspace_edit
from glm_ls.lsp.untyped import at, position_at, untyped
from glm_ls.store.statistics import Event
from glm_ls.text.position import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glm_ls.context.target import Target
    from glm_ls.features.next_edit import Prediction
    from glm_ls.features.predictions import Predicted
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session
    from glm_ls.text.edit import Edit

REQUEST, COPILOT_REQUEST = "glm-ls/nextEdit", "textDocument/copilotInlineEdit"
SHOWN = "textDocument/didShowInlineEdit"
APPLY = "glm-ls.nextEdit.apply"
FEATURE = "next-edit"
LABEL = 80
"""Characters of an edit's first line that its label has."""
INVOKED = 1
"""Trigger kind of a request by hand; any other, and none, is automatic."""

log = logger("lsp.next_edit")


def register(server: GlmServer) -> None:
    """Register the request under both names, what becomes of its edits, and the command."""
    session = server.session

    async def next_edit(params: Any) -> dict[str, Any]:
        told = untyped(params)
        uri, version = at(told, "textDocument", "uri"), at(told, "textDocument", "version")
        target = await _target(session, uri, position_at(told, "position"))
        if target is None:
            return {"edits": []}
        if isinstance(version, int) and version != target.snapshot.version:
            raise JsonRpcRequestCancelled("the document has another version")
        invoked = at(told, "context", "triggerKind") == INVOKED
        prediction = await _predicted(session, target, invoked=invoked)
        return {"edits": [_item(session, target, one) for one in prediction.edits]}

    server.feature(REQUEST)(next_edit)
    server.feature(COPILOT_REQUEST)(next_edit)

    @server.feature(SHOWN)
    def did_show(params: Any) -> None:
        if session.started.is_set() and not session.broken:
            session.predictor.predictions.shown(
                _ids([at(untyped(params), "item", "command", "arguments")])
            )

    @server.command(NEXT_EDIT_ACCEPTED)
    async def accepted(*arguments: Any) -> None:
        await session.started.wait()
        if session.broken:
            return
        session.predictor.predictions.accept()
        for told in arguments:
            chars = at(told, "chars")
            whole = chars if isinstance(chars, int) else 0
            session.ledger.note(Event("whole", "", "", str(at(told, "engine") or ""), whole, 0))

    @server.command(NEXT_EDIT_REJECTED)
    async def rejected(*arguments: Any) -> None:
        await session.started.wait()
        if not session.broken:
            session.predictor.rejected(_ids(arguments))

    @server.command(NEXT_EDIT_IGNORED)
    async def ignored(*_: Any) -> None:
        """An edit that was passed over is neither accepted nor rejected."""

    @server.command(APPLY)
    async def apply(*arguments: Any) -> None:
        told = untyped(arguments[0] if arguments else None)
        target = await _target(session, at(told, "uri"), position_at(told, "position"))
        if target is None:
            return
        prediction = await _predicted(session, target, invoked=True)
        if prediction.edits:
            await _apply(server, target, prediction.edits)
        else:
            log.info("no next edit: %s", prediction.silence)
            session.notices.show("glm-ls: no next edit to predict here", types.MessageType.Info)


async def _target(session: Session, uri: Any, position: types.Position) -> Target | None:
    return await target_at(session, uri, position) if isinstance(uri, str) else None


async def _predicted(session: Session, target: Target, *, invoked: bool) -> Prediction:
    """Return what comes next; a newer request of the document ends this one."""
    await session.superseding.begin(target.snapshot.uri, FEATURE)
    prediction = await session.predictor.predict(
        target, invoked=invoked, debounce=not session.client.debounces
    )
    session.check_current(target)
    return prediction


async def _apply(server: GlmServer, target: Target, edits: Sequence[Predicted]) -> None:
    """Have the client make the edits; what it then says of the document is what counts."""
    session = server.session
    made = workspace_edit(
        target.snapshot,
        [one.edit for one in edits],
        session.encoding,
        versioned=session.client.versioned_edits,
    )
    params = types.ApplyWorkspaceEditParams(edit=made, label="GLM: next edit")
    try:
        result = await server.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        log.info("the edit was not applied: %s", type(error).__name__)
        return
    if getattr(result, "applied", False):  # some clients answer with nothing
        session.predictor.predictions.accept()
    else:
        log.info("the client did not apply the edit")


def accept_command(edits: Sequence[Predicted]) -> types.Command:
    """Return the command that counts edits as accepted."""
    told = [{"id": one.id, "engine": one.engine, "chars": len(one.edit.text)} for one in edits]
    return types.Command(title="glm-ls: accepted", command=NEXT_EDIT_ACCEPTED, arguments=told)


def _item(session: Session, target: Target, one: Predicted) -> dict[str, Any]:
    snapshot = target.snapshot
    made = text_edit(snapshot, one.edit, session.encoding)
    return {
        "text": made.new_text,
        "textDocument": {"uri": snapshot.uri, "version": snapshot.version},
        "range": made.range,
        "command": accept_command([one]),
        "label": label_of(one.edit.text),
        "ghost": _is_ghost(target, one.edit),
    }


def label_of(text: str) -> str:
    """Return a new text on one line, for clients that mark its place."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    more = f" … +{len(lines) - 1}" if len(lines) > 1 else ""
    return (lines[0][:LABEL] if lines else "(delete)") + more


def _is_ghost(target: Target, edit: Edit) -> bool:
    """Whether an edit can be ghost text: it goes on, in one line, from what is at the cursor."""
    span, cursor = edit.range, target.position
    if span is None or span.start.line != span.end.line or not span.start <= cursor <= span.end:
        return False
    return edit.text.startswith(target.snapshot.slice(Range(span.start, cursor)))


def _ids(arguments: Any) -> tuple[str, ...]:
    """Return the ids that a command's arguments name: bare, or in what `accept_command` gave."""
    found: list[str] = []
    for told in arguments:
        if isinstance(told, list):
            found += _ids(told)
        elif isinstance(key := told if isinstance(told, str) else at(told, "id"), str):
            found.append(key)
    return tuple(found)
