"""`glm-ls context FILE:LINE:COL`: what of the project a prompt would hold, and why.

The same engine as in the editor. With `--serve` it answers JSON lines until its input ends.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glm_ls.cli.complete import ask_about, read_place
from glm_ls.cli.output import Report, Screen, UsageError, table
from glm_ls.cli.settings import settings_in
from glm_ls.errors import DocumentError
from glm_ls.text.lines import line_body

if TYPE_CHECKING:
    from glm_ls.cli.complete import Asked

BUDGET = 2000
"""Tokens where none are asked for: what a completion gets by default."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `context`."""
    add = parser.add_argument
    add("place", metavar="FILE:LINE[:COL]", nargs="?", help="numbers from 1; see also --serve")
    add("--budget", type=int, metavar="N", default=BUDGET, help="tokens, of four bytes each")
    add("--root", metavar="DIR", help="the project; else the repository around FILE")
    add("--stdin", action="store_true", help="read FILE's text from standard input")
    add("--modules", action="store_true", help="whole modules first, for 32,000 tokens and more")
    add("--serve", action="store_true", help="answer JSON lines on standard input and output")


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Print the context of one place, or serve."""
    if options.budget < 0:
        raise UsageError("--budget takes a number of tokens, 0 or more")
    if options.serve:
        return _serve(options)
    if options.place is None:
        raise UsageError("give a place, FILE:LINE:COL, or --serve")
    text = sys.stdin.read() if options.stdin else None
    asked = ask_about(read_place(options.place), text, candidates=1)
    document = _answer(asked, options, text)
    _show(screen, document)
    return Report(document)


def _serve(options: argparse.Namespace) -> Report:
    from glm_ls.context.worker import Worker, serve

    folder = Path(os.path.abspath(options.root or "."))
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    serve(Worker(settings_in(folder).settings.privacy.ignore, wait=True), sys.stdin, sys.stdout)
    return Report({})


def _answer(asked: Asked, options: argparse.Namespace, text: str | None) -> dict[str, Any]:
    from glm_ls.context.worker import Worker
    from glm_ls.workspace.roots import real_path

    snapshot, position = asked.target.snapshot, asked.target.position
    root = Path(os.path.realpath(options.root or asked.workspace))
    path = real_path(snapshot.uri)
    if path is None or not path.is_relative_to(root):
        raise DocumentError(f"{options.place} is not below {root}")
    worker = Worker(asked.settings.privacy.ignore, wait=True)
    message: dict[str, Any] = {
        "root": str(root),
        "path": path.relative_to(root).as_posix(),
        "text": "\n".join(map(line_body, snapshot.lines)),
        "line": position.line,
        "col": snapshot.units(position, "utf-16"),
        "budget": options.budget,
        "modules": options.modules,
    }
    try:
        worker.take_in(message)
        return _promised(worker.handle(message) or {})
    finally:
        worker.close()


def _promised(document: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what only the server needs."""
    parts = [{key: part[key] for key in part if key != "text"} for part in document["parts"]]
    return {**{key: document[key] for key in ("text", "tokens", "timings_ms")}, "parts": parts}


def _show(screen: Screen, document: dict[str, Any]) -> None:
    screen.line(document["text"].rstrip("\n"))
    screen.line()
    rows = [
        (
            part["source"],
            f"{part['path']}:{part['start_line']}-{part['end_line']}",
            str(part["tokens"]),
            f"{part['score']:.2f}",
            part["why"],
        )
        for part in document["parts"]
    ]
    screen.lines(table(("source", "lines", "tokens", "score", "why"), rows, "..rr."))
    times = ", ".join(f"{name} {ms:.1f} ms" for name, ms in document["timings_ms"].items())
    screen.line(screen.paint(f"{document['tokens']} tokens; {times}", "dim"))
