"""The extension's package, and its first start on a machine that has nothing of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.editors.neovim import make_workspace
from tests.editors.vscode.tools import EXTENSION, build_wheel, npm, pack_extension
from tests.editors.vscode.window import start_code

pytestmark = pytest.mark.timeout(600)


def test_from_nothing_to_the_first_suggestion(
    browser: Any, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    wheel = build_wheel(tmp_path)
    code_home = tmp_path / "home"
    code_home.mkdir()
    place = make_workspace(tmp_path)
    line = "    return os.path.join(path, 'data')"
    body = "".join(f"def folder_{n}(path):\n{line}\n" for n in range(6))
    text = f"import os\n\n{body}"
    settings = {"glm-ls.server.package": str(wheel)}
    with start_code(browser, code_home, settings, {}) as open_window:
        start = time.monotonic()
        code = open_window(f"folder={place}")
        code.until(lambda: code.status() == "GLM: starting")
        begun = time.monotonic()
        code.open(place / "k.py", text)
        code.until(lambda: code.status() == "GLM")
        code.type("def folder(path):\nreturn os.pa")

        def is_suggested() -> bool:
            if not code.ghost():  # the engine may still be learning
                code.press("Alt+Backslash")
                code.page.wait_for_timeout(500)
            return "th.join(path, 'data')" in code.ghost()

        code.until(is_suggested)
        end = time.monotonic()
        record_property("from_window_s", round(end - start, 1))
        record_property("from_activation_s", round(end - begun, 1))
        print(f"first suggestion: {end - begun:.1f} s after activation")  # noqa: T201
        assert not code.exists(".monaco-dialog-box")
        assert code.messages() == []


def test_the_extension_s_own_tests_pass() -> None:
    pack_extension()  # with what the tests need
    npm(EXTENSION, "test")


def test_the_package_is_small_and_packed_without_warnings() -> None:
    package, said = pack_extension()
    assert package.stat().st_size <= 400_000
    assert "WARN" not in said
