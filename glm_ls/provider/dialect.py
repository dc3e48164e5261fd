"""Dialects: how each kind of endpoint wants to be spoken to, read from dialects.toml.

Endpoints differ in address, key, thinking switch, FIM route and small manners. Those are rows of
a table, so that a new endpoint is a row and not a branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    thinking_off: Mapping[str, Any] = field(default_factory=dict)
    """Body fields that switch reasoning off; completions cannot wait for it."""
    fim: FimRoute = "none"
    """`tokens`: the template goes to /completions; `infill`: llama.cpp's /infill. Probed first."""
    stops: int = 4
    """How many stop strings the endpoint honors; the rest is cut on our side."""
    candidates: bool = False
    """Whether `n` gives several answers in one stream."""
    usage_option: bool = False
    """Whether usage must be asked for with stream_options.include_usage."""
    max_temperature: float = 1.0
    extra_body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Further body fields, for instance `cache_salt` or `priority` of a shared vLLM."""
    metered: bool = True
    """Whether tokens cost money, or may do so: nothing is asked for in advance."""
    debounce_ms: int = 0
    """How long to wait for the next key where every request is paid for."""


def load_dialects(user_rows: Mapping[str, Mapping[str, object]]) -> dict[str, Dialect]:
    """Return every dialect by name, the user's rows over the built-in ones.

    A row may start from another with `like = "NAME"`. Raises SettingsError, naming the row, for
    an unknown field or a value that cannot be used.
    """
    rows = merged_rows("dialects.toml", user_rows)
    return {name: _built(name, _inherited(name, rows, ())) for name in rows}


def _built(name: str, row: Mapping[str, object]) -> Dialect:
    dialect = build_row(Dialect, "dialects", name, {"title": name, **row})
    for header, value in dialect.headers.items():
        # What HTTP does not carry would fail with each request, showing the value.
        if not (is_printable(header) and is_printable(value)):
            raise SettingsError(f"dialects.{name}.headers: {header!r} is no usable HTTP header")
    return dialect


def is_printable(text: str) -> bool:
    """Whether text may stand in an HTTP header: ASCII without control characters."""
    return text.isascii() and text.isprintable()


def _inherited(
    name: str, rows: Mapping[str, Mapping[str, object]], seen: tuple[str, ...]
) -> dict[str, object]:
    row = dict(rows[name])
    base = row.pop("like", None)
    if base is None:
        return row
    if not isinstance(base, str) or base not in rows or base in (name, *seen):
        raise SettingsError(f"dialects.{name}.like must name another provider, not {base!r}")
    return {**_inherited(base, rows, (*seen, name)), **row}
