"""What the endpoint answers while an editor is driven, and how often it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from glm_ls.text.blocks import ALTERNATIVE
from tests.simulator import Simulator
from tests.simulator.flavors import Json

Answer = Callable[[Json], str]
NO_CHANGE = "<|no change|>"
FINDING = """\
<finding {nonce}>
path: {path}
line: {line}
kind: bug
severity: high
confidence: 90
title: {title}
<quote {nonce}>
{quote}
</quote {nonce}>
<why {nonce}>
It is not what its name says.
</why {nonce}>
</finding {nonce}>
"""


def going_on(*texts: str) -> Answer:
    """Return a reply that goes on from what is typed on the cursor's line to a text.

    It is the first that begins so; all of them where the request wants several answers.
    """

    def reply(body: Json) -> str:
        task = body["messages"][-1]["content"].rpartition("The cursor is ")[2]
        line = re.match(r"after `(.*)`\.", task)
        typed = line[1] if line else ""
        rests = [text[len(typed) :] for text in texts if text.startswith(typed)]
        wanted = rests if "different answers" in task else rests[:1]
        return f"\n{ALTERNATIVE}\n".join(wanted)

    return reply


def silent(_: Json) -> str:
    return ""


def replacing(old: str, new: str) -> Answer:
    """Return a reply to an action: the selected lines with a text replaced."""

    def reply(body: Json) -> str:
        [given] = re.findall(
            r"<selected [^>]*>\n(.*?)</selected>", body["messages"][1]["content"], re.S
        )
        [nonce] = set(re.findall(r"^<new_(\w+)>$", body["messages"][1]["content"], re.M))
        return f"<new_{nonce}>\n{given.replace(old, new)}</new_{nonce}>\n"

    return reply


def predicting(old: str, new: str) -> Answer:
    """Return a next edit: each window that holds a text, with it replaced."""

    def reply(body: Json) -> str:
        windows = re.findall(r"<(window_\w+)>\n(.*?)</\1>", body["messages"][1]["content"], re.S)
        shown = [(tag, text.replace("<|cursor|>", "")) for tag, text in windows]
        changed = [(tag, text.replace(old, new)) for tag, text in shown if old in text]
        return "\n".join(f"<{tag}>\n{text}</{tag}>" for tag, text in changed) or NO_CHANGE

    return reply


def finding(line: int, quote: str, title: str) -> Answer:
    """Return a review with one finding, in the first file that is asked about."""

    def reply(body: Json) -> str:
        asked = body["messages"][-1]["content"]
        [nonce] = set(re.findall(r"<finding (\w+)>", asked))
        path = re.findall(r'<hunk path="([^"]+)"', asked)[0]
        return FINDING.format(nonce=nonce, path=path, line=line, quote=quote, title=title)

    return reply


def playing(
    *,
    ghost: Answer = silent,
    action: Answer = silent,
    next_edit: Answer = silent,
    review: Answer = silent,
) -> Answer:
    """Return a reply that tells by the prompt what it is asked for."""
    parts = {"<selected ": action, "<window_": next_edit, "<finding ": review}

    def reply(body: Json) -> str:
        asked = body["messages"][-1]["content"]
        answer = next((part for mark, part in parts.items() if mark in asked), ghost)
        return answer(body)

    return reply


def count_generating(endpoint: Simulator) -> int:
    return sum(exchange.generating for exchange in endpoint.log)
