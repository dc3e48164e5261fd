"""`glm-ls complete`: one place, one suggestion, the same rules as in an editor."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.cli.complete import Place, read_place
from tests.simulator import Script, Simulator

from .conftest import KEY, Run


@pytest.mark.parametrize(
    ("spelled", "place"),
    [
        ("a.py:3", Place("a.py", 3, None)),
        ("a.py:3:7", Place("a.py", 3, 7)),
        ("C:\\x\\a.py:3:7", Place("C:\\x\\a.py", 3, 7)),
        ("odd:1:2:3", Place("odd:1", 2, 3)),
    ],
)
def test_places_are_spelled_as_compilers_do(spelled: str, place: Place) -> None:
    assert read_place(spelled) == place


def test_without_a_key_the_embedded_engine_answers(run: Run, project: Path) -> None:
    with (project / "shapes.py").open("a") as file:
        file.write("def area_99(width, height):\n    surface_area = wid")
    outcome = run("complete", "shapes.py:62")
    assert outcome == (0, "th * height\n", "")
    document = run("complete", "shapes.py:62:23", "--json").document
    assert document.pop("ms") >= 0
    assert document == {
        "file": "shapes.py",
        "line": 62,
        "column": 23,
        "engine": "embedded",
        "model": None,
        "suggestions": [{"text": "th * height", "replace": 0, "rest": ""}],
        "silence": "",
        "error": None,
    }


def test_silence_has_a_reason_and_is_fine(run: Run) -> None:
    outcome = run("complete", "shapes.py:1:1")
    assert (outcome.code, outcome.out) == (0, "")
    assert "no suggestion (nothing) by embedded" in outcome.err


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("private.py:1", "private.py is never sent: ignored by .gitignore"),
        (".env:1", ".env is never sent: denied"),
        ("nowhere.py:1", "nowhere.py: no such file"),
        ("binary.py:1", "binary.py is binary"),
        ("made.py:1", "made.py is left alone: it is generated"),
        ("shapes.py:99", "shapes.py has 61 lines, not 99"),
        ("shapes.py:1:40", "shapes.py:1 has columns 1 to 27, not 40"),
    ],
)
def test_what_is_refused_and_why(run: Run, project: Path, place: str, words: str) -> None:
    (project / ".env").write_text("A=1\n")
    (project / "binary.py").write_bytes(b"\0\1\2")
    (project / "made.py").write_text("# @generated\nx = 1\n")
    code, out, err = run("complete", place)
    assert (code, out) == (1, "")
    assert err.startswith(f"glm-ls: {words}")


async def test_glm_answers_where_there_is_a_key(
    run: Run, use: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard input stands for an unsaved buffer, even of a file that does not exist."""
    monkeypatch.setattr("sys.stdin", io.StringIO("def f(a, b):\n    return a "))
    async with Simulator(keys={KEY: "general"}, script=Script(reply="+ b")) as sim:
        use(GLM_API_KEY=KEY, GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai")
        outcome = await asyncio.to_thread(run, "complete", "new.py:2", "--stdin")
    assert outcome == (0, "+ b\n", "")


@pytest.mark.parametrize(
    ("key", "error", "words"),
    [
        ("wrong-key-0123456789", "", "Check the key"),
        (KEY, "1113", "(code 1113). Recharge the account"),
    ],
)
async def test_a_refusal_is_explained(
    run: Run, use: Callable[..., None], key: str, error: str, words: str
) -> None:
    async with Simulator(keys={KEY: "general"}, script=Script(error=error)) as sim:
        use(GLM_API_KEY=key, GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai")
        code, _, err = await asyncio.to_thread(run, "complete", "shapes.py:2")
    assert code == 1
    assert words in err
    assert key not in err
