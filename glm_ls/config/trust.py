"""What a workspace file may do: it narrows what the user allows, and never widens it.

A repository is written by others. It may ask for less - fewer features, smaller prompts, more
files kept back - but never names an endpoint, a key, a proxy or a command, and never undoes
what the user set. Each narrowing is a function from the user's value and the file's to the
value that counts; it raises SettingsError where the file asks for more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from glm_ls.config.kinds import plain, shown
from glm_ls.config.schema import SETTINGS, parse_setting
from glm_ls.config.setting import Narrowing
from glm_ls.errors import SettingsError


def narrow(key: str, mine: object, raw: object, *, trusted: bool = False) -> object:
    """Return the value of a setting after a workspace file said `raw`; raises SettingsError.

    `trusted`: the user trusts the file's folder.
    """
    allowed = SETTINGS[key].workspace
    if allowed == "no":
        raise SettingsError(f"a workspace file may not set {key}")
    asked = parse_setting(key, raw)
    if allowed == "trusted" and asked and not trusted:
        raise SettingsError(f"{key} counts only in a folder of trusted_folders")
    return _NARROW[allowed](key, mine, asked)


def is_trusted(folder: Path, trusted_folders: Iterable[str]) -> bool:
    """Whether a folder is one of those the user trusts, or below one."""
    real = os.path.realpath(folder)
    roots = (os.path.realpath(os.path.expanduser(one)) for one in trusted_folders if one)
    return any(real == root or real.startswith(os.path.join(root, "")) for root in roots)


def _only(value: object, how: str, key: str, mine: Any, asked: Any) -> object:
    if asked in (mine, value):
        return asked
    raise SettingsError(f"a workspace file may only {how} {key}")


def _lower(key: str, mine: Any, asked: Any) -> object:
    # Where 0 is allowed it means "no cap", which is more than any number.
    if (asked or float("inf")) <= (mine or float("inf")):
        return asked
    raise SettingsError(
        f"a workspace file may only lower {key} ({plain(mine)}), not set it to {plain(asked)}"
    )


def _add(key: str, mine: Any, asked: Any) -> object:
    # In .gitignore syntax "!" takes a file back in; a line break could hide one.
    undoing = (item for item in asked if any(_undoes(line) for line in item.splitlines()))
    if (item := next(undoing, None)) is not None:
        raise SettingsError(f"a workspace file may only add to {key}, not undo with {shown(item)}")
    return mine + tuple(item for item in asked if item not in mine)


def _undoes(line: str) -> bool:
    return line.lstrip().startswith("!")


def _off(key: str, mine: Any, asked: Any) -> object:
    return _only(False, "switch off", key, mine, asked)


def _on(key: str, mine: Any, asked: Any) -> object:
    return _only(True, "switch on", key, mine, asked)


def _manual(key: str, mine: Any, asked: Any) -> object:
    return _only("manual", 'choose "manual" for', key, mine, asked)


_NARROW: Mapping[Narrowing, Callable[[str, Any, Any], object]] = {
    "off": _off,
    "on": _on,
    "manual": _manual,
    "lower": _lower,
    "add": _add,
    "trusted": _add,
}
