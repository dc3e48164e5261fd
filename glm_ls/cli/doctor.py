"""`glm-ls doctor`: everything that can be wrong, looked at in turn, with what to do about it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from glm_ls import __version__
from glm_ls.cli.checks.check import Check, Verdict
from glm_ls.cli.checks.configured import settings_checks
from glm_ls.cli.checks.endpoint import endpoint_checks
from glm_ls.cli.checks.machine import machine_checks
from glm_ls.cli.output import Color, Report, Screen, UsageError, wrapped
from glm_ls.cli.settings import settings_in, workspace_of
from glm_ls.log import redact

COLORS: dict[Verdict, Color] = {
    "ok": "green",
    "hint": "dim",
    "warning": "yellow",
    "problem": "red",
    "skipped": "dim",
}
INDENT = 23
"""Columns of verdict and name, before the text."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `doctor`."""
    parser.add_argument("--offline", action="store_true", help="ask nothing of the endpoint")
    parser.add_argument(
        "--settings",
        metavar="FILE",
        help="settings as an editor sends them, in JSON; -: from stdin",
    )


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Look at everything; wrong where there is a problem."""
    workspace = workspace_of(Path.cwd())
    resolved = settings_in(workspace, client=_told(options.settings))
    groups: tuple[Callable[[], list[Check]], ...] = (
        machine_checks,
        lambda: settings_checks(resolved, workspace),
        lambda: endpoint_checks(resolved.settings, offline=options.offline),
    )
    checks = []
    for look in groups:
        found = _survived(look)
        checks += found
        for check in found:
            _say(screen, check)
    count = Counter(check.verdict for check in checks)
    screen.line()
    screen.line(f"Problems: {count['problem']}, warnings: {count['warning']}")
    document = {
        "version": __version__,
        "checks": [check._asdict() for check in checks],
        "problems": count["problem"],
        "warnings": count["warning"],
    }
    return Report(document, code=1 if count["problem"] else 0)


def _told(file: str | None) -> object:
    """Return what an editor's settings say; None where there are none."""
    if file is None:
        return None
    try:
        return json.loads(sys.stdin.read() if file == "-" else Path(file).read_text("utf-8"))
    except (OSError, ValueError) as trouble:
        raise UsageError(f"--settings {file} cannot be read: {trouble}") from None


def _survived(look: Callable[[], list[Check]]) -> list[Check]:
    """Return what was seen; a doctor that falls over helps nobody."""
    try:
        return look()
    except Exception as error:
        words = f"{type(error).__name__}: {redact(str(error))}"
        return [Check("glm-ls", "problem", f"an error of its own: {words}", "Please report it.")]


def _say(screen: Screen, check: Check) -> None:
    first, *rest = wrapped(f"{check.verdict:8} {check.name}", check.text, INDENT)
    word = screen.paint(check.verdict, COLORS[check.verdict])
    screen.lines([word + first[len(check.verdict) :], *rest])
    if check.advice:
        screen.lines(wrapped(" " * INDENT + "-> ", check.advice, INDENT + 3))
