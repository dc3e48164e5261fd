"""What a model is shown of the project is gathered while typing pauses, once for a question."""

from __future__ import annotations

import asyncio

import pytest

from glm_ls.context.bundle import Snippet
from glm_ls.context.target import Target
from glm_ls.features.project import Project
from tests.simulator import Script, Simulator
from tests.unit.features.conftest import Opened, target

TEXT = "def add(a, b):\n    return ▮\n"
OTHER = "def take(a, b):\n    return ▮\n"
SHOWN = "def known_elsewhere(a): ..."


class AskedProject(Project):
    """A project that says the same everywhere and remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[Target] = []
        self.was_asked = asyncio.Event()

    async def snippets(
        self, target: Target, budget: int, shown: tuple[int, int] | None = None
    ) -> tuple[Snippet, ...]:
        self.asked.append(target)
        self.was_asked.set()
        return (Snippet("names", "other.py", SHOWN, 8),)


@pytest.mark.parametrize("debounce_ms", [0, 1, 150])
async def test_the_project_is_asked_once_for_a_question(
    open_completer: Opened, debounce_ms: int
) -> None:
    project = AskedProject()
    async with Simulator(flavor="openai", script=Script(reply="a + b")) as sim:
        settings = {"provider": "openai-compatible", "base_url": sim.base_url, "api_key": "k-12345"}
        paused = {"completion": {"debounce_ms": debounce_ms, "prefetch": "off"}}
        async with open_completer(project, **settings, **paused) as completer:
            place = target(TEXT)
            answer = await completer.complete(place, invoked=False)
    assert [s.text for s in answer.suggestions] == ["a + b"]
    assert project.asked == [place]
    assert SHOWN.encode() in sim.log[0].raw


async def test_what_was_gathered_for_another_place_is_not_sent(open_completer: Opened) -> None:
    project = AskedProject()
    async with Simulator(flavor="openai", script=Script(reply="a + b")) as sim:
        settings = {"provider": "openai-compatible", "base_url": sim.base_url, "api_key": "k-12345"}
        async with open_completer(
            project, **settings, completion={"debounce_ms": 10_000, "prefetch": "off"}
        ) as completer:
            first, second = target(TEXT), target(OTHER)
            left = asyncio.create_task(completer.complete(first, invoked=False))
            completer._asker.prepare(first)
            await project.was_asked.wait()
            await completer.complete(second, invoked=True)
            left.cancel()
    assert project.asked == [first, second]
    assert b"def take" in sim.log[0].raw
    assert b"def add" not in sim.log[0].raw
