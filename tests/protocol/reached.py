"""What the server and its child processes reached for, as `recording/sitecustomize.py` wrote it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORDING = Path(__file__).with_name("recording")
GIT = ("rev-parse", "cat-file", "diff", "log", "ls-files", "merge-base", "config")
LOCAL_PROGRAMS = {"python glm_ls.context.worker", *(f"git {word}" for word in GIT)}
"""What may be started: the index, and git for what opens no connection."""


def recorded_env(file: Path) -> dict[str, str]:
    """Return the environment in which every Python process writes into a file."""
    paths = (str(RECORDING), os.environ.get("PYTHONPATH", ""))
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "REACHED_FILE": str(file)}


def rows(file: Path) -> Iterator[tuple[str, Any]]:
    """Yield events and what each was for."""
    for line in file.read_text("utf-8").splitlines():
        event, told = json.loads(line)
        yield event, told


def hosts(file: Path) -> set[str]:
    """Return addresses that were looked up or connected to, as host:port."""
    told = [where for event, where in rows(file) if event.startswith("socket.")]
    return {":".join(map(str, where)) if isinstance(where, list) else str(where) for where in told}


def programs(file: Path) -> set[str]:
    """Return what was started: git as `git COMMAND`, our Python as `python MODULE`."""
    return {_program(list(told)) for event, told in rows(file) if not event.startswith("socket.")}


def _program(words: list[str]) -> str:
    name = os.path.basename(words[0])
    if words[0] == sys.executable:
        return f"python {words[words.index('-m') + 1]}" if "-m" in words else " ".join(words)
    if name != "git" or any("://" in word for word in words):
        return " ".join(words)
    rest = words[1:]
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in ("-c", "-C") else rest[1:]
    return f"git {rest[0] if rest else ''}"
