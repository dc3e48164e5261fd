"""The next edit: a Target and the recent edits in, predicted edits of the same document out.

The one path to a prediction, whoever asks (request, code action, command): what waits already,
silence, pause, prompt, stream, gate. Without an endpoint there is no prediction: the embedded
engine knows words, not intentions.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from glm_ls.config.schema import Settings
from glm_ls.context.scene import scene_of
from glm_ls.context.target import Target
from glm_ls.errors import ProviderError
from glm_ls.features.containment import World, contain
from glm_ls.features.permits import Permit
from glm_ls.features.predictions import Predicted, Predictions
from glm_ls.log import logger
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.next_edit import Plan, plan
from glm_ls.postprocess.windows import WindowReader
from glm_ls.prompt.next_edit import NextEditPrompt, next_edit_prompt
from glm_ls.provider.request import Chat, Message, Request
from glm_ls.provider.router import Router
from glm_ls.text.position import Position, Range
from glm_ls.text.secrets import Hider, is_in_secret, restore_secrets
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.edits import Edits, RecentEdit

FILE_TOKENS = 2_000
"""How much of the file around the windows is shown, unless the settings allow less."""
TEMPERATURE = 0.0
"""The likeliest edit, or none."""
LOOK = 4_000
"""Characters around the cursor in which a secret is looked for."""
ANSWERS = 32
"""Answers that are kept, by the prompt they answer."""

log = logger("features.next_edit")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What came of asking."""

    edits: tuple[Predicted, ...] = ()
    """The nearest to the cursor first."""
    silence: str = ""
    """Why there is none: a slug of ours, an error's reason, or what the gate refused it for."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A prompt, and what its answer is read with."""

    prompt: NextEditPrompt
    windows: tuple[range, ...]
    secrets: Mapping[str, str]

    def restored(self, line: str) -> str:
        """Return a line of the answer as it belongs into the document."""
        line = line.replace(self.prompt.cursor, "")
        return restore_secrets(line, self.secrets) if self.secrets else line


