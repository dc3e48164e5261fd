"""`glm-ls config`: the settings that count, and which layer said so.

Invariant: a secret is shown as "(set)", and so is whatever may carry one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from glm_ls.cli.output import WIDTH, Report, Screen, wrapped
from glm_ls.cli.settings import settings_in, workspace_of
from glm_ls.config.docs import json_schema
from glm_ls.config.kinds import Command, Secret
from glm_ls.config.layers import Complaint, Resolved
from glm_ls.config.paths import USER_FILE, user_config_dir
from glm_ls.config.schema import SETTINGS, Settings
from glm_ls.log import redact

SET = "(set)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `config`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--all", action="store_true", help="show the defaults too")
    what.add_argument("--path", action="store_true", help="print the path of the user file")
    what.add_argument("--schema", action="store_true", help="print the JSON Schema of the settings")


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Show the settings; wrong where something that was said has no effect."""
    path = user_config_dir() / USER_FILE
    if options.path:
        screen.line(str(path))
        return Report({"path": str(path)})
    if options.schema:
        schema = json_schema()
        screen.line(json.dumps(schema, indent=2))
        return Report(schema)
    resolved = settings_in(workspace_of(Path.cwd()))
    shown = {
        key: {"value": shown_value(resolved.settings, key), "origin": redact(origin)}
        for key, origin in resolved.origins.items()
        if options.all or origin != "default"
    }
    _say(screen, shown, resolved, path)
    document = {
        "path": str(path),
        "settings": shown,
        "complaints": [_document(complaint) for complaint in resolved.complaints],
    }
    return Report(document, code=1 if resolved.complaints else 0)


def shown_value(settings: Settings, key: str) -> object:
    """Return a setting's value as it may be seen by others."""
    section, _, name = key.rpartition(".")
    value = getattr(getattr(settings, section) if section else settings, name)
    kind = SETTINGS[key].kind
    if isinstance(kind, Secret):
        return SET if value else ""
    if isinstance(kind, Command):
        # The program is worth seeing; an argument can be the key itself.
        return [value[0], *(SET for _ in value[1:])] if value else []
    if isinstance(value, Mapping):
        return {row: _shown_row(fields) for row, fields in value.items()}
    return redact(value) if isinstance(value, str) else value


def _shown_row(fields: Mapping[str, object]) -> dict[str, object]:
    """Return a row of a dialect or model; its inner tables are headers and bodies."""
    return {
        name: SET if isinstance(field, Mapping) else redact(str(field))
        for name, field in fields.items()
    }


def _document(complaint: Complaint) -> dict[str, str]:
    origin, key, message = complaint
    return {"origin": redact(origin), "key": key, "message": redact(message)}


def _say(
    screen: Screen,
    shown: Mapping[str, Mapping[str, object]],
    resolved: Resolved,
    path: Path,
) -> None:
    for key, about in shown.items():
        value = f"{key} = {json.dumps(about['value'], ensure_ascii=False)}"
        origin = f"({about['origin']})"
        if len(value) + len(origin) + 2 <= WIDTH:
            screen.line(f"{value}  {screen.paint(origin, 'dim')}")
        else:
            screen.lines([value, "    " + screen.paint(origin, "dim")])
    if not shown:
        screen.line("Every setting has its default.")
    if not path.exists():
        screen.line(f"There is no user file yet; it would be {path}")
    for complaint in resolved.complaints:
        screen.lines(wrapped(screen.paint("wrong", "red") + "  ", redact(str(complaint)), 7))
