"""`glm-ls complete FILE:LINE:COL`: the suggestion for one place, in this process.

The same path as in an editor: ignored, denied and binary files are refused, the embedded engine
answers where no endpoint does. Standard output carries only the text to insert.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glm_ls.cli.output import Report, Screen, UsageError, explained
from glm_ls.cli.settings import settings_in, workspace_of
from glm_ls.errors import DocumentError
from glm_ls.syntax.languages import language_of
from glm_ls.text.position import Position
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.context.target import Target
    from glm_ls.features.answer import Answer
    from glm_ls.provider.embedded.engine import EmbeddedEngine
    from glm_ls.provider.router import Router

PROJECT_S = 5.0
"""How long the project's index may take to start and answer; an editor's is running already."""
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?")


class Place(NamedTuple):
    """What the user typed: numbers from 1, as compilers print them."""

    file: str
    line: int
    column: int | None
    """None: the end of the line."""


class Asked(NamedTuple):
    """A place that may be worked on, and what is allowed there."""

    target: Target
    settings: Settings
    workspace: Path
    ignore: Ignore


class Outcome(NamedTuple):
    """An answer, and the engines that were asked."""

    answer: Answer
    router: Router
    ms: float


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `complete`."""
    parser.add_argument(
        "place", metavar="FILE:LINE[:COL]", help="numbers from 1; without COL the line's end"
    )
    parser.add_argument("--stdin", action="store_true", help="read FILE's text from standard input")
    parser.add_argument(
        "--invoked", type=int, metavar="N", default=1, help="how many answers to ask for"
    )


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Print what would be suggested."""
    place = read_place(options.place)
    if not 1 <= options.invoked <= 8:
        raise UsageError("--invoked takes a number from 1 to 8")
    text = sys.stdin.read() if options.stdin else None
    asked = ask_about(place, text, candidates=options.invoked)
    outcome = asyncio.run(_complete(asked))
    return _report(screen, asked, outcome)


def read_place(spelled: str) -> Place:
    """Return the place that FILE:LINE:COL names; raises UsageError."""
    match = _PLACE.fullmatch(spelled)
    if match is None:
        raise UsageError(f"{spelled!r} must look like FILE:LINE or FILE:LINE:COL")
    line, column = int(match["line"]), int(match["column"] or 0) if match["column"] else None
    if line < 1 or column == 0:
        raise UsageError(f"{spelled!r}: lines and columns count from 1")
    return Place(match["file"], line, column)


def ask_about(place: Place, text: str | None, *, candidates: int) -> Asked:
    """Return the target; raises DocumentError for a file that is left alone."""
    from glm_ls.context.target import Target
    from glm_ls.workspace.roots import shown_path

    path = Path(os.path.abspath(os.path.expanduser(place.file)))
    workspace = workspace_of(path)
    settings = settings_in(workspace).settings
    settings = replace(settings, completion=replace(settings.completion, candidates=candidates))
    roots = Roots.of([path_to_uri(workspace)])
    ignore = Ignore(roots, settings.privacy.ignore)
    if why := ignore.refusal(path):
        raise DocumentError(f"{place.file} is never sent: {why}")
    snapshot = _snapshot(place, path, text, settings)
    target = Target(snapshot, _position(place, snapshot), shown_path(snapshot.uri, roots))
    return Asked(target, settings, workspace, ignore)


def _snapshot(place: Place, path: Path, text: str | None, settings: Settings) -> Snapshot:
    from glm_ls.workspace.admission import admit
    from glm_ls.workspace.files import read_text

    limit = settings.privacy.max_file_mb
    if text is None:
        if not path.is_file():
            raise DocumentError(f"{place.file}: no such file; --stdin takes its text instead")
        text = read_text(path, int(limit * 1_000_000))
    if text is None:
        raise DocumentError(f"{place.file} is binary, unreadable or larger than {limit:g} MB")
    snapshot = Snapshot.of(path_to_uri(path), language_of("", path.name).id, 1, text)
    if obstacle := admit(snapshot, limit):
        raise DocumentError(f"{place.file} is left alone: it is {obstacle}")
    return snapshot


def _position(place: Place, snapshot: Snapshot) -> Position:
    if place.line > len(snapshot.lines):
        raise DocumentError(f"{place.file} has {len(snapshot.lines)} lines, not {place.line}")
    length = len(snapshot.line(place.line - 1))
    column = length if place.column is None else place.column - 1
    if column > length:
        raise DocumentError(
            f"{place.file}:{place.line} has columns 1 to {length + 1}, not {place.column}"
        )
    return Position(place.line - 1, column)


async def _complete(asked: Asked) -> Outcome:
    from glm_ls.context.child import ProjectContext
    from glm_ls.features.completion import Completer
    from glm_ls.features.engines import open_embedded, open_ledger, open_router
    from glm_ls.features.project import Project
    from glm_ls.features.recent import Recent

    ledger = await open_ledger()
    embedded = open_embedded(asked.settings)
    router = await open_router(
        asked.settings, os.environ, embedded, ledger, on_health=lambda _: None
    )
    patterns, roots = asked.settings.privacy.ignore, Roots.of([path_to_uri(asked.workspace)])
    project = Project(ProjectContext(patterns, wall_s=PROJECT_S), roots)
    try:
        if embedded and (router.endpoint is None or router.endpoint.key_missing):
            await _teach(embedded, asked)
        begun = time.perf_counter()
        completer = Completer(asked.settings, router, Recent(), project)
        answer = await completer.complete(asked.target, invoked=True)
        await completer.close()
        return Outcome(answer, router, (time.perf_counter() - begun) * 1000)
    finally:
        await project.close()
        await router.close()
        await asyncio.to_thread(ledger.close)


async def _teach(engine: EmbeddedEngine, asked: Asked) -> None:
    """Let the embedded engine read the workspace, and the document last."""
    from glm_ls.features.learning import learn_documents, learn_workspace
    from glm_ls.workspace.roots import uri_to_path

    snapshot = asked.target.snapshot
    near = uri_to_path(snapshot.uri)
    await learn_workspace(engine, asked.workspace, asked.ignore, asked.settings, near=near)
    await learn_documents(engine, [snapshot])


def _report(screen: Screen, asked: Asked, outcome: Outcome) -> Report:
    answer, router, ms = outcome
    error = router.health.error
    for number, suggestion in enumerate(answer.suggestions, 1):
        if len(answer.suggestions) > 1:
            screen.line(screen.paint(f"--- {number} of {len(answer.suggestions)}", "dim"))
        screen.line(suggestion.text)
    if error is not None:
        sys.stderr.write(f"glm-ls: {explained(error)}\n")
    elif not answer.suggestions:
        sys.stderr.write(f"glm-ls: no suggestion ({answer.silence}) by {answer.engine}\n")
    document: dict[str, object] = {
        "file": asked.target.path,
        "line": asked.target.position.line + 1,
        "column": asked.target.position.column + 1,
        "engine": answer.engine,
        "model": router.endpoint.model_name if router.endpoint else None,
        "suggestions": [
            {"text": s.text, "replace": s.replace, "rest": s.rest} for s in answer.suggestions
        ],
        "silence": answer.silence,
        "error": explained(error) if error else None,
        "ms": round(ms, 1),
    }
    return Report(document, code=1 if error else 0)
