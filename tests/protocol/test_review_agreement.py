"""The editor and the command line find the same from the same replies; so does every editor."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import reviews
from tests.protocol.editor import PROFILES, Editor, Json, at_work, endpoint_env, profile
from tests.protocol.test_review_triggers import command, repository
from tests.repositories import git
from tests.simulator import Script, Simulator

FILES = 6
KINDS = ("bug", "security", "style")


def write(work: Path) -> None:
    """Make files with changes to find fault with, some of which a comment keeps away."""
    rng = random.Random(7)
    for number in range(FILES):
        lines = [f"value_{number}_{at} = compute({at})" for at in range(60)]
        (work / f"m{number}.py").write_text("\n".join(lines) + "\n")
    git(work, "add", ".")
    git(work, "commit", "-qm", "more")
    for number in range(FILES):
        path = work / f"m{number}.py"
        text = path.read_text().split("\n")
        for at in rng.sample(range(5, 55), 5):
            ignored = "  # glm: ignore[bug]" if at % 7 == 0 else ""
            text[at] = f'bad_{number}_{at} = "𝒳é🙂" + compute(None){ignored}'
        path.write_text("\n".join(text))


def review(body: Json) -> str:
    """Find fault with each bad line, with wrong numbers, invented names and repeats."""
    nonce, found = reviews.nonce_of(body), []
    for path, line, text in reviews.new_lines(body):
        if "bad" not in text:
            continue
        rng = random.Random(text)
        kind, noise = rng.choice(KINDS), rng.randint(-25, 25)
        why = "`no_such_name_here` fails." if rng.random() < 0.2 else "It fails."
        block = reviews.block(
            nonce, path, max(1, line + noise), text, kind=kind, why=why,
            severity=rng.choice(("high", "medium", "low")),
        )  # fmt: skip
        found += [block] * rng.randint(1, 2)
    return "".join(found)


async def on_the_command_line(home: Path, sim: Simulator) -> set[tuple[Any, ...]]:
    dirs = {
        f"GLM_LS_{name}_DIR": str(home / f"cli-{name}") for name in ("CONFIG", "STATE", "CACHE")
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "glm_ls", "review", "--format", "json", "--all",
        cwd=home / "work", env={**os.environ, **endpoint_env(sim), **dirs},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode in (0, 3), err
    return {
        (each["path"], each["start_line"] - 1, f"glm/{each['kind']}", each["severity"],
         each["fingerprint"])
        for each in json.loads(out)["findings"]
    }  # fmt: skip


SEVERITY = {2: "high", 3: "medium", 4: "low"}


async def in_the_editor(editor: Editor, work: Path) -> set[tuple[Any, ...]]:
    await command(editor, "glm-ls.review")
    found = set()
    for path in (work / f"m{number}.py" for number in range(FILES)):
        await command(editor, "glm-ls.showMore", {"uri": path.as_uri()})
        told = editor.told("textDocument/publishDiagnostics")
        last = [each["diagnostics"] for each in told if each["uri"] == path.as_uri()][-1:]
        for each in last[0] if last else ():
            line, severity = each["range"]["start"]["line"], SEVERITY[each["severity"]]
            found.add((path.name, line, each["code"], severity, each["data"]["id"]))
    return found


@pytest.mark.parametrize("name", PROFILES)
async def test_every_editor_is_told_what_the_command_line_tells(tmp_path: Path, name: str) -> None:
    work = repository(tmp_path)
    write(work)
    params = {**profile(name), "initializationOptions": {}}
    script = Script(reply=reviews.reviewer(review))
    async with (
        Simulator(flavor="openai", script=script) as sim,
        at_work(tmp_path, endpoint_env(sim), params) as editor,
    ):
        found = await on_the_command_line(tmp_path, sim)
        assert len(found) >= 10
        assert await in_the_editor(editor, work) == found
        uri = (work / "m0.py").as_uri()
        editor.open(uri, (work / "m0.py").read_text())
        editor.insert(uri, 0, 0, "# above\n")
        await command(editor, "glm-ls.review", {"uri": uri})
        told = editor.told("textDocument/publishDiagnostics")
        last = next(each for each in reversed(told) if each["uri"] == uri)
        assert last["version"] == 2, "Helix drops diagnostics of another version"
