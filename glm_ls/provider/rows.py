"""TOML tables of the package, with the user's rows laid over them, as checked values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, TypeVar, get_type_hints

from glm_ls.errors import SettingsError

T = TypeVar("T")

_CHECKS: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "int": int,
    "float": (int, float),
    "tuple": (list, tuple),
    "Mapping": Mapping,
}


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


def build_row(cls: type[T], where: str, allowed: set[str], row: Mapping[str, object]) -> T:
    """Build a row's value; raises SettingsError for a field it does not have or a wrong type."""
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, value in row.items():
        if key not in allowed and key != "name":
            names = ", ".join(sorted(allowed))
            raise SettingsError(f"{where} has no field {key!r}; it has: {names}")
        kind = str(getattr(hints[key], "__name__", "") or hints[key]).partition("[")[0]
        check = _CHECKS.get(kind)
        if check is not None and not isinstance(value, check):
            raise SettingsError(f"{where}.{key} must be {kind}, not {value!r}")
        values[key] = tuple(value) if isinstance(value, list) else value
    return cls(**values)
