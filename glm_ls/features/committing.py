"""From what is staged to a commit message. Nothing is committed: the user gets a text.

Ignored, denied and binary files are named by their number only, and secrets in the diff are hidden
from the model; a placeholder in the answer stays one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.errors import GlmError
from glm_ls.features.asked import Undone
from glm_ls.features.dialogue import opening_of, reply_to
from glm_ls.postprocess.explanation import bare
from glm_ls.postprocess.findings.plain import unfenced
from glm_ls.prompt.commit import CommitTask, commit_prompt
from glm_ls.text.secrets import Hider
from glm_ls.text.tokens import estimate_tokens
from glm_ls.workspace.changes import changes, comparison_of
from glm_ls.workspace.diff import ChangedFile, unreviewable
from glm_ls.workspace.git import run_git

if TYPE_CHECKING:
    from glm_ls.features.actions import Actor

NAME = "commit-message"
DIFF_TOKENS, FILE_TOKENS, ANSWER_TOKENS = 6_000, 2_000, 400
MOST_SUBJECTS = 10
MOST_CHARS = 2_000
"""Of a message."""
_TRAILER = re.compile(r"(?:signed-off-by|co-authored-by|change-id|reviewed-by)\s*:", re.IGNORECASE)


async def commit_message(actor: Actor, folder: Path, share: float) -> str | Undone:
    """Return a message for what is staged in a repository; raises ProviderError."""
    try:
        task = await asyncio.to_thread(_task, actor, folder, share)
    except GlmError as error:
        return Undone("no-diff", str(error))
    if not task.diff:
        return Undone("no-diff", "nothing is staged that may be shown")
    hide = Hider(enabled=actor.settings.privacy.hide_secrets)
    reply = await reply_to(
        actor.router, opening_of(commit_prompt(task, hide)), "edit", ANSWER_TOKENS
    )
    message = tidied(reply)
    return message or Undone("no-block", "the model gave no message")


def _task(actor: Actor, folder: Path, share: float) -> CommitTask:
    staged = changes(folder, comparison_of("staged"))
    ignore = actor.files.ignore

    def refusal(path: str) -> str | None:
        return ignore.refusal(staged.root / path)

    shown, left = [], int(DIFF_TOKENS * share)
    for file in staged.files:
        text = _text(file, refusal)
        cost = estimate_tokens(text)
        if text and cost <= min(left, FILE_TOKENS):
            left -= cost
            shown.append(text)
    log = run_git(staged.root, "log", f"-{MOST_SUBJECTS}", "--format=%s") or b""
    subjects = log.decode("utf-8", "replace").splitlines()
    return CommitTask(subjects, "".join(shown), len(staged.files) - len(shown))


def _text(file: ChangedFile, refusal: Callable[[str], str | None]) -> str:
    """Return the diff of a file, "" for one that may not be shown."""
    if refusal(file.path) or refusal(file.old_path) or unreviewable(file):
        return ""
    return "".join(_lines(file))


def _lines(file: ChangedFile) -> Iterator[str]:
    yield f"--- {file.status}: {file.path}\n"
    for hunk in file.hunks:
        yield f"@@ {hunk.heading}\n"
        yield from (f"{line.sign}{line.text}\n" for line in hunk.lines)


def tidied(reply: str) -> str:
    """Return a message without what git or the user would trip over; "" for none."""
    lines = unfenced(tuple(bare(reply).strip().split("\n")))
    kept = [line.rstrip() for line in lines if not line.startswith("#")]
    kept = [line for line in kept if not _TRAILER.match(line)]
    return "\n".join(kept).strip().strip('"').strip()[:MOST_CHARS]
