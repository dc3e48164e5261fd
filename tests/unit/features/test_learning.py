"""Which files of a workspace the embedded engine learns from."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_ls.config.schema import build_settings
from glm_ls.features.engines import open_embedded
from glm_ls.features.learning import learn_workspace
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri

FILES = {
    "small.py": "value = 1\n" * 100,
    "large.py": "value = 1\n" * 1_100,
    "huge.py": "value = 1\n" * 21_000,
    "ignored.py": "value = 1\n",
    "notes.md": "prose\n",
    ".gitignore": "ignored.py\n",
}


@pytest.mark.parametrize(
    ("values", "learned"),
    [
        ({}, 2),
        ({"privacy.max_file_mb": 0.01}, 1),
        ({"privacy.max_file_mb": 5.0}, 2),
        ({"embedded.max_source_mb": 0.011}, 1),
        ({"embedded.max_source_mb": 0.0}, 0),
    ],
)
async def test_only_code_that_may_be_read_and_fits(
    tmp_path: Path, values: dict[str, float], learned: int
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    settings = build_settings(values)
    engine = open_embedded(settings)
    assert engine is not None
    ignore = Ignore(Roots.of([path_to_uri(tmp_path)]))

    assert await learn_workspace(engine, tmp_path, ignore, settings, near=None) == learned
