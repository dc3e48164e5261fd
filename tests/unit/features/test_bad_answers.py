"""Answers that nobody asked for, over real sockets: the suggestion is right or absent, and why."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest

from glm_ls.features.answer import Answer
from tests.simulator import Script, Simulator
from tests.unit.features.conftest import Opened, target

HEAD = "import os\nimport sys\n\nNAME = os.name\nPATH = sys.path\n\n\n"
BODY = "total = 0\n    for value in values:\n        total += value\n    return total"
TAIL = "\n\n\nprint(add([1, 2]))\n"
PLACE = f"{HEAD}def add(values):\n    ▮{TAIL}"
WHOLE = f"{HEAD}def add(values):\n    {BODY}{TAIL}"
FAR = "".join(f"SETTING_{n} = compute_setting({n})\n" for n in range(400))
"""So many lines that the beginning of the file is not in the window."""
JAVASCRIPT = "let total = 0;\n    for (const value of values) {\n        total += value;\n    }\n"
LONG = 10.0
"""Safety net in seconds; a stream that needs it has hung."""


async def answer(open_completer: Opened, reply: str, place: str = PLACE, split: int = 0) -> Answer:
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        settings = {
            "provider": "zai",
            "base_url": sim.base_url,
            "api_key": "good-key",
            "embedded": {"enabled": False},
        }
        async with open_completer(**settings) as completer, asyncio.timeout(LONG):
            sim.script = Script(reply=reply, split=split)
            return await completer.complete(target(place), invoked=False, debounce=False)


@pytest.mark.parametrize("split", [0, 1, 7])
@pytest.mark.parametrize(
    ("reply", "place"),
    [
        (WHOLE, PLACE),
        (f"```python\n{WHOLE}```", PLACE),
        (f"Here is the file:\n\n```python\n{WHOLE}```", PLACE),
        (BODY + TAIL + "x = 1\n" * 500, PLACE),
        (BODY.replace("total", "tot\u200bal\u202e"), PLACE),
        (BODY.replace("\n", "\x07\n\x00"), PLACE),
        (f"\u2066{BODY}\u2069", PLACE),
        (f"{BODY}\n    # 计算总和\n", PLACE),
    ],
    ids=[
        *("whole file", "in a fence", "after a sentence"),
        *("goes on", "unseen", "controls", "isolates", "Chinese comment"),
    ],
)
async def test_what_is_right_in_a_bad_answer_is_shown(
    open_completer: Opened, reply: str, place: str, split: int
) -> None:
    [suggestion] = (await answer(open_completer, reply, place, split)).suggestions

    assert suggestion.text == BODY


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "empty answer"),
        (" \n\n ", "nothing new"),
        ("x" * 100_000, "token-loop"),
        ("value, " * 15_000, "token-loop"),
        ("".join(f"SETTING_{n}\n" for n in range(10_000)), "too-long|dedent|other-language"),
        (HEAD + FAR, "whole-file"),
        (JAVASCRIPT, "other-language"),
        ("计算总和，然后返回结果。", "foreign-script|speech"),
        ("\u202e\u2066\u2069", "unseen"),
        ("\x00\x01\x07", "unseen"),
        ("I am sorry, but I cannot help you with that.", "speech"),
    ],
    ids=[
        *("nothing", "blank", "no end", "loop", "many lines", "only the head", "JavaScript"),
        *("Chinese", "marks", "controls", "refusal"),
    ],
)
async def test_of_a_useless_answer_little_is_shown_and_the_log_says_why(
    open_completer: Opened, caplog: pytest.LogCaptureFixture, reply: str, reason: str
) -> None:
    caplog.set_level(logging.DEBUG, "glm_ls")
    place = PLACE.replace(HEAD, HEAD + FAR) if reply == HEAD + FAR else PLACE
    found = await answer(open_completer, reply, place)

    assert sum(len(one.text) for one in found.suggestions) < 1_000
    assert re.search(reason, caplog.text)
    assert not found.suggestions or reason in ("token-loop", "too-long|dedent|other-language")


async def test_an_answer_that_drips_byte_by_byte_is_given_up(
    open_completer: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes keep coming, so that no time-out between two of them ever ends it."""
    caplog.set_level(logging.DEBUG, "glm_ls")
    script = Script(reply=BODY, split=1, piece_gap_s=0.05)
    network = {"first_byte_s": 1.0, "idle_s": 1.0}
    async with Simulator(flavor="openai", script=script) as sim:
        settings = {
            "provider": "openai-compatible",
            "base_url": sim.base_url,
            "api_key": "good-key",
            "embedded": {"enabled": False},
            "network": network,
        }
        async with open_completer(**settings) as completer, asyncio.timeout(LONG):
            found = await completer.complete(target(PLACE), invoked=True)
            await sim.finished(1)
        assert all(exchange.gone for exchange in sim.log)
    assert found.suggestions == ()
    assert "nothing of use came for 2 s" in caplog.text
