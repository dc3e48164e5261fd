"""Actions that ask a model: what is offered, codeAction/resolve, and the command `glm-ls.action`.

Offering asks nothing. An action carries what was chosen where; clients that wait for an edit
without freezing resolve it, the others run the command, whose edit comes by workspace/applyEdit.
A client's own menu runs the command too, with an instruction for a selection:

    {"action": "rewrite", "uri": …, "range": …, "instruction": "use a set"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from glm_ls.features.action_table import ACTIONS, Action
from glm_ls.log import logger
from glm_ls.lsp import progress
from glm_ls.lsp.from_proto import position_in
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.to_proto import workspace_edit
from glm_ls.lsp.untyped import at, position_at, untyped
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.text.position import Range

if TYPE_CHECKING:
    from glm_ls.features.actions import Asked, Done
    from glm_ls.lsp.code_action import Asked as Place
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

COMMAND = "glm-ls.action"
FEATURE = "action"
MOST_PROBLEMS = 2
"""Diagnostics of a place that get an action each."""
LONGEST = 2_000
"""Characters of a diagnostic or an instruction that are shown to a model."""

log = logger("lsp.actions")


def register(server: GlmServer) -> None:
    """Register resolving and the command."""
    session = server.session

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        told = untyped(action.data)
        if at(told, "action") not in ACTIONS:
            return action  # Helix asks for actions that are whole.
        done = await _done(server, told)
        if done is None:
            return action
        return replace_edit(action, _edit(session, done))

    @server.command(COMMAND)
    async def act(*arguments: Any) -> None:
        done = await _done(server, untyped(arguments[0] if arguments else None))
        if done is not None:
            await _apply(server, done)


# -- offering ------------------------------------------------------------------------------


def offered(action: Action, asked: Place) -> Iterator[types.CodeAction]:
    """Yield what one row of the table offers at a place."""
    from glm_ls.context.marked import marked

    if not asked.session.actor.may_ask():
        return
    context = asked.params.context
    if action.on == "problem":
        for problem in asked.problems[:MOST_PROBLEMS]:
            told = {"range": problem.range, "problems": [_shown(problem)]}
            one = len(context.diagnostics) == 1
            title = action.title if one else _titled(action, problem)
            yield _action(action, asked, told, title, [problem])
    elif action.on == "instruction":
        if marked(asked.target.snapshot, asked.rows):
            yield _action(action, asked, {"range": asked.params.range}, action.title)
    elif (context.only or not context.diagnostics) and (rows := _fitting(action, asked)):
        span = types.Range(types.Position(rows.start, 0), types.Position(rows.stop, 0))
        yield _action(action, asked, {"range": span}, action.title)


def _fitting(action: Action, asked: Place) -> range | None:
    """Return the lines that an action on a symbol is about, None where it is not for them."""
    from glm_ls.context.symbol import has_no_body

    snapshot = asked.target.snapshot
    if action.languages and snapshot.language_id not in action.languages:
        return None
    rows = asked.symbol
    return rows if rows and (not action.only_empty or has_no_body(snapshot, rows)) else None


def _action(
    action: Action,
    asked: Place,
    told: dict[str, Any],
    title: str,
    problems: list[types.Diagnostic] | None = None,
) -> types.CodeAction:
    snapshot, resolves = asked.target.snapshot, asked.session.client.resolves_actions
    data = {"action": action.name, "uri": snapshot.uri, "version": snapshot.version, **told}
    return types.CodeAction(
        title=title,
        kind=action.kind,
        tags=asked.tags,
        diagnostics=problems,
        data=data if resolves else None,
        command=None if resolves else types.Command(title=title, command=COMMAND, arguments=[data]),
    )


def _titled(action: Action, problem: types.Diagnostic) -> str:
    first = problem.message.strip().partition("\n")[0]
    return f"{action.title}: {first[:60]}"


def _shown(problem: types.Diagnostic) -> str:
    about = " ".join(str(part) for part in (problem.source, problem.code) if part is not None)
    words = f"line {problem.range.start.line + 1}: {problem.message.strip()}"
    return f"{words} ({about})"[:LONGEST] if about else words[:LONGEST]


# -- doing ---------------------------------------------------------------------------------


async def _done(server: GlmServer, told: Any) -> Done | None:
    """Do what an action says; what went wrong is shown to the user."""
    session = server.session
    action = ACTIONS.get(str(at(told, "action")))
    if action is None:
        log.warning("an unknown action")
        return None
    asked = await _asked(session, action, told)
    if isinstance(asked, str):
        _say(session, action, asked)
        return None
    await session.superseding.begin(asked.target.snapshot.uri, FEATURE)
    from glm_ls.features.actions import Undone

    async with progress.shown(server, action.title):
        outcome = await session.actor.act(asked)
    if isinstance(outcome, Undone):
        _say(session, action, outcome.words)
        return None
    return outcome


async def _asked(session: Session, action: Action, told: Any) -> Asked | str:
    """Return what a client sent as a value, or why it cannot be done."""
    uri, version = at(told, "uri"), at(told, "version")
    start, end = position_at(told, "range", "start"), position_at(told, "range", "end")
    target = await target_at(session, uri, start) if isinstance(uri, str) else None
    if target is None:
        return "the document is not open, or glm-ls leaves it alone"
    if isinstance(version, int) and version != target.snapshot.version:
        return "the document has changed since it was offered"
    if start.line >= len(target.snapshot.lines):
        return "the selection is outside the document"
    from glm_ls.features.actions import Asked

    instruction, problems = at(told, "instruction"), at(told, "problems")
    last = position_in(target.snapshot, end, session.encoding)
    return Asked(
        action,
        target,
        rows_of(Range(target.position, max(last, target.position))),
        instruction[:LONGEST] if isinstance(instruction, str) else "",
        tuple(str(problem)[:LONGEST] for problem in problems) if isinstance(problems, list) else (),
    )


def rows_of(span: Range) -> range:
    """Return the lines of a range; an end before the first character of a line excludes it."""
    start, end = span
    return range(start.line, max(start.line, end.line - (end.column == 0)) + 1)


def _say(session: Session, action: Action, why: str) -> None:
    message = f"{action.title}: nothing was changed: {why}"
    session.notices.show(message, types.MessageType.Warning)


# -- landing -------------------------------------------------------------------------------


def replace_edit(action: types.CodeAction, edit: types.WorkspaceEdit) -> types.CodeAction:
    """Return an action with its edit."""
    return types.CodeAction(
        title=action.title, kind=action.kind, diagnostics=action.diagnostics, tags=action.tags,
        edit=edit,
    )  # fmt: skip


def _edit(session: Session, done: Done) -> types.WorkspaceEdit:
    return workspace_edit(
        done.snapshot, done.edits, session.encoding, versioned=session.client.versioned_edits
    )


async def _apply(server: GlmServer, done: Done) -> None:
    """Have the client make the edits; where it refuses them, once more in the text as it is then.

    A client refuses edits of a version that the user has typed on: its changes are here by then.
    """
    if await _is_refused(server, done):
        again = await done.again()
        if isinstance(again, Refusal) or await _is_refused(server, again):
            words = "GLM: nothing was changed: the editor refused the edit, try again"
            server.session.notices.show(words, types.MessageType.Warning)


async def _is_refused(server: GlmServer, done: Done) -> bool:
    params = types.ApplyWorkspaceEditParams(edit=_edit(server.session, done), label="GLM")
    try:
        result = await server.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        log.info("the edit was not applied: %s", type(error).__name__)
        return True
    # Some clients answer with nothing.
    return getattr(result, "applied", None) is False
