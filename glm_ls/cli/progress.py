"""A bar on a terminal while something takes its time; elsewhere nothing."""

from __future__ import annotations

from typing import TextIO

WIDTH = 24
"""Characters of the bar."""


class Bar:
    """One line that is written over and over, and is gone at the end."""

    def __init__(self, stream: TextIO, noun: str) -> None:
        """`noun`: what is counted, such as `hunks`."""
        self._stream = stream
        self._noun = noun
        self._shows = stream.isatty()
        self._length = 0

    def show(self, done: int, of: int) -> None:
        """Show how much is done."""
        if not self._shows or not of:
            return
        filled = WIDTH * done // of
        self._write(f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {of} {self._noun}")

    def clear(self) -> None:
        """Take the bar away."""
        if self._length:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, line: str) -> None:
        self._stream.write(f"\r{line.ljust(self._length)}")
        self._stream.flush()
        self._length = len(line)
