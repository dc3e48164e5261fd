"""Models that review, for tests: findings to a review, verdicts to a second look."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.simulator import Script

Json = dict[str, Any]


def asked(body: Json) -> str:
    """Return the user's message of a request."""
    return str(body["messages"][-1]["content"])


def nonce_of(body: Json) -> str:
    """Return the mark of the blocks that a review wants."""
    (nonce,) = set(re.findall(r"<finding (\w+)>", asked(body)))
    return str(nonce)


def is_second_look(body: Json) -> bool:
    """Whether a request asks for verdicts."""
    return "try to refute each claim" in " ".join(body["messages"][0]["content"].split()).lower()


def verdicts(body: Json, verdict: str = "holds") -> str:
    """Return the same verdict on each claim; "": no answer to the point."""
    nonce = re.findall(r"^(\w+) 1 unsure the caller", asked(body), re.M)[-1]
    count = int(re.findall(r"each of the (\d+) claims", asked(body))[-1])
    if not verdict:
        return "I cannot tell."
    return "\n".join(f"{nonce} {number} {verdict} so it is" for number in range(1, count + 1))


def reviewer(review: Callable[[Json], str], verdict: str = "holds") -> Callable[[Json], str]:
    """Return a reply function that answers reviews one way and second looks another."""
    return lambda body: verdicts(body, verdict) if is_second_look(body) else review(body)


def saying(block: str, verdict: str = "holds", **fields: Any) -> Script:
    """Return a model that answers with one block, under the tags it is asked for."""
    return Script(
        reply=reviewer(lambda body: block.format(nonce=nonce_of(body), **fields), verdict)
    )


def block(
    nonce: str,
    path: str,
    line: int,
    quote: str,
    *,
    kind: str = "bug",
    severity: str = "high",
    title: str = "Something is wrong",
    why: str = "Because it is.",
    fix: str = "",
) -> str:
    """Return a finding as a model writes it; `line` counts from 1."""
    head = f"path: {path}\nline: {line}\nkind: {kind}\nseverity: {severity}\nconfidence: 80\n"
    parts = {"quote": quote, "why": why, **({"fix": fix} if fix else {})}
    body = "".join(f"<{name} {nonce}>\n{text}\n</{name} {nonce}>\n" for name, text in parts.items())
    return f"<finding {nonce}>\n{head}title: {title}\n{body}</finding {nonce}>\n"


def new_lines(body: Json) -> list[tuple[str, int, str]]:
    """Return path, number and text of the new lines that a review shows."""
    found = []
    for path, hunk in re.findall(r'<hunk path="([^"]+)"[^>]*>\n(.*?)</hunk>', asked(body), re.S):
        rows = re.findall(r"^ *(\d+) \+(.*)$", hunk, re.M)
        found += [(path, int(number), text) for number, text in rows]
    return found


def each_bad_line(**fields: Any) -> Callable[[Json], str]:
    """Return a reply function that finds fault with each new line that says `bad`."""

    def review(body: Json) -> str:
        nonce = nonce_of(body)
        bad = [each for each in new_lines(body) if "bad" in each[2]]
        return "".join(block(nonce, path, line, text, **fields) for path, line, text in bad)

    return reviewer(review)
