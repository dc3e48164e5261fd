"""Reviews in an editor that cannot be had: one message says why, and no request is made."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.protocol.editor import Json, at_work, endpoint_env
from tests.simulator import Simulator

pytestmark = pytest.mark.asyncio

NO_REPOSITORY = "is in no git repository"


@pytest.mark.parametrize(
    ("setup", "arguments", "words"),
    [
        ((), [], NO_REPOSITORY),
        ((), [{"staged": True}], NO_REPOSITORY),
        ((["init", "-q"],), [{"base": "nowhere"}], "git knows no revision 'nowhere'"),
        ((["init", "-q"],), [], "nothing to review"),
    ],
)
async def test_the_user_is_told_why(
    tmp_path: Path, setup: tuple[list[str], ...], arguments: list[Json], words: str
) -> None:
    async with (
        Simulator(flavor="openai") as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        for call in setup:
            work = tmp_path / "work"
            await asyncio.to_thread(subprocess.run, ["git", *call], cwd=work, check=True)
        params = {"command": "glm-ls.review", "arguments": arguments}
        answer = await editor.request("workspace/executeCommand", params)
        assert answer.error is None
        assert words in answer.result["summary"]
        shown: list[Any] = [told["message"] for told in editor.told("window/showMessage")]
        assert [words in message for message in shown] == [True]
        assert not sim.log
