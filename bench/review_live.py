"""How quick reviews are in an editor, and what they cost those who type meanwhile.

    python -m bench.review_live [--rounds N]

The real server over stdio, a simulated endpoint on this machine. Prints milliseconds: from the
write of a finding's end tag to its diagnostic, from cancelling to the end of the stream, and of
inline completions alone and while reviews stream, from an endpoint in a process of its own that
is as fast as GLM, taken by turns; then requests and input tokens of reviews of
twenty hunks: the first, a second one without edits, and one after an edit of one hunk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests import reviews
from tests.protocol.editor import Editor, Json, at_work, endpoint_env
from tests.simulator import Script, Simulator

ROUNDS = 60
TURNS = 4
"""How often completions are measured alone and beside a review."""
WARM = 3
"""Completions of a turn that are not counted."""
TOKENS_PER_S = 100
LINES = 600
PAUSE_S = 0.02
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c")


def text_of(number: int, changed: Sequence[int] = ()) -> str:
    """Return a file of its own for each number; `changed`: lines to find fault with."""
    lines = [f"value_{number}_{at} = compute(other_{at}, 'text', {at})" for at in range(LINES)]
    for at in changed:
        lines[at] = f"bad_{number}_{at} = compute(None)"
    return "\n".join(lines) + "\n"


async def command(editor: Editor, told: Json | None = None) -> Json:
    arguments = [] if told is None else [told]
    params = {"command": "glm-ls.review", "arguments": arguments}
    answer = await editor.request("workspace/executeCommand", params)
    result: Json = answer.result
    return result


async def first_diagnostic(editor: Editor, sim: Simulator, work: Path, number: int) -> float:
    """Return the milliseconds from a block's last frame to its diagnostic."""
    uri = (work / f"first_{number}.py").as_uri()
    wrote: list[float] = []
    before = len(sim.log)

    def review(body: Json) -> str:
        nonce = reviews.nonce_of(body)
        path, line, text = next(each for each in reviews.new_lines(body) if "bad" in each[2])
        return reviews.block(nonce, path, line, text) + "none\n" * 30

    sim.script = Script(reply=reviews.reviewer(review), gap_s=0.002)
    editor.open(uri, text_of(number, [3]))
    asking = asyncio.ensure_future(command(editor, {"uri": uri, "range": span(0, 6)}))
    seen = asyncio.ensure_future(editor.until(lambda: diagnostics(editor, uri)))
    while not seen.done():
        await asyncio.sleep(0.001)
        sent = "".join(each.text_sent for each in sim.log[before : before + 1])
        if not wrote and ">" in sent.rpartition("</finding")[2] and "</finding" in sent:
            wrote.append(time.perf_counter())
    spent = (time.perf_counter() - wrote[0]) * 1000
    assert not asking.done()
    await asking
    return spent


async def cancelled(editor: Editor, sim: Simulator, work: Path, number: int) -> float:
    """Return the milliseconds from a cancel to the end of the stream."""
    uri = (work / f"cancel_{number}.py").as_uri()
    ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    begun = asyncio.Event()

    def review(body: Json) -> str:
        begun.set()
        return "none\n" * 50

    def note(_: Any) -> None:
        if not ended.done():
            ended.set_result(time.perf_counter())

    sim.on_end = note
    sim.script = Script(reply=review, hold=asyncio.Event(), hold_after=3)
    editor.open(uri, text_of(number))
    params = {"command": "glm-ls.review", "arguments": [{"uri": uri, "range": span(0, 6)}]}
    asking = editor.ask("workspace/executeCommand", params)
    await begun.wait()
    await asyncio.sleep(PAUSE_S)
    began = time.perf_counter()
    editor.cancel(editor.last_id)
    spent = (await ended - began) * 1000
    sim.on_end = lambda _: None
    await asking
    return spent


def endpoint(told: Connection) -> None:
    """Answer reviews at length and completions in short, as fast as GLM, until killed."""

    def reply(body: Json) -> str:
        if "<hunk" not in reviews.asked(body):
            return "compute(1)"
        return "".join(f"{line}\n" * 4 for line in reviews.asked(body).split("\n")[:4_000])

    async def serve() -> None:
        script = Script(reply=reply, gap_s=1 / TOKENS_PER_S)
        async with Simulator(flavor="openai", script=script) as sim:
            told.send(endpoint_env(sim))
            await asyncio.get_running_loop().create_future()

    asyncio.run(serve())


