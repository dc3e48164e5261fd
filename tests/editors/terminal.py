"""A program in a terminal without a screen: keys in, rows of text out.

tmux is the terminal, on a socket of its own; it knows all that editors ask of one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from tests.editors.debian import unpack

PATIENCE_S = 30.0
PAUSE_S = 0.05
KEY_S = 0.01
"""Between two keys: a person types no faster, and keys that come at once are taken as pasted."""
SETTLED_S = 1.0
SIZE = ("180", "28")
PANE = "editor"

T = TypeVar("T")


def find_tmux() -> str:
    """Return a tmux; raises NotHadError where there is none."""
    return shutil.which("tmux") or str(unpack("tmux", "usr/bin/tmux") / "usr/bin/tmux")


class Terminal:
    """One running program."""

    def __init__(self, tmux: Sequence[str]) -> None:
        self._tmux = tmux

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def press(self, *names: str) -> None:
        """Press keys by their names: Enter, Escape, Tab, C-n, M-x."""
        for name in names:
            self._run("send-keys", "-t", PANE, name)
            time.sleep(KEY_S)

    def type(self, text: str) -> None:
        for letter in text:
            self.send(letter)
            time.sleep(KEY_S)

    def send(self, sequence: str) -> None:
        """Send what a terminal sends for one key."""
        self._run("send-keys", "-t", PANE, "-l", "--", sequence)

    def rows(self) -> list[str]:
        """Return what is seen, without blanks at the end of a row."""
        return [row.rstrip() for row in self._run("capture-pane", "-t", PANE, "-p").split("\n")]

    def painted(self) -> list[str]:
        """Return what is seen with its colors, as escape sequences."""
        return self._run("capture-pane", "-t", PANE, "-p", "-e").split("\n")

    def settle(self) -> None:
        """Wait until nothing moves any more, but not for long."""
        end = time.monotonic() + SETTLED_S
        before = self.painted()
        while time.monotonic() < end:
            time.sleep(PAUSE_S)
            now = self.painted()
            if now == before:
                return
            before = now

    def shows(self, text: str) -> bool:
        return any(text in row for row in self.rows())

    def until(self, check: Callable[[], T]) -> T:
        """Wait until the check comes true and return its value; fails with the screen."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if value := check():
                return value
            time.sleep(PAUSE_S)
        seen = "\n".join(self.rows()).rstrip()
        pytest.fail(f"in vain:\n{seen}")

    def until_shows(self, text: str) -> None:
        self.until(lambda: self.shows(text))

    def until_gone(self, text: str) -> None:
        self.until(lambda: not self.shows(text))


@contextlib.contextmanager
def start_terminal(
    home: Path, folder: Path, env: Mapping[str, str], command: Sequence[str]
) -> Iterator[Terminal]:
    """Start a program with a home of its own and none of the machine's keys."""
    kept = {k: v for k, v in os.environ.items() if not k.endswith(("_API_KEY", "_KEY"))}
    homes = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    own = {"HOME": str(home), "COLORTERM": "truecolor", "LANG": "C.UTF-8", **homes, **env}
    setting = [f"{name}={value}" for name, value in {**kept, **own}.items() if name != "TMUX"]
    tmux = [find_tmux(), "-f", os.devnull, "-u", "-S", str(home / "tmux")]
    width, height = SIZE
    new = ["new-session", "-d", "-x", width, "-y", height, "-s", PANE, "-c", str(folder)]
    clean = ["env", "-i", *setting, "TERM=tmux-256color"]
    subprocess.run(
        [*tmux, "set", "-s", "escape-time", "0", ";", *new, *clean, *command], check=True
    )
    try:
        yield Terminal(tmux)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
