"""Params of methods that lsprotocol does not know, as plain values.

pygls makes named tuples of them. Here they are dictionaries again, and looking into one never
fails: what is not there, or of another kind, is nothing.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from glm_ls.lsp.lenient import MOST


def untyped(params: Any) -> Any:
    """Return params with a dictionary for each named tuple."""
    if isinstance(params, tuple) and hasattr(params, "_asdict"):
        return {key: untyped(value) for key, value in params._asdict().items()}
    if isinstance(params, list | tuple):
        return [untyped(value) for value in params]
    return params


def at(value: Any, *names: str) -> Any:
    """Return what stands at a path of names, None where nothing does."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def position_at(value: Any, *names: str) -> types.Position:
    """Return the position at a path of names; what is no number counts as 0."""
    place = at(value, *names)
    numbers = (at(place, name) for name in ("line", "character"))
    whole = (n if isinstance(n, int | float) and n >= 0 else 0 for n in numbers)
    return types.Position(*(int(min(n, MOST)) for n in whole))


def rows_at(value: Any, *names: str) -> range:
    """Return the lines of the range at a path of names, at least one."""
    start, end = position_at(value, *names, "start"), position_at(value, *names, "end")
    return range(start.line, max(start.line, end.line - (end.character == 0)) + 1)
