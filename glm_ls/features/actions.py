"""From a place and an action to edits that fit the text as it is now, or to why there are none.

    Asked ──► passage ──► prompt ──► stream ──► blocks ──► edits of the live text ──► the gate

A reply that cannot be used is sent back once with the reason. What the user types meanwhile is
never lost: edits count in the text as it is when they leave, and where the lines in question have
changed there are none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from glm_ls.config.schema import Settings
from glm_ls.context.marked import marked
from glm_ls.context.passage import passage_of
from glm_ls.errors import PromptTooLong, ProviderError
from glm_ls.features.agent import look_around
from glm_ls.features.asked import Asked, Done, Undone, meant_rows
from glm_ls.features.committing import NAME, commit_message
from glm_ls.features.containment import World, contain
from glm_ls.features.dialogue import opening_of, reply_to
from glm_ls.features.explaining import Explanation, explain
from glm_ls.features.files import Files
from glm_ls.features.permits import Permit
from glm_ls.features.test_writing import write_tests
from glm_ls.log import logger
from glm_ls.postprocess.edits.blocks import Block, read_blocks, read_replacement
from glm_ls.postprocess.edits.formats import MALFORMED, Format, form_of
from glm_ls.postprocess.edits.imports import import_edits, split_imports
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import REPAIRABLE, Refusal
from glm_ls.postprocess.edits.resolve import Sent, resolve
from glm_ls.prompt.edit import EditPrompt, EditTask, edit_prompt, repair_words
from glm_ls.provider.request import Message
from glm_ls.provider.router import Router
from glm_ls.store.formats import FormatMemory
from glm_ls.syntax.imports import import_row
from glm_ls.syntax.languages import language_of
from glm_ls.text.edit import Edit
from glm_ls.text.line_map import LineMap, line_map
from glm_ls.text.position import Position, Range
from glm_ls.text.secrets import Hider, hidden_again, restore_secrets
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.tokens import estimate_tokens
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots

AROUND_TOKENS = 3_000
"""How much of the file around the lines is shown, unless the settings allow less."""
SPARE_TOKENS, MOST_TOKENS = 512, 8_192
"""What an answer may have beyond twice the lines it is about, and what it may have at most."""
PAUSES_S = (0.0, 0.0, 0.02, 0.05, 0.1, 0.2, *[0.4] * 20)
"""Waits before edits are fitted once more to a text that has changed while they were: some seconds
of fast typing, until there is a pause."""

log = logger("features.actions")

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a model wants."""

    blocks: list[Block]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Question:
    """A prompt, and what its answer is read with."""

    asked: Asked
    instruction: str
    sent: Sent
    prompt: EditPrompt
    form: Format
    secrets: Mapping[str, str] = field(repr=False)

    def answer(self, reply: str) -> _Answer | Refusal:
        """Return what a whole reply wants, with what was hidden in its place again."""
        split = split_imports(reply, self.prompt.nonce)
        if isinstance(split, Refusal):
            return split
        rest, imports = split
        unfence = self.sent.language.id != "markdown"
        read = read_blocks if self.form == "quotes" else _one_block
        found = read(rest, self.prompt.nonce, unfence=unfence)
        refused = next((each for each in found if isinstance(each, Refusal)), None)
        if refused is not None:
            return refused
        blocks = [self._restored(each) for each in found if isinstance(each, Block)]
        is_told = self.asked.action.on == "instruction" or self.form == "quotes"
        if not is_told and not any(map(_says, blocks)):
            return Refusal("deletes-code", "the answer holds no code")
        return _Answer(blocks, tuple(self._plain(line) for line in imports))

    def _restored(self, block: Block) -> Block:
        new = tuple(map(self._plain, block.new))
        return replace(block, new=new, old=block.old and tuple(map(self._plain, block.old)))

    def _plain(self, line: str) -> str:
        return restore_secrets(line, self.secrets)


