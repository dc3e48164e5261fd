"""The user's folders: the platform's own, or those a variable names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.config.paths import (
    VARIABLES,
    user_cache_dir,
    user_config_dir,
    user_state_dir,
)

FOLDERS = dict(zip(VARIABLES, (user_config_dir, user_state_dir, user_cache_dir), strict=True))


@pytest.mark.parametrize(("variable", "folder"), FOLDERS.items())
def test_variable_names_the_folder(
    variable: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv(variable, "~/mine")
    assert folder() == tmp_path / "mine"


@pytest.mark.parametrize(("variable", "folder"), FOLDERS.items())
def test_platform_names_the_folder(
    variable: str, folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "")
    assert folder().is_absolute()
    assert folder().parts.count("glm-ls") == 1
