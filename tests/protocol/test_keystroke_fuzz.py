"""A thousand keystrokes with cancels, edits, opens and closes at random: nothing is left over."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.protocol.editor import PATIENCE_S, Editor, Reply, profile, start_editor
from tests.simulator import Exchange, Script, Simulator

KEYSTROKES = 1000
KEYS = "abcdefgh_.,:()[]{}\"' \n😀é"
CANCELLED = -32800
DOCUMENTS = {f"file:///fuzz/module_{n}.py": f"module_{n}.py" for n in range(3)}


class Typist:
    """Types into several documents as fast as the pipe takes it."""

    def __init__(self, editor: Editor, seed: int) -> None:
        self.editor = editor
        self.random = random.Random(seed)
        self.lines: dict[str, list[str]] = {}
        self.asked: list[asyncio.Future[Reply]] = []
        self.ids: list[int] = []

    def act(self) -> None:
        uri = self.random.choice(list(DOCUMENTS))
        if uri not in self.lines:
            self.lines[uri] = ["import os", "", "def f(value):", "    "]
            self.editor.open(uri, "\n".join(self.lines[uri]))
        elif self.random.random() < 0.02:
            del self.lines[uri]
            self.editor.close(uri)
            return
        self.type_key(uri)
        if self.random.random() < 0.8:
            self.ask(uri)
        if self.ids and self.random.random() < 0.2:
            self.editor.cancel(self.random.choice(self.ids[-5:]))

    def type_key(self, uri: str) -> None:
        lines, key = self.lines[uri], self.random.choice(KEYS)
        row = self.random.randrange(len(lines))
        column = self.random.randint(0, len(lines[row]))
        before, after = lines[row][:column], lines[row][column:]
        units = len(before.encode("utf-16-le")) // 2
        self.editor.insert(uri, row, units, key)
        lines[row : row + 1] = (before + key + after).split("\n")

    def ask(self, uri: str) -> None:
        row = self.random.randrange(len(self.lines[uri]))
        units = len(self.lines[uri][row].encode("utf-16-le")) // 2
        self.asked.append(self.editor.ask_inline(uri, row, units, self.random.choice((1, 2))))
        self.ids.append(self.editor.last_id)


def most_at_once(exchanges: list[Exchange]) -> int:
    """Return how many of the exchanges were open at the same time at most."""
    ends = [(e.t_last_byte or e.t_gone or float("inf"), -1) for e in exchanges]
    events = sorted([(e.t_received, 1) for e in exchanges] + ends)
    live = most = 0
    for _, step in events:
        live += step
        most = max(most, live)
    return most


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 11))]
)
async def test_a_thousand_keystrokes(tmp_path: Path, seed: int) -> None:
    async with Simulator(flavor="openai", keys={"good-key": "general"}) as sim:
        sim.script = Script(reply="total = 1\ncount = 2\nreturn total", ttfb_s=0.002, gap_s=0.002)
        env = {
            "GLM_LS_PROVIDER": "openai-compatible",
            "GLM_LS_BASE_URL": sim.base_url,
            "GLM_LS_API_KEY": "good-key",
            "GLM_LS_LIMITS_CONCURRENCY": "8",
        }
        async with start_editor(tmp_path, env) as editor:
            await editor.initialize(profile("vscode-1.139.1-languageclient-11.0.0"))
            typist = Typist(editor, seed)
            for _ in range(KEYSTROKES):
                typist.act()
                await asyncio.sleep(0)
            replies = await asyncio.wait_for(asyncio.gather(*typist.asked), PATIENCE_S)
            status = await editor.status()
            assert await editor.leave() == 0
            assert set(editor.answers.values()) == {1}
            assert {reply.code for reply in replies} <= {None, CANCELLED}
            assert not status["busy"]
            assert b"Traceback" not in editor.stderr, editor.stderr.decode()[-3000:]
        assert sim.live == 0
        for name in DOCUMENTS.values():
            of_one = [e for e in sim.log if e.generating and f'"{name}"' in str(e.body)]
            assert of_one
            assert most_at_once(of_one) <= 1, name
