"""Tests that an action writes: in the right file, after a question, in each editor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.protocol.acting import applied, offers, run
from tests.protocol.editor import PROFILES, Editor, Json, at_work, endpoint_env, profile
from tests.protocol.texts import edited
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOURCE = "def add(a, b):\n    return a + b\n"
TESTS = "def test_add():\n    assert add(1, 2) == 3\n"
IMPORT = "from calc import add\n"
KIND = "refactor.rewrite.glm.tests"
INSIDE: Json = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 4}}
ANNOTATING: Json = {
    "capabilities": {
        "textDocument": {"inlineCompletion": {}},
        "workspace": {
            "workspaceEdit": {
                "documentChanges": True,
                "resourceOperations": ["create"],
                "changeAnnotationSupport": {},
            }
        },
    }
}


def writing(tests: str, imports: str = "") -> Script:
    def answer(body: Json) -> str:
        user = body["messages"][1]["content"]
        [nonce] = set(re.findall(r"^<new_(\w+)>$", user, re.M))
        added = f"<imports_{nonce}>\n{imports}</imports_{nonce}>\n" if imports else ""
        return f"{added}<new_{nonce}>\n{tests}</new_{nonce}>\n"

    return Script(reply=answer)


def project(home: Path, files: dict[str, str]) -> str:
    """Write files of the workspace and return the URI of the code."""
    for name, text in {"calc.py": SOURCE, **files}.items():
        path = home / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return (home / "work" / "calc.py").as_uri()


async def write_tests(editor: Editor, uri: str) -> None:
    editor.open(uri, SOURCE)
    await editor.status()
    [action] = await offers(editor, uri, only=[KIND], at=INSIDE)
    assert (await run(editor, action)).error is None


async def test_a_missing_file_is_made_after_a_question(tmp_path: Path) -> None:
    uri = project(tmp_path, {})
    async with (
        Simulator(flavor="openai", script=writing(IMPORT + "\n\n" + TESTS)) as sim,
        at_work(tmp_path, endpoint_env(sim), ANNOTATING) as editor,
    ):
        await write_tests(editor, uri)
        [edit] = applied(editor)
        create, document = edit["documentChanges"]
        made = (tmp_path / "work" / "tests" / "test_calc.py").as_uri()
        assert create == {"kind": "create", "uri": made, "annotationId": "glm"}
        assert document["textDocument"] == {"uri": made, "version": None}
        [text] = document["edits"]
        assert text["newText"] == IMPORT + "\n\n" + TESTS
        assert text["annotationId"] == "glm"
        assert edit["changeAnnotations"] == {
            "glm": {"label": "GLM: write tests: tests/test_calc.py", "needsConfirmation": True}
        }


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("end", ["\n", ""])
async def test_tests_go_to_the_end_of_the_file_there_is(
    tmp_path: Path, is_open: bool, end: str
) -> None:
    existing = f"import os\n\n\ndef test_os():\n    assert os{end}"
    uri = project(tmp_path, {"test_calc.py": existing})
    async with (
        Simulator(flavor="openai", script=writing(TESTS, IMPORT + "import os\n")) as sim,
        at_work(tmp_path, endpoint_env(sim), ANNOTATING) as editor,
    ):
        there = (tmp_path / "work" / "test_calc.py").as_uri()
        if is_open:
            editor.open(there, existing)
        await write_tests(editor, uri)
        [edit] = applied(editor)
        [document] = edit["documentChanges"]
        assert document["textDocument"] == {"uri": there, "version": 1 if is_open else None}
        text = existing
        for one in reversed(document["edits"]):
            text = edited(text, one["range"], one["newText"], "utf-16")
        assert text == (f"import os\n{IMPORT}\n\ndef test_os():\n    assert os\n\n\n{TESTS}")
        assert "assert os" in sim.log[-1].body["messages"][1]["content"]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("wants", [True, False])
async def test_each_editor_asks_its_user(tmp_path: Path, name: str, wants: bool) -> None:
    uri = project(tmp_path, {"test_calc.py": "import os\n"})
    params = {**profile(name), "initializationOptions": {}}
    told = params["capabilities"]["workspace"]["workspaceEdit"]
    async with (
        Simulator(flavor="openai", script=writing(TESTS)) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        editor.choices = {"window/showMessageRequest": {"title": "Apply"} if wants else None}
        await write_tests(editor, uri)
        asked = [p["message"] for m, p in editor.requests if m == "window/showMessageRequest"]
        if "changeAnnotationSupport" in told:
            assert asked == []
            [edit] = applied(editor)
            assert edit["changeAnnotations"]["glm"]["needsConfirmation"]
        else:
            assert asked == ["GLM: write tests: test_calc.py: change test_calc.py?"]
            assert len(applied(editor)) == wants


async def test_an_editor_that_makes_no_files_is_told(tmp_path: Path) -> None:
    uri = project(tmp_path, {})
    async with (
        Simulator(flavor="openai", script=writing(TESTS)) as sim,
        at_work(tmp_path, endpoint_env(sim)) as editor,
    ):
        await write_tests(editor, uri)
        assert applied(editor) == []
        [message] = [each["message"] for each in editor.told("window/showMessage")]
        assert message.endswith("your editor cannot make the new file")


@pytest.mark.parametrize(
    ("tests", "imports", "files", "words"),
    [
        pytest.param("def test_add(:\n", "", {}, "more syntax errors", id="broken"),
        pytest.param("", "", {}, "holds no tests", id="empty"),
        pytest.param(TESTS, "os.remove('x')\n", {"test_calc.py": "x = 1\n"},
                     "holds something else", id="code among the imports"),
        pytest.param("x = '\u202e'\n", "", {}, "characters nobody sees", id="hidden characters"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(
    tmp_path: Path, tests: str, imports: str, files: dict[str, str], words: str
) -> None:
    uri = project(tmp_path, files)
    async with (
        Simulator(flavor="openai", script=writing(tests, imports)) as sim,
        at_work(tmp_path, endpoint_env(sim), ANNOTATING) as editor,
    ):
        await write_tests(editor, uri)
        assert applied(editor) == []
        [message] = [each["message"] for each in editor.told("window/showMessage")]
        assert words in message


async def test_a_hidden_test_file_is_neither_read_nor_written(tmp_path: Path) -> None:
    uri = project(tmp_path, {"tests/test_calc.py": "CANARY = 1\n", ".glmignore": "tests/\n"})
    async with (
        Simulator(flavor="openai", script=writing(TESTS)) as sim,
        at_work(tmp_path, endpoint_env(sim), ANNOTATING) as editor,
    ):
        await write_tests(editor, uri)
        assert applied(editor) == []
        assert "CANARY" not in str([each.body for each in sim.log])
