"""A folder in, the settings that count there out: the same layers as in an editor, without one."""

from __future__ import annotations

import os
from pathlib import Path

from glm_ls import log
from glm_ls.config.layers import Resolved, resolve
from glm_ls.config.paths import USER_FILE, WORKSPACE_FILE, user_config_dir
from glm_ls.workspace.ignore import repository_of


def workspace_of(place: Path) -> Path:
    """Return the git repository around a file or folder, else its folder."""
    folder = place if place.is_dir() else place.parent
    return Path(repository_of(str(folder)))


def settings_in(workspace: Path, client: object = None) -> Resolved:
    """Return the settings of the user in a workspace, and log as they say.

    `client`: what an editor has sent, if one asks.

    Where nothing is said only warnings are logged, for a command's output is its message.
    """
    resolved = resolve(
        user_file=user_config_dir() / USER_FILE,
        client=client,
        environ=os.environ,
        workspace_files=[workspace / WORKSPACE_FILE],
    )
    asked, about = resolved.origins["log.level"] != "default", resolved.settings.log
    log.configure(about.level if asked else "warning", about.file)
    return resolved
