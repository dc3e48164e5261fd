"""Code actions that ask a model: what is offered, what lands, what is refused, in each editor."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.protocol.acting import (
    COMMAND,
    FIX,
    FIXED,
    PROBLEM,
    RESOLVING,
    TEXT,
    applied,
    fix_of,
    lines,
    made,
    offers,
    rewriting,
    run,
)
from tests.protocol.action_cases import CASES, Case
from tests.protocol.editor import (
    GHOST_TEXT,
    PATIENCE_S,
    PROFILES,
    Editor,
    Json,
    Reply,
    at_work,
    endpoint_env,
    profile,
)
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

# -- fix -----------------------------------------------------------------------------------


async def test_a_fix_is_offered_without_a_model_and_lands_by_command(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = FIX
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
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
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
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
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
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


# -- while the user goes on ----------------------------------------------------------------


async def started(editor: Editor, sim: Simulator, uri: str, action: Json) -> asyncio.Future[Reply]:
    """Run an action up to the moment in which the model has begun to answer."""
    reply = FIX.reply
    assert callable(reply)
    hold, begun = asyncio.Event(), asyncio.Event()

    def answer(body: Json) -> str:
        begun.set()
        return reply(body)

    sim.script = Script(reply=answer, hold=hold, hold_after=1)
    command = action["command"]
    params = {"command": command["command"], "arguments": command["arguments"]}
    running = editor.ask("workspace/executeCommand", params)
    await asyncio.wait_for(begun.wait(), PATIENCE_S)
    return running


@pytest.mark.parametrize(
    ("line", "typed", "lands"),
    [
        pytest.param(0, "# 𝒳\n", True, id="above"),
        pytest.param(9, "    a = 1\n", True, id="below"),
        pytest.param(5, "    # mine\n", False, id="in the lines"),
    ],
)
async def test_what_is_typed_meanwhile_is_never_lost(
    editor: Editor, sim: Simulator, uri: str, line: int, typed: str, lands: bool
) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
    before = len(applied(editor))
    running = await started(editor, sim, uri, action)
    at = {"line": line, "character": 0}
    editor.insert(uri, line, 0, typed)
    live = edited(TEXT, {"start": at, "end": at}, typed)
    await editor.status()
    assert sim.script.hold is not None
    sim.script.hold.set()
    assert (await asyncio.wait_for(running, PATIENCE_S)).error is None
    edits = applied(editor)[before:]
    assert len(edits) == lands
    if lands:
        assert made(live, edits[0]) == live.replace("sum(value)", "sum(values)")
    else:
        assert "changed meanwhile" in editor.told("window/showMessage")[-1]["message"]


async def test_a_document_closed_meanwhile_is_left_alone(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
    before = len(applied(editor))
    running = await started(editor, sim, uri, action)
    editor.close(uri)
    await asyncio.wait_for(running, PATIENCE_S)
    assert applied(editor)[before:] == []
    assert sim.script.hold is not None
    sim.script.hold.set()


async def test_a_newer_action_ends_the_older(editor: Editor, sim: Simulator, uri: str) -> None:
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
    older = await started(editor, sim, uri, action)
    before = len(applied(editor))
    sim.script = FIX
    await run(editor, action)
    assert (await asyncio.wait_for(older, PATIENCE_S)).code == -32800
    assert len(applied(editor)[before:]) == 1


async def test_resolving_is_marked_and_versioned(tmp_path: Path) -> None:
    params = {**GHOST_TEXT, **RESOLVING}
    params["capabilities"]["textDocument"]["codeAction"]["tagSupport"] = {"valueSet": [1]}
    async with (
        Simulator(flavor="openai", script=FIX) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        action = await fix_of(editor, uri)
        assert action["tags"] == [1]
        resolved = (await editor.request("codeAction/resolve", action)).result
        [document] = resolved["edit"]["documentChanges"]
        assert document["textDocument"] == {"uri": uri, "version": 1}


# -- on a symbol ---------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda one: f"{one.action}-{one.language}")
async def test_an_action_on_a_symbol_does_what_it_may(
    editor: Editor, sim: Simulator, uri: str, case: Case
) -> None:
    shown: list[str] = []

    def change(given: str) -> str:
        shown.append(given)
        return case.answer

    sim.script = rewriting(change)
    text, line, character = cursor(case.text)
    editor.open(uri, text, case.language)
    await editor.status()
    at = {"line": line, "character": character}
    [action] = await offers(editor, uri, only=[f"refactor.rewrite.glm.{case.action}"],
                            at={"start": at, "end": at})  # fmt: skip
    before = len(applied(editor))
    await run(editor, action)
    assert shown[0] == case.selected
    edits = applied(editor)[before:]
    assert [made(text, edit) for edit in edits] == ([] if case.after is None else [case.after])
    assert bool(editor.told("window/showMessage")) == (case.after is None)


@pytest.mark.parametrize(
    ("language", "marked_text", "names"),
    [
        ("python", "x = ¦1\n", []),
        ("python", "def f(a):\n    return ¦a\n", ["document", "simplify", "types"]),
        ("python", "def ¦f(a): ...\n", ["implement", "document", "simplify", "types"]),
        ("go", "package m\nfunc F() int {\n\treturn 1¦\n}\n", ["document", "simplify"]),
    ],
)
async def test_a_symbol_is_offered_what_fits(
    editor: Editor, uri: str, language: str, marked_text: str, names: list[str]
) -> None:
    text, line, character = cursor(marked_text)
    editor.open(uri, text, language)
    await editor.status()
    at = {"line": line, "character": character}
    found = await offers(editor, uri, at={"start": at, "end": at})
    kinds = [f"refactor.rewrite.glm.{name}" for name in names]
    assert [action["kind"] for action in found] == kinds + ["refactor.glm.explain"] * bool(names)


# -- editors that refuse -------------------------------------------------------------------


@pytest.mark.parametrize("takes_second", [True, False])
async def test_an_edit_that_the_editor_refuses_is_fitted_anew_once(
    editor: Editor, sim: Simulator, uri: str, takes_second: bool
) -> None:
    sim.script = FIX
    editor.open(uri, TEXT)
    await editor.status()
    action = await fix_of(editor, uri)
    before = len(applied(editor))
    before_asked = sum(name == "window/showMessageRequest" for name, _ in editor.requests)
    editor.silent = {"workspace/applyEdit"}
    command = action["command"]
    params = {"command": command["command"], "arguments": command["arguments"]}
    running = editor.ask("workspace/executeCommand", params)
    await editor.until(lambda: editor.kept)
    editor.insert(uri, 0, 0, "# mine\n")  # typed before the edit came
    editor.send({"id": editor.kept[0]["id"], "result": {"applied": False}})
    await editor.until(lambda: len(editor.kept) == 2)
    if takes_second:
        editor.change(uri, {"text": "# mine\n" + FIXED})
    editor.send({"id": editor.kept[1]["id"], "result": {"applied": takes_second}})
    await asyncio.wait_for(running, PATIENCE_S)
    editor.silent = set()
    _, edit = applied(editor)[before:]
    assert made("# mine\n" + TEXT, edit) == "# mine\n" + FIXED
    assert len(sim.log) == 1, "the model is not asked again"
    asked = [params for name, params in editor.requests if name == "window/showMessageRequest"]
    assert [params["message"] for params in asked[before_asked:]] == (
        [] if takes_second else ["GLM: nothing was changed: the editor did not take the edit"]
    )


# -- progress ------------------------------------------------------------------------------


@pytest.mark.parametrize("cancels", [False, True])
async def test_progress_is_shown_and_can_be_cancelled(tmp_path: Path, cancels: bool) -> None:
    params: Json = {"capabilities": {**GHOST_TEXT["capabilities"],
                                     "window": {"workDoneProgress": True}}}  # fmt: skip
    async with (
        Simulator(flavor="openai") as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        uri = (tmp_path / "work" / "a.py").as_uri()
        editor.open(uri, TEXT)
        await editor.status()
        action = await fix_of(editor, uri)
        running = await started(editor, sim, uri, action)
        [begun] = editor.told("$/progress")
        assert begun["value"]["title"] == "Fix with GLM"
        assert begun["value"]["cancellable"]
        if cancels:
            editor.notify("window/workDoneProgress/cancel", {"token": begun["token"]})
        else:
            assert sim.script.hold is not None
            sim.script.hold.set()
        reply = await asyncio.wait_for(running, PATIENCE_S)
        assert reply.code == (-32800 if cancels else None)
        assert len(applied(editor)) == (not cancels)
        _, ended = editor.told("$/progress")
        assert ended == {"token": begun["token"], "value": {"kind": "end"}}


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
