"""Settings and environment in, the endpoint to ask out: dialect, address, model, key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from glm_ls.errors import KeyMissing, SettingsError
from glm_ls.log import redact
from glm_ls.provider.dialect import Dialect, load_dialects
from glm_ls.provider.keys import NO_KEY, Key, env_key, find_key, host_of, key_names
from glm_ls.provider.models import Cost, Model, find_model, load_models
from glm_ls.provider.request import Usage

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings

EMBEDDED = "embedded"
FALLBACK = "openai-compatible"
"""The dialect of an address whose host no row names."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What requests go to."""

    dialect: Dialect
    base_url: str
    """Without a slash at its end."""
    model: Model
    model_name: str
    """As the user wrote it."""
    key: Key = field(default=NO_KEY, repr=False)

    @property
    def wire_model(self) -> str:
        """The model's name as this endpoint wants it."""
        prefix = self.dialect.model_prefix
        return self.model_name if self.model_name.startswith(prefix) else prefix + self.model_name

    @property
    def headers(self) -> dict[str, str]:
        """What every request to it carries, the key included."""
        auth = {"Authorization": f"Bearer {self.key.secret}"} if self.key.secret else {}
        return {"Content-Type": "application/json", **self.dialect.headers, **auth}

    @property
    def key_missing(self) -> bool:
        """Whether it wants a key and there is none."""
        return self.dialect.key_required and not self.key.secret

    @property
    def key_trouble(self) -> KeyMissing | None:
        """Why nothing can be asked."""
        if not self.key_missing:
            return None
        names = ", ".join(key_names(self.dialect, self.base_url))
        return KeyMissing(f"no key: set {names}")

    def url(self, path: str) -> str:
        """Return the address of a path; llama.cpp's own routes are not under /v1."""
        base = self.base_url
        if path in ("/infill", "/tokenize"):
            base = base.removesuffix("/v1")
        return base + path

    def cost(self, usage: Usage) -> Cost | None:
        """Return what the usage costs here, None where no price is known.

        The models' list price is no price of an endpoint that one runs oneself.
        """
        name = self.dialect.name
        if not self.dialect.key_required and name not in self.model.prices:
            return None
        return self.model.cost(usage, name)


def resolve_endpoint(
    settings: Settings, environ: Mapping[str, str], config_dir: Path
) -> Endpoint | None:
    """Return the endpoint to use, None for the embedded engine.

    May run the key command or ask the keyring: call it in a thread. Raises SettingsError, in
    words for the user, for a provider or address that cannot be used.
    """
    if settings.provider == EMBEDDED:
        return None
    dialects = load_dialects(settings.dialects)
    models = load_models(settings.models)
    if settings.base_url:
        _checked_url(settings.base_url)
    dialect = _choose(settings, environ, dialects)
    key = find_key(dialect, settings, environ, config_dir) if dialect else None
    if dialect is None:
        dialect, key = _first_with_key(settings, environ, config_dir, dialects)
    if dialect is None:
        return None
    base_url = settings.base_url or dialect.base_url
    if not base_url:
        raise SettingsError(f"provider {dialect.name!r} needs base_url")
    name = settings.model or dialect.default_model
    return Endpoint(
        dialect=dialect,
        base_url=_checked_url(base_url),
        model=find_model(name, models),
        model_name=name,
        key=key or NO_KEY,
    )


def _choose(
    settings: Settings, environ: Mapping[str, str], dialects: Mapping[str, Dialect]
) -> Dialect | None:
    """Return the dialect that is named, or that the address or a key in the environment names."""
    if settings.provider != "auto":
        if settings.provider not in dialects:
            names = ", ".join([*dialects, EMBEDDED])
            raise SettingsError(f"provider {settings.provider!r} is unknown; known are: {names}")
        return dialects[settings.provider]
    if settings.base_url:
        host, address = host_of(settings.base_url), _checked_url(settings.base_url)
        by_host = [d for d in dialects.values() if host_of(d.base_url) == host]
        by_address = [d for d in by_host if d.base_url.rstrip("/") == address]
        return (by_address or by_host or [dialects[FALLBACK]])[0]
    for dialect in dialects.values():
        if dialect.key_required and env_key(dialect, "", environ):
            return dialect
    return None


def _first_with_key(
    settings: Settings,
    environ: Mapping[str, str],
    config_dir: Path,
    dialects: Mapping[str, Dialect],
) -> tuple[Dialect | None, Key | None]:
    """Return the first hosted provider for which the slower sources have a key."""
    for dialect in dialects.values():
        if dialect.key_required and (key := find_key(dialect, settings, environ, config_dir)):
            return dialect, key
    return None, None


def _checked_url(base_url: str) -> str:
    """Return an address without what stands behind its base; raises SettingsError."""
    try:
        parts = urlsplit(base_url)
        good = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port out of range, half an IPv6 address
        good = False
    if (
        not good
        or parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or not base_url.isprintable()
        or " " in base_url
    ):
        shown = redact(base_url)
        raise SettingsError(f"base_url {shown!r} must look like https://host/path, without a user")
    return base_url.rstrip("/").removesuffix("/chat/completions")
