"""The examples of docs/actions.md are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glm_ls.features.action_table import ACTIONS
from tests.protocol.acting import applied, offers, run
from tests.protocol.editor import Json, at_work, endpoint_env
from tests.protocol.obeying import PARAMS
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

PAGE = (Path(__file__).parents[2] / "docs" / "actions.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))


def block(section: str, name: str) -> str:
    [text] = re.findall(rf"^```\w+ {name}\n(.*?)^```$", section, re.M | re.S)
    return str(text)


def answering(answer: str) -> Script:
    def reply(body: Json) -> str:
        user = body["messages"][1]["content"]
        found = re.findall(r"^<new_(\w+)>$", user, re.M)
        if not found:
            return answer
        nonce = found[0]
        if "NONCE" in answer:
            return answer.replace("NONCE", nonce)
        return f"<new_{nonce}>\n{answer}</new_{nonce}>\n"

    return Script(reply=reply)


def changed(text: str, edit: Json) -> str:
    """Return what an edit makes of the document, or of a file that it makes."""
    if edit["documentChanges"][0].get("kind") == "create":
        text = ""
    edits = edit["documentChanges"][-1]["edits"]
    for one in sorted(edits, key=lambda e: tuple(e["range"]["start"].values()), reverse=True):
        text = edited(text, one["range"], one["newText"], "utf-16")
    return text


def test_each_action_is_documented() -> None:
    assert SECTIONS.keys() == ACTIONS.keys()
    for action in ACTIONS.values():
        assert f"`{action.kind}`" in PAGE


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ACTIONS)
async def test_an_example_is_true(tmp_path: Path, name: str) -> None:
    section, action = SECTIONS[name], ACTIONS[name]
    text, line, character = cursor(block(section, "before"))
    at = {"line": line, "character": character}
    span = {"start": at, "end": at}
    said = re.findall(r"^> line \d+: (.*)$", section, re.M)
    problems = [{"range": span, "message": words, "source": "x", "code": "y"} for words in said]
    async with (
        Simulator(flavor="openai", script=answering(block(section, "answer"))) as sim,
        at_work(tmp_path, endpoint_env(sim), PARAMS) as editor,
    ):
        uri = (tmp_path / "work" / f"{name}.py").as_uri()
        editor.open(uri, text)
        await editor.status()
        [chosen] = [
            one
            for one in await offers(editor, uri, *problems, only=[action.kind], at=span)
            if one["kind"] == action.kind
        ]
        await run(editor, chosen)
        after = block(section, "after")
        if action.brings == "text":
            [told] = editor.told("glm-ls/showDocument")
            assert told["text"] == after
        else:
            [edit] = applied(editor)
            assert changed(text, edit) == after
