"""A repository with a change, and replies about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests import reviews
from tests.repositories import make_changed
from tests.simulator import Script, Simulator
from tests.unit.cli.conftest import KEY, Outcome, Run

OLD = "import os\n\n\ndef read(path):\n    return open(path).read()\n\n\nLIMIT = 3\n"
NEW = OLD.replace(
    "    return open(path).read()\n",
    '    password = "Zx9!kP2@vQ7#mN4"\n    os.system("cat " + path)\n'
    "    return open(path).read()\n",
)
BLOCK = """\
<finding {nonce}>
path: reader.py
line: {line}
kind: security
severity: {severity}
confidence: 90
title: A path from outside runs as a command
<quote {nonce}>
    os.system("cat " + path)
    return open(path).read()
</quote {nonce}>
<why {nonce}>
`os.system` hands `path` to a shell.
</why {nonce}>
</finding {nonce}>
"""
OTHER = """\
import os


def one():
    first = 1
    second = 2
    third = bad_new()
    fourth = 4
    fifth = 5
    return first
"""


@pytest.fixture
def repository(project: Path) -> Path:
    """A repository with one commit and one change since."""
    (project / ".git").rmdir()
    return make_changed(project, "reader.py", OLD, NEW)


def saying(block: str = BLOCK, verdict: str = "holds", **fields: Any) -> Script:
    """Return a model that answers with one block."""
    return reviews.saying(block, verdict, **({"line": 6, "severity": "high"} | fields))


def quoting(line: int, quote: str) -> Script:
    return Script(
        reply=reviews.reviewer(
            lambda body: reviews.block(reviews.nonce_of(body), "other.py", line, quote)
        )
    )


@pytest.fixture
async def sim(use: Callable[..., None]) -> AsyncIterator[Simulator]:
    async with Simulator(keys={KEY: "general"}, script=saying()) as simulator:
        use(GLM_API_KEY=KEY, GLM_LS_BASE_URL=simulator.base_url, GLM_LS_PROVIDER="zai")
        yield simulator


async def review(run: Run, *arguments: str) -> Outcome:
    return await asyncio.to_thread(run, "review", *arguments)
