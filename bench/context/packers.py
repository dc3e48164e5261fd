"""What is measured, as one interface: the product over its pipe, and the baselines.

The product runs as its users have it: a process of its own that is asked with JSON lines. Its
settings, cache and state are folders of its own, empty at the start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.context.baselines import Baseline
from bench.context.gold import Gold
from bench.context.position import Cursor

Json = dict[str, Any]
SERVE = (sys.executable, "-m", "glm_ls", "context", "--serve")
"""Waits for the whole index before it answers."""
CHILD = (sys.executable, "-m", "glm_ls.context.worker")
"""The server's own child, which answers with what it has."""


class Packer(Protocol):
    """Something that chooses context."""

    def pack(self, cursor: Cursor, budget: int) -> str:
        """Return the context for a place; the cursor's text is the document as it is."""
        ...

    def show(self, path: str, text: str) -> None:
        """Take notice of a document's text."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A baseline."""

    gold: Gold
    baseline: Baseline

    def pack(self, cursor: Cursor, budget: int) -> str:
        """Return what the baseline chooses."""
        return self.baseline(self.gold, cursor, budget)

    def show(self, path: str, text: str) -> None:
        """Do nothing: baselines never look at the current file of the project."""


class Trouble(Exception):
    """The process answered with an error, or not at all."""


class Served:
    """`glm-ls context --serve` for one project."""

    def __init__(self, process: subprocess.Popen[str], root: Path) -> None:
        self._process = process
        self._root = root
        self.pid = process.pid

    def tell(self, **fields: object) -> None:
        """Send a message that has no answer."""
        pipe = self._process.stdin
        assert pipe is not None
        pipe.write(json.dumps({"root": str(self._root), **fields}) + "\n")
        pipe.flush()

    def ask(self, **fields: object) -> Json:
        """Return the answer to a request."""
        self.tell(**fields)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Trouble("the process has ended")
        answer: Json = json.loads(line)
        if "error" in answer:
            raise Trouble(answer["error"])
        return answer

    def pack(self, cursor: Cursor, budget: int) -> str:
        """Return the context of an answer."""
        answer = self.ask(
            path=cursor.path, text=cursor.text, line=cursor.row, col=cursor.units, budget=budget
        )
        return str(answer["text"])

    def show(self, path: str, text: str) -> None:
        """Give the process a document's text, as an editor does that undoes a change."""
        self.ask(path=path, text=text, line=0, col=0, budget=0)

    def index(self, path: str) -> float:
        """Return the seconds that indexing the whole project took."""
        answer = self.ask(path=path, text=None, line=0, col=0, budget=0)
        return float(answer["timings_ms"]["index"]) / 1000


@contextmanager
def served(root: Path, home: Path, command: Sequence[str] = SERVE) -> Iterator[Served]:
    """Run the product over a project, with its own files in `home`."""
    env = {**os.environ, **{f"GLM_LS_{k}_DIR": str(home) for k in ("CONFIG", "STATE", "CACHE")}}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=env
    ) as process:
        try:
            yield Served(process, root)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)
