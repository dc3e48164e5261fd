"""`glm-ls demo`: what an editor would have shown in a file, and how fast, with the real server.

The server runs as an editor starts it. At places all over the file the rest of the line is taken
away, a few keys are typed, and what is suggested is compared with what was there. Only the
server's copy of the text changes; the file on disk is never touched.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

from glm_ls.cli.editor import Editor, Shown, Start
from glm_ls.cli.output import (
    WIDTH,
    Color,
    Report,
    Screen,
    UsageError,
    clipped,
    one_line,
    wrapped,
)
from glm_ls.cli.places import Place, choose_places
from glm_ls.cli.settings import workspace_of
from glm_ls.cli.stdio_client import StdioClient
from glm_ls.errors import DocumentError
from glm_ls.syntax.languages import language_of
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.files import read_text
from glm_ls.workspace.roots import path_to_uri, real_path

SAMPLE = ipaddress
"""A real file of 2,300 lines on every machine, with families of similar classes."""

Verdict = Literal["exact", "differs", "silent"]

PLACES = 24
"""Places that are played where the user names no number."""
MOST_BYTES = 5_000_000
"""Bytes of a file; the server's own limit is privacy.max_file_mb."""
BEFORE = 34
"""Characters of the line before the cursor that are shown."""
COLORS: Mapping[Verdict, Color] = {"exact": "green", "differs": "yellow", "silent": "dim"}
NO_KEY = "With a GLM key GLM completes instead: export GLM_API_KEY=..., then `glm-ls doctor`."


@dataclass(frozen=True, slots=True)
class Round:
    """One place, played."""

    place: Place
    shown: Shown

    @property
    def exact(self) -> bool:
        """Whether the first line of the ghost text is what was there."""
        return bool(self.shown.text) and self.first_line.rstrip() == self.place.truth

    @property
    def first_line(self) -> str:
        """The ghost text up to its first line end."""
        return self.shown.text.partition("\n")[0].rstrip("\r")

    @property
    def verdict(self) -> Verdict:
        """How the ghost text compares with what was there."""
        return "silent" if not self.shown.text else "exact" if self.exact else "differs"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `demo`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help=f"default: a copy of this Python's {SAMPLE.__name__}.py",
    )
    parser.add_argument(
        "--places", type=int, metavar="N", default=PLACES, help="how many (default: %(default)s)"
    )


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Play the places and sum up; wrong where the server reports an error."""
    if options.places < 1:
        raise UsageError("--places takes a number from 1 on")
    with ExitStack() as stack:
        path = Path(options.file) if options.file else _sample(stack)
        snapshot, workspace = _document(path)
        places = choose_places(snapshot, options.places)
        if not places:
            raise DocumentError(f"{path} has no line with enough code to type in")
        return asyncio.run(_play(screen, path.name, snapshot, workspace, places))


def _sample(stack: ExitStack) -> Path:
    """Return a copy of the sample: where Python lies may be ignored or outside of any project."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="glm-ls-demo-"))
    source = Path(SAMPLE.__file__)
    copy = Path(folder) / source.name
    copy.write_bytes(source.read_bytes())
    return copy


def _document(path: Path) -> tuple[Snapshot, Path]:
    real = real_path(Path(os.path.abspath(path)))
    text = read_text(real, MOST_BYTES) if real and real.is_file() else None
    if real is None or text is None:
        raise DocumentError(f"{path}: no such text file; give the path of one")
    snapshot = Snapshot.of(path_to_uri(real), language_of("", real.name).id, 1, text)
    return snapshot, workspace_of(real)


async def _play(
    screen: Screen, name: str, snapshot: Snapshot, workspace: Path, places: Sequence[Place]
) -> Report:
    client = await StdioClient.start(os.environ)
    try:
        editor = Editor(client, snapshot)
        start = await editor.start(workspace)
        status = await editor.status()
        _check_open(name, snapshot, status)
        _say_start(screen, name, snapshot, start)
        rounds = []
        for place in places:
            rounds.append(Round(place, await editor.play(place)))
            _say_round(screen, name, snapshot.line(place.line), rounds[-1])
        status = await editor.status()
    finally:
        await client.close()
    summary = summarize(rounds)
    _say_summary(screen, summary, status)
    document = {
        "file": name,
        "start": asdict(start),
        "places": [_round_document(each) for each in rounds],
        "summary": summary,
        "status": status,
    }
    return Report(document, code=1 if status.get("kind") == "Error" else 0)


