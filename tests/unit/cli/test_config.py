"""`glm-ls config`: what counts, where it comes from, and no secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from .conftest import KEY, Run


def write_user_file(text: str) -> Path:
    path = Path("../config/config.toml")
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_nothing_set(run: Run) -> None:
    code, out, _ = run("config")
    assert code == 0
    assert out.startswith("Every setting has its default.\n")
    assert "config.toml" in out


def test_each_setting_names_its_origin(run: Run, project: Path, use: Callable[..., None]) -> None:
    write_user_file('model = "glm-4.7"\n')
    use(GLM_LS_PROVIDER="bigmodel")
    (project / ".glm-ls.toml").write_text("completion.max_tokens = 64\n")
    settings = run("config", "--json").document["settings"]
    assert {
        key: (about["value"], about["origin"].split()[0]) for key, about in settings.items()
    } == {
        "provider": ("bigmodel", "environment"),
        "model": ("glm-4.7", "user"),
        "completion.max_tokens": (64, "workspace"),
    }


def test_all_shows_the_defaults_too(run: Run) -> None:
    code, out, _ = run("config", "--all")
    assert code == 0
    assert 'completion.menu = "auto"  (default)' in out


def test_a_complaint_is_wrong(run: Run) -> None:
    write_user_file("modle = 1\n")
    outcome = run("config")
    assert outcome.code == 1
    assert "did you mean model?" in outcome.out.replace("\n       ", " ")
    complaint = run("config", "--json").document["complaints"][0]
    assert complaint["key"] == "modle"


def test_secrets_are_never_shown(run: Run, use: Callable[..., None]) -> None:
    write_user_file(
        f'api_key = "{KEY}"\napi_key_command = ["echo", "{KEY}"]\n'
        f'[dialects.mine]\nlike = "vllm"\nheaders = {{ X-Key = "{KEY}" }}\n'
        f'[network]\nproxy = "http://user:{KEY}@proxy:3128"\n'
    )
    outcome = run("config", "--json")
    assert KEY not in outcome.out + outcome.err
    values = {key: about["value"] for key, about in outcome.document["settings"].items()}
    assert values == {
        "api_key": "(set)",
        "api_key_command": ["echo", "(set)"],
        "dialects": {"mine": {"like": "vllm", "headers": "(set)"}},
        "network.proxy": "http://[redacted]@proxy:3128",
    }
    assert KEY not in run("config").out


def test_path_and_schema(run: Run) -> None:
    path = run("config", "--path").out.strip()
    assert path.endswith("config.toml")
    assert run("config", "--path", "--json").document == {"path": path}
    plain = run("config", "--schema").out
    assert "glm-ls.completion.max_tokens" in json.loads(plain)["properties"]
    assert run("config", "--schema", "--json").document == json.loads(plain)
