"""From a place and an action to edits that fit the text as it is now, or to why there are none.

    Asked ──► passage ──► prompt ──► stream ──► blocks ──► edits of the live text ──► the gate

A reply that cannot be used is sent back once with the reason. What the user types meanwhile is
never lost: edits count in the text as it is when they leave, and where the lines in question have
changed there are none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from glm_ls.config.schema import Settings
from glm_ls.context.marked import marked, meant
from glm_ls.context.passage import passage_of
from glm_ls.context.symbol import symbol_at, with_comments_above
from glm_ls.context.target import Target
from glm_ls.errors import PromptTooLong, ProviderError
from glm_ls.features.action_table import WHOLE_LINES, Action
from glm_ls.features.containment import World, contain
from glm_ls.features.permits import Permit
from glm_ls.log import logger
from glm_ls.postprocess.edits.blocks import MAX_CHARS, Block, read_blocks, read_replacement
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import REPAIRABLE, Refusal
from glm_ls.postprocess.edits.resolve import Sent, resolve
from glm_ls.prompt.edit import EditPrompt, EditTask, edit_prompt, repair_words
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.provider.router import Router
from glm_ls.syntax.languages import language_of
from glm_ls.text.edit import Edit
from glm_ls.text.line_map import LineMap, line_map
from glm_ls.text.position import Position, Range
from glm_ls.text.secrets import Hider, restore_secrets
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.tokens import estimate_tokens

AROUND_TOKENS = 3_000
"""How much of the file around the lines is shown, unless the settings allow less."""
SPARE_TOKENS, MOST_TOKENS = 512, 8_192
"""What an answer may have beyond twice the lines it is about, and what it may have at most."""
NEAR = 12
"""Lines around a problem that may change where no function or class holds it."""
MOST_TRIES = 3
"""How often edits are fitted anew to a text that changes while they are."""
TEMPERATURE = 0.0

log = logger("features.actions")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user wants done, and where."""

    action: Action
    target: Target
    """In the document as it was when the action was chosen."""
    rows: range
    """The selected lines, at least one."""
    instruction: str = ""
    """Empty: the one that stands in the text, if the action wants one."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Edits of the document as it is now."""

    snapshot: Snapshot
    """The text that they count in."""
    edits: tuple[Edit, ...]
    again: Callable[[], Awaitable[Done | Refusal]]
    """Fits the same answer to the document anew, for a client that refused these edits."""


@dataclass(frozen=True, slots=True)
class Undone:
    """Why there are no edits."""

    reason: str
    """A rule's name or an error's slug, for the log."""
    words: str
    """One clause for the user."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A prompt, and what its answer is read with."""

    asked: Asked
    instruction: str
    sent: Sent
    prompt: EditPrompt
    quotes: bool
    secrets: Mapping[str, str] = field(repr=False)

    def blocks(self, reply: str) -> list[Block] | Refusal:
        """Return the blocks of a whole reply, with what was hidden in its place again."""
        unfence = self.sent.language.id != "markdown"
        read = read_blocks if self.quotes else _one_block
        found = read(reply, self.prompt.nonce, unfence=unfence)
        refused = next((each for each in found if isinstance(each, Refusal)), None)
        if refused is not None:
            return refused
        blocks = [self._restored(each) for each in found if isinstance(each, Block)]
        if (
            self.asked.action.on != "instruction"
            and not self.quotes
            and not any(map(_says, blocks))
        ):
            return Refusal("deletes-code", "the answer holds no code")
        return blocks

    def _restored(self, block: Block) -> Block:
        def restored(lines: Sequence[str]) -> tuple[str, ...]:
            return tuple(restore_secrets(line, self.secrets) for line in lines)

        return replace(block, new=restored(block.new), old=block.old and restored(block.old))


