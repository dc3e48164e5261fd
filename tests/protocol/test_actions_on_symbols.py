"""Code actions on a selection or the function around the cursor: what each may do with it."""

from __future__ import annotations

import pytest

from tests.protocol.acting import (
    applied,
    made,
    offers,
    run,
)
from tests.protocol.action_cases import CASES, Case
from tests.protocol.editor import (
    Editor,
)
from tests.protocol.texts import cursor
from tests.rewriting import rewriting
from tests.simulator import Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
