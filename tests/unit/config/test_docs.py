"""docs/settings.md and the editors' schema say what the settings are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glm_ls.config.docs import (
    MANIFEST,
    PAGE,
    json_schema,
    main,
    manifest_with_settings,
    settings_markdown,
)
from glm_ls.config.schema import SETTINGS

ROOT = Path(__file__).parents[3]


def test_page_is_current() -> None:
    page = (ROOT / PAGE).read_text("utf-8")
    assert page == settings_markdown(), "run python -m glm_ls.config.docs"


@pytest.mark.parametrize("key", SETTINGS)
def test_page_has_a_row_for_each_setting(key: str) -> None:
    rows = [line for line in settings_markdown().splitlines() if line.startswith(f"| `{key}` |")]
    assert len(rows) == 1
    assert SETTINGS[key].sentence in rows[0]


def test_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert "is stale" in capsys.readouterr().err
    Path("docs").mkdir()
    assert main([]) == 0
    assert main(["--check"]) == 0
    PAGE.write_text("old")
    assert main(["--check"]) == 1


def test_the_manifest_of_vs_code_is_current() -> None:
    manifest = (ROOT / MANIFEST).read_text("utf-8")
    assert manifest_with_settings(manifest) == manifest
    own, *groups = json.loads(manifest)["contributes"]["configuration"]
    assert all(key.startswith("glm-ls.server.") for key in own["properties"])
    generated = [key for group in groups for key in group["properties"]]
    assert sorted(generated) == sorted(f"glm-ls.{key}" for key in SETTINGS if key != "api_key")


def test_a_stale_manifest_is_told_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (PAGE.parent, MANIFEST.parent):
        folder.mkdir(parents=True)
    current = (ROOT / MANIFEST).read_text("utf-8")
    MANIFEST.write_text(current.replace('"default": 256', '"default": 1'), "utf-8")
    assert main([]) == 0
    assert MANIFEST.read_text("utf-8") == current
    MANIFEST.write_text(current.replace('"default": 256', '"default": 1'), "utf-8")
    assert main(["--check"]) == 1
    assert f"{MANIFEST} is stale" in capsys.readouterr().err


def test_schema_for_editors() -> None:
    properties = json_schema()["properties"]
    assert isinstance(properties, dict)
    # Editors synchronize their settings files, so a key has no place in them.
    assert properties.keys() == {f"glm-ls.{key}" for key in SETTINGS} - {"glm-ls.api_key"}
    assert properties["glm-ls.completion.max_tokens"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 8192,
        "default": 256,
        "markdownDescription": "Longest answer of one completion. In tokens.",
        "scope": "machine",
    }
    assert properties["glm-ls.completion.mode"]["enum"] == ["auto", "manual"]


def test_folder_settings_of_vs_code_reach_only_switches() -> None:
    properties = json_schema()["properties"]
    assert isinstance(properties, dict)
    assert {key for key, value in properties.items() if value["scope"] == "window"} == {
        "glm-ls.enabled",
        "glm-ls.completion.enabled",
        "glm-ls.completion.mode",
        "glm-ls.next_edit.enabled",
        "glm-ls.embedded.enabled",
        "glm-ls.review.on_save",
    }