class Actor:
    """Does actions with one configuration."""

    def __init__(
        self,
        settings: Settings,
        router: Router,
        current: Callable[[str], Snapshot | None],
        folders: Callable[[], tuple[Roots, Ignore]],
        formats: FormatMemory,
    ) -> None:
        """Take the parts.

        `current` gives a document as it is now, `folders` where the workspace is and what is
        hidden in it.
        """
        self.settings = settings
        self.router = router
        self.current = current
        self._folders = folders
        self._formats = formats

    @property
    def files(self) -> Files:
        """The files of the workspace as it is now."""
        return Files(*self._folders(), self.current)

    def world(self, texts: Mapping[str, Snapshot]) -> World:
        """Return what the gate asks about files with texts."""
        return World(*self._folders(), texts)

    def may_ask(self) -> bool:
        """Whether an action could bring something: the embedded engine cannot do any."""
        endpoint = self.router.endpoint
        return self.settings.enabled and endpoint is not None and endpoint.key_trouble is None

    async def do(
        self, asked: Asked, report: Callable[[str], None] = lambda _: None
    ) -> Done | Explanation | Undone:
        """Return what comes of an action; never raises ProviderError.

        `report` is told each step of one that has several.
        """
        if asked.action.brings == "text":
            work = partial(explain, self.settings, self.router, asked)
            return await self.tried(asked.action.name, work)
        if asked.action.brings == "tests":
            return await self.tried(asked.action.name, partial(write_tests, self, asked))
        if asked.action.brings == "search":
            return await self.tried(asked.action.name, partial(look_around, self, asked, report))
        return await self.tried(asked.action.name, partial(self._act, asked))

    async def commit_message(self, folder: Path) -> str | Undone:
        """Return a message for what is staged in a repository; never raises ProviderError."""
        return await self.tried(NAME, partial(commit_message, self, folder))

    async def tried(
        self, name: str, work: Callable[[float], Awaitable[Outcome | Undone]]
    ) -> Outcome | Undone:
        """Return what comes of some work, once more with less context if that was too much."""
        if not self.may_ask():
            return Undone("no-endpoint", "no model endpoint is set up")
        outcome: Outcome | Undone
        try:
            try:
                outcome = await work(1.0)
            except PromptTooLong:
                outcome = await work(0.3)
        except ProviderError as error:
            outcome = Undone(error.reason, "the model's endpoint gave no answer")
        if isinstance(outcome, Undone):
            log.info("%s: nothing done: %s", name, outcome.reason)
        return outcome

    async def _act(self, asked: Asked, share: float) -> Done | Undone:
        question = await asyncio.to_thread(self._question, asked, share)
        if asked.action.on == "instruction" and not question.instruction:
            return Undone("no-instruction", "there is no instruction to follow")
        messages = opening_of(question.prompt.chat)
        reply = await self._reply(question, messages)
        outcome = await self._fitted(question, reply)
        await self._learn(question, outcome)
        if isinstance(outcome, Refusal) and outcome.rule in REPAIRABLE:
            log.info("%s: asked once more: %s", asked.action.name, outcome.rule)
            quote = hidden_again(outcome.quote, question.secrets)
            why = repair_words(question.prompt, outcome.detail, outcome.lines, quote)
            messages += [Message("assistant", reply or "…"), Message("user", why)]
            outcome = await self._fitted(question, await self._reply(question, messages))
        if isinstance(outcome, Refusal):
            return Undone(outcome.rule, outcome.detail)
        return outcome

    # -- out ---------------------------------------------------------------------------

    def _question(self, asked: Asked, share: float) -> _Question:
        snapshot = asked.target.snapshot
        language = language_of(snapshot.language_id, snapshot.uri)
        given = meant_rows(asked)
        mark = marked(snapshot, asked.rows) if asked.action.on == "instruction" else None
        around = min(AROUND_TOKENS, self.settings.context.max_tokens)
        form = form_of(len(given), self._formats.of(self._model))
        row = import_row(language, snapshot.lines) if asked.action.imports else None
        task = EditTask(
            passage_of(asked.target, given, int(around * share)),
            asked.action.task,
            asked.instruction or (mark.words if mark else ""),
            asked.problems,
            quotes=form == "quotes",
            imports=row is not None and row <= given.start and given.start > 0,
        )
        hide = Hider(enabled=self.settings.privacy.hide_secrets)
        task = task.with_texts(hide)
        sent = Sent(snapshot, language, shown=given, given=given)
        return _Question(asked, task.instruction, sent, edit_prompt(task), form, hide.secrets)

    @property
    def _model(self) -> str:
        return self.router.endpoint.model_name if self.router.endpoint else ""

    async def _reply(self, question: _Question, messages: Sequence[Message]) -> str:
        """Return what the model says."""
        lines = question.sent.given
        text = "".join(question.sent.snapshot.lines.slice(lines.start, lines.stop))
        most = min(MOST_TOKENS, 2 * estimate_tokens(text) + SPARE_TOKENS)
        return await reply_to(self.router, messages, question.asked.action.intent, most)

    async def _learn(self, question: _Question, outcome: Done | Refusal) -> None:
        """Remember whether an answer had the form it was asked for."""
        is_good = not isinstance(outcome, Refusal) or outcome.rule not in MALFORMED
        note = partial(self._formats.note, self._model, question.form, is_good=is_good)
        await asyncio.to_thread(note)

    # -- in ----------------------------------------------------------------------------

    async def _fitted(self, question: _Question, reply: str) -> Done | Refusal:
        """Return edits that fit the document at the moment in which they are returned."""
        answer = question.answer(reply)
        return answer if isinstance(answer, Refusal) else await self._fit(question, answer)

    async def _fit(self, question: _Question, answer: _Answer) -> Done | Refusal:
        uri = question.sent.snapshot.uri
        for pause in PAUSES_S:
            await asyncio.sleep(pause)
            live = self.current(uri)
            if live is None:
                return Refusal("changed-meanwhile", "the document was closed meanwhile")
            texts = {live.uri: live}
            world = self.world(texts)
            outcome = await asyncio.to_thread(_landed, question, answer, live, world)
            if self.current(uri) is live:
                if isinstance(outcome, Refusal):
                    return outcome
                return Done(outcome, texts, False, partial(self._fit, question, answer))
        return Refusal("changed-meanwhile", "the document keeps changing")


