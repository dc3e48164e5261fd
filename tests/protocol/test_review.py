"""Reviews in an editor: diagnostics come, move with edits, are dismissed and stay away."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import reviews
from tests.protocol.editor import PATIENCE_S, Editor, Json, at_work, endpoint_env
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = 'x = "🙂"\ndef total(values):\n    first = values[1]\n    return sum(values) - first\n'
BLOCK = """\
<finding {nonce}>
path: {path}
line: 3
kind: bug
severity: high
confidence: 90
title: The first value is the second one
<quote {nonce}>
    first = values[1]
    return sum(values) - first
</quote {nonce}>
<why {nonce}>
`values` counts from 0.
</why {nonce}>
</finding {nonce}>
"""


def review(body: Json) -> str:
    found = re.findall(r'<hunk path="([^"]+)"', reviews.asked(body))
    paths = [path for path in found if path.endswith(".py")]
    return "".join(BLOCK.format(nonce=reviews.nonce_of(body), path=path) for path in paths[:1])


reply = reviews.reviewer(review)


async def command(editor: Editor, name: str, *arguments: Any) -> Any:
    params = {"command": name, "arguments": list(arguments)}
    answer = await editor.request("workspace/executeCommand", params)
    assert answer.error is None
    return answer.result


def published(editor: Editor, uri: str) -> list[Json]:
    told = editor.told("textDocument/publishDiagnostics")
    return [params for params in told if params["uri"] == uri]


async def test_the_life_of_a_finding(editor: Editor, sim: Simulator, uri: str) -> None:
    sim.script = Script(reply=reply)
    editor.open(uri, TEXT)
    result = await command(editor, "glm-ls.review", {"uri": uri})
    assert result["summary"] == "reviewed 1 of 1 hunk, 1 finding"
    last = published(editor, uri)[-1]
    (shown,) = last["diagnostics"]
    assert (last["version"], shown["source"], shown["severity"]) == (1, "glm", 2)
    assert shown["range"] == {
        "start": {"line": 2, "character": 4},
        "end": {"line": 3, "character": 30},
    }
    assert shown["message"] == "The first value is the second one\nvalues counts from 0."
    assert set(shown["data"]) == {"id", "v"}

    count = len(published(editor, uri))
    editor.insert(uri, 0, 0, "import os\n")
    again = await command(editor, "glm-ls.review", {"uri": uri})
    assert again["findings"] == 1
    assert published(editor, uri)[-1]["diagnostics"][0]["range"]["start"]["line"] == 3
    assert len(published(editor, uri)) > count
    editor.insert(uri, 3, 0, "    # edited\n")
    editor.insert(uri, 4, 21, "  # its own line")
    await editor.until(lambda: published(editor, uri)[-1]["diagnostics"] == [])
    assert published(editor, uri)[-1]["version"] == 4


@pytest.mark.parametrize("name", ['say "hi".py', "zero\u200bwidth.py", "a<b>.py"])
async def test_names_that_a_prompt_does_not_show_as_they_are(
    editor: Editor, sim: Simulator, home: Path, name: str
) -> None:
    """A finding is in the file whose name was shown like that."""
    sim.script = Script(reply=reply)
    uri = (home / "work" / name).as_uri()
    editor.open(uri, TEXT)
    result = await command(editor, "glm-ls.review", {"uri": uri})
    assert result["summary"] == "reviewed 1 of 1 hunk, 1 finding"
    assert len(published(editor, uri)[-1]["diagnostics"]) == 1


async def test_a_second_review_asks_nothing_and_a_dismissed_finding_stays_away(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    sim.script = Script(reply=reply)
    editor.open(uri, TEXT)
    await command(editor, "glm-ls.review", {"uri": uri})
    assert len(sim.log) == 2, "the review and a second look"
    result = await command(editor, "glm-ls.review", {"uri": uri})
    assert (len(sim.log), result["findings"]) == (2, 1)
    spot = {"line": 2, "character": 0}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": spot, "end": spot},
        "context": {"diagnostics": [], "only": ["quickfix"]},
    }
    found = (await editor.request("textDocument/codeAction", params)).result
    action = next(each for each in found if each["command"]["command"] == "glm-ls.dismiss")
    assert action["title"] == "GLM: dismiss “The first value is the second one”"
    await command(editor, action["command"]["command"], *action["command"]["arguments"])
    assert published(editor, uri)[-1]["diagnostics"] == []
    result = await command(editor, "glm-ls.review", {"uri": uri})
    assert result["summary"] == "reviewed 1 of 1 hunk (1 from the cache), nothing found"
    assert len(sim.log) == 2


async def test_what_is_shown_on_a_line_is_dismissed(tmp_path: Path, sim: Simulator) -> None:
    sim.script = Script(reply=reply)
    uri = (tmp_path / "work" / "a.py").as_uri()
    async with at_work(tmp_path, endpoint_env(sim)) as editor:
        editor.open(uri, TEXT)
        for line, left in ((1, 1), (3, 0)):
            spot = {"line": line, "character": 0}
            place = {"uri": uri, "range": {"start": spot, "end": spot}}
            assert (await command(editor, "glm-ls.review", place))["findings"] == 1, "of all lines"
            await command(editor, "glm-ls.dismiss", place)
            assert len(published(editor, uri)[-1]["diagnostics"]) == left
        assert (await command(editor, "glm-ls.review", {"uri": uri}))["findings"] == 0


async def test_the_working_tree(editor: Editor, sim: Simulator, home: Path) -> None:
    work = home / "work"
    await asyncio.to_thread(subprocess.run, ("git", "init", "-q"), cwd=work, check=True)
    (work / "tree.py").write_text(TEXT.replace("total", "tree"))
    sim.script = Script(reply=reply)
    result = await command(editor, "glm-ls.review")
    assert result["findings"] == 1
    (told,) = published(editor, (work / "tree.py").as_uri())[-1:]
    assert "version" not in told
    assert told["diagnostics"][0]["code"] == "glm/bug"


async def test_what_is_never_sent_is_not_reviewed(
    editor: Editor, sim: Simulator, home: Path
) -> None:
    uri = (home / "work" / ".env").as_uri()
    editor.open(uri, "TOKEN=1\n")
    result = await command(editor, "glm-ls.review", {"uri": uri})
    assert result["hunks"] == [
        {"path": ".env", "fate": "skipped", "reason": "denied: environment file"}
    ]
    assert len(sim.log) == 0


@pytest.mark.parametrize("argument", [None, 3, {"uri": "file:///nowhere.py"}, {"uri": "x"}])
async def test_bad_arguments_harm_nothing(editor: Editor, sim: Simulator, argument: Any) -> None:
    sim.script = Script(reply="LGTM")
    assert await command(editor, "glm-ls.dismiss", argument) is None
    assert "summary" in await command(editor, "glm-ls.review", argument)


@pytest.mark.parametrize("end", ["cancel", "close", "again"])
async def test_a_review_that_is_not_wanted_any_more_closes_its_connection(
    editor: Editor, sim: Simulator, uri: str, end: str
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()
    sim.on_end = lambda exchange: ended.set()

    def held(body: Json) -> str:
        begun.set()
        return reply(body)

    sim.script = Script(reply=held, hold=asyncio.Event(), hold_after=1)
    editor.open(uri, f"# {end}\n{TEXT}")
    params = {"command": "glm-ls.review", "arguments": [{"uri": uri}]}
    older = editor.ask("workspace/executeCommand", params)
    await asyncio.wait_for(begun.wait(), PATIENCE_S)
    sim.script = Script(reply="none")
    if end == "cancel":
        editor.cancel(editor.last_id)
    elif end == "close":
        editor.close(uri)
    else:
        assert await command(editor, "glm-ls.review", {"uri": uri})
    assert (await asyncio.wait_for(older, PATIENCE_S)).error is not None
    await asyncio.wait_for(ended.wait(), PATIENCE_S)
    assert sim.log[0].gone


async def test_a_finding_is_shown_before_the_answer_ends(
    editor: Editor, sim: Simulator, uri: str
) -> None:
    release = asyncio.Event()

    def twice(body: Json) -> str:
        return reply(body).replace("values", "early") + "\nThat is all.\n" * 20

    sim.script = Script(reply=twice, hold=release, hold_after=140)
    # Code of its own: what another test dismissed stays away.
    editor.open(uri, "# one more line\n" + TEXT.replace("values", "early"))
    params = {"command": "glm-ls.review", "arguments": [{"uri": uri}]}
    review = editor.ask("workspace/executeCommand", params)
    await editor.until(lambda: published(editor, uri))
    assert not review.done()
    release.set()
    assert (await asyncio.wait_for(review, PATIENCE_S)).result["findings"] == 1
