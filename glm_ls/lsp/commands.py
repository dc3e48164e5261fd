"""workspace/executeCommand: the status with its numbers, and counting of accepted suggestions."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from glm_ls.lsp.notices import BROKEN
from glm_ls.lsp.shown import numbers_of
from glm_ls.lsp.to_proto import ACCEPTED
from glm_ls.store.statistics import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

STATUS = "glm-ls.status"
DAY_S = 86400.0
"""The stretch of time that the status sums up."""
GRADES = {"Normal": "ok", "Warning": "warn", "Error": "error"}
SAID = ("engine", "model", "base_url", "key")


def register(server: GlmServer) -> None:
    """Register the commands."""
    session = server.session

    @server.command(STATUS)
    async def status(*_: Any) -> dict[str, Any]:
        await session.started.wait()
        told = await status_report(session)
        return {**told, "report": report_of(told)}

    @server.command(ACCEPTED)
    async def accepted(*arguments: Any) -> None:
        await session.started.wait()
        if session.broken:
            return
        session.completer.accepted()
        count_acceptance(session, arguments)


def count_acceptance(session: Session, arguments: tuple[Any, ...]) -> None:
    """Count a suggestion as accepted; one that is not known any more without its language."""
    told = numbers_of(arguments)
    assert session.statistics is not None  # there from the start on
    if told is None or not session.statistics.accepted(told["id"], told["chars"]):
        given = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
        chars = given.get("chars")
        session.ledger.note(
            Event("whole", "", "", "", chars if type(chars) is int and chars > 0 else 0, 0)
        )


async def status_report(session: Session) -> dict[str, Any]:
    """Return the status, the engine, what the last day used, and why a document is left alone."""
    if session.broken:
        return {**BROKEN, "message": session.broken}
    since = time.time() - DAY_S
    status, endpoint = session.notices.status, session.router.endpoint
    assert status is not None  # told before `started` is set
    totals = await asyncio.to_thread(session.ledger.totals, since)
    return {
        **asdict(status),
        "busy": session.superseding.busy,
        "engine": session.router.health.engine,
        "model": endpoint.model_name if endpoint else None,
        "base_url": endpoint.base_url if endpoint else None,
        "key": endpoint.key.origin if endpoint else None,
        "learning": session.learning,
        "route": await session.router.route(),
        "documents": {
            snapshot.uri: session.refusal(snapshot) or "ready" for snapshot in session.documents
        },
        "usage_24h": [total._asdict() for total in totals],
        "accepted_24h": await asyncio.to_thread(session.ledger.accepted_since, since),
        "complaints": [str(complaint) for complaint in session.resolved.complaints],
    }


def report_of(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a status as lines for people, each with its grade: ok, info, warn or error."""
    first = (GRADES.get(told["kind"], "info"), f"{told['message']} ({told['reason']})")
    said = [("info", f"{name}: {told[name] or 'none'}") for name in SAID if name in told]
    return [first, *said, *(("warn", words) for words in told.get("complaints", ()))]
