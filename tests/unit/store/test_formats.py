"""What is remembered of a model's answers outlives the process, and a broken file costs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from glm_ls.store.formats import MOST_MODELS, FormatMemory


def test_it_outlives_the_process(tmp_path: Path) -> None:
    file = tmp_path / "state" / "formats.json"
    memory = FormatMemory(file)
    memory.note("glm-4.6", "whole", is_good=True)
    memory.note("glm-4.6", "whole", is_good=False)
    memory.note("glm-4.6", "quotes", is_good=True)
    assert FormatMemory(file).of("glm-4.6") == {"whole": "10", "quotes": "1"}
    assert FormatMemory(file).of("other") == {}


@pytest.mark.parametrize(
    "text", ["", "no json", "[1]", '{"m": 1}', '{"m": {"whole": 3}}', '{"m": {"whole": "1x"}}']
)
def test_a_broken_file_is_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "formats.json"
    file.write_text(text)
    memory = FormatMemory(file)
    assert memory.of("m") == {}
    memory.note("m", "whole", is_good=True)
    assert FormatMemory(file).of("m") == {"whole": "1"}


def test_a_file_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    memory = FormatMemory(tmp_path / "file" / "formats.json")
    memory.note("m", "whole", is_good=True)
    assert memory.of("m") == {"whole": "1"}


def test_models_long_unseen_are_forgotten() -> None:
    memory = FormatMemory(None)
    for number in range(MOST_MODELS + 2):
        memory.note(str(number), "whole", is_good=True)
    assert memory.of("0") == {}
    assert memory.of(str(MOST_MODELS)) == {"whole": "1"}
