"""What an editor is offered for a finding, and what comes of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import reviews
from tests.protocol.editor import Editor, Json, at_work, endpoint_env
from tests.protocol.test_review_triggers import CAPABILITIES, command, editor_at, repository, shown
from tests.protocol.texts import edited
from tests.repositories import git
from tests.simulator import Script, Simulator

TEXT = "def total(values):\n    first = values[1]\n    return sum(values) - first\n"
IGNORE = "quickfix.glm.ignore"
PROBLEM: Json = {
    "range": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 9}},
    "message": "unused", "source": "Pyright", "code": "reportUnused", "severity": 2,
}  # fmt: skip
QUOTE = "    first = values[1]\n    return sum(values) - first"
FIX = QUOTE.replace("[1]", "[0]")


def model(fix: str = "", kind: str = "bug") -> Script:
    def review(body: Json) -> str:
        shown = reviews.new_lines(body)
        nonce = reviews.nonce_of(body)
        at = next((row for row in shown if "first = values" in row[2]), None)
        if at is None:
            return "none"
        return reviews.block(nonce, at[0], at[1], QUOTE, fix=fix, kind=kind, title="Off by one")

    return Script(reply=reviews.reviewer(review))


async def offers(
    editor: Editor, uri: str, line: int = 1, only: str = "", *problems: Json
) -> list[Json]:
    """Return the actions at a line, with the diagnostics there, as an editor asks for them.

    `only`: a kind; `problems`: what another server says of the line.
    """
    told = editor.told("textDocument/publishDiagnostics")
    last = next(params for params in reversed(told) if params["uri"] == uri)
    spot = {"line": line, "character": 8}
    context = {"diagnostics": [*last["diagnostics"], *problems], "triggerKind": 1}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": spot, "end": spot},
        "context": {**context, "only": [only]} if only else context,
    }
    found: list[Json] = (await editor.request("textDocument/codeAction", params)).result
    return found


async def run(editor: Editor, action: Json) -> None:
    await command(editor, action["command"]["command"], *action["command"]["arguments"])


def titled(actions: list[Json], words: str) -> Json:
    return next(action for action in actions if words in action["title"])


def changed(text: str, action: Json) -> str:
    changes = action["edit"].get("changes") or {
        each["textDocument"]["uri"]: each["edits"] for each in action["edit"]["documentChanges"]
    }
    ((edit,),) = changes.values()
    return edited(text, edit["range"], edit["newText"], "utf-16")


@pytest.mark.parametrize(
    ("fix", "titles"),
    [
        (FIX, ["fix “Off by one”", "explain", "dismiss “Off by one”", "dismiss “bug”"]),
        (
            "    first = values[",
            ["Fix with GLM", "explain", "dismiss “Off by one”", "dismiss “bug”"],
        ),
    ],
)
async def test_what_is_offered_on_a_finding(tmp_path: Path, fix: str, titles: list[str]) -> None:
    uri = (repository(tmp_path) / "b.py").as_uri()
    async with (
        Simulator(flavor="openai", script=model(fix)) as sim,
        editor_at(tmp_path, sim) as editor,
    ):
        editor.open(uri, TEXT)
        await command(editor, "glm-ls.review", {"uri": uri})
        count = len(sim.log)
        found = await offers(editor, uri)
        assert all(words in action["title"] for words, action in zip(titles, found, strict=True))
        assert [action.get("isPreferred", False) for action in found] == [fix == FIX, *[False] * 3]
        if fix == FIX:
            assert changed(TEXT, found[0]) == TEXT.replace("[1]", "[0]")
        assert len(sim.log) == count


@pytest.mark.parametrize("fix", [FIX, ""])
@pytest.mark.parametrize("foreign", [0, 1, 5])
async def test_a_problem_never_gets_more_than_four_actions(
    tmp_path: Path, fix: str, foreign: int
) -> None:
    """Also where looking around is switched on, and where another server speaks of the line."""
    uri = (repository(tmp_path) / "b.py").as_uri()
    options: Json = {"actions": {"look_around": True}}
    params = {"capabilities": CAPABILITIES, "initializationOptions": options}
    async with (
        Simulator(flavor="openai", script=model(fix)) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        editor.open(uri, TEXT)
        await command(editor, "glm-ls.review", {"uri": uri})
        problems = [PROBLEM | {"message": f"no {n}"} for n in range(foreign)]
        found = await offers(editor, uri, 1, "", *problems)
        assert len(found) <= (8 if foreign else 4)
        about_finding = [each for each in found if "Off by one" in str(each)]
        assert 3 <= len(about_finding) <= 4
        for kind in (IGNORE,) if fix else ("quickfix.glm.search", IGNORE):
            [action] = await offers(editor, uri, 1, kind)
            assert action["kind"] == kind, "by its own name, each is there"


async def test_what_cannot_be_asked_for_makes_room(tmp_path: Path) -> None:
    uri = (repository(tmp_path) / "b.py").as_uri()
    async with Simulator(flavor="openai", script=model()) as sim:
        async with editor_at(tmp_path, sim) as editor:
            editor.open(uri, TEXT)
            await command(editor, "glm-ls.review", {"uri": uri})
        env = {**endpoint_env(sim), "GLM_LS_BASE_URL": "", "GLM_LS_PROVIDER": "embedded"}
        params = {"capabilities": CAPABILITIES, "initializationOptions": {}}
        async with at_work(tmp_path, env, params) as editor:
            editor.open(uri, TEXT)
            await editor.until(lambda: shown(editor, uri))
            words = [each["title"].split()[1] for each in await offers(editor, uri)]
            assert words == ["explain", "dismiss", "dismiss", "ignore"]


async def test_explaining_shows_a_message(tmp_path: Path) -> None:
    uri = (repository(tmp_path) / "b.py").as_uri()
    async with (
        Simulator(flavor="openai", script=model()) as sim,
        editor_at(tmp_path, sim) as editor,
    ):
        editor.open(uri, TEXT)
        await command(editor, "glm-ls.review", {"uri": uri})
        await run(editor, titled(await offers(editor, uri), "explain"))
        assert editor.told("window/showMessage")[-1]["message"] == (
            "Off by one\nBecause it is.\n(high bug, 80 % sure, confirmed by a second look)"
        )


async def test_a_kind_that_is_dismissed_stays_away_from_its_file(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uris = [(work / name).as_uri() for name in ("b.py", "c.py")]
    async with (
        Simulator(flavor="openai", script=model()) as sim,
        editor_at(tmp_path, sim) as editor,
    ):
        for uri, text in zip(uris, (TEXT, f"# other\n{TEXT}"), strict=True):
            editor.open(uri, text)
            await command(editor, "glm-ls.review", {"uri": uri})
            assert len(shown(editor, uri)) == 1
        await run(editor, titled(await offers(editor, uris[0]), "dismiss “bug” in this file"))
        assert shown(editor, uris[0]) == []
        for uri, count in zip(uris, (0, 1), strict=True):
            result = await command(editor, "glm-ls.review", {"uri": uri})
            assert (result["findings"], len(shown(editor, uri))) == (count, count)


async def test_a_comment_keeps_a_finding_away(tmp_path: Path) -> None:
    uri = (repository(tmp_path) / "b.py").as_uri()
    async with (
        Simulator(flavor="openai", script=model()) as sim,
        editor_at(tmp_path, sim) as editor,
    ):
        editor.open(uri, TEXT)
        await command(editor, "glm-ls.review", {"uri": uri})
        action = titled(await offers(editor, uri, only=IGNORE), "ignore")
        text = changed(TEXT, action)
        assert text == TEXT.replace("    first", "    # glm: ignore[bug]\n    first", 1)
        editor.change(uri, {"text": text})
        await run(editor, action)
        assert shown(editor, uri) == []
        result = await command(editor, "glm-ls.review", {"uri": uri})
        assert (result["findings"], len(sim.log)) == (0, 3), "reviewed, not looked at twice"
        editor.change(uri, {"text": TEXT})
        result = await command(editor, "glm-ls.review", {"uri": uri})
        assert result["findings"] == 1, "nothing but the comment was remembered"


async def test_dismissals_are_shared_when_that_is_asked_for(tmp_path: Path) -> None:
    work = repository(tmp_path)
    uri, file = (work / "b.py").as_uri(), work / ".glm-ls-dismissed"
    async with Simulator(flavor="openai", script=model()) as sim:
        async with editor_at(tmp_path, sim) as editor:
            editor.open(uri, TEXT)
            await command(editor, "glm-ls.review", {"uri": uri})
            await run(editor, titled(await offers(editor, uri), "dismiss “Off"))
            assert not file.exists()
            for _ in range(2):
                await command(editor, "glm-ls.shareDismissals")
                assert file.read_text().count("bug Off by one\n") == 1
        (tmp_path / "STATE" / "reviews.db").unlink()
        async with editor_at(tmp_path, sim) as editor:
            editor.open(uri, TEXT)
            for count in (1, 0):
                result = await command(editor, "glm-ls.review", {"uri": uri})
                assert result["findings"] == count, "what is committed counts"
                git(work, "add", ".glm-ls-dismissed")
                git(work, "commit", "--allow-empty", "-qam", "share")
