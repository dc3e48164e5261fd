"""What a client does with suggestions: the numbers they go out under, and what comes back.

Copilot's protocol has two notifications for it, `textDocument/didShowCompletion` and
`textDocument/didPartiallyAcceptCompletion`, which bring the item as it was sent. Any item that
is not ours is passed over: a client may send those of another server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.features.offers import LOOK, Offer
from glm_ls.lsp.from_proto import range_in
from glm_ls.lsp.to_proto import ACCEPTED, accept_command
from glm_ls.text.position import column_of

if TYPE_CHECKING:
    from glm_ls.context.target import Target
    from glm_ls.features.answer import Answer
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

DID_SHOW = "textDocument/didShowCompletion"
DID_ACCEPT_PART = "textDocument/didPartiallyAcceptCompletion"
NAME = 40
"""Characters of a name that are kept."""


def register(server: GlmServer) -> None:
    """Register the notifications of Copilot's protocol."""
    session = server.session

    @server.feature(DID_SHOW)
    def did_show(params: Any) -> None:
        told = _told(params)
        if session.statistics is not None and told is not None:
            session.statistics.shown(told["id"])

    @server.feature(DID_ACCEPT_PART)
    def did_accept_part(params: Any) -> None:
        told = _told(params)
        if session.statistics is None or told is None:
            return
        number, chars = told["id"], told["chars"]
        text = session.statistics.insertion(number, chars)
        accepted = _accepted_chars(params, text) if text else 0
        session.statistics.accepted_part(number, chars, accepted)


def accepting(
    session: Session,
    target: Target,
    answer: Answer,
    menu: types.SelectedCompletionInfo | None = None,
) -> Callable[[str], types.Command]:
    """Return what makes the command of each item of an answer from the text it suggests.

    The first counts as shown. `menu`: the item that is selected in it is in the target already,
    but not in the document.
    """
    statistics, snapshot = session.statistics, target.snapshot
    assert statistics is not None  # there from the start on
    document = session.documents.get(snapshot.uri) if menu else None
    start = range_in(document, menu.range, session.encoding).start if menu and document else None
    engine, model = _names(session, answer)
    before = snapshot.before(target.position, LOOK)
    first = True

    def command(text: str) -> types.Command:
        nonlocal first
        number = statistics.offer(
            Offer(
                snapshot.uri, snapshot.language_id[:NAME], model, engine,
                start or target.position, text, before, lead=menu.text if menu else "",
            )
        )  # fmt: skip
        if first:
            statistics.answered(number)
            first = False
        return accept_command(number, engine, len(text))

    return command


def _names(session: Session, answer: Answer) -> tuple[str, str]:
    """Return engine and model that wrote an answer."""
    endpoint = session.router.endpoint
    asked = endpoint if answer.engine != "embedded" else None
    return answer.engine, asked.model_name if asked else "embedded"


def _told(params: Any) -> dict[str, int] | None:
    """Return the numbers that an item of ours carries, None where it is none of ours."""
    item = params.get("item") if isinstance(params, dict) else None
    command = item.get("command") if isinstance(item, dict) else None
    if not isinstance(command, dict) or command.get("command") != ACCEPTED:
        return None
    return numbers_of(command.get("arguments"))


def numbers_of(arguments: Any) -> dict[str, int] | None:
    """Return `id` and `chars` of the accept command's arguments, None where they are not ours."""
    told = arguments[0] if isinstance(arguments, list | tuple) and arguments else None
    if not isinstance(told, dict) or not all(type(told.get(k)) is int for k in ("id", "chars")):
        return None
    return {"id": told["id"], "chars": max(told["chars"], 0)}


def _accepted_chars(params: dict[str, Any], text: str) -> int:
    """Return how many characters of a suggestion were accepted.

    The client counts UTF-16 units of the item's whole text, which begins with what was typed.
    """
    whole, units = params["item"].get("insertText"), params.get("acceptedLength")
    if not isinstance(whole, str) or type(units) is not int:
        return 0
    typed = whole.replace("\r\n", "\n").rfind(text)
    if typed < 0:
        return 0
    head = whole[: column_of(whole, units, "utf-16")]
    return len(head.replace("\r\n", "\n")) - typed
