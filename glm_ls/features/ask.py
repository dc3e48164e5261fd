"""From a place to an engine's answer: bundle, prompt, stream with early stop, suggestions.

The route says whether the prompt is a chat or fills in the middle. Where the endpoint fails, what
had come in whole lines counts, and else the embedded engine answers if it may.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from glm_ls.config.schema import Settings
from glm_ls.context.bundle import Bundle
from glm_ls.context.gather import gather, shown_rows, with_snippets
from glm_ls.context.target import Target
from glm_ls.errors import ContentRefused, PromptTooLong, ProviderError
from glm_ls.features.answer import Answer
from glm_ls.features.project import Project
from glm_ls.log import logger
from glm_ls.postprocess.alternatives import Alternatives
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.prompt.completion import completion_prompt
from glm_ls.prompt.fim import fim_prompt
from glm_ls.provider.request import Chat, Delta, Fim, Message, Request
from glm_ls.provider.router import Route, Router
from glm_ls.text.secrets import Hider, restore_secrets

SINGLE_LINE_TOKENS = 96
"""The longest answer where only one line is wanted."""
CANDIDATE_TEMPERATURE = 0.7
"""Several different answers need some freedom."""

Watch = Callable[[Alternatives], None]

log = logger("features.ask")


class Asker:
    """Asks the engines of one configuration."""

    def __init__(self, settings: Settings, router: Router, project: Project | None) -> None:
        """`project` says what other files add to a prompt; None: nothing."""
        self._settings = settings
        self._router = router
        self._project = project
        self._prepared: tuple[Target, asyncio.Task[Bundle]] | None = None

    def prepare(self, target: Target) -> None:
        """Begin to gather what the model is shown; `ask` goes on from there at the same target."""
        self.close()
        self._prepared = target, asyncio.create_task(self._gather(target, 1.0))

    def close(self) -> None:
        """Drop what was prepared."""
        if self._prepared is not None:
            self._prepared[1].cancel()
            self._prepared = None

    async def ask(
        self,
        target: Target,
        site: Site,
        route: Route,
        *,
        candidates: int = 1,
        watch: Watch = lambda _: None,
    ) -> Answer:
        """Return what the engine of a route says; never raises ProviderError.

        `watch` is given what has come, each time more of it has.
        """
        if route == "embedded":
            return await self._ask_embedded_alone(site)
        try:
            try:
                return await self._ask_endpoint(target, site, route, candidates, 1.0, watch)
            except PromptTooLong:
                return await self._ask_endpoint(target, site, route, candidates, 0.5, watch)
        except ProviderError as error:
            log.info("no completion: %s: %s", error.reason, error)
            if self._settings.embedded.takeover and not isinstance(error, ContentRefused):
                answer = await self._ask_embedded(site)
                if answer.suggestions:
                    return answer
            return Answer(engine=self._router.health.engine, silence=error.reason)

    async def _ask_endpoint(
        self,
        target: Target,
        site: Site,
        route: Route,
        candidates: int,
        share: float,
        watch: Watch,
    ) -> Answer:
        """Ask with a share of the budget; raises ProviderError when no whole line came."""
        bundle = await self._bundle(target, share)
        request, secrets = self._request(bundle, site, route, candidates)
        alternatives = Alternatives(site, candidates, chat=route == "chat")
        failure: ProviderError | None = None
        try:
            if self._takes_several(route) or candidates == 1:
                await _read(self._router.stream(request), alternatives, watch)
            else:
                await self._read_each(request, alternatives, watch)
        except ProviderError as error:
            failure = error
        suggestions = alternatives.close(whole=failure is None)
        log.debug("%s: %s", route, ", ".join(alternatives.fired) or "no filter")
        if failure and not suggestions:
            raise failure
        return Answer(
            tuple(_restored(s, secrets) for s in suggestions),
            self._router.health.engine,
            "" if suggestions else "nothing",
        )

    def _takes_several(self, route: Route) -> bool:
        """Whether one request brings several answers: by prompt in a chat, else where `n` is."""
        endpoint = self._router.endpoint
        return route == "chat" or (endpoint is not None and endpoint.dialect.candidates)

    async def _read_each(self, request: Request, alternatives: Alternatives, watch: Watch) -> None:
        """Ask once per answer, as many at a time as the limiter lets; one answer is enough."""
        one = replace(request, candidates=1, max_tokens=request.max_tokens // request.candidates)
        ends = await asyncio.gather(
            *(
                _read(self._router.stream(one), alternatives, watch, index)
                for index in range(request.candidates)
            ),
            return_exceptions=True,
        )
        failures = [end for end in ends if isinstance(end, BaseException)]
        if len(failures) == len(ends):
            raise failures[0]

    async def _ask_embedded_alone(self, site: Site) -> Answer:
        """Ask where no endpoint can be asked: by choice, or for a reason that may forbid it."""
        health = self._router.health
        if health.error is not None and not self._settings.embedded.takeover:
            return Answer(engine=health.engine, silence=health.error.reason)
        return await self._ask_embedded(site)

    async def _ask_embedded(self, site: Site) -> Answer:
        if self._router.embedded is None:
            return Answer(silence="embedded-off")
        request = Request(
            Fim(site.prefix, site.suffix, site.path, site.language_id),
            max_tokens=self._max_tokens(site),
        )
        alternatives = Alternatives(site, 1, chat=False)
        await _read(self._router.embedded.stream(request), alternatives, lambda _: None)
        suggestions = alternatives.close(whole=True)
        return Answer(suggestions, "embedded", "" if suggestions else "nothing")

    def _max_tokens(self, site: Site) -> int:
        most = self._settings.completion.max_tokens
        return min(most, SINGLE_LINE_TOKENS) if site.extent == "line" else most

    async def _bundle(self, target: Target, share: float) -> Bundle:
        """Return what the model is shown, with a share of the budgets."""
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            at, gathering = prepared
            if at is target and share == 1.0:
                return await gathering
            gathering.cancel()
        return await self._gather(target, share)

    async def _gather(self, target: Target, share: float) -> Bundle:
        context = self._settings.context
        around, others = int(context.max_tokens * share), int(context.project_tokens * share)
        bundle = gather(target, max_tokens=around, suffix_share=context.suffix_share)
        if self._project is None or not others:
            return bundle
        shown = shown_rows(target, bundle)
        snippets = await self._project.snippets(target, others, shown)
        return with_snippets(bundle, snippets, others)

    def _request(
        self, bundle: Bundle, site: Site, route: Route, several: int
    ) -> tuple[Request, dict[str, str]]:
        completion = self._settings.completion
        # Part by part: a key block may be cut by the beginning of a part.
        hide = Hider(enabled=self._settings.privacy.hide_secrets)
        bundle = bundle.with_texts(hide)
        prompt: Chat | Fim
        if route == "chat":
            chat = completion_prompt(bundle, extent=site.extent, candidates=several)
            prompt = Chat((Message("system", chat.system), Message("user", chat.user)))
        else:
            fim = fim_prompt(bundle)
            prompt = Fim(fim.prefix, fim.suffix, fim.path, fim.language, fim.extra)
        request = Request(
            prompt,
            max_tokens=self._max_tokens(site) * several,
            temperature=completion.temperature if several == 1 else CANDIDATE_TEMPERATURE,
            candidates=several,
        )
        return request, hide.secrets


async def _read(
    deltas: AsyncGenerator[Delta, None],
    alternatives: Alternatives,
    watch: Watch,
    only: int | None = None,
) -> None:
    """Feed the stream until enough has come; leaving early closes the connection.

    `only`: the number of the one answer that this stream brings.
    """
    async with aclosing(deltas):
        async for delta in deltas:
            index = delta.index if only is None else only
            if delta.finish == "length":
                alternatives.cut(index)
            if delta.text and alternatives.feed(delta.text, index):
                return
            if only is not None and alternatives.has_enough(only):
                return
            watch(alternatives)


def _restored(suggestion: Suggestion, secrets: dict[str, str]) -> Suggestion:
    if not secrets:
        return suggestion
    return Suggestion(
        restore_secrets(suggestion.text, secrets),
        suggestion.replace,
        restore_secrets(suggestion.rest, secrets),
    )
