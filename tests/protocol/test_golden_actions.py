"""What comes of each action for many answers, as written in tests/cases/actions, in each editor.

The editors introduce themselves as they really do, and one server answers all that a user of one
does. However an edit travels, the text after it is the one that is written.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from glm_ls.features.action_table import ACTIONS
from tests.golden import Golden
from tests.protocol.editor import PROFILES, Json, at_work, endpoint_env, profile
from tests.protocol.golden_actions import (
    SETTINGS,
    Client,
    golden,
    golden_cases,
    makes_a_file,
    outcome,
)
from tests.simulator import Simulator

ALL = golden_cases()
ROWS = [(name, case) for name, cases in ALL.items() for case in cases]
SAME = {"explain-problem": "explain"}
"""Actions that differ from another only in where they are offered."""
WARNING = 2
"""Type of a message that says why nothing was done."""
NO_FILES = "your editor cannot make the new file"
"""What is said in editors that can make no files for a server."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[*PROFILES, "extension"])
async def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Client]:
    home = tmp_path_factory.mktemp("home")
    told = introduction(request.param)
    async with (
        Simulator(flavor="openai") as sim,
        at_work(home, endpoint_env(sim), told) as editor,
    ):
        yield Client(editor, sim, home / "work", told["capabilities"])


def introduction(name: str) -> Json:
    """Return what an editor says at first; our extension is VS Code that shows texts itself."""
    is_ours = name == "extension"
    [known] = [each for each in PROFILES if each.startswith("vscode" if is_ours else name)]
    told = {**profile(known), "initializationOptions": SETTINGS}
    if is_ours:
        told["capabilities"]["experimental"] = {"glmLs": {"showDocument": True}}
    return told


def test_each_action_has_at_least_ten_cases() -> None:
    wanted = {SAME.get(name, name) for name in ACTIONS} | {"commit"}
    assert ALL.keys() == wanted
    assert {name: len(cases) for name, cases in ALL.items() if len(cases) < 10} == {}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=case.name) for name, case in ROWS]
)
async def test_an_answer_becomes_what_is_written(client: Client, name: str, case: Golden) -> None:
    client.empty()
    found = await outcome(client, name, case)
    refused = case.becomes[2:] if case.becomes.startswith("! ") else None
    wanted = golden(client, name, case)
    if refused is None and makes_a_file(case) and not client.makes_files:
        refused, wanted = NO_FILES, None
    assert found == wanted
    said = [told for told in client.editor.told("window/showMessage") if told["type"] == WARNING]
    if refused is None:
        assert said == []
    else:
        [message] = said
        assert refused in message["message"]
    await client.editor.check()
