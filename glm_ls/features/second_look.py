"""Grave findings in, verdicts out: one request in which the model tries to refute all of them.

It thinks before it answers, and sees the code around each with what that uses of other files. A
finding that is refuted is not shown. One of which nothing is said, or the request for which
failed, becomes a hint: no verdict and no score is ever made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from glm_ls.errors import PromptTooLong
from glm_ls.features.batches import definitions_of
from glm_ls.log import logger
from glm_ls.postprocess.findings.finding import SEVERITIES, Located, Verdict
from glm_ls.postprocess.findings.fingerprint import without_repeats
from glm_ls.postprocess.findings.verdicts import read_verdicts
from glm_ls.prompt.verdict import Claim, verdict_prompt
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.text.tokens import estimate_tokens

if TYPE_CHECKING:
    from glm_ls.features.pieces import Piece
    from glm_ls.provider.router import Router

GRAVE = ("high", "medium")
"""Severities that are looked at twice."""
MAX_CLAIMS = 30
"""Findings that one request asks about, the gravest first; the others become hints."""
CLAIM_TOKENS = 24_000
"""Room for their code."""
DEFINITIONS_TOKENS = 6_000
AROUND, MAX_LINES = 12, 80
"""Lines around a finding that are shown where no function holds it, and the most of a function."""
ANSWER_TOKENS = 8_192
"""Thinking included."""

log = logger("features.second_look")


@dataclass(eq=False)
class Told:
    """What a model said of a piece, and what became of it."""

    piece: Piece
    located: Located
    """As it was read, with its verdict once there is one."""
    shown: Located | None
    """As it is shown; None where scrutiny keeps it away."""

    @property
    def is_refuted(self) -> bool:
        """Whether it would be shown if a second look had not refuted it."""
        return self.shown is not None and self.located.finding.verdict == "refuted"


def settled(told: Told, *, at_end: bool = False) -> Located | None:
    """Return a finding as it is shown; `at_end`: what nobody has confirmed is a hint by now."""
    verdict = told.located.finding.verdict
    if told.shown is None or verdict == "refuted":
        return None
    finding = replace(told.shown.finding, verdict=verdict)
    if verdict == "unsure" or (at_end and verdict is None):
        finding = replace(finding, severity="low")
    return replace(told.shown, finding=finding)


async def look_again(router: Router, told: Sequence[Told]) -> list[Piece]:
    """Give grave findings their verdicts and return their pieces; raises ProviderError."""
    asked = _asked(told)
    chosen = _fitting(asked[:MAX_CLAIMS])
    if not asked:
        return []
    try:
        verdicts = await _verdicts(router, chosen)
    except PromptTooLong:
        chosen = chosen[: len(chosen) // 2]
        verdicts = await _verdicts(router, chosen)
    by_told = {one: verdicts.get(number) for number, one in enumerate(chosen, 1)}
    for one in asked:
        finding = replace(one.located.finding, verdict=by_told.get(one) or "unsure")
        one.located = replace(one.located, finding=finding)
        log.info("a second look at %s: %s", one.located.path, finding.verdict)
    return list(dict.fromkeys(one.piece for one in asked))


def _asked(told: Sequence[Told]) -> list[Told]:
    """Return the findings that need a verdict, the gravest first."""
    shown = {id(one.shown): one for one in told if one.shown is not None}
    kept = [shown[id(each)] for each in without_repeats([one.shown for one in told if one.shown])]
    asked = [
        one
        for one in kept
        if one.located.finding.verdict is None and one.located.finding.severity in GRAVE
    ]
    return sorted(asked, key=lambda one: SEVERITIES.index(one.located.finding.severity))


def _fitting(asked: Sequence[Told]) -> list[Told]:
    """Return as many of the findings as there is room for."""
    room, chosen = CLAIM_TOKENS, []
    for one in asked:
        room -= estimate_tokens(_claim(one).code) + 100
        if room < 0:
            break
        chosen.append(one)
    return chosen


async def _verdicts(router: Router, chosen: Sequence[Told]) -> dict[int, Verdict]:
    if not chosen:
        return {}
    prompt = verdict_prompt([_claim(one) for one in chosen], _definitions(chosen))
    chat = Chat((Message("system", prompt.chat.system), Message("user", prompt.chat.user)))
    request = Request(
        chat, intent="review", max_tokens=ANSWER_TOKENS, temperature=0.0, thinking=True
    )
    async with aclosing(router.stream(request)) as deltas:
        reply = "".join([delta.text async for delta in deltas])
    return read_verdicts(reply, prompt.nonce, len(chosen))


def _claim(told: Told) -> Claim:
    finding, lines = told.located.finding, told.located.lines
    subject = told.piece.subject
    around = subject.enclosing(lines, AROUND, MAX_LINES)
    code = "".join(f"{at + 1:>5}  {subject.sent[at]}\n" for at in around)
    words = "\n".join(filter(None, (finding.title, finding.why)))
    return Claim(told.piece.shown.path, lines.start + 1, finding.kind, words, code)


def _definitions(chosen: Sequence[Told]) -> list[tuple[str, str]]:
    """Return what the code uses of other files, as much as there is room for."""
    pieces = list(dict.fromkeys(one.piece for one in chosen))
    room, found = DEFINITIONS_TOKENS, []
    for path, text in definitions_of(pieces, without={}).items():
        room -= estimate_tokens(text)
        if room >= 0:
            found.append((path, text))
    return found
