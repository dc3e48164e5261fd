"""textDocument/inlineCompletion: ghost text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.context.target import Target
from glm_ls.lsp.from_proto import range_in
from glm_ls.lsp.shown import accepting
from glm_ls.lsp.targets import target_at
from glm_ls.lsp.to_proto import inline_item, inline_item_beside_menu

if TYPE_CHECKING:
    from glm_ls.features.answer import Answer
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

INVOKED = (0, 1)
"""LSP 3.18 says 1; vscode-languageserver-types 3.17 numbers from 0, where 1 is automatic. An
automatic request taken for an invoked one only gets more items; the reverse would stay silent."""
FEATURE = "completion"


def register(server: GlmServer) -> None:
    """Register the handler; the options object is what makes pygls advertise it."""
    session = server.session

    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline_completion(
        params: types.InlineCompletionParams,
    ) -> types.InlineCompletionList:
        uri = params.text_document.uri
        target = await target_at(session, uri, params.position)
        if target is None:
            return types.InlineCompletionList(items=[])
        await session.superseding.begin(uri, FEATURE)
        invoked = getattr(params.context.trigger_kind, "value", 2) in INVOKED
        menu = params.context.selected_completion_info
        asked = _with_menu_item(session, target, menu) if menu else target
        answer = await session.completer.complete(
            asked, invoked=invoked, debounce=not session.client.debounces
        )
        session.check_current(target)
        return types.InlineCompletionList(items=_items(session, asked, answer, menu))


def _items(
    session: Session, asked: Target, answer: Answer, menu: types.SelectedCompletionInfo | None
) -> list[types.InlineCompletionItem]:
    accept, encoding = accepting(session, asked, answer, menu), session.encoding
    if menu is None:
        plain = session.client.draws_carriage_returns
        return [inline_item(asked, s, accept, encoding, plain=plain) for s in answer.suggestions]
    return [inline_item_beside_menu(asked, s, accept, menu, encoding) for s in answer.suggestions]


def _with_menu_item(session: Session, target: Target, menu: types.SelectedCompletionInfo) -> Target:
    """Return the target as it would be with the menu's selected item in the text."""
    span = range_in(target.snapshot, menu.range, session.encoding)
    return target.behind(span, menu.text)
