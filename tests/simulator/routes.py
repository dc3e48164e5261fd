"""A request to the plan of its answer: authentication, route, validation, limit, script.

The order is the service's own: without a key every path answers the same 401.
"""

from __future__ import annotations

from collections.abc import Callable

from . import tokens
from .endpoint import ZAI_ID, Endpoint
from .errors import Refusal
from .flavors import Json
from .generation import generate
from .log import Exchange
from .plan import Plan, encode, whole, with_headers
from .replies import Kind
from .script import Script
from .validation import Asked, first_refusal

GENERATING: dict[str, Kind] = {"chat": "chat", "text": "text", "infill": "infill"}
"""Handlers that ask for text."""

_MOVED = b'<html><body><a href="/">Moved Permanently</a></body></html>\n'
_NOT_FOUND: dict[str, tuple[int, str, bytes]] = {
    "zai": (200, "application/json", b'{"code":500,"msg":"404 NOT_FOUND","success":false}'),
    "comet": (301, "text/html; charset=utf-8", _MOVED),
    "vllm": (404, "application/json", b'{"detail":"Not Found"}'),
    "sglang": (404, "application/json", b'{"detail":"Not Found"}'),
}
"""What an unknown path answers, where it is no error of the flavor's table."""


def answer(
    endpoint: Endpoint, exchange: Exchange, take_script: Callable[[], Script]
) -> tuple[Plan, Script]:
    """Decide what a request gets; a script is taken only if the request is admitted."""
    endpoint.count += 1
    handler = endpoint.handler(exchange)
    if refusal := _door(endpoint, exchange, handler):
        return endpoint.refuse(exchange, refusal), Script()
    if not handler:
        return _lost(endpoint, exchange), Script()
    if handler not in GENERATING:
        content = PLAIN[handler](endpoint, exchange.body)
        return whole(200, endpoint.flavor.json_type, encode(content)), Script()
    kind = GENERATING[handler]
    if refusal := _gate(endpoint, exchange, kind):
        return endpoint.refuse(exchange, refusal), Script()
    exchange.admitted = True
    endpoint.slots[endpoint.owner(exchange)] += 1
    script = take_script()
    return with_headers(generate(endpoint, exchange, kind, script), script.headers), script


def _door(endpoint: Endpoint, exchange: Exchange, handler: str) -> Refusal | None:
    """Return why the key is refused: before anything else is looked at."""
    guarded = exchange.path.startswith(endpoint.flavor.guarded) and handler != "health"
    if not endpoint.keys or not guarded:
        return None
    kind = endpoint.keys.get(exchange.key)
    if not endpoint.flavor.hosted:
        return None if kind else Refusal("unauthorized")
    if not exchange.key:
        return Refusal("1001")
    if kind in (None, "expired"):
        return Refusal("1003" if kind else "1000")
    pays_for = "coding" if exchange.path.startswith("/api/coding/") else "general"
    return None if kind == pays_for else Refusal("1113")


def _gate(endpoint: Endpoint, exchange: Exchange, kind: Kind) -> Refusal | None:
    """Return why the request is refused, or that there are too many."""
    flavor, body = endpoint.flavor, exchange.body
    if not body:
        return Refusal("1210" if flavor.hosted else "invalid_request")
    asked = Asked(
        kind=kind,
        body=body,
        flavor=flavor,
        models=endpoint.served(),
        limits=endpoint.limits(body),
        used_ids=endpoint.used_ids,
        fim=endpoint.fim_tokens,
    )
    if refusal := first_refusal(asked):
        return refusal
    if "request_id" in body:
        endpoint.used_ids.add(body["request_id"])
    allowed = flavor.concurrency.get(endpoint.keys.get(exchange.key, ""))
    limit = endpoint.concurrency or allowed
    if limit is not None and endpoint.slots[endpoint.owner(exchange)] >= limit:
        return Refusal("1302" if flavor.name in ("zai", "comet") else "rate_limit")
    return None


def _lost(endpoint: Endpoint, exchange: Exchange) -> Plan:
    if endpoint.flavor.name not in _NOT_FOUND:
        return endpoint.refuse(exchange, Refusal("not_found"))
    plan = whole(*_NOT_FOUND[endpoint.flavor.name])
    return with_headers(plan, (("location", "/"),)) if plan.status == 301 else plan


def _health(endpoint: Endpoint, body: Json) -> Json:
    return {"status": "ok"}


def _models(endpoint: Endpoint, body: Json) -> Json:
    flavor = endpoint.flavor
    entries: list[Json] = []
    for name in endpoint.listed():
        entry: Json = {"id": name, "object": "model", "created": 0}
        entry["owned_by"] = "z-ai" if flavor.hosted else flavor.name
        if flavor.name in ("vllm", "sglang"):
            entry["max_model_len"] = endpoint.limits({"model": name}).context
        entries.append(entry)
    return {"object": "list", "data": entries}


def _tokenizer(endpoint: Endpoint, body: Json) -> Json:
    total = len(tokens.prompt_ids({"messages": [], **body}))
    answer_id = endpoint.fill(ZAI_ID)
    usage = {"prompt_tokens": total, "image_tokens": 0, "video_tokens": 0, "total_tokens": total}
    return {
        "created": int(endpoint.now()),
        "id": answer_id,
        "request_id": body.get("request_id", answer_id),
        "usage": usage,
    }


def _tokenize(endpoint: Endpoint, body: Json) -> Json:
    ids = tokens.tokenize(str(body.get("prompt", "")), fim=endpoint.fim_tokens)
    if body.get("add_special_tokens", True):
        ids = [*tokens.BEGINNING, *ids]
    return {"count": len(ids), "max_model_len": endpoint.limits(body).context, "tokens": ids}


def _tokenize_content(endpoint: Endpoint, body: Json) -> Json:
    text, special = str(body.get("content", "")), bool(body.get("parse_special", True))
    ids = tokens.tokenize(text, fim=endpoint.fim_tokens, special=special)
    return {"tokens": [*tokens.BEGINNING, *ids] if body.get("add_special") else ids}


PLAIN: dict[str, Callable[[Endpoint, Json], Json]] = {
    "health": _health,
    "models": _models,
    "tokenizer": _tokenizer,
    "tokenize": _tokenize,
    "tokenize_content": _tokenize_content,
}
"""Handlers whose answer is no text of a model."""
