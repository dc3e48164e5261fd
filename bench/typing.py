"""What typing costs: requests, replies and cancellations over the protocol, endpoint simulated.

    python -m bench.typing

A real server over stdio, a simulated endpoint over sockets, a real file of the standard library
with others beside it. Prints the figures of `measure`; `bench.baseline` compares them.
"""

from __future__ import annotations

import asyncio
import statistics
import sysconfig
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise, takewhile
from pathlib import Path
from shutil import copyfile

from bench.figures import Figures, table
from bench.loop import MODULES
from glm_ls.text.blocks import ALTERNATIVE
from tests.protocol.editor import Editor, Reply, at_work, endpoint_env
from tests.simulator import Exchange, Script, Simulator

FILE, MARK = "argparse.py", "        self._print_message(self.format_usage(), file)\n"
"""Where is typed: behind the statement, in a method."""
KEYS = (
    "for action in self._get_positional_actions():\n"
    "            self._check_value(action, action.default, 1)"
)
CPS = 8.0
"""Keys a second."""
SUGGESTION = "values = self._get_values(action, self._match_arguments(act))"
TYPED = SUGGESTION[:60]
PLACES = 40
ELSEWHERE = "raise NotImplementedError"
"""What is never typed."""
INVOKED = 1
PATIENCE = 100
"""Questions until the project is known."""
QUIET = {"GLM_LS_COMPLETION_PREFETCH": "off", "GLM_LS_COMPLETION_CANDIDATES": "1"}
"""One request and one answer per question."""
FIRST_BYTE_S, TOKEN_S = 0.25, 0.01
"""Of a realistic endpoint."""


@asynccontextmanager
async def at_place(sim: Simulator, **env: str) -> AsyncIterator[tuple[Editor, str, int]]:
    """Yield an editor with an empty line to type on, its document and the line's number."""
    with tempfile.TemporaryDirectory() as folder:
        home, source = Path(folder), Path(sysconfig.get_path("stdlib"))
        (home / "work").mkdir()
        for name in MODULES:
            copyfile(source / f"{name}.py", home / "work" / f"{name}.py")
        before, _, after = (source / FILE).read_text("utf-8").partition(MARK)
        text = f"{before}{MARK}        \n{after}"
        async with at_work(home, {**endpoint_env(sim), **env}) as editor:
            uri = (home / "work" / FILE).as_uri()
            editor.open(uri, text)
            line = before.count("\n") + 1
            for _ in range(PATIENCE):
                await editor.inline(uri, line, 8, INVOKED)
                if "<project>" in prompt_of(asked_for(sim)[-1]):
                    break
            sim.log.clear()
            yield editor, uri, line


async def type_keys(editor: Editor, uri: str, line: int, *, cancels: bool) -> None:
    """Type in rhythm, with a request after each key; wait for the answer to the last one."""
    asked: list[asyncio.Future[Reply]] = []
    column = 8
    for key in KEYS:
        if asked and cancels:
            editor.cancel(editor.last_id)
        editor.insert(uri, line, column, key)
        line, column = (line + 1, 0) if key == "\n" else (line, column + 1)
        asked.append(editor.ask_inline(uri, line, column))
        await asyncio.sleep(1 / CPS)
    await asyncio.gather(*asked)


async def steady(figures: Figures) -> None:
    """Count the requests of 100 keys in a row."""
    for name, cancels in (("cancelled", True), ("not cancelled", False)):
        script = Script(reply=ELSEWHERE, ttfb_s=FIRST_BYTE_S, gap_s=TOKEN_S)
        async with Simulator(flavor="openai", script=script) as sim, at_place(sim) as place:
            await type_keys(*place, cancels=cancels)
            figures.add(f"requests of 100 keys, {name}", len(asked_for(sim)), "")


async def type_through(figures: Figures) -> None:
    """Time the replies while what was suggested is typed."""
    async with (
        Simulator(flavor="openai", script=Script(reply=SUGGESTION)) as sim,
        at_place(sim, **QUIET) as (editor, uri, line),
    ):
        await editor.inline(uri, line, 8)
        sim.log.clear()
        spent = []
        for at, key in enumerate(TYPED, 8):
            editor.insert(uri, line, at, key)
            began = time.perf_counter()
            await editor.inline(uri, line, at + 1)
            spent.append((time.perf_counter() - began) * 1000)
        figures.add("requests while a suggestion is typed", len(asked_for(sim)), "")
        add_spread(figures, "reply while a suggestion is typed", spent)


