"""A fix that looks around, from the menu to the confirmed plan, with scripted turns of a model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.protocol.acting import PROBLEM, TEXT, applied, offers, run
from tests.protocol.editor import Editor, Json, at_work, endpoint_env
from tests.protocol.test_write_tests import ANNOTATING
from tests.protocol.texts import edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

KIND = "quickfix.glm.search"
HELPER = "def total(values):\n    return sum(value)\n"
SETTINGS = {"glm-ls": {"actions": {"look_around": True, "most_steps": 3}}}
PARAMS: Json = {
    "capabilities": {**ANNOTATING["capabilities"], "window": {"workDoneProgress": True}},
    "initializationOptions": SETTINGS,
}


def nonce_in(body: Json) -> str:
    [nonce] = set(re.findall(r"^<new_(\w+)>$", body["messages"][1]["content"], re.M))
    return str(nonce)


def calling(*calls: tuple[str, Json]) -> Script:
    return Script(reply="", tool_calls=calls)


def answering(*blocks: tuple[str, str, str]) -> Script:
    """Return a turn that gives edits: path, old line, new line."""

    def answer(body: Json) -> str:
        nonce = nonce_in(body)
        return "".join(
            f'<old_{nonce} path="{path}">\n{old}\n</old_{nonce}>\n'
            f"<new_{nonce}>\n{new}\n</new_{nonce}>\n"
            for path, old, new in blocks
        )

    return Script(reply=answer)


READ = calling(("read_file", {"path": "helper.py"}))
FIX = answering(
    ("a.py", "    result = sum(value)", "    result = sum(values)"),
    ("helper.py", "    return sum(value)", "    return sum(values)"),
)
BROKEN = answering(("helper.py", "    return sum(value)", "    return (1"))


def prepared(home: Path) -> str:
    work = home / "work"
    work.mkdir(parents=True, exist_ok=True)
    (work / "a.py").write_text(TEXT)
    (work / "helper.py").write_text(HELPER)
    (work / ".env").write_text("CANARY=1\n")
    return (work / "a.py").as_uri()


async def look_around(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    [action] = await offers(editor, uri, PROBLEM, only=[KIND])
    assert action["title"] == "Fix with GLM (look around)"
    assert (await run(editor, action)).error is None


@pytest.mark.parametrize("flavor", ["openai", "vllm", "zai"])
async def test_it_reads_and_then_proposes_edits_of_several_files(
    tmp_path: Path, flavor: str
) -> None:
    uri = prepared(tmp_path)
    async with (
        Simulator(flavor=flavor, keys={"test-key": "general"}) as sim,
        at_work(tmp_path, endpoint_env(sim), PARAMS) as editor,
    ):
        sim.queue(calling(("find_references", {"name": "total"})), READ, FIX)
        await look_around(editor, uri)
        [edit] = applied(editor)
        texts = {uri: TEXT, (tmp_path / "work" / "helper.py").as_uri(): HELPER}
        for document in edit["documentChanges"]:
            its = document["textDocument"]["uri"]
            for one in document["edits"]:
                assert one["annotationId"] == "glm"
                texts[its] = edited(texts[its], one["range"], one["newText"], "utf-16")
        assert "sum(value)" not in "".join(texts.values())
        assert edit["changeAnnotations"]["glm"]["needsConfirmation"]
        steps = [p["value"].get("message") for p in editor.told("$/progress")]
        assert steps == [
            None, "step 1 of 3: looks for uses of total", "step 2 of 3: reads helper.py", None,
        ]  # fmt: skip
        last = sim.log[-1].body["messages"]
        assert [m["role"] for m in last] == [
            "system", "user", "assistant", "tool", "assistant", "tool",
        ]  # fmt: skip
        assert last[3]["content"].startswith("<output>\na.py:4: def total(values):")
        assert last[5]["tool_call_id"] == last[4]["tool_calls"][0]["id"]


async def test_calls_in_the_text_are_made_too(tmp_path: Path) -> None:
    uri = prepared(tmp_path)
    xml = ("<tool_call>read_file\n<arg_key>path</arg_key>\n"
           "<arg_value>helper.py</arg_value>\n</tool_call>")  # fmt: skip
    async with (
        Simulator(flavor="openai") as sim,
        at_work(tmp_path, endpoint_env(sim), PARAMS) as editor,
    ):
        sim.queue(Script(reply=xml), FIX)
        await look_around(editor, uri)
        assert len(applied(editor)) == 1


async def test_steps_are_limited(tmp_path: Path) -> None:
    uri = prepared(tmp_path)
    async with (
        Simulator(flavor="openai", script=FIX) as sim,
        at_work(tmp_path, endpoint_env(sim), PARAMS) as editor,
    ):
        sim.queue(READ, READ, READ)
        await look_around(editor, uri)
        assert len(sim.log) == 4
        assert ["tools" in each.body for each in sim.log] == [True, True, True, False]
        assert "Answer now" in sim.log[-1].body["messages"][-1]["content"]
        assert len(applied(editor)) == 1


async def test_tokens_are_limited(tmp_path: Path) -> None:
    uri = prepared(tmp_path)
    settings = {"glm-ls": {"actions": {"look_around": True, "most_tokens": 1_500, "most_steps": 9}}}
    async with (
        Simulator(flavor="zai", script=FIX, keys={"test-key": "general"}) as sim,
        at_work(
            tmp_path, endpoint_env(sim), {**PARAMS, "initializationOptions": settings}
        ) as editor,
    ):
        sim.queue(READ, READ)
        await look_around(editor, uri)
        assert ["tools" in each.body for each in sim.log] == [True, True, False]
        assert len(applied(editor)) == 1


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        pytest.param([answering(("helper.py", "    return sum(value)", "    return 1"))],
                     "names a file that the action did not", id="a file it has not read"),
        pytest.param([answering((".env", "CANARY=1", "CANARY=2"))],
                     "names a file that the action did not", id="a hidden file"),
        pytest.param([READ, answering(("../work/helper.py", "x", "y"))],
                     "names a file that the action did not", id="another spelling"),
        pytest.param([READ, *[BROKEN] * 2],
                     "more syntax errors", id="broken code"),
        pytest.param([answering(("a.py", "no such line", "x"))] * 2, "are not in the text",
                     id="a wrong quote, twice"),
        pytest.param([Script(reply="I give up.")] * 2, "holds no block", id="no answer"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_changes_nothing(
    tmp_path: Path, turns: list[Script], words: str
) -> None:
    uri = prepared(tmp_path)
    async with (
        Simulator(flavor="openai", script=turns[-1]) as sim,
        at_work(tmp_path, endpoint_env(sim), PARAMS) as editor,
    ):
        sim.queue(*turns)
        await look_around(editor, uri)
        assert applied(editor) == []
        [message] = [each["message"] for each in editor.told("window/showMessage")]
        assert words in message


async def test_it_is_offered_to_those_who_want_it_only(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    assert await offers(editor, uri, PROBLEM, only=[KIND]) == []
