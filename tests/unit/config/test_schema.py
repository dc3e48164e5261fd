"""The schema is whole: every default is allowed, every setting is explained, nothing leaks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import pytest

from glm_ls.config.kinds import Number
from glm_ls.config.schema import SETTINGS, Settings, build_settings, parse_setting, variable_of
from glm_ls.errors import SettingsError


@pytest.mark.parametrize("key", SETTINGS)
def test_setting_is_explained(key: str) -> None:
    about = SETTINGS[key]
    assert about.sentence.endswith(".")
    assert about.sentence[0].isupper()
    if isinstance(about.kind, Number):
        assert about.kind.unit


@pytest.mark.parametrize("key", SETTINGS)
def test_default_is_allowed(key: str) -> None:
    default = SETTINGS[key].default
    parsed = parse_setting(key, default)
    assert (parsed, type(parsed)) == (default, type(default))


def test_defaults_reach_the_settings() -> None:
    settings = Settings()
    assert settings.enabled is True
    assert settings.completion.max_tokens == 256
    assert settings.network.first_byte_s == 8.0
    assert settings.dialects == {}
    assert build_settings({key: about.default for key, about in SETTINGS.items()}) == settings


def test_settings_compare_by_content_and_are_frozen() -> None:
    built = build_settings({"completion.max_tokens": 5})
    assert built == replace(Settings(), completion=replace(Settings().completion, max_tokens=5))
    assert built != Settings()
    with pytest.raises(FrozenInstanceError):
        built.model = "glm-4.6"  # type: ignore[misc]


def test_settings_never_print_a_key() -> None:
    settings = build_settings(
        {"api_key": "sk-1", "dialects": {"mine": {"headers": {"x-key": "sk-2"}}}}
    )
    assert "sk-" not in repr(settings)


def test_parse_setting_names_the_key() -> None:
    with pytest.raises(SettingsError, match=r"^log.level must be"):
        parse_setting("log.level", "loud")


def test_variables_are_distinct() -> None:
    assert variable_of("completion.max_tokens") == "GLM_LS_COMPLETION_MAX_TOKENS"
    assert len({variable_of(key) for key in SETTINGS}) == len(SETTINGS)


def test_import_leaves_parsers_for_later() -> None:
    late = ("tomllib", "difflib", "shlex", "json", "platformdirs", "logging")
    program = (
        "import sys; before = set(sys.modules); import glm_ls.config.layers; "
        f"print((sys.modules.keys() - before) & set({late}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
