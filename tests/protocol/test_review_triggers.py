"""How reviews are asked for in an editor: commands, actions, lenses, saving; and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import reviews
from tests.protocol.editor import Editor, Json, at_work, endpoint_env
from tests.repositories import git, make_changed
from tests.simulator import Script, Simulator

CAPABILITIES: Json = {
    "textDocument": {"inlineCompletion": {}, "codeLens": {}},
    "workspace": {"codeLens": {"refreshSupport": True}},
    "window": {"workDoneProgress": True},
}
OLD = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
NEW = OLD.replace("return 1", "return bad_one").replace("return 2", "return bad_two")
MODEL = Script(reply=reviews.each_bad_line())


def repository(home: Path) -> Path:
    """Make the workspace a repository with a commit, and one change since."""
    work = home / "work"
    work.mkdir()
    return make_changed(work, "a.py", OLD, NEW)


def editor_at(home: Path, sim: Simulator, **review: Any) -> Any:
    options = {"review": review}
    params = {"capabilities": CAPABILITIES, "initializationOptions": options}
    return at_work(home, endpoint_env(sim), params)


async def command(editor: Editor, name: str, *arguments: Any) -> Any:
    params = {"command": name, "arguments": list(arguments)}
    answer = await editor.request("workspace/executeCommand", params)
    assert answer.error is None, answer.error
    return answer.result


def shown(editor: Editor, uri: str) -> list[int]:
    """Return the lines of the diagnostics as they were published last."""
    told = editor.told("textDocument/publishDiagnostics")
    last = [params["diagnostics"] for params in told if params["uri"] == uri][-1:]
    return [each["range"]["start"]["line"] for each in (last[0] if last else ())]


@pytest.mark.parametrize(
    ("argument", "hunks", "lines"),
    [
        ({}, 1, [1, 5]),
        ({"base": "HEAD"}, 1, [1, 5]),
        ({"base": "staged"}, 0, []),
        ({"base": "HEAD~1...HEAD"}, 1, [1]),
        ({"filter": "added"}, 1, [1, 5]),
        ({"deep": True}, 1, [1, 5]),
        ({"uri": "{uri}"}, 1, [1, 5]),
        ({"uri": "{uri}", "range": [4, 6]}, 1, [5]),
        ({"uri": "{uri}", "range": [0, 1]}, 1, []),
        ({"base": "nowhere"}, None, []),
    ],
)
async def test_what_is_reviewed(
    tmp_path: Path, argument: Json, hunks: int | None, lines: Sequence[int]
) -> None:
    work = repository(tmp_path)
    if argument.get("base") == "HEAD~1...HEAD":
        (work / "a.py").write_text(NEW.replace("bad_two", "2"))
        git(work, "commit", "-qam", "two")
    uri = (work / "a.py").as_uri()
    told = {key: uri if value == "{uri}" else value for key, value in argument.items()}
    if "range" in argument:
        first, stop = argument["range"]
        told["range"] = {
            "start": {"line": first, "character": 0},
            "end": {"line": stop, "character": 0},
        }
    async with Simulator(flavor="openai", script=MODEL) as sim, editor_at(tmp_path, sim) as editor:
        editor.open(uri, (work / "a.py").read_text())
        result = await command(editor, "glm-ls.review", told)
        assert shown(editor, uri) == lines
        assert "summary" in result
        if hunks is not None:
            assert len(result["hunks"]) == hunks
            begun = [p for p in editor.told("$/progress") if p["value"]["kind"] == "begin"]
            assert len(begun) == 1
        passes = 5 if argument.get("deep") else 1
        assert len(sim.log) == (passes if hunks else 0) + bool(lines)


async def test_findings_in_the_index_stand_on_lines_of_the_file(tmp_path: Path) -> None:
    work = repository(tmp_path)
    git(work, "add", ".")
    (work / "a.py").write_text("# one more\n" + NEW.replace("bad_two", "good"))
    uri = (work / "a.py").as_uri()
    async with Simulator(flavor="openai", script=MODEL) as sim, editor_at(tmp_path, sim) as editor:
        await command(editor, "glm-ls.review", {"base": "staged"})
        assert shown(editor, uri) == [2]


async def test_a_review_of_some_lines_keeps_what_is_known_of_others(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri = (work / "a.py").as_uri()
    span = {"start": {"line": 4, "character": 0}, "end": {"line": 6, "character": 0}}
    async with Simulator(flavor="openai", script=MODEL) as sim, editor_at(tmp_path, sim) as editor:
        editor.open(uri, NEW)
        await command(editor, "glm-ls.review", {"uri": uri})
        sim.script = Script(reply="none")
        await command(editor, "glm-ls.review", {"uri": uri, "range": span})
        assert shown(editor, uri) == [1]


async def test_saving_reviews_so_often_in_an_hour(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri = (work / "a.py").as_uri()
    document = {"textDocument": {"uri": uri}}
    async with (
        Simulator(flavor="openai", script=MODEL) as sim,
        editor_at(tmp_path, sim, on_save=True, saves_per_hour=2) as editor,
    ):
        editor.open(uri, NEW)
        await editor.status()
        assert sim.log == [], "opening reviews nothing"
        editor.notify("textDocument/didSave", document)
        await editor.until(lambda: shown(editor, uri) == [1, 5])
        await sim.finished(2)
        for change in ("bad_three", "bad_four"):
            text = NEW.replace("bad_two", change)
            (work / "a.py").write_text(text)
            editor.change(uri, {"text": text})
            editor.notify("textDocument/didSave", document)
            if change == "bad_three":
                await editor.until(lambda: shown(editor, uri) == [1, 5])
                await sim.finished(4)
        await editor.status()
        assert sum(not reviews.is_second_look(each.body) for each in sim.log) == 2
        assert editor.told("window/showMessage") == []


async def test_saving_reviews_nothing_by_default(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri = (work / "a.py").as_uri()
    async with Simulator(flavor="openai", script=MODEL) as sim, editor_at(tmp_path, sim) as editor:
        editor.open(uri, NEW)
        editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        await editor.status()
        assert sim.log == []
        assert "codeLensProvider" not in editor.capabilities


async def test_actions_offer_reviews_without_asking_a_model(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri = (work / "a.py").as_uri()
    spot = {"line": 1, "character": 4}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": spot, "end": spot},
        "context": {"diagnostics": [], "only": ["source"], "triggerKind": 2},
    }
    async with Simulator(flavor="openai", script=MODEL) as sim, editor_at(tmp_path, sim) as editor:
        editor.open(uri, NEW)
        await editor.status()
        found = (await editor.request("textDocument/codeAction", params)).result
        assert [each["title"] for each in found] == [
            "GLM: review a.py",
            "GLM: review this function or class",
        ]
        assert sim.log == []
        act = found[1]["command"]
        await command(editor, act["command"], *act["arguments"])
        assert shown(editor, uri) == [1]


async def test_a_lens_stands_above_what_has_changed(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri = (work / "a.py").as_uri()
    params = {"textDocument": {"uri": uri}}
    async with (
        Simulator(flavor="openai", script=MODEL) as sim,
        editor_at(tmp_path, sim, code_lens=True) as editor,
    ):
        editor.open(uri, OLD.replace("return 1", "return bad"))
        (lens,) = (await editor.request("textDocument/codeLens", params)).result
        assert (lens["range"]["start"]["line"], lens["command"]["title"]) == (0, "GLM: review")
        await command(editor, lens["command"]["command"], *lens["command"]["arguments"])
        await editor.until(lambda: "workspace/codeLens/refresh" in dict(editor.requests))
        (lens,) = (await editor.request("textDocument/codeLens", params)).result
        assert lens["command"]["title"] == "GLM: 1 finding"
        editor.change(uri, {"text": OLD})
        assert (await editor.request("textDocument/codeLens", params)).result == []


async def test_more_than_ten_findings_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri = (work / "a.py").as_uri()
    text = "".join(f"bad_{at} = {at}\n" for at in range(15))
    async with Simulator(flavor="openai", script=MODEL) as sim, editor_at(tmp_path, sim) as editor:
        editor.open(uri, text)
        result = await command(editor, "glm-ls.review", {"uri": uri})
        assert (result["findings"], result["more"]) == (10, 5)
        assert "5 more held back" in result["summary"]
        assert shown(editor, uri) == list(range(10))
        await command(editor, "glm-ls.showMore", {"uri": uri})
        assert sorted(shown(editor, uri)) == list(range(15))
        count = len(editor.told("textDocument/publishDiagnostics"))
        await command(editor, "glm-ls.showMore", {"uri": uri})
        await command(editor, "glm-ls.review", {"uri": uri})
        assert len(sim.log) == 2
        assert len(editor.told("textDocument/publishDiagnostics")) == count + 1, "held back again"


@pytest.mark.parametrize("is_open", [True, False])
async def test_findings_survive_a_restart_and_what_git_does_meanwhile(
    tmp_path: Path, is_open: bool
) -> None:
    work = repository(tmp_path)
    git(work, "commit", "-qam", "two")
    uri = (work / "a.py").as_uri()
    async with Simulator(flavor="openai", script=MODEL) as sim:
        async with editor_at(tmp_path, sim) as editor:
            editor.open(uri, NEW)
            await command(editor, "glm-ls.review", {"uri": uri})
            editor.close(uri)
            editor.open(uri, NEW)
            await editor.status()
            assert shown(editor, uri) == [1, 5]
        (work / "a.py").write_text("# pulled\n" + NEW.replace("bad_two", "good"))
        async with editor_at(tmp_path, sim) as editor:
            if is_open:
                editor.open(uri, (work / "a.py").read_text())
            await editor.until(lambda: shown(editor, uri) == [2])
            count = len(sim.log)
            editor.close(uri)
            git(work, "checkout", "-q", "a.py")
            change = {"uri": uri, "type": 2}
            editor.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
            await editor.until(lambda: shown(editor, uri) == [1])
            (work / "a.py").unlink()
            editor.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
            await editor.until(lambda: shown(editor, uri) == [])
            assert len(sim.log) == count


async def test_guides_of_a_trusted_folder_are_rules_where_they_may_be_shown(tmp_path: Path) -> None:
    work = repository(tmp_path)
    guides = {"CONTRIBUTING.md": "No bad names.\n", "AGENTS.md": "CANARY\n"}
    for path, text in {**guides, ".glmignore": "AGENTS.md\n"}.items():
        (work / path).write_text(text)
    git(work, "add", ".")
    git(work, "commit", "-qm", "guides", "--", *guides)
    params: Json = {
        "capabilities": CAPABILITIES,
        "initializationOptions": {"trusted_folders": [str(tmp_path)]},
    }
    async with (
        Simulator(flavor="openai", script=MODEL) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        result = await command(editor, "glm-ls.review")
        assert result["findings"] == 2
        assert "CONTRIBUTING.md:\nNo bad names." in reviews.asked(sim.log[0].body)
        assert "CANARY" not in str([exchange.body for exchange in sim.log])
