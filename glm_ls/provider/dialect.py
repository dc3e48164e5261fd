"""Dialects: how each kind of endpoint wants to be spoken to, read from dialects.toml.

Endpoints differ in address, key, thinking switch, FIM route and small manners. Those are rows of
a table, so that a new endpoint is a row and not a branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from glm_ls.errors import SettingsError
from glm_ls.provider.rows import build_row, merged_rows

FimRoute = Literal["none", "tokens", "infill"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One row of dialects.toml."""

    name: str
    title: str = ""
    """The provider's name as people know it."""
    base_url: str = ""
    """Default address, up to and without `/chat/completions`."""
    key_env: tuple[str, ...] = ()
    """Environment variables that hold a key for this provider, the first found wins."""
    key_required: bool = True
    default_model: str = "glm-4.6"
    model_prefix: str = ""
    """Put before the model's name on the wire (`z-ai/` at OpenRouter)."""
    headers: Mapping[str, str] = field(default_factory=dict)
    thinking_off: Mapping[str, Any] = field(default_factory=dict)
    """Body fields that switch reasoning off; completions cannot wait for it."""
    thinking_on: Mapping[str, Any] = field(default_factory=dict)
    fim: FimRoute = "none"
    """`tokens`: the template goes to /completions; `infill`: llama.cpp's /infill. Probed first."""
    stops: int = 4
    """How many stop strings the endpoint honours; the rest is cut on our side."""
    candidates: bool = False
    """Whether `n` gives several answers in one stream."""
    usage_option: bool = False
    """Whether usage must be asked for with stream_options.include_usage."""
    max_temperature: float = 1.0
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Further body fields, for instance `cache_salt` or `priority` of a shared vLLM."""
    debounce_ms: int = 0
    """How long to wait for the next key where every request is paid for."""

    @property
    def host(self) -> str:
        return self.base_url.partition("://")[2].partition("/")[0]


def load_dialects(user_rows: Mapping[str, Mapping[str, object]]) -> dict[str, Dialect]:
    """Return every dialect by name, the user's rows over the built-in ones.

    A row may start from another with `like = "NAME"`. Raises SettingsError, naming the row, for
    an unknown field or a wrong type.
    """
    rows = merged_rows("dialects.toml", user_rows)
    allowed = {f.name for f in fields(Dialect)} - {"name"}
    out: dict[str, Dialect] = {}
    for name, row in rows.items():
        full = _inherited(name, rows)
        out[name] = build_row(Dialect, f"dialects.{name}", allowed, {"name": name, **full})
        if not out[name].title:
            out[name] = build_row(Dialect, name, allowed, {"name": name, "title": name, **full})
        if row.get("fim", "none") not in ("none", "tokens", "infill"):
            raise SettingsError(f"dialects.{name}.fim must be none, tokens or infill")
    return out


def _inherited(name: str, rows: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    row = dict(rows[name])
    base = row.pop("like", None)
    if base is None:
        return row
    if not isinstance(base, str) or base not in rows or rows[base].get("like") is not None:
        raise SettingsError(f"dialects.{name}.like must name a built-in provider, not {base!r}")
    return {**rows[base], **row}
