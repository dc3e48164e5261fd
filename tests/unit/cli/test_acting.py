"""`glm-ls fix` and `glm-ls edit`: a diff of what a model proposes, written only when asked to."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rewriting import FIX, rewriting
from tests.simulator import Script, Simulator

from .conftest import KEY, Outcome, Run

Use = Callable[..., None]
SUM = "def total(values):\n    return sum(value)\n"


DIFF = (
    "--- a/sum.py\n+++ b/sum.py\n@@ -1,2 +1,2 @@\n def total(values):\n"
    "-    return sum(value)\n+    return sum(values)\n"
)


@pytest.fixture
def ask(run: Run, use: Use, project: Path) -> Callable[..., tuple[Outcome, Simulator]]:
    """Return what runs a command line against a model that answers as a script says."""
    (project / "sum.py").write_text(SUM)

    def asked(script: Script, *argv: str) -> tuple[Outcome, Simulator]:
        async def work() -> tuple[Outcome, Simulator]:
            async with Simulator(flavor="openai", script=script) as sim:
                use(GLM_LS_PROVIDER="openai-compatible", GLM_LS_BASE_URL=sim.base_url,
                    GLM_LS_API_KEY=KEY)  # fmt: skip
                return await asyncio.to_thread(run, *argv), sim

        return asyncio.run(work())

    return asked


@pytest.mark.parametrize(
    "argv",
    [
        ("fix", "sum.py:2"),
        ("fix", "sum.py:2:5", "--problem", "value is not defined"),
        ("fix", "sum.py", "--problem", "sum.py:2: value is not defined"),
        ("fix", "sum.py", "--problem", "value is not defined on line 2"),
        ("edit", "sum.py:1-2", "sum all values"),
        ("edit", "sum.py:2", "sum all values"),
    ],
)
@pytest.mark.parametrize("applies", [False, True])
def test_a_diff_is_printed_and_written_on_request(
    ask: Callable[..., tuple[Outcome, Simulator]],
    project: Path,
    argv: tuple[str, ...],
    applies: bool,
) -> None:
    outcome, _ = ask(FIX, *argv, *["--apply"] * applies)
    assert outcome == (0, DIFF, "")
    fixed = SUM.replace("value)", "values)") if applies else SUM
    assert (project / "sum.py").read_text() == fixed


def test_the_diff_applies_with_git(
    ask: Callable[..., tuple[Outcome, Simulator]], project: Path
) -> None:
    (project / "sum.py").write_text(SUM.removesuffix("\n"))
    outcome, _ = ask(FIX, "fix", "sum.py:2")
    subprocess.run(["git", "init", "-q", "."], check=True)
    subprocess.run(["git", "apply"], input=outcome.out.encode(), check=True)
    assert (project / "sum.py").read_text() == "def total(values):\n    return sum(values)"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_and_line_ends_stay(
    ask: Callable[..., tuple[Outcome, Simulator]],
    project: Path,
    mark: str,
    encoding: str,
    end: str,
) -> None:
    if encoding != "utf-8" and not mark:
        pytest.skip("without its mark it is read as binary")
    text = f"{mark}# é𝒳{end}" + SUM.replace("\n", end)
    (project / "sum.py").write_bytes(text.encode(encoding))
    ask(FIX, "fix", "sum.py:3", "--apply")
    expected = text.replace("(value)", "(values)").encode(encoding)
    assert (project / "sum.py").read_bytes() == expected


def test_syntax_errors_are_known(
    ask: Callable[..., tuple[Outcome, Simulator]], project: Path
) -> None:
    (project / "sum.py").write_text("def total(values:\n    return 1\n")
    outcome, sim = ask(rewriting(lambda text: text.replace("s:", "s):")), "fix", "sum.py")
    assert outcome.code == 0
    assert "line 1: syntax error" in sim.log[0].body["messages"][1]["content"]


def test_looking_around_is_told_step_by_step(
    ask: Callable[..., tuple[Outcome, Simulator]],
) -> None:
    xml = ("<tool_call>read_file<arg_key>path</arg_key><arg_value>shapes.py</arg_value>"
           "</tool_call>")  # fmt: skip

    def turn(body: Any) -> str:
        if len(body["messages"]) == 2:
            return xml
        [nonce] = set(re.findall(r"^<new_(\w+)>$", body["messages"][1]["content"], re.M))
        return (f'<old_{nonce} path="sum.py">\n    return sum(value)\n</old_{nonce}>\n'
                f"<new_{nonce}>\n    return sum(values)\n</new_{nonce}>")  # fmt: skip

    outcome, _ = ask(Script(reply=turn), "fix", "sum.py:2", "--look-around")
    assert outcome == (0, DIFF, "glm-ls: step 1 of 12: reads shapes.py\n")


def test_json_has_all_of_it(ask: Callable[..., tuple[Outcome, Simulator]]) -> None:
    outcome, _ = ask(FIX, "fix", "sum.py:2", "--json")
    assert json.loads(outcome.out) == {
        "files": [{"file": "sum.py", "diff": DIFF}], "applied": False, "reason": "", "error": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(reply="Sorry."), "the reply holds no block"),
        (rewriting(lambda text: text), "nothing would change"),
        (rewriting(lambda text: text + "("), "more syntax errors"),
        (Script(status=500), "HTTP 500"),
    ],
)
def test_what_cannot_be_used_is_said(
    ask: Callable[..., tuple[Outcome, Simulator]], project: Path, script: Script, words: str
) -> None:
    outcome, _ = ask(script, "fix", "sum.py:2", "--apply")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("glm-ls: nothing was changed: ")
    assert words in outcome.err
    assert (project / "sum.py").read_text() == SUM


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("fix", "shapes.py"), 2, "say it by --problem"),
        (("fix", "no.py:1"), 1, "no such file"),
        (("fix", ".env:1"), 1, "never sent"),
        (("fix", "private.py:1"), 1, "ignored by .gitignore"),
        (("fix", "shapes.py:999"), 1, "lines, not 999"),
        (("edit", "shapes.py", "x"), 2, "must look like"),
        (("edit", "shapes.py:9-3", "x"), 2, "before the first"),
        (("edit", "shapes.py:1-999", "x"), 1, "lines, not 999"),
        (("edit", "shapes.py:1-3", " "), 2, "empty"),
        (("edit", "shapes.py:0", "x"), 2, "must look like"),
    ],
)
def test_a_place_that_is_none_is_said(
    run: Run, argv: tuple[str, ...], code: int, words: str
) -> None:
    outcome = run(*argv)
    assert outcome.code == code
    assert words in outcome.err


def test_without_a_key_it_is_said(run: Run, project: Path) -> None:
    outcome = run("fix", "shapes.py:1")
    assert outcome.code == 1
    assert "no model endpoint is set up" in outcome.err
