"""What is done about an editor that this machine does not have: passed over, or complained of.

Whoever must have an editor names it in REQUIRE_EDITORS: `neovim-0.11 vscode`.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRED = "REQUIRE_EDITORS"


def missing(editor: str, why: str) -> NoReturn:
    """Skip the test, or fail it where the editor is required."""
    told = f"no {editor}: {why}"
    if editor in os.environ.get(REQUIRED, "").split():
        pytest.fail(f"{told}; {REQUIRED} names it")
    pytest.skip(told)