class Predictor:
    """Next edits with one configuration."""

    def __init__(
        self,
        settings: Settings,
        router: Router,
        edits: Edits,
        current: Callable[[str], Snapshot | None],
        path_of: Callable[[str], str | None],
        world: Callable[[Snapshot], World],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        `current` gives a document as it is now, `path_of` the path a document is shown under,
        None for one that may not be shown, `world` what the gate asks about a document.
        """
        self.predictions = Predictions()
        self._settings = settings
        self._router = router
        self._edits = edits
        self._current = current
        self._path_of = path_of
        self._world = world
        self._clock = clock
        self._answers: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def predict(self, target: Target, *, invoked: bool, debounce: bool = True) -> Prediction:
        """Return the edits that come next; never raises ProviderError."""
        if why := self._silence(target, invoked):
            return Prediction(silence=why)
        if waiting := self.waiting(target):
            return Prediction(waiting)
        # Taken at once: with a wait in between, its lines would not be those of the snapshot.
        recent, shown = self._edits.of(target.snapshot.uri), self._shown()
        if await self._router.route() == "embedded":
            return Prediction(silence="no-endpoint")
        if debounce and not invoked and (pause := self._router_pause_s()):
            await asyncio.sleep(pause)
        try:
            made = await self._ask(target, shown, recent)
        except ProviderError as error:
            log.info("no next edit: %s: %s", error.reason, error)
            return Prediction(silence=error.reason)
        log.debug("next edit: %s", made.refused or f"{len(made.hunks)} hunks")
        self._keep(target.snapshot, made)
        waiting = self.waiting(target)
        return Prediction(waiting, made.refused or ("" if waiting else "rejected"))

    def waiting(self, target: Target) -> tuple[Predicted, ...]:
        """Return what is known to come next in a document as it is now, without asking."""
        row = target.position.line
        found = self.predictions.of(target.snapshot)
        return tuple(sorted(found, key=lambda one: _rows_from(one, row)))

    def may_ask(self, target: Target) -> bool:
        """Whether asking by hand could bring something."""
        asks = self._router.endpoint is not None and self._router.endpoint.key_trouble is None
        return asks and not self._silence(target, invoked=True)

    def rejected(self, ids: tuple[str, ...]) -> None:
        """Remember rejected edits; none named: those shown last."""
        self.predictions.reject(ids, self._clock())

    # -- when ----------------------------------------------------------------------------

    def _silence(self, target: Target, invoked: bool) -> str:
        """Return why nothing is predicted here, "" where a model may be asked."""
        settings, snapshot = self._settings, target.snapshot
        rules = {
            "disabled": not (settings.enabled and settings.next_edit.enabled),
            "language-off": snapshot.language_id in settings.completion.languages_off,
            "manual": not invoked and settings.completion.mode == "manual",
            "stale": self._current(snapshot.uri) is not snapshot,
            "nothing-edited": not self._edits.of(snapshot.uri),
            "backing-off": not invoked and self.predictions.backs_off(self._clock()),
        }
        if why := next((name for name, holds in rules.items() if holds), ""):
            return why
        around = snapshot.before(target.position, LOOK), snapshot.after(target.position, LOOK)
        return "in-secret" if settings.privacy.hide_secrets and is_in_secret(*around) else ""

    def _router_pause_s(self) -> float:
        asked, endpoint = self._settings.completion.debounce_ms, self._router.endpoint
        known = endpoint.dialect.debounce_ms if endpoint else 0
        return (known if asked < 0 else asked) / 1000

    # -- what ----------------------------------------------------------------------------

    def _shown(self) -> list[tuple[str, RecentEdit]]:
        """Return the recent edits of documents that may be shown, with their paths."""
        paths = {edit.uri: self._path_of(edit.uri) for edit in self._edits.all()}
        return [(path, edit) for edit in self._edits.all() if (path := paths[edit.uri])]

    async def _ask(
        self,
        target: Target,
        shown: list[tuple[str, RecentEdit]],
        recent: tuple[RecentEdit, ...],
    ) -> Plan:
        """Ask about a place; what parses runs in a thread."""
        asked = await asyncio.to_thread(self._question, target, shown)
        if asked is None:
            return Plan(refused="no-window")
        reader = WindowReader(asked.prompt.nonce, len(asked.windows))
        text = await self._answer(asked.prompt, reader)
        answers = {
            number: [asked.restored(line) for line in lines]
            for number, lines in reader.close(text).items()
        }
        return await asyncio.to_thread(self._planned, target.snapshot, asked, answers, recent)

    def _planned(
        self,
        snapshot: Snapshot,
        asked: _Question,
        answers: Mapping[int, list[str]],
        recent: tuple[RecentEdit, ...],
    ) -> Plan:
        """Return what an answer means, through the gate that every edit passes."""
        made = plan(snapshot, asked.windows, answers, recent)
        if not made.hunks:
            return made
        edits = tuple(hunk.edit for hunk in made.hunks)
        wanted = EditPlan((FileEdits(snapshot.uri, snapshot.version, edits),))
        ranges = tuple(
            Range(Position(rows.start, 0), snapshot.clamp(Position(rows.stop, 0)))
            for rows in asked.windows
        )
        passed = contain(wanted, Permit("next-edit", snapshot.uri, ranges), self._world(snapshot))
        return Plan(refused=passed.rule) if isinstance(passed, Refusal) else made

    def _question(self, target: Target, shown: list[tuple[str, RecentEdit]]) -> _Question | None:
        """Return what is asked at a place, None where nothing may change."""
        made = scene_of(target, shown, min(FILE_TOKENS, self._settings.context.max_tokens))
        if made is None:
            return None
        scene, windows = made
        hide = Hider(enabled=self._settings.privacy.hide_secrets)
        prompt = next_edit_prompt(scene.with_texts(hide))
        return _Question(prompt, windows, hide.secrets)

    async def _answer(self, prompt: NextEditPrompt, reader: WindowReader) -> str:
        """Return the answer to a prompt, from memory where it was asked before."""
        model = self._router.endpoint.model_name if self._router.endpoint else ""
        key = (model, prompt.chat.user)
        if key not in self._answers:
            request = Request(
                Chat((Message("system", prompt.chat.system), Message("user", prompt.chat.user))),
                intent="next-edit",
                max_tokens=self._settings.next_edit.max_tokens,
                temperature=TEMPERATURE,
            )
            async with aclosing(self._router.stream(request)) as deltas:
                async for delta in deltas:
                    if delta.text and reader.feed(delta.text):
                        break
            self._answers[key] = reader.text
        self._answers.move_to_end(key)
        while len(self._answers) > ANSWERS:
            self._answers.popitem(last=False)
        return self._answers[key]

    def _keep(self, snapshot: Snapshot, made: Plan) -> None:
        """Keep a prediction, also for a document that was typed on meanwhile."""
        self.predictions.keep(snapshot, made.hunks, self._router.health.engine)
        now = self._current(snapshot.uri)
        if now is None:
            self.predictions.forget(snapshot.uri)
        elif now is not snapshot:
            self.predictions.changed(snapshot, now)


def _rows_from(one: Predicted, row: int) -> int:
    """Return how many rows an edit is away from a row."""
    if one.edit.range is None:
        return 0
    start, end = one.edit.range
    return max(start.line - row, row - end.line, 0)
