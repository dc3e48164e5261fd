"""From a place to an explanation that can be read and does nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from glm_ls.config.schema import Settings
from glm_ls.context.passage import passage_of
from glm_ls.features.asked import Asked, Undone, meant_rows
from glm_ls.features.dialogue import Streaming, opening_of, reply_to
from glm_ls.postprocess.explanation import harmless, in_short
from glm_ls.postprocess.findings.plain import plain
from glm_ls.prompt.explain import ExplainTask, explain_prompt
from glm_ls.prompt.value import ChatPrompt
from glm_ls.text.secrets import Hider

AROUND_TOKENS = 3_000
"""How much of the file around the lines is shown, unless the settings allow less."""
ANSWER_TOKENS = 1_500
LONGEST_NAME = 80
"""Characters of a file's name in a title."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text for reading."""

    title: str
    markdown: str
    """Harmless: see `postprocess.explanation`."""
    short: str
    """The same for a message: plain and cut."""


async def explain(
    settings: Settings, router: Streaming, asked: Asked, share: float
) -> Explanation | Undone:
    """Return what a model says of a place; raises ProviderError.

    `share` is how much of the context that the settings allow is shown, from 0 to 1.
    """
    rows = meant_rows(asked)
    chat = await asyncio.to_thread(_chat, settings, asked, rows, share)
    reply = await reply_to(router, opening_of(chat), "explain", ANSWER_TOKENS)
    text = harmless(reply)
    if not text.strip():
        return Undone("no-block", "the model gave no explanation")
    name = plain(asked.target.path.rpartition("/")[2], LONGEST_NAME)
    title = f"{name}, lines {rows.start + 1} to {rows.stop}"
    return Explanation(title, text, in_short(reply))


def _chat(settings: Settings, asked: Asked, rows: range, share: float) -> ChatPrompt:
    around = int(min(AROUND_TOKENS, settings.context.max_tokens) * share)
    hide = Hider(enabled=settings.privacy.hide_secrets)
    task = ExplainTask(passage_of(asked.target, rows, around), asked.problems)
    return explain_prompt(task.with_texts(hide))
