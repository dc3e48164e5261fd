"""The worker as the server starts it: a process of its own, in any folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.index.conftest import write

from .projects import HIDDEN, MARKED, PYTHON, SECRETS, request

Json = dict[str, Any]


class Child:
    """The worker as the server starts it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "glm_ls.context.worker", json.dumps({"ignore": [HIDDEN]})],
            cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, line: bytes | Json) -> Json:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        data = line if isinstance(line, bytes) else json.dumps(line).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert isinstance(answer, dict)
        return answer


@pytest.fixture
def child(root: Path, plain_env: dict[str, str], tmp_path: Path) -> Iterator[Child]:
    one = Child(root, {**plain_env, "GLM_LS_CACHE_DIR": str(tmp_path / "cache")})
    yield one
    one.process.kill()
    one.process.communicate()


HOSTILE = ("numpy.py", "sqlite3.py", "json.py", "queue.py", "glm_ls/__init__.py", "tree_sitter.py")


def test_a_child_over_pipes(root: Path, child: Child) -> None:
    """Started in a project that would like its own modules to be imported."""
    write(root, PYTHON)
    write(root, dict.fromkeys(HOSTILE, "open('imported', 'w')\nraise SystemExit('hostile')\n"))
    answer = child.ask(request(root, MARKED, id=1))
    assert answer["id"] == 1
    assert "def parse_money(text: str) -> Money:" in answer["text"]
    assert not [word for word in SECRETS if word in answer["text"]]
    assert child.ask(b'{"id": 2, \xff\xfe')["error"].startswith("no JSON")
    assert child.ask(b"rubbish")["error"].startswith("no JSON")
    assert child.ask({"id": 3})["error"] == "root: must be a string"
    assert child.ask(request(root, "größe = '\ud800'\n‸", id=4))["id"] == 4
    out, err = child.process.communicate(timeout=30)
    assert (out, err, child.process.returncode) == (b"", b"", 0)
    assert not (root / "imported").exists()
