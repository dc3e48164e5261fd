"""The settings: which files are used, and what was said without effect."""

from __future__ import annotations

from pathlib import Path

from glm_ls.cli.checks.check import Check
from glm_ls.config.layers import Resolved
from glm_ls.config.paths import USER_FILE, WORKSPACE_FILE, user_config_dir
from glm_ls.log import redact


def settings_checks(resolved: Resolved, workspace: Path) -> list[Check]:
    """Return the files that are read, and one warning per complaint."""
    places = (user_config_dir() / USER_FILE, workspace / WORKSPACE_FILE)
    files = [str(path) for path in places if path.is_file()]
    said = sum(origin != "default" for origin in resolved.origins.values())
    used = f"{said} set, from {', '.join(files)}" if files else f"{said} set, no settings file"
    complaints = [
        Check("settings", "warning", redact(str(complaint)), "It has no effect; mend or drop it.")
        for complaint in resolved.complaints
    ]
    return [Check("settings", "ok", used), *complaints]
