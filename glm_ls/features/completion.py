"""Ghost text: a Target in, Suggestions out.

The one path from the cursor to a suggestion, whoever asks (inline completion, the completion
menu, the command line): gate, recent suggestions, the stream that is under way, a pause in
typing, a new stream. Nothing here blocks, and a stream ends as soon as nobody can use it.
"""

from __future__ import annotations

import asyncio
import time

from glm_ls.config.schema import Settings
from glm_ls.context.target import Target
from glm_ls.features.answer import Answer
from glm_ls.features.ask import Asker
from glm_ls.features.gate import silence
from glm_ls.features.generation import Generation
from glm_ls.features.pacing import Pacing
from glm_ls.features.project import Project
from glm_ls.features.recent import Place, Recent
from glm_ls.log import logger
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.provider.router import Router
from glm_ls.syntax.extent import extent_of
from glm_ls.syntax.languages import language_of
from glm_ls.text.position import Position, Range
from glm_ls.text.secrets import is_in_secret
from glm_ls.workspace.documents import Documents

WINDOW = 4_000
"""Characters before and after the cursor that a stream is checked against."""

HEAD = 10
"""Lines at the beginning of the document by which an answer is known that writes it anew."""

LEAD_S = 0.07
"""The end of a pause in which the prompt is prepared: about what the project's part takes."""

log = logger("features.completion")


