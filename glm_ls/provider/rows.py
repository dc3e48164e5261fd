"""TOML tables of the package, with the user's rows laid over them, as checked values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from glm_ls.errors import SettingsError

T = TypeVar("T")


def merged_rows(
    resource: str, user_rows: Mapping[str, Mapping[str, object]]
) -> dict[str, dict[str, object]]:
    """Return the rows of a packaged TOML file by id, each overlaid by the user's row."""
    packaged = tomllib.loads(files("glm_ls.provider").joinpath(resource).read_text("utf-8"))
    rows = {str(row.pop("id", name)): row for name, row in packaged.items()}
    for name, row in user_rows.items():
        if not isinstance(row, Mapping):
            raise SettingsError(f"{resource.removesuffix('.toml')}.{name} must be a table")
        rows[name] = {**rows.get(name, {}), **row}
    return rows


def build_row(cls: type[T], table: str, name: str, row: Mapping[str, object]) -> T:
    """Build a row's dataclass, which has a `name` besides the row's fields.

    Raises SettingsError for a field it does not have or a value of the wrong type. The words
    never show the value: headers may hold a secret.
    """
    hints = get_type_hints(cls)
    allowed = [field for field in hints if field != "name"]
    values: dict[str, Any] = {}
    for key, value in row.items():
        where = f"{table}.{name}"
        if key not in allowed:
            raise SettingsError(f"{where} has no field {key!r}; it has: {', '.join(allowed)}")
        if not _fits(value, hints[key]):
            raise SettingsError(f"{where}.{key} must be {_wanted(hints[key])}")
        values[key] = tuple(value) if isinstance(value, list) else value
    return cls(**{"name": name, **values})


_NAMES = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _wanted(hint: Any) -> str:
    inner = get_args(hint)
    if get_origin(hint) is Literal:
        return " or ".join(map(repr, inner))
    if get_origin(hint) is tuple:
        return f"a list, each entry {_wanted(inner[0])}"
    if get_origin(hint) is Mapping:
        return "a table" + (f", each value {_wanted(inner[1])}" if inner[1] is not Any else "")
    return _NAMES[hint]


def _fits(value: object, hint: Any) -> bool:
    """Whether a value of TOML or JSON is of the type of a field."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in inner
    if origin is tuple:
        return isinstance(value, list | tuple) and all(_fits(v, inner[0]) for v in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            inner[1] is Any or _fits(v, inner[1]) for v in value.values()
        )
    if isinstance(value, bool) or hint is bool:
        return isinstance(value, bool) and hint is bool
    return isinstance(value, (int, float) if hint is float else hint)
