"""`glm-ls context`: what a prompt would hold, for people and for a benchmark."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Outcome, Run

KEYS = {"text", "tokens", "parts", "timings_ms"}
PART_KEYS = {"source", "path", "start_line", "end_line", "tokens", "score", "why"}
MAIN = "from shapes import area_3\nfrom other import Reader\n\n\ndef main(r: Reader):\n    \n"
"""What the tests ask about; line 6 is a blank one in the function."""
OTHER = "class Reader:\n    def read_all(self, path: str) -> str: ...\n\n\ndef 名前(größe): ...\n"
READER = "# other.py\nclass Reader:\n def read_all(self, path: str) -> str:\n"


@pytest.fixture(autouse=True)
def files(project: Path) -> None:
    (project / "main.py").write_text(MAIN, encoding="utf-8")
    (project / "other.py").write_text(OTHER, encoding="utf-8")


def test_the_context_and_where_it_is_from(run: Run) -> None:
    code, out, err = run("context", "main.py:6:5")
    assert (code, err) == (0, "")
    assert READER in out
    assert "\ndef area_3(width, height):\n" in out
    assert "\nsource       lines" in out
    assert "other.py:1-" in out
    assert "2 definitions" in out
    assert " tokens; index " in out


def test_one_document_with_the_keys_that_are_promised(run: Run) -> None:
    document = run("context", "main.py:6:5", "--budget", "100", "--json").document
    assert set(document) == KEYS
    assert document["tokens"] == -(-len(document["text"].encode()) // 4) <= 100
    assert READER in document["text"]
    for part in document["parts"]:
        assert set(part) == PART_KEYS
        assert 1 <= part["start_line"] <= part["end_line"]
        assert part["tokens"] > 0
    (part,) = [part for part in document["parts"] if part["path"] == "other.py"]
    assert (part["source"], part["start_line"]) == ("definitions", 1)
    assert all(ms >= 0 for ms in document["timings_ms"].values())


@pytest.mark.parametrize("budget", ["0", "1", "7", "40", "9000"])
def test_the_budget_is_kept(run: Run, budget: str) -> None:
    document = run("context", "main.py:6", "--budget", budget, "--json").document
    assert document["tokens"] <= int(budget)
    assert bool(document["parts"]) == (int(budget) >= 7)


def test_standard_input_stands_for_the_buffer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions count from 1 in it; the file need not exist."""
    monkeypatch.setattr("sys.stdin", io.StringIO("from other import Reader\nx = Reader().\n"))
    document = run("context", "new.py:2:14", "--stdin", "--json").document
    assert READER in document["text"]


