"""`glm-ls edit FILE:RANGE "instruction"`: lines rewritten as it says, as a diff."""

from __future__ import annotations

import argparse
import re

from glm_ls.cli.acting import act, add_arguments
from glm_ls.cli.complete import Place, ask_about
from glm_ls.cli.output import Report, Screen, UsageError
from glm_ls.errors import DocumentError

_RANGE = re.compile(r"(?P<file>.+?):(?P<first>[1-9]\d*)(?:[-,](?P<last>[1-9]\d*))?")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `edit`."""
    parser.add_argument(
        "place", metavar="FILE:RANGE", help="a line, or the first and the last: a.py:3-9"
    )
    parser.add_argument("instruction", metavar="INSTRUCTION", help="what should become of them")
    add_arguments(parser)


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Print the edit."""
    from glm_ls.features.action_table import ACTIONS
    from glm_ls.features.asked import Asked

    match = _RANGE.fullmatch(options.place)
    if match is None:
        raise UsageError(f"{options.place!r} must look like FILE:LINE or FILE:FIRST-LAST")
    first, last = int(match["first"]), int(match["last"] or match["first"])
    if last < first:
        raise UsageError(f"{options.place!r}: the last line is before the first")
    if not options.instruction.strip():
        raise UsageError("the instruction is empty")
    place = ask_about(Place(match["file"], first, None), None, candidates=1)
    count = len(place.target.snapshot.lines)
    if last > count:
        raise DocumentError(f"{match['file']} has {count} lines, not {last}")
    rows = range(first - 1, last)
    asked = Asked(ACTIONS["rewrite"], place.target, rows, options.instruction.strip())
    return act(place, asked, screen, apply=options.apply)
