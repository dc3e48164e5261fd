"""Findings that stand to diagnostics, for the version that the client has.

Editors shift diagnostics themselves, so edits alone publish nothing: only a set that has changed
does, and a document that is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.text.position import Position

if TYPE_CHECKING:
    from glm_ls.lsp.session import Session
    from glm_ls.postprocess.findings.finding import Located
    from glm_ls.text.snapshot import Snapshot

SOURCE = "glm"
MAX_LINES = 3
"""Lines that a diagnostic underlines; of more only the first."""
SEVERITY = {
    "high": types.DiagnosticSeverity.Warning,
    "medium": types.DiagnosticSeverity.Information,
    "low": types.DiagnosticSeverity.Hint,
}
"""Never Error, which is for compilers."""


def publish(session: Session, uri: str, *, again: bool = False) -> None:
    """Tell the client what stands in a document, if it is not what it was told last.

    `again`: tell it all the same, as the client may have forgotten.
    """
    stand = session.reviewing.standing.of(uri)
    if stand is None:
        return
    shown = [_diagnostic(session, stand.snapshot, each) for each in stand.shown]
    if not again and shown == session.reviewing.told.get(uri, []):
        return
    session.reviewing.told[uri] = shown
    is_open = session.documents.get(uri) is not None
    version = stand.snapshot.version if is_open else None
    params = types.PublishDiagnosticsParams(uri=uri, diagnostics=shown, version=version)
    session.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def follow(session: Session, snapshot: Snapshot, *, opened: bool = False) -> None:
    """Take a new text of a document; what died is taken back at once."""
    died = session.reviewing.standing.follow(snapshot)
    if died or opened:
        publish(session, snapshot.uri, again=opened)


def findings_at(session: Session, uri: str, rows: range) -> list[Located]:
    """Return the findings that are shown on some lines."""
    stand = session.reviewing.standing.of(uri)
    return [
        each
        for each in (stand.shown if stand else ())
        if each.lines.start < rows.stop and rows.start < each.lines.stop
    ]


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