class Completer:
    """Completion with one configuration."""

    def __init__(
        self,
        settings: Settings,
        router: Router,
        recent: Recent,
        project: Project | None = None,
        *,
        documents: Documents | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        """`documents` are those open in an editor, None where nobody types."""
        self._settings = settings
        self._router = router
        self._recent = recent
        self._documents = documents
        self._asker = Asker(settings, router, project)
        self._running: dict[str, Generation] = {}
        """By document: the stream under way."""
        self._ahead: dict[str, Generation] = {}
        """By document: the stream for where the cursor goes when the suggestion is accepted."""
        self._shown: set[str] = set()
        """Documents with a suggestion that was shown and not taken yet."""
        self.pacing = pacing or Pacing()

    async def complete(self, target: Target, *, invoked: bool, debounce: bool = True) -> Answer:
        """Return the suggestions for a place; never raises ProviderError."""
        why = silence(target, self._settings, invoked=invoked)
        if why:
            return Answer(silence=why)
        place = self._place(target)
        if self._settings.privacy.hide_secrets and is_in_secret(
            place.site.prefix, place.site.suffix
        ):
            return Answer(silence="in-secret")
        if invoked:
            return await self._follow(self._begin(target, place, invoked=True))
        begun, has_paused = time.monotonic(), False
        while True:
            if known := self._known(place):
                return known
            if generation := self._joined(place):
                answer = await generation.wait()
                if known := self._known(place):
                    return known
                if answer is not None and generation.place == place:
                    return answer
            elif has_paused:
                return await self._follow(self._begin(target, place, invoked=False))
            else:
                self._judge(place)
                await self._pause(target, begun, debounce=debounce)
                has_paused = True
            if self._is_outdated(target):
                return Answer(silence="moved-on")

    def typed(self, target: Target) -> None:
        """Note a keystroke that ended at a place; a stream that it does not match ends."""
        self.pacing.key()
        uri = target.snapshot.uri
        if self._live(uri):
            self._joined(self._place(target))

    def accepted(self) -> None:
        """Note that a suggestion was accepted."""
        self.pacing.accepted()
        self._shown.clear()

    def forget(self, uri: str) -> None:
        """End what runs for a document, and drop what was suggested in it."""
        self._recent.forget(uri)
        self._shown.discard(uri)
        for generation in self._live(uri):
            generation.cancel()

    async def close(self) -> None:
        """End everything that runs, down to the sockets."""
        self._asker.close()
        tasks = [one.task for one in (*self._running.values(), *self._ahead.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- places ------------------------------------------------------------------------

    def _place(self, target: Target) -> Place:
        uri, endpoint = target.snapshot.uri, self._router.endpoint
        others = self._documents.changes_beside(uri) if self._documents is not None else 0
        model = endpoint.model_name if endpoint else "embedded"
        return Place(uri, model, others, self._site(target))

    def _site(self, target: Target) -> Site:
        snapshot, position = target.snapshot, target.position
        before, after = snapshot.before(position, WINDOW), snapshot.after(position, WINDOW)
        language = language_of(snapshot.language_id, target.path)
        several = self._settings.completion.multiline
        return Site(
            prefix=before,
            suffix=after,
            language_id=snapshot.language_id,
            path=target.path,
            extent=extent_of(language, before, after) if several else "line",
            off=frozenset(self._settings.completion.filters_off),
            head="\n".join(snapshot.line(at) for at in range(min(HEAD, position.line))),
        )

    def _is_outdated(self, target: Target) -> bool:
        """Whether the document moved on during a pause: its editor asks again."""
        if self._documents is None:
            return False
        current = self._documents.get(target.snapshot.uri)
        return current is None or current.version != target.snapshot.version

    def _live(self, uri: str) -> list[Generation]:
        """Return the streams under way for a document."""
        return [running[uri] for running in (self._running, self._ahead) if uri in running]

    # -- what is there already ------------------------------------------------------------

    def _known(self, place: Place) -> Answer | None:
        found = self._recent.find(place)
        if found is None:
            return None
        self._shown.add(place.uri)
        return Answer((found[0],), found[1])

    def _joined(self, place: Place) -> Generation | None:
        """Return the stream under way that may bring what fits; end those that cannot."""
        return next((each for each in self._live(place.uri) if each.move(place)), None)

    def _judge(self, place: Place) -> None:
        """Count the suggestion that stood here as taken or as rejected."""
        if place.uri in self._shown:
            self._shown.discard(place.uri)
            if self._recent.is_used_up(place):
                self.pacing.accepted()
            else:
                self.pacing.rejected()

    # -- asking ------------------------------------------------------------------------

    async def _pause(self, target: Target, begun: float, *, debounce: bool) -> None:
        """Wait for a pause in typing since `begun`; the request of the next key cancels this one.

        What the model is to be shown is gathered at its end, when a key has become unlikely.
        """
        if await self._router.route() == "embedded":
            return
        asked = self._settings.completion.debounce_ms
        endpoint = self._router.endpoint
        if not debounce:
            seconds = self.pacing.back_off_s()
        elif asked >= 0:
            seconds = asked / 1000
        else:
            seconds = self.pacing.pause_s((endpoint.dialect.debounce_ms if endpoint else 0) / 1000)
        left = begun + seconds - time.monotonic()
        if left > 0:
            log.debug("pause of %d ms", seconds * 1000)
            await asyncio.sleep(left - LEAD_S)
            self._asker.prepare(target)
            await asyncio.sleep(min(left, LEAD_S))

    async def _follow(self, generation: Generation) -> Answer:
        answer = await generation.wait()
        return answer or Answer(silence="moved-on")

    def _begin(self, target: Target, place: Place, *, invoked: bool) -> Generation:
        """Start a stream for a place; it ends any other of the document."""
        for generation in self._live(place.uri):
            generation.cancel()
        generation = Generation(place)
        self._start(self._running, generation, target, invoked=invoked)
        return generation

    def _start(
        self,
        running: dict[str, Generation],
        generation: Generation,
        target: Target,
        *,
        invoked: bool,
    ) -> None:
        uri = generation.place.uri
        running[uri] = generation

        def drop() -> None:
            if running.get(uri) is generation:
                del running[uri]

        generation.start(self._generate(target, generation, invoked=invoked), drop)

    async def _generate(self, target: Target, generation: Generation, *, invoked: bool) -> Answer:
        place, begun = generation.place, time.monotonic()
        answer = await self._asker.ask(
            target,
            place.site,
            await self._router.route(),
            candidates=self._settings.completion.candidates if invoked else 1,
            watch=generation.look,
        )
        self.pacing.answered(time.monotonic() - begun)
        if answer.suggestions:
            best = answer.suggestions[0]
            self._recent.keep(place, best, answer.engine)
            if generation is self._running.get(place.uri):
                self._shown.add(place.uri)
                self._prefetch(target, place, best)
        return answer

    def _prefetch(self, target: Target, place: Place, suggestion: Suggestion) -> None:
        """Ask for where the cursor goes on acceptance, where nothing of the stream is left."""
        endpoint, wanted = self._router.endpoint, self._settings.completion.prefetch
        is_free = endpoint is not None and not endpoint.dialect.metered
        if wanted == "off" or (wanted == "auto" and not is_free) or suggestion.rest:
            return
        line, column = target.position
        covered = Range(target.position, Position(line, column + suggestion.replace))
        later = target.behind(covered, suggestion.text)
        generation = Generation(self._place(later), place, suggestion.text)
        self._start(self._ahead, generation, later, invoked=False)