def _check_open(name: str, snapshot: Snapshot, status: Mapping[str, Any]) -> None:
    """Raise DocumentError where the server leaves the document alone."""
    why = status.get("documents", {}).get(snapshot.uri, "not open")
    if why != "ready":
        raise DocumentError(f"{name} is left alone: {why}; choose another file")


def summarize(rounds: Sequence[Round]) -> dict[str, object]:
    """Return what all rounds together say."""
    answers = [each.shown.answer_ms for each in rounds]
    keys = [ms for each in rounds for ms in each.shown.keystrokes_ms]
    engines = Counter(each.shown.engine for each in rounds if each.shown.engine)
    return {
        "places": len(rounds),
        "shown": sum(1 for each in rounds if each.shown.text),
        "exact": sum(1 for each in rounds if each.exact),
        "answer_median_ms": round(median(answers), 1),
        "answer_worst_ms": round(max(answers), 1),
        "keystroke_worst_ms": round(max(keys), 2),
        "engines": dict(engines.most_common()),
    }


def _round_document(each: Round) -> dict[str, object]:
    place, shown = each.place, each.shown
    return {
        "line": place.line + 1,
        "column": place.column + 1,
        "typed": place.typed,
        "ghost": shown.text,
        "truth": place.truth,
        "verdict": each.verdict,
        "engine": shown.engine,
        "keystrokes_ms": [round(ms, 2) for ms in shown.keystrokes_ms],
        "answer_ms": round(shown.answer_ms, 1),
    }


def _say_start(screen: Screen, name: str, snapshot: Snapshot, start: Start) -> None:
    screen.line(f"{name}: {len(snapshot.lines)} lines, opened as an editor does; never changed")
    screen.line(
        f"initialize {start.initialize_ms:.0f} ms, open {start.open_ms:.0f} ms"
        + (f", learned {start.learn_ms:.0f} ms" if start.learn_ms >= 1 else "")
    )


def _say_round(screen: Screen, name: str, line: str, each: Round) -> None:
    place, shown = each.place, each.shown
    head = clipped(f"{name}:{place.line + 1}", 30)
    verdict = screen.paint(f"{each.verdict:8}", COLORS[each.verdict])
    worst = max(shown.keystrokes_ms)
    times = f"{shown.answer_ms:7.1f} ms  ({len(place.typed)} keys, at most {worst:.2f} ms)"
    before = one_line(line[: place.column].lstrip() + place.typed)[-BEFORE:]
    room = WIDTH - 9 - len(before)
    screen.line(f"{head:30} {verdict} {times}")
    if not shown.text:
        return
    more = shown.text.count("\n")
    tail = f"  (+{more} lines)" if more else ""
    ghost = clipped(each.first_line, room - len(tail))
    screen.line(f"  typed  {before}")
    screen.line(f"  ghost  {' ' * len(before)}{screen.paint(ghost, 'dim')}{tail}")
    if not each.exact:
        screen.line(f"  truth  {' ' * len(before)}{clipped(place.truth, room)}")


def _say_summary(screen: Screen, summary: Mapping[str, Any], status: Mapping[str, Any]) -> None:
    engines = ", ".join(f"{name} {count}" for name, count in summary["engines"].items())
    screen.line()
    screen.line(
        f"{summary['places']} places, {summary['shown']} shown, {summary['exact']} exact; "
        f"answers: median {summary['answer_median_ms']} ms, worst {summary['answer_worst_ms']} ms"
    )
    screen.line(f"answered by: {engines or 'nobody'}")
    screen.lines(wrapped("status: ", f"{status.get('kind')}: {status.get('message')}", 8))
    if status.get("reason") in ("embedded", "key-missing"):
        screen.lines(wrapped("", NO_KEY, 0))
