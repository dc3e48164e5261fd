"""What comes of each action for many answers, as written in tests/cases/actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_ls.features.action_table import ACTIONS
from tests.golden import Golden
from tests.protocol.editor import PROFILES, Json, at_work, endpoint_env, profile
from tests.protocol.golden_actions import (
    FOLDER,
    SETTINGS,
    first_cases,
    golden,
    golden_cases,
    outcome,
)
from tests.simulator import Simulator

ALL = golden_cases()
ROWS = [(file.stem, case) for file in sorted(FOLDER.glob("*.txt")) for case in ALL[file.stem]]
PARAMS: Json = {
    "capabilities": {
        "experimental": {"glmLs": {"showDocument": True}},
        "workspace": {
            "workspaceEdit": {
                "documentChanges": True,
                "resourceOperations": ["create"],
                "changeAnnotationSupport": {},
            }
        },
    },
    "initializationOptions": SETTINGS,
}
SAME = {"explain-problem": "explain"}
"""Actions that differ from another only in where they are offered."""


def test_each_action_has_at_least_ten_cases() -> None:
    wanted = {SAME.get(name, name) for name in ACTIONS} | {"commit"}
    assert ALL.keys() == wanted
    assert {name: len(cases) for name, cases in ALL.items() if len(cases) < 10} == {}


@pytest.mark.parametrize(("name", "case"), ROWS, ids=lambda one: getattr(one, "name", ""))
async def test_an_answer_becomes_what_is_written(tmp_path: Path, name: str, case: Golden) -> None:
    async with (
        Simulator(flavor="openai") as sim,
        at_work(tmp_path, endpoint_env(sim), PARAMS) as editor,
    ):
        assert await outcome(editor, sim, tmp_path / "work", name, case) == golden(name, case)
        said = [told["message"] for told in editor.told("window/showMessage")]
        if case.becomes.startswith("! "):
            [message] = said
            assert case.becomes[2:] in message
        else:
            assert said == []


@pytest.mark.parametrize("editor_name", PROFILES)
async def test_it_is_the_same_text_in_each_editor(tmp_path: Path, editor_name: str) -> None:
    """One server for all actions, as an editor has it."""
    params = {**profile(editor_name), "initializationOptions": SETTINGS}
    async with (
        Simulator(flavor="openai") as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        for name, case in first_cases().items():
            found = await outcome(editor, sim, tmp_path / "work", name, case)
            assert found == golden(name, case), name
