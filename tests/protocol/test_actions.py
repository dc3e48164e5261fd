"""Code actions that ask a model: what is offered, what lands, what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.protocol.acting import (
    COMMAND,
    FIXED,
    PROBLEM,
    TEXT,
    applied,
    fix_of,
    fix_offered,
    lines,
    made,
    offers,
    run,
)
from tests.protocol.editor import (
    GHOST_TEXT,
    PROFILES,
    Editor,
    Json,
    at_work,
    endpoint_env,
    profile,
)
from tests.rewriting import FIX, rewriting
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

# -- fix -----------------------------------------------------------------------------------


async def test_a_fix_is_offered_without_a_model_and_lands_by_command(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = FIX
    action = await fix_offered(editor, uri)
    assert (action["title"], action["kind"]) == ("Fix with GLM", "quickfix.glm")
    assert action["diagnostics"] == [PROBLEM]
    assert not sim.log
    before = len(applied(editor))
    assert (await run(editor, action)).error is None
    [edit] = applied(editor)[before:]
    assert made(TEXT, edit) == FIXED
    [exchange] = sim.log
    system, user = (message["content"] for message in exchange.body["messages"])
    assert '"value" is not defined (Pyright reportUndefinedVariable)' in user
    assert "value" not in system


@pytest.mark.parametrize("name", PROFILES)
async def test_each_editor_gets_the_fix_in_the_way_it_stands(tmp_path: Path, name: str) -> None:
    """Helix and Emacs freeze while an action is resolved, so they get a command."""
    params = {**profile(name), "initializationOptions": {}}
    told = params["capabilities"]
    async with (
        Simulator(flavor="openai", script=FIX) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        encoding = editor.capabilities.get("positionEncoding", "utf-16")
        action = await fix_of(editor, uri)
        assert ("command" in action) == name.startswith(("helix", "emacs"))
        resolved = (await editor.request("codeAction/resolve", action)).result
        if "command" in action:
            assert resolved == action, "what has a command is resolved at once, as it is"
            assert not sim.log
            await run(editor, action)
            [edit] = applied(editor)
        else:
            edit = resolved["edit"]
        assert made(TEXT, edit, encoding) == FIXED
        versioned = bool(told["workspace"]["workspaceEdit"].get("documentChanges"))
        assert ("documentChanges" in edit) == versioned
        if versioned:
            [document] = edit["documentChanges"]
            assert document["textDocument"] == {"uri": uri, "version": 1}


@pytest.mark.parametrize(
    ("only", "count"),
    [
        (["quickfix"], 3),
        (["quickfix.glm"], 3),
        (["refactor"], 4),
        (["source"], 0),
        (None, 3),
        (["quickfix.glm.explain"], 1),
    ],
)
async def test_only_the_wanted_kinds_are_offered(
    editor: Editor, uri: str, only: list[str] | None, count: int
) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    assert len(await offers(editor, uri, PROBLEM, only=only)) == count


async def test_a_place_with_many_problems_gets_few_actions(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    found = await offers(editor, uri, *({**PROBLEM, "message": f"no {n}"} for n in range(500)))
    assert [action["title"] for action in found] == [
        "Fix with GLM: no 0", "Fix with GLM: no 1",
        "Explain with GLM: no 0", "Explain with GLM: no 1",
    ]  # fmt: skip


# -- rewrite -------------------------------------------------------------------------------

MARKED = TEXT.replace("def other", "# glm: return 2\ndef other")
REWRITE = rewriting(lambda text: text.replace("# glm: return 2\n", "").replace("1", "2"))


@pytest.mark.parametrize("at", [lines(8, 8), lines(9, 9), lines(8, 11), lines(9, 11)])
async def test_a_marked_comment_is_an_instruction(
    editor: Editor, sim: Simulator, uri: str, at: Json
) -> None:
    sim.script = REWRITE
    editor.open(uri, MARKED)
    await editor.status()
    [action] = await offers(editor, uri, only=["refactor.rewrite.glm.instruction"], at=at)
    before = len(applied(editor))
    await run(editor, action)
    [edit] = applied(editor)[before:]
    assert made(MARKED, edit) == TEXT.replace("return 1", "return 2")
    assert "<instruction>\nreturn 2\n</instruction>" in sim.log[-1].body["messages"][1]["content"]


async def test_without_an_instruction_no_rewrite_is_offered(editor: Editor, uri: str) -> None:
    editor.open(uri, MARKED)
    await editor.status()
    only = ["refactor.rewrite.glm.instruction"]
    assert await offers(editor, uri, only=only, at=lines(3, 5)) == []


@pytest.mark.parametrize("at", [lines(8, 10), lines(8, 8), lines(9, 9)])
async def test_a_client_sends_the_instruction(
    editor: Editor, sim: Simulator, uri: str, at: Json
) -> None:
    """A bare place means the function around it."""
    sim.script = REWRITE
    editor.open(uri, TEXT)
    told = {"action": "rewrite", "uri": uri, "range": at, "instruction": "return 2"}
    before = len(applied(editor))
    await run(editor, {"command": {"command": COMMAND, "arguments": [told]}})
    [edit] = applied(editor)[before:]
    assert made(TEXT, edit) == TEXT.replace("return 1", "return 2")
    asked = sim.log[-1].body["messages"][1]["content"]
    assert "def other():\n    return 1\n</selected>" in asked


async def test_many_lines_are_quoted(editor: Editor, sim: Simulator, uri: str) -> None:
    def answer(body: Json) -> str:
        user = body["messages"][1]["content"]
        [nonce] = set(re.findall(r"^<new_(\w+)>$", user, re.M))
        return (f'<old_{nonce} line="151">\nx150 = 0\n</old_{nonce}>\n'
                f"<new_{nonce}>\nx150 = 1\n</new_{nonce}>")  # fmt: skip

    text = "".join(f"x{n} = 0\n" for n in range(200))
    sim.script = Script(reply=answer)
    editor.open(uri, text)
    told = {"action": "rewrite", "uri": uri, "range": lines(0, 200), "instruction": "one"}
    before = len(applied(editor))
    await run(editor, {"command": {"command": COMMAND, "arguments": [told]}})
    [edit] = applied(editor)[before:]
    assert made(text, edit) == text.replace("x150 = 0", "x150 = 1")


# -- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        pytest.param(Script(reply="Sorry."), 2, id="no block, also when asked again"),
        pytest.param(rewriting(lambda text: text), 1, id="no change"),
        pytest.param(rewriting(lambda text: "# gone\n"), 1, id="all code deleted"),
        pytest.param(rewriting(lambda text: text.replace(")", "")), 2, id="broken code"),
        pytest.param(rewriting(lambda text: text + "    # …\u202e\n"), 1, id="hidden characters"),
        pytest.param(Script(error="internal"), None, id="trouble"),
    ],
)
async def test_what_cannot_be_used_changes_nothing_and_is_said(
    tmp_path: Path, script: Script, asked: int | None
) -> None:
    async with (
        Simulator(flavor="openai", script=script) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        action = await fix_of(editor, uri)
        await run(editor, action)
        assert applied(editor) == []
        said = [told["message"] for told in editor.told("window/showMessage")]
        assert [one for one in said if one.startswith("Fix with GLM: nothing was changed: ")]
        assert asked is None or len(sim.log) == asked


async def test_a_reply_that_can_be_mended_is_asked_for_once_more(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    good = FIX.reply
    assert callable(good)
    sim.script = Script(
        reply=lambda body: good(body) if len(body["messages"]) == 4 else "I would write values."
    )
    action = await fix_offered(editor, uri)
    before = len(applied(editor))
    await run(editor, action)
    [edit] = applied(editor)[before:]
    assert made(TEXT, edit) == FIXED
    assert len(sim.log) == 2


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"action": "fix"},
        {"action": "fix", "uri": 3},
        {"action": "fix", "uri": "file:///nowhere.py", "range": lines(0, 1)},
        {"action": "other", "uri": "file:///nowhere.py"},
        {"action": ["fix"]},
    ],
)
async def test_odd_arguments_change_nothing(editor: Editor, sim: Simulator, told: Json) -> None:
    before = len(applied(editor))
    reply = await run(editor, {"command": {"command": COMMAND, "arguments": [told]}})
    assert reply.error is None
    assert len(applied(editor)) == before
    assert not sim.log


async def test_an_outdated_offer_and_a_place_outside_change_nothing(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    action = await fix_offered(editor, uri)
    editor.insert(uri, 0, 0, "\n")
    await run(editor, action)
    told = {"action": "rewrite", "uri": uri, "range": lines(90, 95), "instruction": "x"}
    await run(editor, {"command": {"command": COMMAND, "arguments": [told]}})
    assert len(editor.told("window/showMessage")) == 2
    assert not sim.log


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ((4, 4), (4, 4), 3, 6),
        ((4, 4), (4, 5), 3, 6),  # the cursor of Helix covers a character
        ((4, 23), (5, 0), 3, 6),  # or the end of the line
        ((4, 4), (4, 6), 4, 5),
    ],
)
async def test_a_cursor_means_the_function_around_it(
    editor: Editor, uri: str, start: tuple[int, int], end: tuple[int, int], first: int, last: int
) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    places = ({"line": line, "character": at} for line, at in (start, end))
    span = dict(zip(("start", "end"), places, strict=True))
    only = ["refactor.rewrite.glm.document"]
    [action] = await offers(editor, uri, at=span, only=only)
    told = action.get("data") or action["command"]["arguments"][0]
    assert told["range"] == lines(first, last)


async def test_a_secret_is_neither_sent_nor_lost(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = FIX
    text = TEXT.replace("    return result", '    password = "S3cr3t-Pass"\n    return result')
    editor.open(uri, text)
    await editor.status()
    action = await fix_of(editor, uri)
    before = len(applied(editor))
    await run(editor, action)
    assert "S3cr3t" not in str(sim.log[-1].body)
    [edit] = applied(editor)[before:]
    assert made(text, edit) == text.replace("sum(value)", "sum(values)")


# -- imports, prompts, all of a kind -------------------------------------------------------


def importing(imports: str, change: tuple[str, str]) -> Script:
    """Return a model that adds imports besides the lines."""
    inner = rewriting(lambda text: text.replace(*change)).reply

    def answer(body: Json) -> str:
        assert callable(inner)
        text = inner(body)
        [nonce] = set(re.findall(r"<new_(\w+)>", text))
        assert f"<imports_{nonce}>" in body["messages"][1]["content"]
        return f"<imports_{nonce}>\n{imports}</imports_{nonce}>\n{text}"

    return Script(reply=answer)


@pytest.mark.parametrize(
    ("imports", "lands"),
    [
        ("import math\n", True),
        ("import math\nimport os\n", True),
        ("import math\nos.system('x')\n", False),
        ("x = 1\n", False),
    ],
)
async def test_a_fix_may_add_imports_and_nothing_else_there(
    editor: Editor, sim: Simulator, uri: str, imports: str, lands: bool
) -> None:
    text = "import os\n" + TEXT
    sim.script = importing(imports, ("sum(value)", "math.fsum(values)"))
    editor.open(uri, text)
    await editor.status()
    place = {"start": {"line": 5, "character": 17}, "end": {"line": 5, "character": 22}}
    found = await offers(editor, uri, {**PROBLEM, "range": place})
    before = len(applied(editor))
    await run(editor, found[0])
    edits = applied(editor)[before:]
    assert len(edits) == lands
    if lands:
        fixed = text.replace("sum(value)", "math.fsum(values)")
        assert made(text, edits[0]) == fixed.replace("import os\n", "import os\nimport math\n")


async def test_the_users_own_prompts_are_offered(tmp_path: Path) -> None:
    prompts = {"Use f-strings": {"instruction": "Replace % by f-strings."}, "empty": {}}
    params = {
        **GHOST_TEXT,
        "initializationOptions": {"glm-ls": {"actions": {"prompts": prompts}}},
    }
    async with (
        Simulator(flavor="openai", script=rewriting(lambda text: text.replace("1", "2"))) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        [action] = await offers(editor, uri, only=["refactor.rewrite.glm.prompt"], at=lines(8, 10))
        assert action["title"] == "GLM: Use f-strings"
        await run(editor, action)
        [edit] = applied(editor)
        assert made(TEXT, edit) == TEXT.replace("return 1", "return 2")
        assert "Replace % by f-strings." in sim.log[-1].body["messages"][1]["content"]


async def test_all_problems_of_a_kind_are_fixed_at_once(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    text = TEXT + "\n\ndef third(values):\n    return sum(value)\n"
    sim.script = rewriting(lambda given: given.replace("sum(value)", "sum(values)"))
    editor.open(uri, text)
    await editor.status()
    [action] = await offers(editor, uri, PROBLEM, only=["quickfix.glm.all"])
    assert action["title"] == "Fix all of this kind with GLM: reportUndefinedVariable"
    before = len(applied(editor))
    await run(editor, action)
    [edit] = applied(editor)[before:]
    assert made(text, edit) == text.replace("sum(value)", "sum(values)")
    assert len(edit["changes"][uri]) == 2


async def test_a_form_that_fails_is_learned(tmp_path: Path) -> None:
    async with (
        Simulator(flavor="openai", script=FIX) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        action = await fix_of(editor, uri)
        await run(editor, action)
        sim.script = Script(reply="Sorry.")
        await run(editor, action)
    [seen] = json.loads((tmp_path / "STATE" / "edit-formats.json").read_text()).values()
    assert seen == {"whole": "10"}
