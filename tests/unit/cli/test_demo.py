"""`glm-ls demo`: the real server as a child process, without and with a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.cli.demo import Round, summarize
from glm_ls.cli.editor import Shown
from glm_ls.cli.places import Place
from tests.simulator import Script, Simulator

from .conftest import KEY, Run


def test_without_a_key_and_a_network(run: Run, project: Path) -> None:
    before = (project / "shapes.py").read_bytes()
    outcome = run("demo", "shapes.py", "--places", "9", "--json")
    document = outcome.document
    assert outcome.code == 0
    assert len(document["places"]) == document["summary"]["places"] == 9
    assert document["summary"]["engines"].keys() == {"embedded"}
    assert document["summary"]["exact"] >= 1
    assert document["status"]["reason"] == "embedded"
    assert all(place["answer_ms"] > 0 for place in document["places"])
    assert (project / "shapes.py").read_bytes() == before


async def test_with_a_key_glm_answers(run: Run, use: Callable[..., None]) -> None:
    script = Script(reply="answer_of_the_model")
    async with Simulator(keys={KEY: "general"}, script=script) as sim:
        use(GLM_API_KEY=KEY, GLM_LS_BASE_URL=sim.base_url, GLM_LS_PROVIDER="zai")
        code, out, err = await asyncio.to_thread(run, "demo", "shapes.py", "--places", "2")
    assert (code, err) == (0, "")
    assert "answered by: zai 2\n" in out
    assert "status: Normal: GLM through zai" in out
    assert "export GLM_API_KEY" not in out
    assert max(map(len, out.splitlines())) <= 80
    assert KEY not in out


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("nowhere.py", "nowhere.py: no such text file"),
        ("private.py", "private.py is left alone: ignored by .gitignore"),
        ("empty.py", "has no line with enough code"),
    ],
)
def test_a_file_that_cannot_be_played(run: Run, project: Path, file: str, words: str) -> None:
    (project / "empty.py").write_text("\n")
    code, out, err = run("demo", file)
    assert (code, out) == (1, "")
    assert words in err


PLACE = Place(0, 4, "re", "turn value")


@pytest.mark.parametrize(
    ("ghost", "verdict"),
    [
        ("", "silent"),
        ("turn value", "exact"),
        ("turn value\n\ndef more():", "exact"),
        ("turn None", "differs"),
        ("turn", "differs"),
    ],
)
def test_only_the_whole_line_is_exact(ghost: str, verdict: str) -> None:
    assert Round(PLACE, Shown(ghost, "x", (1.0,), 1.0)).verdict == verdict


def test_the_summary() -> None:
    rounds = [
        Round(PLACE, Shown("turn value", "zai", (0.1, 0.2), 10.0)),
        Round(PLACE, Shown("other", "zai", (0.1,), 30.0)),
        Round(PLACE, Shown("", "", (0.1,), 20.0)),
    ]
    assert summarize(rounds) == {
        "places": 3,
        "shown": 2,
        "exact": 1,
        "answer_median_ms": 20.0,
        "answer_worst_ms": 30.0,
        "keystroke_worst_ms": 0.2,
        "engines": {"zai": 2},
    }