async def stability(figures: Figures) -> None:
    """Compare each prompt of 100 keys with the one before."""
    async with (
        Simulator(flavor="openai", script=Script(reply=ELSEWHERE)) as sim,
        at_place(sim, **QUIET) as (editor, uri, line),
    ):
        column = 8
        for key in KEYS:
            editor.insert(uri, line, column, key)
            line, column = (line + 1, 0) if key == "\n" else (line, column + 1)
            await editor.inline(uri, line, column, INVOKED)
        asked = asked_for(sim)
    kept = [unchanged(*pair) for pair in pairwise(map(prompt_of, asked))]
    figures.add("prompts of the stability trace", len(asked), "")
    figures.add("unchanged beginning, mean", statistics.mean(kept), "%", more_is_better=True)
    steady = 100 * sum(each >= 95 for each in kept) / len(kept)
    figures.add("prompts with 95 % unchanged", steady, "%", more_is_better=True)
    known = sum(each.usage["prompt_tokens_details"]["cached_tokens"] for each in asked)
    tokens = sum(each.usage["prompt_tokens"] for each in asked)
    cached = 100 * known / tokens
    figures.add("prompt tokens from the endpoint's cache", cached, "%", more_is_better=True)


async def cancelling(figures: Figures) -> None:
    """Time from a cancellation, and from a key that does not fit, to the closed connection."""
    held = asyncio.Event()
    script = Script(reply=SUGGESTION, hold=held, hold_after=2)
    spent: dict[str, list[float]] = {"a cancellation": [], "a key": []}
    async with Simulator(flavor="openai") as sim, at_place(sim, **QUIET) as (editor, uri, line):
        sim.script = script
        for turn in range(20):
            way = "a key" if turn % 2 else "a cancellation"
            sim.log.clear()
            asked = editor.ask_inline(uri, line, 8, INVOKED)
            await sim.received(1)
            began = time.monotonic()
            if way == "a key":
                editor.insert(uri, line, 8, "#")
            editor.cancel(editor.last_id)
            await asked
            await sim.finished(1)
            spent[way].append(((sim.log[0].t_gone or 0.0) - began) * 1000)
            if way == "a key":
                rest = {
                    "start": {"line": line, "character": 8},
                    "end": {"line": line, "character": 9},
                }
                editor.change(uri, {"range": rest, "text": ""})
    for way, times in spent.items():
        add_spread(figures, f"connection closed after {way}", times)


async def answering(figures: Figures) -> None:
    """Time an invoked request at places of its own, without the endpoint's time."""
    script = Script(reply=f"\n{ALTERNATIVE}\n".join((SUGGESTION, ELSEWHERE, "pass")))
    for several in (1, 3):
        settings = QUIET | {"GLM_LS_COMPLETION_CANDIDATES": str(several)}
        async with (
            Simulator(flavor="openai", script=script) as sim,
            at_place(sim, **settings) as (editor, uri, line),
        ):
            spent = [await own_share(sim, editor, uri, line - 9 * at) for at in range(PLACES)]
        add_spread(figures, f"own share of {several} invoked candidates at new places", spent)


async def own_share(sim: Simulator, editor: Editor, uri: str, line: int) -> float:
    """Return the milliseconds of a request on a new line, without the endpoint's."""
    editor.insert(uri, line, 0, "\n        ")
    began = time.monotonic()
    await editor.inline(uri, line + 1, 8, INVOKED)
    took = time.monotonic() - began
    there = asked_for(sim)[-1]
    return (took - (there.t_last_byte or there.t_gone or 0.0) + there.t_received) * 1000


def asked_for(sim: Simulator) -> list[Exchange]:
    """Return the requests for text."""
    return [each for each in sim.log if each.generating]


def unchanged(before: str, prompt: str) -> float:
    """Return the per cent of a prompt that is the beginning of the one before."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(before, prompt, strict=False))
    return 100 * sum(1 for _ in same) / len(prompt)


def prompt_of(exchange: Exchange) -> str:
    return "\n".join(message["content"] for message in exchange.body["messages"])


def add_spread(figures: Figures, name: str, spent: Sequence[float]) -> None:
    """Add the median and the 95th percentile of milliseconds."""
    figures.add(f"{name}, p50", statistics.median(spent), "ms")
    figures.add(f"{name}, p95", statistics.quantiles(spent, n=20)[18], "ms")


async def measure() -> Figures:
    figures = Figures()
    for scenario in (steady, type_through, stability, cancelling, answering):
        await scenario(figures)
    return figures


if __name__ == "__main__":
    print(table(asyncio.run(measure())))
