"""What an editor gets to show of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.protocol.editor import GHOST_TEXT, at_work, endpoint_env
from tests.simulator import Simulator


@pytest.mark.parametrize(
    ("about", "title", "words"),
    [
        ("doctor", "GLM doctor", ["model    ", "from-the-editor", "Problems: "]),
        ("usage", "GLM usage", ["Nothing was suggested"]),
    ],
)
async def test_a_report_is_what_a_terminal_shows(
    tmp_path: Path, about: str, title: str, words: list[str]
) -> None:
    async with Simulator(flavor="openai") as sim:
        init: Any = {**GHOST_TEXT, "initializationOptions": {"model": "from-the-editor"}}
        async with at_work(tmp_path, endpoint_env(sim), init) as editor:
            params = {"command": "glm-ls.report", "arguments": [{"about": about}]}
            report = (await editor.request("workspace/executeCommand", params)).result
    assert report["title"] == title
    assert [word for word in words if word not in report["text"]] == []
    assert "\x1b" not in report["text"]


@pytest.mark.parametrize("arguments", [[], [None], [{"about": "sh"}], [{"about": ["doctor"]}]])
async def test_no_other_words_are_run(tmp_path: Path, arguments: list[Any]) -> None:
    async with at_work(tmp_path, {}) as editor:
        params = {"command": "glm-ls.report", "arguments": arguments}
        reply = await editor.request("workspace/executeCommand", params)
        assert (reply.result, reply.error) == (None, None)
