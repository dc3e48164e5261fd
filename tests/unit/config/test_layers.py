"""Who wins, what is complained of, and what a hostile repository gets: nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from glm_ls.config.layers import MAX_UNKNOWN, Resolved, resolve
from glm_ls.config.schema import SETTINGS, Settings, variable_of

Resolve = Callable[..., Resolved]


@pytest.fixture
def layers(tmp_path: Path) -> Resolve:
    """Resolve from the text of the two files; an absent layer says nothing."""

    def call(
        user: str = "",
        client: object = None,
        environ: Mapping[str, str] | None = None,
        workspace: str = "",
        mode: int = 0o600,
    ) -> Resolved:
        user_file, workspace_file = tmp_path / "config.toml", tmp_path / ".glm-ls.toml"
        user_file.write_text(user)
        user_file.chmod(mode)
        workspace_file.write_text(workspace)
        return resolve(
            user_file=user_file,
            client=client,
            environ=environ or {},
            workspace_files=[workspace_file],
        )

    return call


def value_of(settings: Settings, key: str) -> object:
    section, _, name = key.rpartition(".")
    return getattr(getattr(settings, section) if section else settings, name)


def complaints_of(resolved: Resolved, tmp_path: Path) -> list[str]:
    return [str(complaint).replace(f"{tmp_path}{os.sep}", "") for complaint in resolved.complaints]


def test_nothing_said() -> None:
    resolved = resolve(user_file=None, client=None, environ={})
    assert resolved == (Settings(), dict.fromkeys(SETTINGS, "default"), ())


def test_later_layers_win(layers: Resolve, tmp_path: Path) -> None:
    user = "[completion]\nmax_tokens = 1\n"
    client = {"completion": {"max_tokens": 2}}
    environ = {"GLM_LS_COMPLETION_MAX_TOKENS": "3"}
    key = "completion.max_tokens"
    steps = [
        (layers(), 256, "default"),
        (layers(user), 1, f"user file {tmp_path / 'config.toml'}"),
        (layers(user, client), 2, "client"),
        (layers(user, client, environ), 3, "environment GLM_LS_COMPLETION_MAX_TOKENS"),
    ]
    for resolved, value, origin in steps:
        assert (value_of(resolved.settings, key), resolved.origins[key]) == (value, origin)
        assert resolved.complaints == ()


def test_workspace_narrows_what_the_other_layers_say(layers: Resolve, tmp_path: Path) -> None:
    resolved = layers(
        user="privacy.ignore = ['*.key']\nlimits.tokens_per_day = 0",
        client={"completion": {"languagesOff": ["markdown"]}},
        environ={"GLM_LS_COMPLETION_MAX_TOKENS": "300"},
        workspace=(
            "enabled = false\n[completion]\nmax_tokens = 200\nlanguages_off = ['c']\n"
            "[privacy]\nignore = ['data/']\n[limits]\ntokens_per_day = 1000\n"
        ),
    )
    settings = resolved.settings
    assert resolved.complaints == ()
    assert settings.enabled is False
    assert settings.completion.max_tokens == 200
    assert settings.completion.languages_off == ("markdown", "c")
    assert settings.privacy.ignore == ("*.key", "data/")
    assert settings.limits.tokens_per_day == 1000
    assert resolved.origins["enabled"] == f"workspace file {tmp_path / '.glm-ls.toml'}"


def test_rows_of_tables_add_up(layers: Resolve) -> None:
    resolved = layers(
        user="[models.one]\ncontext = 1\n[models.two]\ncontext = 2\n",
        client={"models": {"two": {"output": 3}, "three": {}}},
    )
    assert resolved.settings.models == {"one": {"context": 1}, "two": {"output": 3}, "three": {}}
    assert SETTINGS["models"].default == {}


@pytest.mark.parametrize("key", SETTINGS)
def test_default_survives_each_layer(layers: Resolve, key: str) -> None:
    default = SETTINGS[key].default
    spelled = "\n".join(f"{row} = {{}}" for row in default) if isinstance(default, dict) else None
    toml = f"[{key}]\n{spelled}" if spelled is not None else f"{key} = {json.dumps(default)}"
    text = ",".join(default) if isinstance(default, tuple) else str(default)
    plain = not isinstance(default, dict)
    for resolved in (
        layers(user=toml),
        layers(client={"glm-ls": {key: json.loads(json.dumps(default))}}),
        layers(environ={variable_of(key): text} if plain else {}),
        layers(workspace=toml) if SETTINGS[key].workspace != "no" else layers(),
    ):
        assert (value_of(resolved.settings, key), resolved.complaints) == (default, ())


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        pytest.param(
            {"user": "[completion]\nmax_token = 5"},
            'user file config.toml: "completion.max_token" is no setting; '
            "did you mean completion.max_tokens?",
            id="unknown key",
        ),
        pytest.param(
            {"user": "[log]\nlevel = 'loud'"},
            'user file config.toml: log.level must be "error", "warning", "info" or "debug", '
            'not "loud"',
            id="unknown word",
        ),
        pytest.param(
            {"user": "completion = 5"},
            "user file config.toml: completion must be a table, not an integer",
            id="section that is no table",
        ),
        pytest.param(
            {"user": "a = 1\nb ="},
            "user file config.toml: is not TOML: Invalid value (at line 2, the end of the file)",
            id="broken file",
        ),
        pytest.param(
            {"client": {"completion": {"maxTokens": 0}}},
            "client: completion.max_tokens must be an integer from 1 to 8192, not 0",
            id="out of range",
        ),
        pytest.param(
            {"client": {"answer": 42}}, 'client: "answer" is no setting', id="nothing near"
        ),
        pytest.param(
            {"client": {"glm-ls": 5}},
            'client: "glm-ls" is no setting',
            id="no table under our name",
        ),
        pytest.param(
            {"client": [{"model": "m"}]},
            "client: settings must be a table, not a list",
            id="no table",
        ),
        pytest.param(
            {"environ": {"GLM_LS_COMPLETION_ENABLED": "maybe"}},
            "environment GLM_LS_COMPLETION_ENABLED: completion.enabled must be 1/true/yes/on or "
            '0/false/no/off, not "maybe"',
            id="variable with a bad value",
        ),
        pytest.param(
            {"environ": {"GLM_LS_BASE_ULR": "x"}},
            "environment: GLM_LS_BASE_ULR is no setting; did you mean GLM_LS_BASE_URL?",
            id="unknown variable",
        ),
        pytest.param(
            {"environ": {"GLM_LS_MODELS": "glm"}},
            "environment GLM_LS_MODELS: models is a table and cannot be written as an "
            "environment variable",
            id="table in a variable",
        ),
    ],
)
def test_one_complaint_and_the_default_stays(
    layers: Resolve, tmp_path: Path, said: dict[str, object], complaint: str
) -> None:
    resolved = layers(**said)
    assert complaints_of(resolved, tmp_path) == [complaint]
    assert resolved.settings == Settings()


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        ({"client": {"glm-ls": {"model": "m"}, "pylsp": {"plugins": {}}}}, {"model": "m"}),
        ({"client": {"completion": {"mode": None}}}, {}),
        ({"environ": {"GLM_LS_BASE_URL": "", "GLM_LS_CONFIG_DIR": "/x", "PATH": "/bin"}}, {}),
        (
            {"environ": {"GLM_LS_API_KEY_COMMAND": "pass show z"}},
            {"api_key_command": ("pass", "show", "z")},
        ),
        ({"client": {"api_key": "sk-1"}}, {"api_key": "sk-1"}),
        ({"user": "api_key = 'sk-1'"}, {"api_key": "sk-1"}),
    ],
)
def test_nothing_to_complain_of(
    layers: Resolve, said: dict[str, object], settings: dict[str, object]
) -> None:
    resolved = layers(**said)
    assert resolved.complaints == ()
    assert {key: value_of(resolved.settings, key) for key in settings} == settings
    changed = {key for key, origin in resolved.origins.items() if origin != "default"}
    assert changed == settings.keys()


def test_lower_layer_stays_where_a_higher_one_is_wrong(layers: Resolve) -> None:
    resolved = layers(user="model = 'mine'", client={"model": 5})
    assert (resolved.settings.model, len(resolved.complaints)) == ("mine", 1)


@pytest.mark.skipif(os.name == "nt", reason="file modes are of POSIX")
def test_key_in_a_file_that_others_can_read(layers: Resolve, tmp_path: Path) -> None:
    resolved = layers(user="api_key = 'sk-1'\nmodel = 'm'", mode=0o644)
    assert (resolved.settings.api_key, resolved.settings.model) == ("", "m")
    assert complaints_of(resolved, tmp_path) == [
        "user file config.toml: api_key is ignored because others can read this file; "
        "make it private (chmod 600) or use api_key_command"
    ]


def test_complaints_never_repeat_a_key(layers: Resolve) -> None:
    resolved = layers(
        user="api_key = ['sk-1']",
        client={"api_key": {"key": "sk-2"}},
        workspace="api_key = 'sk-3'",
    )
    assert len(resolved.complaints) == 3
    assert "sk-" not in " ".join(map(str, resolved.complaints))


def test_many_unknown_keys_are_counted(layers: Resolve) -> None:
    resolved = layers(client={f"other{number}": 1 for number in range(MAX_UNKNOWN + 5)})
    assert len(resolved.complaints) == MAX_UNKNOWN + 1
    assert str(resolved.complaints[-1]) == "client: 5 more keys are no settings"


HOSTILE = [
    ("base_url", "'https://evil.example'", "a workspace file may not set base_url"),
    ("baseUrl", "'https://evil.example'", "a workspace file may not set base_url"),
    ("api_key", "'sk-evil'", "a workspace file may not set api_key"),
    ("api_key_command", "['sh', '-c', 'id']", "a workspace file may not set api_key_command"),
    ("provider", "'evil'", "a workspace file may not set provider"),
    ("model", "'dear'", "a workspace file may not set model"),
    ("network.proxy", "'http://evil'", "a workspace file may not set network.proxy"),
    ("network.ca_bundle", "'evil.pem'", "a workspace file may not set network.ca_bundle"),
    ("dialects.zai.base_url", "'https://evil'", "a workspace file may not set dialects"),
    ("models.glm.context", "1", "a workspace file may not set models"),
    ("log.file", "'/home/ada/.bashrc'", "a workspace file may not set log.file"),
    ("embedded.takeover", "false", "a workspace file may not set embedded.takeover"),
    (
        "completion.max_tokens",
        "8192",
        "a workspace file may only lower completion.max_tokens (256), not set it to 8192",
    ),
    (
        "limits.concurrency",
        "64",
        "a workspace file may only lower limits.concurrency (2), not set it to 64",
    ),
    (
        "limits.requests_per_hour",
        "0",
        "a workspace file may only lower limits.requests_per_hour (9), not set it to 0",
    ),
    (
        "privacy.ignore",
        "['!*.key']",
        'a workspace file may only add to privacy.ignore, not undo with "!*.key"',
    ),
    ("privacy.hide_secrets", "false", "a workspace file may only switch on privacy.hide_secrets"),
    (
        "privacy.hide_secret",
        "false",
        '"privacy.hide_secret" is no setting; did you mean privacy.hide_secrets?',
    ),
]

USER = "privacy.ignore = ['*.key']\nlimits.requests_per_hour = 9\n"


@pytest.mark.parametrize(("key", "value", "message"), HOSTILE)
def test_hostile_workspace_file_gets_nothing(
    layers: Resolve, tmp_path: Path, key: str, value: str, message: str
) -> None:
    resolved = layers(user=USER, workspace=f"{key} = {value}")
    assert complaints_of(resolved, tmp_path) == [f"workspace file .glm-ls.toml: {message}"]
    assert resolved.settings == layers(user=USER).settings


def test_hostile_keys_do_not_hide_behind_each_other(layers: Resolve, tmp_path: Path) -> None:
    workspace = "\n".join(f"{key} = {value}" for key, value, _ in HOSTILE)
    resolved = layers(user=USER, workspace=workspace)
    assert sorted(complaints_of(resolved, tmp_path)) == sorted(
        f"workspace file .glm-ls.toml: {message}" for _, _, message in HOSTILE
    )
    assert resolved.settings == layers(user=USER).settings


def test_every_folder_of_a_workspace_narrows(tmp_path: Path) -> None:
    texts = (
        "completion.max_tokens = 100\n",
        'privacy.ignore = ["*.sql"]\n[completion]\nmax_tokens = 50',
    )
    files = [tmp_path / f"{number}.toml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    for order in (files, files[::-1]):
        resolved = resolve(user_file=None, client=None, environ={}, workspace_files=order)
        assert resolved.settings.completion.max_tokens == 50
        assert resolved.settings.privacy.ignore == ("*.sql",)


def test_a_variable_resembles_another_by_what_is_its_own(layers: Resolve, tmp_path: Path) -> None:
    environ = {"GLM_LS_FOO": "1", "GLM_LS_MODLE": "glm-4.7"}
    assert complaints_of(layers(environ=environ), tmp_path) == [
        "environment: GLM_LS_FOO is no setting",
        "environment: GLM_LS_MODLE is no setting; did you mean GLM_LS_MODEL?",
    ]


def test_a_key_in_the_wrong_place_is_not_repeated() -> None:
    resolved = resolve(user_file=None, client={"log": {"level": "sk-a1b2c3d4e5f6"}}, environ={})
    assert [str(complaint) for complaint in resolved.complaints] == [
        'client: log.level must be "error", "warning", "info" or "debug", not "[redacted]"'
    ]
