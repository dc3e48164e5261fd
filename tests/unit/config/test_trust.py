"""A workspace file narrows what the user allows, and is refused whatever would widen it."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_ls.config.layers import resolve
from glm_ls.config.schema import SETTINGS
from glm_ls.config.trust import narrow
from glm_ls.errors import SettingsError

NARROWABLE = {
    "enabled",
    "completion.enabled",
    "embedded.enabled",
    "next_edit.enabled",
    "next_edit.max_tokens",
    "completion.mode",
    "completion.languages_off",
    "privacy.ignore",
    "privacy.hide_secrets",
    "privacy.max_file_mb",
    "completion.max_tokens",
    "actions.most_tokens",
    "context.max_tokens",
    "context.project_tokens",
    "review.on_save",
    "review.saves_per_hour",
    "review.rules",
    "limits.concurrency",
    "limits.requests_per_hour",
    "limits.tokens_per_day",
}


def test_what_a_repository_may_touch() -> None:
    assert {key for key, about in SETTINGS.items() if about.workspace != "no"} == NARROWABLE


@pytest.mark.parametrize(
    ("key", "mine", "asked", "value"),
    [
        ("enabled", True, False, False),
        ("enabled", True, True, True),
        ("enabled", False, False, False),
        ("completion.mode", "auto", "manual", "manual"),
        ("completion.mode", "auto", "auto", "auto"),
        ("completion.max_tokens", 256, 64, 64),
        ("completion.max_tokens", 256, 256, 256),
        ("limits.requests_per_hour", 0, 100, 100),
        ("limits.requests_per_hour", 0, 0, 0),
        ("limits.requests_per_hour", 100, 99, 99),
        ("privacy.max_file_mb", 5.0, 1, 1.0),
        ("privacy.hide_secrets", False, True, True),
        ("privacy.hide_secrets", True, True, True),
        (
            "privacy.ignore",
            ("*.key", "!public.key"),
            ["data/", "*.key"],
            ("*.key", "!public.key", "data/"),
        ),
        ("completion.languages_off", (), "markdown", ("markdown",)),
    ],
)
def test_narrow(key: str, mine: object, asked: object, value: object) -> None:
    assert narrow(key, mine, asked) == value


@pytest.mark.parametrize(
    ("key", "mine", "asked", "message"),
    [
        ("enabled", False, True, "a workspace file may only switch off enabled"),
        (
            "completion.enabled",
            False,
            True,
            "a workspace file may only switch off completion.enabled",
        ),
        (
            "completion.mode",
            "manual",
            "auto",
            'a workspace file may only choose "manual" for completion.mode',
        ),
        (
            "completion.max_tokens",
            256,
            300,
            "a workspace file may only lower completion.max_tokens (256), not set it to 300",
        ),
        (
            "limits.requests_per_hour",
            100,
            0,
            "a workspace file may only lower limits.requests_per_hour (100), not set it to 0",
        ),
        (
            "privacy.max_file_mb",
            5.0,
            50,
            "a workspace file may only lower privacy.max_file_mb (5), not set it to 50",
        ),
        (
            "privacy.hide_secrets",
            True,
            False,
            "a workspace file may only switch on privacy.hide_secrets",
        ),
        (
            "privacy.ignore",
            ("*.key",),
            ["a", "!*.key"],
            'a workspace file may only add to privacy.ignore, not undo with "!*.key"',
        ),
        (
            "privacy.ignore",
            (),
            [" !a"],
            'a workspace file may only add to privacy.ignore, not undo with " !a"',
        ),
        (
            "privacy.ignore",
            (),
            ["a\n!b"],
            'a workspace file may only add to privacy.ignore, not undo with "a�!b"',
        ),
        ("enabled", True, "no", "enabled must be true or false, not text"),
        (
            "context.max_tokens",
            4096,
            0,
            "context.max_tokens must be an integer from 256 to 131072, not 0",
        ),
    ],
)
def test_narrow_refuses(key: str, mine: object, asked: object, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        narrow(key, mine, asked)
    assert str(caught.value) == message


@pytest.mark.parametrize("key", sorted(SETTINGS.keys() - NARROWABLE))
def test_everything_else_is_refused_whatever_it_says(key: str) -> None:
    default = SETTINGS[key].default
    for raw in (default, object()):
        with pytest.raises(SettingsError, match=rf"^a workspace file may not set {key}$"):
            narrow(key, default, raw)


@pytest.mark.parametrize(
    ("trusted", "rules"),
    [
        ((), ()),
        (("~/nowhere",), ()),
        (("{home}",), ("No globals.",)),
        (("{work}",), ("No globals.",)),
    ],
)
def test_rules_of_a_repository_count_where_its_folder_is_trusted(
    tmp_path: Path, trusted: tuple[str, ...], rules: tuple[str, ...]
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / ".glm-ls.toml").write_text('review.rules = ["No globals."]\ntrusted_folders = ["/"]\n')
    folders = [each.format(home=tmp_path, work=work) for each in trusted]
    resolved = resolve(
        user_file=None,
        client={"trusted_folders": folders},
        environ={},
        workspace_files=[work / ".glm-ls.toml"],
    )
    assert resolved.settings.review.rules == rules
    told = {complaint.key for complaint in resolved.complaints}
    assert told == {"trusted_folders"} | (set() if rules else {"review.rules"})