async def completions(
    editor: Editor, work: Path, rounds: int, turn: int, *, busy: bool
) -> list[float]:
    """Return the milliseconds of inline completions, with or without a review that streams."""
    uri, path = (work / f"typed_{turn}.py").as_uri(), work / f"streamed_{turn}.py"
    editor.open(uri, text_of(100 + turn))
    asking: asyncio.Task[Json] | None = None
    if busy:
        editor.open(path.as_uri(), text_of(200 + turn))
        asking = asyncio.ensure_future(command(editor, {"uri": path.as_uri()}))
    spent = []
    for number in range(rounds + WARM):
        editor.insert(uri, number, 0, f"x_{number} = \n")
        began = time.perf_counter()
        await editor.inline(uri, number, len(f"x_{number} = "), kind=1)
        spent.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE_S)
    if asking is not None:
        assert not asking.done(), "the review ended too soon"
        editor.cancel(editor.last_id)
        editor.close(path.as_uri())
        await asyncio.wait({asking}, timeout=5)
    return spent[WARM:]


async def completed(home: Path, rounds: int) -> AsyncIterator[Json]:
    """Yield a row for completions alone and one for those beside a review."""
    ours, theirs = Pipe()
    process = get_context("spawn").Process(target=endpoint, args=(theirs,), daemon=True)
    process.start()
    spent: dict[bool, list[float]] = {False: [], True: []}
    try:
        env = await asyncio.to_thread(ours.recv)
        async with at_work(home, env) as editor:
            await editor.status()
            for turn in range(2 * TURNS):
                busy = bool(turn % 2)
                spent[busy] += await completions(editor, home / "work", rounds, turn, busy=busy)
    finally:
        process.terminate()
    yield told("completion", spent[False])
    yield told("completion while reviewing", spent[True])


async def cached(editor: Editor, sim: Simulator, work: Path) -> list[tuple[str, int, int]]:
    """Return (what, requests, input tokens) of three reviews of twenty hunks."""
    path = work / "long.py"
    path.write_text(text_of(9))
    for call in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        await asyncio.to_thread(subprocess.run, (*GIT, *call), cwd=work, check=True)
    sim.script = Script(reply=reviews.each_bad_line())
    rows = []
    edits = list(range(10, LINES, 30))
    for what, changed in (("first", edits), ("second", edits), ("one edited", [12, *edits])):
        path.write_text(text_of(9, changed))
        sim.log.clear()
        result = await command(editor)
        assert result["summary"].startswith("reviewed 20 of 20")
        tokens = sum(each.usage.get("prompt_tokens", 0) for each in sim.log)
        rows.append((what, len(sim.log), tokens))
    return rows


def span(first: int, stop: int) -> Json:
    return {
        "start": {"line": first, "character": 0},
        "end": {"line": stop, "character": 0},
    }


def diagnostics(editor: Editor, uri: str) -> list[Any]:
    told = editor.told("textDocument/publishDiagnostics")
    return [each for each in told if each["uri"] == uri and each["diagnostics"]]


def told(name: str, spent: Sequence[float]) -> Json:
    ordered = sorted(spent)
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    figures = {key: ordered[int(share * (len(spent) - 1))] for key, share in shares.items()}
    return {"what": name, "n": len(spent), **figures}


async def measure(home: Path, rounds: int) -> AsyncIterator[Json]:
    """Yield a row of figures for each question."""
    work = home / "work"
    work.mkdir()
    async with Simulator(flavor="openai") as sim, at_work(home, endpoint_env(sim)) as editor:
        await editor.status()
        for name, of in (("first diagnostic", first_diagnostic), ("cancel", cancelled)):
            await of(editor, sim, work, 999)
            yield told(name, [await of(editor, sim, work, n) for n in range(rounds // 3)])
        for what, requests, tokens in await cached(editor, sim, work):
            yield {"what": f"twenty hunks, {what}", "requests": requests, "tokens": tokens}
    other = home / "other"
    (other / "work").mkdir(parents=True)
    async for row in completed(other, rounds):
        yield row


async def show(home: Path, rounds: int) -> list[Json]:
    """Print the rows as they come, and return them."""
    rows = []
    async for row in measure(home, rounds):
        figures = (f"{key} {value:.1f}" if isinstance(value, float) else f"{key} {value}"
                   for key, value in row.items() if key != "what")  # fmt: skip
        print(f"{row['what']:32} {'  '.join(figures)}", flush=True)
        rows.append(row)
    return rows


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure reviews in an editor.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(show(Path(folder), options.rounds))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
