"""Ghost text: a Target in, Suggestions out.

The one path from the cursor to a suggestion, whoever asks (inline completion, the completion
menu, the command line): gate, recent suggestions, debounce, prompt by the engine's route, stream
with early stop. Nothing here blocks, and cancelling closes the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from glm_ls.config.schema import Settings
from glm_ls.context.bundle import Bundle
from glm_ls.context.gather import gather, shown_rows, with_snippets
from glm_ls.context.target import Target
from glm_ls.errors import ContentRefused, PromptTooLong, ProviderError
from glm_ls.features.gate import silence
from glm_ls.features.project import Project
from glm_ls.features.recent import Place, Recent
from glm_ls.log import logger
from glm_ls.postprocess.alternatives import Alternatives
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.prompt.completion import completion_prompt
from glm_ls.prompt.fim import fim_prompt
from glm_ls.provider.request import Chat, Delta, Fim, Message, Request
from glm_ls.provider.router import Route, Router
from glm_ls.syntax.extent import extent_of
from glm_ls.syntax.languages import language_of
from glm_ls.text.secrets import hide_secrets, is_in_secret, restore_secrets

WINDOW = 4_000
"""Characters before and after the cursor that a stream is checked against."""

HEAD = 10
"""Lines at the beginning of the document by which an answer is known that writes it anew."""

SINGLE_LINE_TOKENS = 96
"""The longest answer where only one line is wanted."""
CANDIDATE_TEMPERATURE = 0.7
"""Several different answers need some freedom."""

log = logger("features.completion")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking."""

    suggestions: tuple[Suggestion, ...] = ()
    engine: str = ""
    """Which engine answered; empty when none was asked."""
    silence: str = ""
    """Why there is no suggestion: the gate's slug, an error's reason, or `nothing`."""


class Completer:
    """Completion with one configuration."""

    def __init__(
        self, settings: Settings, router: Router, recent: Recent, project: Project | None = None
    ) -> None:
        """`project` says what other files add to a prompt; None: nothing."""
        self._settings = settings
        self._router = router
        self._recent = recent
        self._project = project

    async def complete(self, target: Target, *, invoked: bool, debounce: bool = True) -> Answer:
        """Return the suggestions for a place; never raises ProviderError."""
        why = silence(target, self._settings, invoked=invoked)
        if why:
            return Answer(silence=why)
        site = self._site(target)
        if self._settings.privacy.hide_secrets and is_in_secret(site.prefix, site.suffix):
            return Answer(silence="in-secret")
        uri, model = target.snapshot.uri, self._model
        if not invoked and (kept := self._recent.find(uri, model, site.prefix, site.suffix)):
            return Answer((kept,), "recent")
        route = await self._router.route()
        if debounce and not invoked and route != "embedded" and (pause := self._debounce_s()):
            await asyncio.sleep(pause)
        answer = await self._ask(target, site, route, invoked)
        if answer.suggestions:
            place = Place.of(uri, model, site.prefix, site.suffix)
            self._recent.keep(place, answer.suggestions[0])
        return answer

    @property
    def _model(self) -> str:
        return self._router.endpoint.model_name if self._router.endpoint else "embedded"

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
            head="\n".join(snapshot.line(at) for at in range(min(HEAD, position.line))),
        )

    def _debounce_s(self) -> float:
        asked = self._settings.completion.debounce_ms
        endpoint = self._router.endpoint
        known = endpoint.dialect.debounce_ms if endpoint else 0
        return (known if asked < 0 else asked) / 1000

    async def _ask(self, target: Target, site: Site, route: Route, invoked: bool) -> Answer:
        if route == "embedded":
            return await self._ask_embedded_alone(site)
        try:
            try:
                return await self._ask_endpoint(target, site, route, invoked, 1.0)
            except PromptTooLong:
                return await self._ask_endpoint(target, site, route, invoked, 0.5)
        except ProviderError as error:
            log.info("no completion: %s: %s", error.reason, error)
            if self._settings.embedded.takeover and not isinstance(error, ContentRefused):
                answer = await self._ask_embedded(site)
                if answer.suggestions:
                    return answer
            return Answer(engine=self._router.health.engine, silence=error.reason)

    async def _ask_endpoint(
        self, target: Target, site: Site, route: Route, invoked: bool, share: float
    ) -> Answer:
        """Ask with a share of the budget; raises ProviderError when no whole line came."""
        bundle = await self._bundle(target, share)
        request, secrets = self._request(bundle, site, route, invoked)
        off = frozenset(self._settings.completion.filters_off)
        alternatives = Alternatives(site, request.candidates, chat=route == "chat", off=off)
        failure: ProviderError | None = None
        try:
            await _read(self._router.stream(request), alternatives)
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
        off = frozenset(self._settings.completion.filters_off)
        alternatives = Alternatives(site, 1, chat=False, off=off)
        await _read(self._router.embedded.stream(request), alternatives)
        suggestions = alternatives.close(whole=True)
        return Answer(suggestions, "embedded", "" if suggestions else "nothing")

    def _max_tokens(self, site: Site) -> int:
        most = self._settings.completion.max_tokens
        return min(most, SINGLE_LINE_TOKENS) if site.extent == "line" else most

    async def _bundle(self, target: Target, share: float) -> Bundle:
        """Return what the model is shown, with a share of the budgets."""
        context = self._settings.context
        around, others = int(context.max_tokens * share), int(context.project_tokens * share)
        bundle = gather(target, max_tokens=around, suffix_share=context.suffix_share)
        if self._project is None or not others:
            return bundle
        shown = shown_rows(target, bundle)
        snippets = await self._project.snippets(target, others, shown)
        return with_snippets(bundle, snippets, others)

    def _request(
        self, bundle: Bundle, site: Site, route: Route, invoked: bool
    ) -> tuple[Request, dict[str, str]]:
        completion = self._settings.completion
        several = completion.candidates if invoked else 1
        secrets: dict[str, str] = {}
        if self._settings.privacy.hide_secrets:
            bundle, secrets = _without_secrets(bundle)
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
        return request, secrets


async def _read(deltas: AsyncGenerator[Delta, None], alternatives: Alternatives) -> None:
    """Feed the stream until enough has come; leaving early closes the connection."""
    async with aclosing(deltas):
        async for delta in deltas:
            if delta.finish == "length":
                alternatives.cut(delta.index)
            if delta.text and alternatives.feed(delta.text, delta.index):
                return


def _without_secrets(bundle: Bundle) -> tuple[Bundle, dict[str, str]]:
    """Return the bundle with placeholders, and what they stand for.

    Part by part, in the order of the prompt: a key block may be cut by the beginning of a part.
    """
    secrets: dict[str, str] = {}

    def safe(text: str) -> str:
        nonlocal secrets
        shown, secrets = hide_secrets(text, secrets)
        return shown

    snippets = tuple(replace(s, path=safe(s.path), text=safe(s.text)) for s in bundle.snippets)
    path, suffix, prefix = safe(bundle.path), safe(bundle.suffix), safe(bundle.prefix)
    return replace(bundle, path=path, suffix=suffix, prefix=prefix, snippets=snippets), secrets


def _restored(suggestion: Suggestion, secrets: dict[str, str]) -> Suggestion:
    if not secrets:
        return suggestion
    return Suggestion(
        restore_secrets(suggestion.text, secrets),
        suggestion.replace,
        restore_secrets(suggestion.rest, secrets),
    )
