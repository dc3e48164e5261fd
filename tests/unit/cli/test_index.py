"""`glm-ls index`: build the index of a project and say what it found."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture(autouse=True)
def files(project: Path) -> None:
    (project / "web").mkdir()
    (project / "web/app.ts").write_text("export function start(x: number): void {}\n")
    (project / "notes.lua").write_text("local x = 1\n")
    (project / ".env").write_text("A=1\n")


def test_what_was_found(run: Run, tmp_path: Path) -> None:
    document = run("index", "--json").document
    assert document.pop("seconds") >= 0
    database = Path(document.pop("database"))
    assert database.is_file()
    assert database.parent == tmp_path / "cache/index"
    assert document == {
        "files": 3,
        "definitions": 13,
        "languages": {
            "python": {"files": 1, "definitions": 12},
            "typescript": {"files": 1, "definitions": 1},
            "lua": {"files": 1, "definitions": 0},
        },
        "read": 4,  # the ignored file is looked at to find that it is
        "trouble": "",
    }


def test_only_what_has_changed_is_read_again(run: Run, project: Path) -> None:
    run("index")
    with (project / "shapes.py").open("a") as file:
        file.write("\n\ndef one_more(): ...\n")
    document = run("index", "--json").document
    assert (document["files"], document["definitions"]) == (3, 14)
    assert document["read"] <= 2  # the ignored one again


def test_words_for_people(run: Run) -> None:
    code, out, err = run("index", ".")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["language", "files", "definitions"]
    assert ["python", "1", "12"] in [line.split() for line in out.splitlines()]
    assert "3 files, 13 definitions; " in out
    assert "kept in " in out


def test_another_folder(run: Run) -> None:
    assert run("index", "web", "--json").document["languages"] == {
        "typescript": {"files": 1, "definitions": 1}
    }


@pytest.mark.parametrize("folder", ["nowhere", "shapes.py"])
def test_what_is_no_folder(run: Run, folder: str) -> None:
    assert run("index", folder) == (1, "", f"glm-ls: {folder} is no folder.\n")


def test_a_damaged_database_is_built_anew_and_that_is_said(run: Run, tmp_path: Path) -> None:
    run("index")
    (database,) = (tmp_path / "cache/index").glob("*.db")
    database.write_bytes(b"rubbish" * 99)
    code, out, _ = run("index")
    assert code == 0
    assert out.splitlines()[-1].startswith("the index was damaged (")
    assert run("index", "--json").document["trouble"] == ""


def test_a_cache_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    document = run("index", "--json").document
    assert (document["files"], document["trouble"]) == (3, "")
