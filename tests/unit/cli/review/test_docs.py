"""What docs/review.md tells people to write: it parses, and every command in it exists."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glm_ls.cli import review
from glm_ls.lsp import finding_actions
from glm_ls.lsp import review as editor

PAGE = (Path(__file__).parents[4] / "docs" / "review.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.S | re.M)
yaml: Any = pytest.importorskip("yaml")


def strings(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts of a document with their keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):
                yield str(key), inner
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@pytest.mark.parametrize("block", BLOCKS)
def test_what_can_be_copied_parses_and_calls_what_exists(block: str) -> None:
    texts = list(strings(yaml.safe_load(block)))
    calls = [text for key, text in texts if key in ("run", "entry") and "glm-ls review" in text]
    assert len(calls) == 1
    words = shlex.split(calls[0].split(" > ")[0])
    parser = argparse.ArgumentParser(exit_on_error=True)
    review.arguments(parser)
    options = parser.parse_args(words[2:])
    assert bool(options.base) != options.staged
    assert "${{" not in calls[0], "what others chose is never put into a shell's command"


def test_every_option_exit_code_and_command_is_told() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    review.arguments(parser)
    for action in parser._actions:
        assert all(f"{option}" in PAGE for option in action.option_strings)
        for choice in action.choices or ():
            assert f"`{choice}`" in PAGE
    assert f"| {review.FOUND} | something as grave was found |" in PAGE
    commands = (
        editor.REVIEW, editor.MORE, finding_actions.DISMISS, finding_actions.DISMISS_ALL,
        finding_actions.SHARE, finding_actions.EXPLAIN,
    )  # fmt: skip
    assert all(f"`{name}`" in PAGE for name in commands)
