"""From code to its tests: in the file the project's layout suggests, made if missing.

The answer goes to the end of a file, and its imports to the file's imports; nothing that stands
there is changed. What is made or changed is another file than the user is in, so the user is asked
before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from glm_ls.context.passage import passage_of
from glm_ls.context.tests_of import place_of_tests
from glm_ls.features.asked import Asked, Done, Undone, meant_rows
from glm_ls.features.containment import contain
from glm_ls.features.dialogue import opening_of, reply_to
from glm_ls.features.files import uri_below, version_of
from glm_ls.features.permits import Permit
from glm_ls.log import logger
from glm_ls.postprocess.edits.blocks import read_replacement
from glm_ls.postprocess.edits.imports import import_edits, split_imports
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import REPAIRABLE, Refusal
from glm_ls.prompt.edit import EditPrompt, repair_words
from glm_ls.prompt.tests import TestsTask, tests_prompt
from glm_ls.provider.request import Message
from glm_ls.syntax.languages import language_of
from glm_ls.text.edit import Edit
from glm_ls.text.lines import line_body
from glm_ls.text.position import Range
from glm_ls.text.secrets import Hider, restore_secrets
from glm_ls.text.snapshot import Snapshot

if TYPE_CHECKING:
    from glm_ls.features.actions import Actor

AROUND_TOKENS, ANSWER_TOKENS = 2_000, 4_000
SHOWN_CHARS = 6_000
"""Of a test file: its beginning, where the imports and helpers are, and its end."""

log = logger("features.test_writing")


@dataclass(frozen=True, slots=True)
class _Question:
    asked: Asked
    uri: str
    """Of the test file."""
    exists: bool
    path: str
    prompt: EditPrompt
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Tests:
    lines: tuple[str, ...]
    imports: tuple[str, ...]


async def write_tests(actor: Actor, asked: Asked, share: float) -> Done | Undone:
    """Return the edits that add tests for a place; raises ProviderError."""
    question = await asyncio.to_thread(_question, actor, asked, share)
    if question is None:
        return Undone("no-place", "nothing tells where its tests belong")
    messages = opening_of(question.prompt.chat)
    reply = await reply_to(actor.router, messages, "test", ANSWER_TOKENS)
    outcome = await _fitted(actor, question, _read(question, reply))
    if isinstance(outcome, Refusal) and outcome.rule in REPAIRABLE:
        log.info("tests: asked once more: %s", outcome.rule)
        why = repair_words(question.prompt, outcome.detail, ())
        messages += [Message("assistant", reply or "…"), Message("user", why)]
        reply = await reply_to(actor.router, messages, "test", ANSWER_TOKENS)
        outcome = await _fitted(actor, question, _read(question, reply))
    if isinstance(outcome, Refusal):
        return Undone(outcome.rule, outcome.detail)
    return outcome


def _question(actor: Actor, asked: Asked, share: float) -> _Question | None:
    snapshot, files = asked.target.snapshot, actor.files
    root = files.root_of(snapshot.uri)
    relative = files.roots.relative(snapshot.uri)
    if root is None or relative is None:
        return None
    suffix = PurePosixPath(relative).suffix
    place = place_of_tests(relative, snapshot.language_id, files.listed(root, suffix))
    if place is None:
        return None
    uri = uri_below(root, place.path)
    existing = files.text(uri) if place.exists else None
    if place.exists and existing is None:
        return None
    example = files.text(uri_below(root, place.example)) if place.example else None
    task = TestsTask(
        passage_of(asked.target, meant_rows(asked), int(AROUND_TOKENS * share)),
        place.path,
        _ends(existing.text, int(SHOWN_CHARS * share)) if existing else "",
        example.text[: int(SHOWN_CHARS * share / 2)] if example else "",
    )
    hide = Hider(enabled=actor.settings.privacy.hide_secrets)
    prompt = tests_prompt(task.with_texts(hide))
    return _Question(asked, uri, place.exists, place.path, prompt, hide.secrets)


def _ends(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}\n[…]\n{text[-most // 2 :]}"


def _read(question: _Question, reply: str) -> _Tests | Refusal:
    split = split_imports(reply, question.prompt.nonce)
    if isinstance(split, Refusal):
        return split
    block = read_replacement(split[0], question.prompt.nonce)
    if isinstance(block, Refusal):
        return block
    new, imports = (
        tuple(restore_secrets(line, question.secrets) for line in lines)
        for lines in (block.new, split[1])
    )
    if not any(line.strip() for line in new):
        return Refusal("no-block", "the answer holds no tests")
    return _Tests(new, imports)


async def _fitted(actor: Actor, question: _Question, tests: _Tests | Refusal) -> Done | Refusal:
    if isinstance(tests, Refusal):
        return tests
    return await asyncio.to_thread(_fit, actor, question, tests)


def _fit(actor: Actor, question: _Question, tests: _Tests) -> Done | Refusal:
    """Return the edits of the test file as it is now, through the gate."""
    live = actor.files.text(question.uri) if question.exists else None
    if question.exists and live is None:
        return Refusal("changed-meanwhile", "the test file is gone")
    made = _appended(live, tests) if live else _new_file(question.uri, tests)
    if isinstance(made, Refusal):
        return made
    label = f"{question.asked.action.title}: {question.path}"
    which = frozenset({question.uri})
    permit = Permit(
        question.asked.action.name,
        question.asked.target.snapshot.uri,
        (),
        files=which if live else frozenset(),
        creates=frozenset() if live else which,
    )
    texts = {live.uri: live} if live else {}
    passed = contain(EditPlan((made,), label), permit, actor.world(texts))
    if isinstance(passed, Refusal):
        return passed
    again = partial(_fitted, actor, question, tests)
    return Done(passed.plan, texts, passed.needs_confirmation, again)


def _new_file(uri: str, tests: _Tests) -> FileEdits:
    text = "\n".join((*tests.imports, *tests.lines)).strip("\n") + "\n"
    return FileEdits(uri, None, (Edit(None, text),), creates=True)


def _appended(live: Snapshot, tests: _Tests) -> FileEdits | Refusal:
    """Return the edits that put tests behind what a file holds, a blank line or two apart."""
    language = language_of(live.language_id, live.uri)
    added = import_edits(language, live, tests.imports, len(live.lines) - 1)
    if isinstance(added, Refusal):
        return added
    first = live.lines[0]
    end = first[len(line_body(first)) :] or "\n"
    is_ended = not live.lines[-1]
    apart = 2 if language.id == "python" else 1
    blank = 0
    while blank < apart and not live.line(len(live.lines) - 1 - is_ended - blank).strip():
        blank += 1
    text = "\n".join(tests.lines).strip("\n")
    gap = end * (apart - blank + (not is_ended)) if live.text.strip() else ""
    tail = Edit(Range(live.end, live.end), gap + text.replace("\n", end) + end)
    return FileEdits(live.uri, version_of(live), (*added, tail))