def _landed(
    question: _Question, answer: _Answer, live: Snapshot, world: World
) -> EditPlan | Refusal:
    """Return the edits of a text that an answer makes, through the gate."""
    edits = resolve(question.sent, answer.blocks, live)
    if isinstance(edits, Refusal):
        return edits
    before, given = question.sent.snapshot, question.sent.given
    span = _range_now(line_map(before.lines, live.lines), given, live)
    added = import_edits(question.sent.language, live, answer.imports, span.start.line)
    if isinstance(added, Refusal):
        return added
    action = question.asked.action
    plan = EditPlan((FileEdits(live.uri, live.version, (*added, *edits)),), action.title)
    ranges = (span, *_places(added))
    passed = contain(plan, Permit(action.name, live.uri, ranges), world)
    return passed if isinstance(passed, Refusal) else passed.plan


def _places(edits: Sequence[Edit]) -> list[Range]:
    return [edit.range for edit in edits if edit.range is not None]


def _range_now(moved: LineMap, given: range, live: Snapshot) -> Range:
    """Return where the given lines are now, up to the nearest lines around them that stayed."""
    above = (now for at in range(given.start - 1, -1, -1) if (now := moved.line(at)) is not None)
    first = next(above, -1) + 1
    old_lines = moved.old_lines
    below = (now for at in range(given.stop, old_lines) if (now := moved.line(at)) is not None)
    stop = next(below, len(live.lines))
    return Range(Position(first, 0), live.clamp(Position(stop, 0)))


def _says(block: Block) -> bool:
    return any(line.strip() for line in block.new)


def _one_block(reply: str, nonce: str, *, unfence: bool) -> list[Block | Refusal]:
    return [read_replacement(reply, nonce, unfence=unfence)]
