"""A fix that looks around: the model reads and searches, step by step, then proposes edits.

    prompt ──► turn ──► calls of tools ──► their outputs ──► turn … ──► blocks ──► plan ──► the gate

It may change only files that it was shown, the user confirms every plan, and steps and tokens are
limited. What tools return is text between tags; secrets in it are hidden.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from glm_ls.context.passage import passage_of
from glm_ls.features.agent_tools import Toolbox, tools
from glm_ls.features.asked import Asked, Done, Undone, meant_rows
from glm_ls.features.containment import contain, file_named
from glm_ls.features.dialogue import Turn, opening_of, turn_of
from glm_ls.features.files import version_of
from glm_ls.features.permits import Permit
from glm_ls.log import logger
from glm_ls.postprocess.edits.blocks import Block, read_blocks
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import REPAIRABLE, Refusal
from glm_ls.postprocess.edits.resolve import Sent, resolve
from glm_ls.prompt.agent import ENOUGH, AgentTask, agent_prompt, told_by_tool
from glm_ls.prompt.edit import EditPrompt, repair_words
from glm_ls.provider.request import Message
from glm_ls.syntax.languages import language_of
from glm_ls.text.secrets import Hider, hidden_again, restore_secrets
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.tokens import estimate_tokens

if TYPE_CHECKING:
    from glm_ls.features.actions import Actor

AROUND_TOKENS, ANSWER_TOKENS = 3_000, 4_000
CALLS_AT_ONCE = 4
"""Calls of one turn that are made; the others are told to come again."""
LATER = "Not done: too many calls at once."

log = logger("features.agent")


@dataclass(slots=True)
class _Search:
    """One conversation."""

    actor: Actor
    asked: Asked
    toolbox: Toolbox
    prompt: EditPrompt
    hide: Hider
    messages: list[Message]
    spent: int = 0
    """Tokens, prompts and answers together."""

    async def turn(self, *, may_look: bool) -> Turn:
        """Ask once more and book what that took."""
        offered = tools() if may_look else ()
        turn = await turn_of(self.actor.router, self.messages, "fix", ANSWER_TOKENS, offered)
        if turn.usage:
            self.spent += turn.usage.prompt + turn.usage.completion
        else:
            sent = "".join(message.content for message in self.messages)
            self.spent += estimate_tokens(sent) + estimate_tokens(turn.text)
        return turn

    async def look(self, turn: Turn) -> None:
        """Make the calls of a turn, and go on with what they brought."""
        self.messages.append(Message("assistant", turn.text, turn.calls))
        for at, call in enumerate(turn.calls):
            output = LATER
            if at < CALLS_AT_ONCE:
                output = await asyncio.to_thread(self.toolbox.run, call)
            words = told_by_tool(self.hide(output))
            self.messages.append(Message("tool", words, call_id=call.id))


async def look_around(
    actor: Actor, asked: Asked, report: Callable[[str], None], share: float
) -> Done | Undone:
    """Return the edits that a model proposes after it has looked around; raises ProviderError."""
    search = await asyncio.to_thread(_begun, actor, asked, share)
    if search is None:
        return Undone("no-project", "the document is in no workspace folder")
    turn = await _searched(search, report)
    outcome = await _fitted(search, turn.text)
    if isinstance(outcome, Refusal) and outcome.rule in REPAIRABLE:
        log.info("agent: asked once more: %s", outcome.rule)
        quote = hidden_again(outcome.quote, search.hide.secrets)
        why = repair_words(search.prompt, outcome.detail, outcome.lines, quote)
        search.messages += [Message("assistant", turn.text or "…"), Message("user", why)]
        outcome = await _fitted(search, (await search.turn(may_look=False)).text)
    if isinstance(outcome, Refusal):
        return Undone(outcome.rule, outcome.detail)
    return outcome


def _begun(actor: Actor, asked: Asked, share: float) -> _Search | None:
    snapshot, files = asked.target.snapshot, actor.files
    root = files.root_of(snapshot.uri)
    if root is None:
        return None
    hide = Hider(enabled=actor.settings.privacy.hide_secrets)
    passage = passage_of(asked.target, meant_rows(asked), int(AROUND_TOKENS * share))
    task = AgentTask(passage, asked.problems, asked.instruction)
    prompt = agent_prompt(task.with_texts(hide))
    toolbox = Toolbox(files, root, {snapshot.uri: asked.problems}, {snapshot.uri: snapshot})
    return _Search(actor, asked, toolbox, prompt, hide, opening_of(prompt.chat))


async def _searched(search: _Search, report: Callable[[str], None]) -> Turn:
    """Let the model look around until it answers, or its steps or tokens are used up."""
    limits = search.actor.settings.actions
    for step in range(1, limits.most_steps + 1):
        turn = await search.turn(may_look=True)
        if not turn.calls:
            return turn
        report(f"step {step} of {limits.most_steps}: {search.toolbox.step_of(turn.calls[0])}")
        await search.look(turn)
        if search.spent >= limits.most_tokens:
            log.info("agent: %d tokens are used up", search.spent)
            break
    search.messages.append(Message("user", ENOUGH))
    report("writes the edits")
    return await search.turn(may_look=False)


async def _fitted(search: _Search, reply: str) -> Done | Refusal:
    blocks = _blocks(search, reply)
    return blocks if isinstance(blocks, Refusal) else await _fit(search, blocks)


def _blocks(search: _Search, reply: str) -> dict[str, list[Block]] | Refusal:
    """Return the blocks of a reply by the file that they change."""
    uri, secrets = search.asked.target.snapshot.uri, search.hide.secrets
    found: dict[str, list[Block]] = {}
    for block in read_blocks(reply, search.prompt.nonce):
        if isinstance(block, Refusal):
            return block
        if block.old is None:
            return Refusal("empty-quote", "a block quotes no line")
        named = file_named(block.path, _permit(search), search.toolbox.files.roots)
        if isinstance(named, Refusal):
            return named
        old, new = (
            tuple(restore_secrets(line, secrets) for line in lines)
            for lines in (block.old, block.new)
        )
        found.setdefault(named or uri, []).append(replace(block, old=old, new=new))
    return found


def _permit(search: _Search) -> Permit:
    uri = search.asked.target.snapshot.uri
    return Permit(search.asked.action.name, uri, files=frozenset(search.toolbox.seen) - {uri})


async def _fit(search: _Search, blocks: Mapping[str, list[Block]]) -> Done | Refusal:
    return await asyncio.to_thread(_landed, search, blocks)


def _landed(search: _Search, blocks: Mapping[str, list[Block]]) -> Done | Refusal:
    """Return the edits of all files as they are now, through the gate."""
    texts: dict[str, Snapshot] = {}
    made = []
    for uri, wanted in blocks.items():
        live = search.toolbox.files.text(uri)
        if live is None:
            return Refusal("changed-meanwhile", "a file is gone")
        seen = search.toolbox.seen[uri]
        language = language_of(seen.language_id, seen.uri)
        whole = range(len(seen.lines))
        edits = resolve(Sent(seen, language, shown=whole, given=range(0)), wanted, live)
        if isinstance(edits, Refusal):
            return edits
        texts[uri] = live
        made.append(FileEdits(uri, version_of(live), edits))
    plan = EditPlan(tuple(made), search.asked.action.title)
    passed = contain(plan, _permit(search), search.actor.world(texts))
    if isinstance(passed, Refusal):
        return passed
    # Its user has not seen what the model read: each plan is confirmed, that of one file too.
    return Done(passed.plan, texts, True, partial(_fit, search, blocks))
