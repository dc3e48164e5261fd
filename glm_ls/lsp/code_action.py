"""textDocument/codeAction: what can be done at a place, at once and without asking a model.

Each row of PROVIDERS offers actions of one kind from what is known already. An action that needs
an answer first carries a command; the edit then comes by workspace/applyEdit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.context.target import Target
from glm_ls.features.action_table import ACTIONS, Action
from glm_ls.lsp.finding_actions import (
    DISMISS_KIND,
    EXPLAIN_KIND,
    FIX_KIND,
    IGNORE_KIND,
    REVIEW_KIND,
    at_place,
    comments,
    dismissals,
    explanations,
    fixes,
    fixes_at,
    has_own_fix,
    reviews,
)
from glm_ls.lsp.findings import SOURCE
from glm_ls.lsp.from_proto import position_in, range_in
from glm_ls.lsp.next_edit import APPLY, accept_command
from glm_ls.lsp.offered import PROMPTS_KIND, offered, prompts, rows_of
from glm_ls.lsp.to_proto import workspace_edit
from glm_ls.text.position import Range

if TYPE_CHECKING:
    from glm_ls.features.containment import World
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session
    from glm_ls.text.edit import Edit

OF_FINDINGS = frozenset((FIX_KIND, EXPLAIN_KIND, DISMISS_KIND, IGNORE_KIND))
NEXT_EDIT = "refactor.rewrite.glm.nextEdit"
MOST_ON_A_PROBLEM = 4
"""Actions offered on a diagnostic: other servers offer theirs there too.

What comes later in PROVIDERS is there when a client asks for its kind.
"""


@dataclass(frozen=True)
class Asked:
    """A place for which actions are wanted."""

    # No slots: what is parsed is parsed once for all actions.
    session: Session
    target: Target
    """At the beginning of the selection."""
    params: types.CodeActionParams

    @property
    def tags(self) -> list[types.CodeActionTag] | None:
        """How an action of a model is marked, where the client shows it."""
        return [types.CodeActionTag.LlmGenerated] if self.session.client.action_tags else None

    @cached_property
    def span(self) -> Range:
        """What is selected."""
        return range_in(self.target.snapshot, self.params.range, self.session.encoding)

    @cached_property
    def rows(self) -> range:
        """The selected lines, at least one."""
        return rows_of(self.span)

    @property
    def problems(self) -> list[types.Diagnostic]:
        """The diagnostics of the place, but for findings whose fix is there already."""
        return [each for each in self.params.context.diagnostics if not has_own_fix(self, each)]

    @cached_property
    def fixes(self) -> dict[str, tuple[Edit, ...]]:
        """Fixes that a review brought, by fingerprint of the finding."""
        return fixes_at(self)

    @property
    def world(self) -> World:
        """What the gate asks about files."""
        from glm_ls.features.containment import World

        snapshot = self.target.snapshot
        return World(self.session.roots, self.session.ignore, {snapshot.uri: snapshot})

    @cached_property
    def symbol(self) -> range | None:
        """The selected lines, or those of the function or class around the cursor.

        One character is a cursor: that of Helix always has a character selected.
        """
        from glm_ls.context.symbol import symbol_at

        selected = self.target.snapshot.slice(self.span).replace("\r\n", "\n")
        if len(selected) > 1:
            return self.rows
        return symbol_at(self.target.snapshot, self.span.start.line)


Provider = Callable[[Asked], Iterable[types.CodeAction]]


def register(server: GlmServer) -> None:
    """Register the handler, which waits for nothing."""
    session = server.session
    options = types.CodeActionOptions(code_action_kinds=list(PROVIDERS), resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        asked = _asked(session, params)
        if asked is None:
            return []
        only = params.context.only
        wanted = (give for kind, give in PROVIDERS.items() if only is None or _is_in(kind, only))
        found = [action for give in wanted for action in give(asked)]
        return _few(asked, found) if params.context.diagnostics else found


def _asked(session: Session, params: types.CodeActionParams) -> Asked | None:
    """Return the place as it is now, None where it is left alone."""
    snapshot = session.documents.get(params.text_document.uri)
    ready = session.started.is_set() and not session.broken
    path = session.path_if_shown(params.text_document.uri) if ready else None
    if snapshot is None or path is None:
        return None
    start = position_in(snapshot, params.range.start, session.encoding)
    return Asked(session, Target(snapshot, start, path), params)


def _few(asked: Asked, found: Sequence[types.CodeAction]) -> list[types.CodeAction]:
    """Return a few actions for each finding, and a few for all that other servers say."""
    of_findings = [each for each in found if _is_of_findings(each)]
    others = [each for each in found if each not in of_findings]
    most = MOST_ON_A_PROBLEM * max(1, len(at_place(asked)))
    kept = [*of_findings[:most], *others[:MOST_ON_A_PROBLEM]]
    return [each for each in found if each in kept]


def _is_of_findings(action: types.CodeAction) -> bool:
    """Whether an action is about a finding of ours: it has a kind of theirs, or such a problem."""
    problems = action.diagnostics or ()
    return action.kind in OF_FINDINGS or any(each.source == SOURCE for each in problems)


def _is_in(kind: str, only: Sequence[types.CodeActionKind | str]) -> bool:
    """Whether a kind, or one above it, is among those that are wanted."""
    wanted = [str(getattr(one, "value", one)) for one in only]
    return any(not one or kind == one or kind.startswith(f"{one}.") for one in wanted)


# -- next edit -----------------------------------------------------------------------------


def _next_edit(asked: Asked) -> Iterator[types.CodeAction]:
    """Offer the prediction that waits, or to make one."""
    session, target = asked.session, asked.target
    if waiting := session.predictor.waiting(target):
        yield types.CodeAction(
            title="GLM: apply predicted edit",
            kind=NEXT_EDIT,
            tags=asked.tags,
            edit=workspace_edit(
                target.snapshot,
                [one.edit for one in waiting],
                session.encoding,
                versioned=session.client.versioned_edits,
            ),
            command=accept_command(waiting),
        )
    elif session.predictor.may_ask(target):
        title = "GLM: predict next edit"
        place = {"uri": target.snapshot.uri, "position": asked.params.range.start}
        yield types.CodeAction(
            title=title,
            kind=NEXT_EDIT,
            tags=asked.tags,
            command=types.Command(title=title, command=APPLY, arguments=[place]),
        )


def _offering(action: Action) -> Provider:
    def give(asked: Asked) -> Iterator[types.CodeAction]:
        return offered(action, asked)

    return give


def _rows(*names: str) -> dict[str, Provider]:
    return {ACTIONS[name].kind: _offering(ACTIONS[name]) for name in names}


PROVIDERS: dict[str, Provider] = {
    FIX_KIND: fixes,
    **_rows("fix", "explain-problem"),
    EXPLAIN_KIND: explanations,
    DISMISS_KIND: dismissals,
    IGNORE_KIND: comments,
    **_rows(*(name for name, action in ACTIONS.items() if action.on in ("problem", "file"))),
    **_rows(*(name for name, action in ACTIONS.items() if action.on == "instruction")),
    PROMPTS_KIND: prompts,
    **_rows(*(name for name, action in ACTIONS.items() if action.on == "symbol")),
    NEXT_EDIT: _next_edit,
    REVIEW_KIND: reviews,
}
"""What gives the actions of each kind; the first few where there is a diagnostic."""