class Actor:
    """Does actions with one configuration."""

    def __init__(
        self,
        settings: Settings,
        router: Router,
        current: Callable[[str], Snapshot | None],
        world: Callable[[Snapshot], World],
    ) -> None:
        """Take the parts.

        `current` gives a document as it is now, `world` what the gate asks about its files.
        """
        self._settings = settings
        self._router = router
        self._current = current
        self._world = world

    def may_ask(self) -> bool:
        """Whether an action could bring something: the embedded engine cannot do any."""
        endpoint = self._router.endpoint
        return self._settings.enabled and endpoint is not None and endpoint.key_trouble is None

    async def act(self, asked: Asked) -> Done | Undone:
        """Return the edits that do what was asked; never raises ProviderError."""
        if not self.may_ask():
            return Undone("no-endpoint", "no model endpoint is set up")
        try:
            try:
                outcome = await self._act(asked, 1.0)
            except PromptTooLong:
                outcome = await self._act(asked, 0.3)
        except ProviderError as error:
            outcome = Undone(error.reason, "the model's endpoint gave no answer")
        if isinstance(outcome, Undone):
            log.info("%s: no edit: %s", asked.action.name, outcome.reason)
        return outcome

    async def _act(self, asked: Asked, share: float) -> Done | Undone:
        question = await asyncio.to_thread(self._question, asked, share)
        if asked.action.on == "instruction" and not question.instruction:
            return Undone("no-instruction", "there is no instruction to follow")
        chat = question.prompt.chat
        messages = [Message("system", chat.system), Message("user", chat.user)]
        reply = await self._reply(question, messages)
        outcome = await self._fitted(question, reply)
        if isinstance(outcome, Refusal) and outcome.rule in REPAIRABLE:
            log.info("%s: asked once more: %s", asked.action.name, outcome.rule)
            why = repair_words(
                question.prompt.nonce, outcome.detail, outcome.lines, quotes=question.quotes
            )
            messages += [Message("assistant", reply or "…"), Message("user", why)]
            outcome = await self._fitted(question, await self._reply(question, messages))
        if isinstance(outcome, Refusal):
            return Undone(outcome.rule, outcome.detail)
        return outcome

    # -- out ---------------------------------------------------------------------------

    def _question(self, asked: Asked, share: float) -> _Question:
        snapshot = asked.target.snapshot
        language = language_of(snapshot.language_id, snapshot.uri)
        given = _given(asked)
        mark = marked(snapshot, asked.rows) if asked.action.on == "instruction" else None
        around = min(AROUND_TOKENS, self._settings.context.max_tokens)
        task = EditTask(
            passage_of(asked.target, given, int(around * share)),
            asked.action.task,
            asked.instruction or (mark.words if mark else ""),
            asked.problems,
            quotes=len(given) > WHOLE_LINES,
        )
        hide = Hider(enabled=self._settings.privacy.hide_secrets)
        task = task.with_texts(hide)
        sent = Sent(snapshot, language, shown=given, given=given)
        prompt = edit_prompt(task)
        return _Question(asked, task.instruction, sent, prompt, task.quotes, hide.secrets)

    async def _reply(self, question: _Question, messages: Sequence[Message]) -> str:
        """Return what the model says."""
        lines = question.sent.given
        text = "".join(question.sent.snapshot.lines.slice(lines.start, lines.stop))
        request = Request(
            Chat(tuple(messages)),
            intent=question.asked.action.intent,
            max_tokens=min(MOST_TOKENS, 2 * estimate_tokens(text) + SPARE_TOKENS),
            temperature=TEMPERATURE,
        )
        # Read to its end: a second block where one is due is a reason to take none.
        pieces: list[str] = []
        async with aclosing(self._router.stream(request)) as deltas:
            async for delta in deltas:
                pieces.append(delta.text)
                if sum(map(len, pieces)) > MAX_CHARS:
                    break
        return "".join(pieces)

    # -- in ----------------------------------------------------------------------------

    async def _fitted(self, question: _Question, reply: str) -> Done | Refusal:
        """Return edits that fit the document at the moment in which they are returned."""
        blocks = question.blocks(reply)
        return blocks if isinstance(blocks, Refusal) else await self._fit(question, blocks)

    async def _fit(self, question: _Question, blocks: list[Block]) -> Done | Refusal:
        uri = question.sent.snapshot.uri
        for _ in range(MOST_TRIES):
            live = self._current(uri)
            if live is None:
                return Refusal("changed-meanwhile", "the document was closed meanwhile")
            world = self._world(live)
            outcome = await asyncio.to_thread(_landed, question, blocks, live, world)
            if self._current(uri) is live:
                again = partial(self._fit, question, blocks)
                return Done(live, outcome, again) if isinstance(outcome, tuple) else outcome
        return Refusal("changed-meanwhile", "the document keeps changing")


def _landed(
    question: _Question, blocks: list[Block], live: Snapshot, world: World
) -> tuple[Edit, ...] | Refusal:
    """Return the edits of a text that blocks make, through the gate."""
    edits = resolve(question.sent, blocks, live)
    if isinstance(edits, Refusal):
        return edits
    before, given = question.sent.snapshot, question.sent.given
    span = _range_now(line_map(before.lines, live.lines), given, live)
    action = question.asked.action
    plan = EditPlan((FileEdits(live.uri, live.version, edits),), action.title)
    passed = contain(plan, Permit(action.name, live.uri, (span,)), world)
    if isinstance(passed, Refusal):
        return passed
    return passed.plan.files[0].edits


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


def _given(asked: Asked) -> range:
    """Return the lines that may change."""
    snapshot = asked.target.snapshot
    language = language_of(snapshot.language_id, snapshot.uri)
    if asked.action.on == "instruction":
        return asked.rows if asked.instruction else meant(language, snapshot, asked.rows)
    first, last = asked.rows[0], asked.rows[-1]
    if asked.action.on == "symbol":
        # What is selected was made sure of when the action was offered.
        return with_comments_above(snapshot, asked.rows)
    found = symbol_at(snapshot, first)
    if found and last in found:
        return found
    return range(max(0, first - NEAR), min(len(snapshot.lines), last + NEAR + 1))
