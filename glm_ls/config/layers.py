"""Files, client and environment go in, in this order; Settings, origins and complaints come out.

Each layer overrules the one before: defaults, the user file, the client, the environment. The
workspace file comes last and may only narrow (`trust`). What cannot be used changes nothing and
is complained of once; nothing here raises, since a server with a bad setting is still useful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast

from glm_ls.config.files import SettingsFile, read_settings_file
from glm_ls.config.kinds import Secret, shown, type_name
from glm_ls.config.paths import VARIABLES
from glm_ls.config.schema import (
    SECTIONS,
    SETTINGS,
    Settings,
    build_settings,
    parse_setting,
    read_setting,
    variable_of,
)
from glm_ls.config.shapes import client_shape, nearest, spread
from glm_ls.config.trust import is_trusted, narrow
from glm_ls.errors import SettingsError

MAX_UNKNOWN = 20
"""Unknown keys of one layer that are named; the rest is counted."""

_PREFIX = "GLM_LS_"
_VARIABLES = {variable_of(key): key for key in SETTINGS}

_Accept = Callable[[str, object, object], object]
"""(key, value of the layers below, raw value) to the value that counts; raises SettingsError."""


class Complaint(NamedTuple):
    """Why something that was said about a setting has no effect."""

    origin: str
    key: str
    """The setting, or the unknown key as it was spelled; empty: the whole origin is unusable."""
    message: str

    def __str__(self) -> str:
        from glm_ls.log import redact

        # A key may stand where a number should.
        return redact(f"{self.origin}: {self.message}")


class Resolved(NamedTuple):
    """The settings that count, and where they come from."""

    settings: Settings
    origins: Mapping[str, str]
    """Dotted key to the last layer that set it; `default` where none did."""
    complaints: tuple[Complaint, ...]


def resolve(
    *,
    user_file: Path | None,
    client: object,
    environ: Mapping[str, str],
    workspace_files: Iterable[Path] = (),
) -> Resolved:
    """Return what all layers together say; `client` comes as the client sent it.

    Of several workspace folders each file narrows: the strictest counts everywhere.
    """
    draft = _Draft()
    draft.take_user_file(user_file)
    draft.take_client(client)
    draft.take_environment(environ)
    for path in workspace_files:
        draft.take_workspace_file(path)
    return Resolved(build_settings(draft.values), draft.origins, tuple(draft.complaints))


class _Draft:
    """Settings in the making: layer after layer writes into it."""

    def __init__(self) -> None:
        self.values = {key: about.default for key, about in SETTINGS.items()}
        self.origins = dict.fromkeys(SETTINGS, "default")
        self.complaints: list[Complaint] = []

    def take_user_file(self, path: Path | None) -> None:
        origin = f"user file {path}"
        if path and (file := self._read(origin, path)):
            self._take(origin, file.table, _accept if file.is_private else _accept_public)

    def take_client(self, raw: object) -> None:
        if raw is not None and not isinstance(raw, Mapping):
            self._complain("client", "", f"settings must be a table, not {type_name(raw)}")
        self._take("client", client_shape(raw) or {}, _accept)

    def take_environment(self, environ: Mapping[str, str]) -> None:
        # An empty variable is how shells and CI systems spell one that is not set.
        for name in sorted(name for name, text in environ.items() if text.strip()):
            if key := _VARIABLES.get(name):
                self._set(f"environment {name}", key, environ[name], _accept_text)
            elif name.startswith(_PREFIX) and name not in VARIABLES:
                hint = nearest(name, [*_VARIABLES, *VARIABLES], shared=_PREFIX)
                self._complain("environment", name, f"{name} is no setting{hint}")

    def take_workspace_file(self, path: Path) -> None:
        origin = f"workspace file {path}"
        if file := self._read(origin, path):
            folders = cast(tuple[str, ...], self.values["trusted_folders"])
            trusted = is_trusted(path.parent, folders)
            self._take(origin, file.table, partial(narrow, trusted=trusted))

    def _read(self, origin: str, path: Path) -> SettingsFile | None:
        try:
            return read_settings_file(path)
        except SettingsError as trouble:
            self._complain(origin, "", str(trouble))
            return None

    def _take(self, origin: str, table: Mapping[str, object], accept: _Accept) -> None:
        unknown: dict[str, object] = {}
        for key, raw in spread(table):
            if key in SETTINGS:
                self._set(origin, key, raw, accept)
            else:
                unknown[key] = raw
        for key in list(unknown)[:MAX_UNKNOWN]:
            self._complain(origin, key, _unknown(key, unknown[key]))
        if (more := len(unknown) - MAX_UNKNOWN) > 0:
            self._complain(origin, "", f"{more} more keys are no settings")

    def _set(self, origin: str, key: str, raw: object, accept: _Accept) -> None:
        try:
            self.values[key] = accept(key, self.values[key], raw)
        except SettingsError as trouble:
            self._complain(origin, key, str(trouble))
        else:
            self.origins[key] = origin

    def _complain(self, origin: str, key: str, message: str) -> None:
        self.complaints.append(Complaint(origin, key, message))


def _accept(key: str, below: object, raw: object) -> object:
    value = parse_setting(key, raw)
    # Rows of a table add up over the layers: a client may add a model to those of the user file.
    return below | value if isinstance(below, dict) and isinstance(value, dict) else value


def _accept_public(key: str, below: object, raw: object) -> object:
    if isinstance(SETTINGS[key].kind, Secret):
        raise SettingsError(
            f"{key} is ignored because others can read this file; make it private (chmod 600) "
            "or use api_key_command"
        )
    return _accept(key, below, raw)


def _accept_text(key: str, below: object, raw: object) -> object:
    return read_setting(key, str(raw))


def _unknown(key: str, raw: object) -> str:
    if key in SECTIONS:
        return f"{key} must be a table, not {type_name(raw)}"
    return f"{shown(key)} is no setting{nearest(key, SETTINGS)}"
