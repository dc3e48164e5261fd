"""What a command hands back, and how people and programs get to see it.

A command says its lines to a Screen while it works and returns a Report. With `--json` the lines
are not shown and the report's document is printed instead: one JSON value and nothing else.
"""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

from glm_ls.errors import GlmError, ProviderError
from glm_ls.log import redact

WIDTH = 80
"""Columns of plain output."""

Color = Literal["green", "yellow", "red", "dim"]
_CODES: Mapping[Color, str] = {"green": "32", "yellow": "33", "red": "31", "dim": "2"}


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a command."""

    document: Mapping[str, object]
    """What `--json` prints."""
    code: int = 0
    """The exit code."""


class UsageError(GlmError):
    """The command line cannot be understood; the exit code is 2."""

    reason = "usage"


class Screen:
    """Lines for people on a stream."""

    def __init__(self, out: TextIO, *, as_json: bool, environ: Mapping[str, str]) -> None:
        self._out = out
        self._as_json = as_json
        self._colored = out.isatty() and not environ.get("NO_COLOR")

    @classmethod
    def on(cls, out: TextIO, *, as_json: bool) -> Screen:
        """Return a screen that follows NO_COLOR (no-color.org)."""
        return cls(out, as_json=as_json, environ=os.environ)

    def line(self, text: str = "") -> None:
        """Show a line at once: a command can take a while."""
        if not self._as_json:
            self._out.write(text + "\n")
            self._out.flush()

    def lines(self, texts: Iterable[str]) -> None:
        """Show several lines."""
        for text in texts:
            self.line(text)

    def document(self, value: Mapping[str, object]) -> None:
        """Print the document, with `--json` only."""
        if self._as_json:
            # ASCII, so that no console's encoding can spoil it.
            self._out.write(json.dumps(value, indent=2) + "\n")
            self._out.flush()

    def paint(self, text: str, color: Color) -> str:
        """Return the text in a color, where the stream shows colors."""
        return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if self._colored else text


def explained(error: GlmError) -> str:
    """Return an error as one line that says what happened and what to do."""
    code = f" (code {error.code})" if isinstance(error, ProviderError) and error.code else ""
    advice = f" {error.advice}" if isinstance(error, ProviderError) and error.advice else ""
    return f"{one_line(redact(str(error))).rstrip('.')}{code}.{advice}"


def one_line(text: str) -> str:
    """Return text without line breaks and control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


def clipped(text: str, width: int) -> str:
    """Return text on one line that fits a width."""
    shown = one_line(text)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def wrapped(head: str, text: str, indent: int) -> list[str]:
    """Return a paragraph with a hanging indent of `indent` columns, `head` in front."""
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=head.ljust(indent),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [head]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: str) -> list[str]:
    """Return a table in columns; `right` has an `r` for each column of numbers, else a `.`."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(cells, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    return [line(head), *map(line, rows)]
