"""Where the user's own files live: the platform's places, or what a variable names."""

from __future__ import annotations

import os
from pathlib import Path

USER_FILE = "config.toml"
"""Name of the settings file in `user_config_dir()`."""

WORKSPACE_FILE = ".glm-ls.toml"
"""Name of the settings file in the root of a workspace."""

# Without an author Windows would get a second folder of the same name; appauthor=False stops it.
_APP = "glm-ls"

VARIABLES = ("GLM_LS_CONFIG_DIR", "GLM_LS_STATE_DIR", "GLM_LS_CACHE_DIR")
"""Variables that name a folder; they are no settings."""


def user_config_dir() -> Path:
    """Return the folder of the user file; GLM_LS_CONFIG_DIR overrides it."""
    import platformdirs

    return _chosen("GLM_LS_CONFIG_DIR") or platformdirs.user_config_path(_APP, appauthor=False)


def user_state_dir() -> Path:
    """Return the folder of what must outlive the process; GLM_LS_STATE_DIR overrides it."""
    import platformdirs

    return _chosen("GLM_LS_STATE_DIR") or platformdirs.user_state_path(_APP, appauthor=False)


def user_cache_dir() -> Path:
    """Return the folder of what can be made again; GLM_LS_CACHE_DIR overrides it."""
    import platformdirs

    return _chosen("GLM_LS_CACHE_DIR") or platformdirs.user_cache_path(_APP, appauthor=False)


def _chosen(variable: str) -> Path | None:
    chosen = os.environ.get(variable)
    return Path(os.path.expanduser(chosen)) if chosen else None
