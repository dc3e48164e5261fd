"""`glm-ls stats`: how many suggestions were accepted and stayed, and what they cost.

Read from the ledger on this machine, which holds numbers and names; nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.cli.output import Report, Screen, UsageError, clipped, table
from glm_ls.store.statistics import KEPT, Tally

if TYPE_CHECKING:
    from glm_ls.store.ledger import Total

DAYS = 30
DAY_S = 86_400.0
MOST_DAYS = 36_500
HEAD = ("language", "model", "shown", "accepted", "rate", "chars")
KEPT_HEAD = tuple(f"{mark} s" for mark in KEPT)
USAGE_HEAD = ("feature", "model", "requests", "tokens in", "cached", "out", "cost")
_NAME_WIDTH = 15
"""Columns of a name, so that the widest table fits a terminal."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `stats`."""
    parser.add_argument(
        "--days", type=int, metavar="N", default=DAYS, help=f"look back so far, else {DAYS} days"
    )


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Show both tables."""
    from glm_ls.config.paths import user_state_dir
    from glm_ls.features.engines import LEDGER

    if not 0 < options.days <= MOST_DAYS:
        raise UsageError(f"--days takes a number from 1 to {MOST_DAYS}")
    path = user_state_dir() / LEDGER
    tallies, totals = _read(path, time.time() - options.days * DAY_S)
    _show(screen, tallies, totals, options.days)
    document = {
        "days": options.days,
        "suggestions": [_tally_document(tally) for tally in tallies],
        "usage": [total._asdict() for total in totals],
        "database": str(path),
    }
    return Report(document)


def _read(path: Path, since: float) -> tuple[list[Tally], list[Total]]:
    """Return what the ledger holds; where there is none, none is made."""
    if not path.is_file():
        return [], []
    from glm_ls.store.ledger import Ledger

    ledger = Ledger(path)
    try:
        return ledger.tallies(since), ledger.totals(since)
    finally:
        ledger.close()


def _show(screen: Screen, tallies: list[Tally], totals: list[Total], days: int) -> None:
    span = "day" if days == 1 else f"{days} days"
    if not tallies and not totals:
        screen.line(f"Nothing was suggested in the last {span}: use glm-ls in an editor first.")
        return
    if tallies:
        screen.line(f"Suggestions of the last {span}:")
        rows = [_tally_row(tally) for tally in tallies]
        screen.lines(table((*HEAD, *KEPT_HEAD), rows, "..rrrrrrr"))
        screen.line("Seconds: share of the accepted characters that was still there.")
    if totals:
        if tallies:
            screen.line()
        screen.line(f"Usage of the last {span}:")
        screen.lines(table(USAGE_HEAD, [_total_row(total) for total in totals], "..rrrrr"))
    screen.line(screen.paint("Counted on this machine, and kept on it.", "dim"))


def _tally_row(tally: Tally) -> tuple[str, ...]:
    return (
        clipped(tally.language or "(unknown)", _NAME_WIDTH),
        clipped(tally.model or "(unknown)", _NAME_WIDTH),
        f"{tally.shown:,}",
        f"{tally.accepted:,}",
        _percent(tally.rate),
        f"{tally.chars_accepted:,}",
        *map(_percent, tally.kept),
    )


def _total_row(total: Total) -> tuple[str, ...]:
    cost = f"{total.cost:.4f} {total.currency}" if total.currency else "-"
    numbers = (total.requests, total.prompt, total.cached, total.completion)
    return (total.intent, clipped(total.model, 2 * _NAME_WIDTH), *map("{:,}".format, numbers), cost)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _tally_document(tally: Tally) -> dict[str, object]:
    kept = dict(zip(map(str, KEPT), tally.kept, strict=True))
    return {**asdict(tally), "rate": tally.rate, "kept": kept}
