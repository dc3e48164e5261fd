"""The pages say everything that there is: reasons, filters, fields of rows, keys of providers."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from glm_ls import errors
from glm_ls.config.filters import FILTERS
from glm_ls.features.status import OFF
from glm_ls.lsp.notices import BROKEN
from glm_ls.provider.dialect import Dialect, load_dialects
from glm_ls.provider.models import Model

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
OF_THE_EXTENSION = {"starting", "stopped", "restarting"}
NEVER_A_STATUS = {"usage", "server"}
"""Of the command line alone."""


def reasons() -> set[str]:
    """Return every reason that a status or a command can give for trouble."""
    classes = [errors.GlmError]
    for one in classes:
        classes += one.__subclasses__()
    found = {one.reason for one in classes} | {OFF.reason, str(BROKEN["reason"])}
    return (found | OF_THE_EXTENSION) - NEVER_A_STATUS


def titles(page: str, level: int) -> set[str]:
    """Return what stands in the titles of one level, which may name several things."""
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(rf"^{'#' * level} (.+)$", text, re.MULTILINE)
    return {part for title in found for part in title.split(", ")}


def test_every_reason_has_a_section() -> None:
    assert titles("troubleshooting.md", 3) == reasons()


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("completion.md", FILTERS),
        ("extending.md", [one.name for one in dataclasses.fields(Dialect) if one.name != "name"]),
        ("extending.md", [one.name for one in dataclasses.fields(Model) if one.name != "name"]),
        (
            "index.md",
            [
                row.key_env[0]
                for row in load_dialects({}).values()
                if row.key_required and row.key_env
            ],
        ),
    ],
)
def test_every_row_is_named(page: str, names: list[str]) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_extension_reports_no_other_reason() -> None:
    source = (REPOSITORY / "editors/vscode/src").glob("*.ts")
    found = {
        name for file in source for name in re.findall(r"reason: '([\w-]+)'", file.read_text())
    }
    assert found == OF_THE_EXTENSION


def test_pictures_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in (DOCS / "pictures").iterdir()}
    assert {name: size for name, size in sizes.items() if size > 120_000} == {}
