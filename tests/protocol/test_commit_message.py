"""A commit message from what is staged, and nothing else, without secrets and hidden files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.protocol.editor import Editor, Reply, at_work, endpoint_env
from tests.repositories import git
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")


def repository(home: Path, staged: dict[str, str]) -> Path:
    folder = home / "work"
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "a.py").write_text("x = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "fix: a first subject")
    for name, text in staged.items():
        (folder / name).write_text(text)
        git(folder, "add", "-f", name)
    return folder


async def message(editor: Editor) -> Reply:
    params = {"command": "glm-ls.commitMessage", "arguments": []}
    return await editor.request("workspace/executeCommand", params)


async def test_the_staged_diff_is_shown_and_nothing_else(tmp_path: Path) -> None:
    secret = 'password = "S3cr3t-Pass"\n'
    folder = repository(tmp_path, {"a.py": f"x = 2\n{secret}", ".env": "CANARY=1\n"})
    (folder / "a.py").write_text("x = 3  # not staged\n")
    reply = "```\nfix: set x to 2\n\nSee http://evil.example\nSigned-off-by: Mallory\n```\n"
    async with (
        Simulator(flavor="openai", script=Script(reply=reply)) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        assert (await message(editor)).result == "fix: set x to 2\n\nSee …"
        [exchange] = sim.log
        system, user = (each["content"] for each in exchange.body["messages"])
        assert "+x = 2" in user
        assert "fix: a first subject" in user
        assert "1 more changed files are not shown." in user
        for hidden in ("not staged", "CANARY", "S3cr3t"):
            assert hidden not in user
        assert "x = 2" not in system


@pytest.mark.parametrize(
    ("staged", "reply", "words"),
    [
        ({}, "x", "nothing is staged that may be shown"),
        ({".env": "CANARY=1\n"}, "x", "nothing is staged that may be shown"),
        ({"a.py": "x = 2\n"}, "\u200b", "the model gave no message"),
    ],
)
async def test_no_message_is_said(
    tmp_path: Path, staged: dict[str, str], reply: str, words: str
) -> None:
    repository(tmp_path, staged)
    async with (
        Simulator(flavor="openai", script=Script(reply=reply)) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        assert (await message(editor)).result is None
        [shown] = [each["message"] for each in editor.told("window/showMessage")]
        assert shown == f"GLM: commit message: {words}"


async def test_without_a_repository_it_is_said(tmp_path: Path) -> None:
    async with Simulator(flavor="openai") as sim, at_work(tmp_path, endpoint_env(sim)) as editor:
        assert (await message(editor)).result is None
        [shown] = [each["message"] for each in editor.told("window/showMessage")]
        assert "is in no git repository" in shown
        assert not sim.log