def test_the_column_counts_from_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two receivers on a line the one before the cursor counts."""
    members = {name: "".join(f"    def {name}_{n}(self): ...\n" for n in range(40))
               for name in ("read", "write")}  # fmt: skip
    Path("two.py").write_text(
        f"class Reader:\n{members['read']}\n\nclass Writer:\n{members['write']}"
    )
    asked = "from two import Reader, Writer\nx = Reader.; y = Writer.\n"
    counts = []
    for name in ("Reader", "Writer"):
        monkeypatch.setattr("sys.stdin", io.StringIO(asked))
        column = asked.split("\n")[1].index(f"{name}.") + len(f"{name}.") + 1
        outcome = run("context", f"new.py:2:{column}", "--stdin", "--budget", "200", "--json")
        text = outcome.document["text"]
        counts.append((text.count("def read_"), text.count("def write_")))
    (reads, writes), (fewer_reads, more_writes) = counts
    assert reads > fewer_reads
    assert writes < more_writes


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("private.py:1",), 1, "private.py is never sent: ignored by .gitignore"),
        ((".env:1",), 1, ".env is never sent: denied"),
        (("nowhere.py:1",), 1, "nowhere.py: no such file"),
        (("main.py:99",), 1, "main.py has 7 lines, not 99"),
        (("main.py:1:40",), 1, "main.py:1 has columns 1 to 26, not 40"),
        (("main.py:6", "--root", "sub"), 1, "main.py:6 is not below "),
        (("main.py:6", "--root", "nowhere"), 1, "main.py:6 is not below "),
        (("main.py:0",), 2, "'main.py:0': lines and columns count from 1"),
        (("main.py",), 2, "'main.py' must look like FILE:LINE"),
        ((), 2, "give a place, FILE:LINE:COL, or --serve"),
        (("main.py:6", "--budget", "-1"), 2, "--budget takes a number of tokens, 0 or more"),
    ],
)
def test_what_is_refused_and_why(
    run: Run, project: Path, argv: tuple[str, ...], code: int, words: str
) -> None:
    (project / ".env").write_text("A=1\n")
    (project / "sub").mkdir()
    outcome = run("context", *argv)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(f"glm-ls: {words}")
    document = run("context", *argv, "--json").document
    assert document["error"]["message"].startswith(words)


def test_hidden_files_give_nothing(run: Run, project: Path, use: Any) -> None:
    (project / ".glmignore").write_text("other.py\n")
    (project / "main.py").write_text("import private, other, shapes\n" + MAIN)
    document = run("context", "main.py:7", "--budget", "9000", "--json").document
    assert {part["path"] for part in document["parts"]} == {"shapes.py"}
    assert "my_own_value" not in document["text"]


def test_the_root_bounds_the_project(run: Run, project: Path) -> None:
    (project / "sub").mkdir()
    (project / "sub/inner.py").write_text("def inner(): ...\n")
    (project / "sub/main.py").write_text("import inner\nimport other\n\n")
    document = run("context", "sub/main.py:3", "--root", "sub", "--json").document
    assert {part["path"] for part in document["parts"]} == {"inner.py"}


def test_whole_modules(run: Run) -> None:
    document = run("context", "main.py:6", "--budget", "32000", "--modules", "--json").document
    whole = {part["path"] for part in document["parts"] if part["source"] == "modules"}
    assert whole == {"shapes.py", "other.py"}
    assert "surface_area = width * height" in document["text"]


def test_serving_json_lines(project: Path, plain_env: dict[str, str]) -> None:
    """As a benchmark drives it: any number of requests, in order, over a real process."""
    (project / ".env").write_text("A=1\n")
    request = {"root": str(project), "path": "main.py", "text": None, "line": 5, "col": 4}
    unsaved = OTHER.replace("read_all", "read_unsaved")
    asked = [
        {"id": 1, **request, "budget": 500},
        {"id": 2, **request, "budget": 30},
        {**request, "path": "other.py", "text": unsaved, "budget": 100},
        {"id": 4, **request, "text": MAIN.replace("    \n", "    größe = r.\n"), "line": 5,
         "col": 14, "budget": 500},
        {"id": 5, **request},
        {"id": 6, **request, "path": "private.py", "budget": 500},
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-P", "-m", "glm_ls", "context", "--serve"],
        input="".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in asked).encode(),
        env={**plain_env, "PYTHONIOENCODING": "ascii:strict"}, cwd=project, capture_output=True,
        check=True, timeout=60,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [one.get("id") for one in found] == [1, 2, None, 4, 5, 6]
    assert all(set(one) >= KEYS for one in found if "error" not in one)
    assert READER in found[0]["text"]
    assert found[1]["tokens"] <= 30
    assert "read_unsaved" in found[3]["text"]
    assert found[4] == {"id": 5, "error": "budget: must be a whole number"}
    assert "token_of_mine" not in found[5]["text"]
    assert done.stderr == b""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_in_editors(run: Run, project: Path, end: str) -> None:
    text = ("pass\n" * 50 + MAIN).replace("\n", end)
    (project / "main.py").write_bytes(text.encode())
    document = run("context", "main.py:56:5", "--budget", "100", "--json").document
    assert READER in document["text"]


def test_reading_is_kept_for_the_next_time(run: Run, project: Path, tmp_path: Path) -> None:
    outcomes: list[Outcome] = [run("context", "main.py:6", "--json") for _ in range(2)]
    assert outcomes[0].document["text"] == outcomes[1].document["text"]
    assert len(list((tmp_path / "cache/index").glob("project-*.db"))) == 1
