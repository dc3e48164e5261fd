"""What an endpoint is set to, what it remembers between requests, and how it signs and refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from .errors import Refusal, error_body
from .flavors import MODELS, Flavor, Json, Model
from .log import Exchange
from .plan import Plan, whole, with_headers
from .tokens import PrefixCache

_BEIJING = timezone(timedelta(hours=8))
ZAI_ID = "{beijing}{hex16}"


@dataclass
class Endpoint:
    """The state behind all answers; it knows nothing of sockets."""

    flavor: Flavor
    keys: dict[str, str]
    """Kind by key: general, coding or expired; empty: open to everybody."""
    models: tuple[str, ...]
    context: int | None
    concurrency: int | None
    fim_tokens: bool
    now: Callable[[], float]
    cache: PrefixCache
    count: int = 0
    """Requests so far; all ids derive from it."""
    used_ids: set[str] = field(default_factory=set)
    """Values of `request_id` so far."""
    slots: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Admitted requests that have not ended, by key and model."""

    def handler(self, exchange: Exchange) -> str:
        """Return the name of the handler of a request; empty if there is none."""
        wanted = (exchange.method, exchange.path.partition("?")[0])
        return next((name for *route, name in self.flavor.routes if tuple(route) == wanted), "")

    def owner(self, exchange: Exchange) -> tuple[str, str]:
        """Return key and model: what limits and caches are kept by."""
        return exchange.key, str(exchange.body.get("model", ""))

    def served(self) -> tuple[str, ...]:
        """Return the ids that are answered, listed or not."""
        return self.models or self.flavor.models or tuple(MODELS)

    def listed(self) -> tuple[str, ...]:
        """Return the ids that GET /models shows."""
        listed = tuple(name for name, model in MODELS.items() if model.listed)
        return self.models or self.flavor.models or listed

    def limits(self, body: Json) -> Model:
        """Return what the model of a request takes; an unknown one is like glm-4.6."""
        name = str(body.get("model", "")).lower().rpartition("/")[2]
        model = MODELS.get(name, Model())
        return replace(model, context=self.context) if self.context else model

    def fill(self, template: str) -> str:
        """Return an id that is new for each request and the same in each run."""
        digits = sha256(f"request {self.count}".encode()).hexdigest()
        moment = datetime.fromtimestamp(self.now(), _BEIJING)
        return template.format(
            beijing=f"{moment:%Y%m%d%H%M%S}", hex16=digits[:16], hex32=digits[:32]
        )

    def error(self, exchange: Exchange, refusal: Refusal) -> tuple[int, bytes]:
        """Return status and body of a refusal in the language the client accepts."""
        reset = datetime.fromtimestamp(self.now() + 3600, _BEIJING)
        values = {
            "id": self.fill(ZAI_ID),
            "model": exchange.body.get("model", ""),
            "reset": f"{reset:%Y-%m-%d %H:%M:%S}",
        }
        english = exchange.headers.get("accept-language", "zh").lower().startswith("en")
        filled = replace(refusal, values=values | refusal.values)
        return error_body(self.flavor, filled, english=english)

    def refuse(self, exchange: Exchange, refusal: Refusal) -> Plan:
        """Return a refusal as an answer."""
        status, body = self.error(exchange, refusal)
        return self.signed(whole(status, self.flavor.json_type, body))

    def signed(self, plan: Plan) -> Plan:
        """Return the plan with the header by which the service traces a request."""
        name = self.flavor.id_header
        return with_headers(plan, ((name, self.fill(ZAI_ID)),)) if name else plan
