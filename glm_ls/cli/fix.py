"""`glm-ls fix FILE[:LINE]`: repair what is wrong there, as a diff.

What is wrong is said with `--problem`, such as the line that a compiler or a linter printed.
Without it, syntax errors are looked for, and of a line alone it is said that it is wrong.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from glm_ls.cli.acting import act, add_arguments
from glm_ls.cli.complete import Place, ask_about
from glm_ls.cli.output import Report, Screen, UsageError

if TYPE_CHECKING:
    from glm_ls.text.snapshot import Snapshot

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>[1-9]\d*)(?::\d+)?)?")
_LINE = re.compile(r":(?P<line>[1-9]\d*)\b|\bline (?P<said>[1-9]\d*)\b")
MOST_ERRORS = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fix`."""
    parser.add_argument("place", metavar="FILE[:LINE]", help="the line counts from 1")
    parser.add_argument(
        "--problem",
        metavar="TEXT",
        action="append",
        default=[],
        help="what a tool says is wrong; may be given several times",
    )
    parser.add_argument(
        "--look-around",
        action="store_true",
        help="let the model read and search files of the project first",
    )
    add_arguments(parser)


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Print the repair."""
    from glm_ls.features.action_table import ACTIONS
    from glm_ls.features.asked import Asked

    match = _PLACE.fullmatch(options.place)
    if match is None:
        raise UsageError(f"{options.place!r} must look like FILE or FILE:LINE")
    line = int(match["line"] or 0) or _line_in(options.problem)
    place = ask_about(Place(match["file"], line or 1, None), None, candidates=1)
    snapshot = place.target.snapshot
    problems = tuple(options.problem) or _known(snapshot, line)
    if not problems:
        raise UsageError(f"nothing is known to be wrong in {match['file']}: say it by --problem")
    row = (line or _first(problems)) - 1
    action = ACTIONS["agent" if options.look_around else "fix"]
    asked = Asked(action, place.target, range(row, row + 1), problems=problems)
    return act(place, asked, screen, apply=options.apply)


def _known(snapshot: Snapshot, line: int) -> tuple[str, ...]:
    """Return the syntax errors of a file, or that the user names a line of it."""
    from glm_ls.syntax.faults import faults_in
    from glm_ls.syntax.languages import language_of
    from glm_ls.syntax.parser import parse

    tree = parse(language_of(snapshot.language_id, snapshot.uri), snapshot.text)
    rows = sorted({node.start_point[0] for node in faults_in(tree.root_node)}) if tree else []
    found = tuple(f"line {row + 1}: syntax error" for row in rows[:MOST_ERRORS])
    return found or ((f"line {line}: something is wrong here",) if line else ())


def _line_in(problems: list[str]) -> int:
    """Return the line that the first problem names, 0 for none."""
    found = _LINE.search(problems[0]) if problems else None
    return int(found["line"] or found["said"]) if found else 0


def _first(problems: tuple[str, ...]) -> int:
    return _line_in(list(problems)) or 1
