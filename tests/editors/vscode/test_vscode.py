"""The extension in a real VS Code with the real server, as a person who types sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editors.answers import count_generating, going_on, playing, predicting
from tests.editors.vscode.conftest import ADD
from tests.editors.vscode.window import PLACE, Code, environment_of, server_of
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.timeout(900)


def test_a_folder_that_is_not_trusted_decides_nothing(keyless: Code, service: Simulator) -> None:
    keyless.until(lambda: keyless.status() == "GLM: key-missing")
    assert "Restricted Mode" in keyless.text_of(".statusbar")
    keyless.run("GLM: Find Out What Is Wrong")
    keyless.until(lambda: service.base_url in keyless.text_of(".view-lines"))
    keyless.close_all()


def test_a_key_is_kept_off_the_disk(keyless: Code) -> None:
    keyless.run("GLM: Set API Key")
    keyless.answer("secret-of-mine-4711")
    given = b"GLM_LS_API_KEY=secret-of-mine-4711"
    keyless.until(lambda: given in environment_of(server_of(keyless)))
    files = [each for each in keyless.home.rglob("*") if each.is_file()]
    small = [each for each in files if each.stat().st_size < 10**7]
    assert small
    assert not [each for each in small if b"secret-of-mine" in each.read_bytes()]
    keyless.run("GLM: Forget API Key")
    keyless.until(lambda: keyless.status() == "GLM: key-missing")
    keyless.close_all()


def test_once_trusted_it_decides_what_runs(keyless: Code) -> None:
    keyless.trust()
    keyless.until(lambda: keyless.status() == "GLM: stopped")
    keyless.until(keyless.messages)
    told = ["GLM: glm-ls.server.path: there is no file /untrusted/glm-ls."]
    assert keyless.messages() == told
    keyless.close_all()


@pytest.mark.usefixtures("add")
def test_ghost_text_is_seen_followed_and_taken(
    code: Code, service: Simulator, folder: Path
) -> None:
    code.open(folder / "a.py", "import math\n\n\n")
    code.type("def add(a")
    code.shows("return a + b")
    code.picture("vscode-ghost-text")
    asked = count_generating(service)
    code.type(", b")
    code.shows("return a + b")
    assert count_generating(service) == asked
    code.press("Tab")
    code.holds(*ADD)
    assert code.messages() == []


@pytest.mark.parametrize(
    ("typed", "ghost", "lines"),
    [
        ("print(", "total, count", ("print(total, count)",)),
        ("show({", "total: count,", ("show({", "    total: count,", "})")),
        ("if total:", "print(total)", ("if total:", "    if count:", "        print(total)")),
    ],
)
def test_exactly_the_suggestion_is_left(
    code: Code, service: Simulator, folder: Path, typed: str, ghost: str, lines: tuple[str, ...]
) -> None:
    service.script = Script(reply=going_on("\n".join(lines)))
    code.open(folder / "b.py", "total = 1\ncount = 2\n")
    code.type(typed)
    code.shows(ghost)
    code.press("Tab")
    code.holds("total = 1", "count = 2", *lines)


def test_words_that_are_taken_are_counted(code: Code, service: Simulator, folder: Path) -> None:
    service.script = Script(reply=going_on("width = height + margin"))
    before = suggestions(code, "in_part")
    code.open(folder / "f.py", "height = 1\n")
    code.type("width = ")
    code.shows("height + margin")
    code.press("Control+ArrowRight")
    code.holds("height = 1", "width = height")
    code.until(lambda: suggestions(code, "in_part") == before + 1)
    code.press("Tab")
    code.holds("height = 1", "width = height + margin")


def suggestions(code: Code, column: str) -> int:
    """Return a sum over the suggestions that the server has booked."""
    folders = {f"XDG_{kind}_HOME": str(code.home / kind) for kind in ("CONFIG", "STATE", "CACHE")}
    command = [sys.executable, "-m", "glm_ls", "stats", "--json"]
    env = {**os.environ, "HOME": str(code.home), **folders}
    out = subprocess.run(command, env=env, check=True, capture_output=True).stdout
    return sum(row[column] for row in json.loads(out)["suggestions"])


def test_an_untitled_document_is_completed(code: Code, service: Simulator) -> None:
    service.script = Script(reply=going_on("total = first + second"))
    code.press("Control+Alt+n")
    code.until(lambda: "Untitled-1" in code.text_of(".tab.active"))
    code.type("total = ")
    code.shows("first + second")
    code.press("Tab")
    code.holds("total = first + second")


@pytest.mark.usefixtures("add")
def test_manual_mode_asks_nothing_until_asked(code: Code, service: Simulator, folder: Path) -> None:
    code.run("GLM: Menu")
    code.choose("Suggest only when asked")
    code.until(lambda: code.status() == "GLM (manual)")
    asked = count_generating(service)
    code.open(folder / "c.py", "import math\n")
    code.type("def add(a")
    code.run("Trigger Inline Suggestion")
    code.shows("return a + b")
    assert count_generating(service) == asked + 1
    code.press("Escape")
    code.run("GLM: Menu")
    code.choose("Suggest while typing")
    code.until(lambda: code.status() == "GLM")


def test_it_is_switched_off_and_on_here(code: Code, folder: Path) -> None:
    code.run("GLM: Menu")
    code.choose("Disable here")
    code.until(lambda: code.status() == "GLM: off")
    kept = json.loads((folder / ".vscode" / "settings.json").read_text())
    assert kept["glm-ls.enabled"] is False
    code.run("GLM: Menu")
    code.choose("Enable here")
    code.until(lambda: code.status() == "GLM")


RENAMED = "old_name = 1" + "\n" * 12 + "print(old_name)\n"


def rename(code: Code, service: Simulator, file: Path) -> None:
    """Rename in the first line, so that the last one is predicted to follow."""
    service.script = Script(reply=playing(next_edit=predicting("old_name", "new_name")))
    code.open(file, RENAMED)
    code.press("Control+Home", *["Delete"] * len("old_name"))
    code.type("new_name")
    code.until(lambda: marks(code))


def test_the_next_edit_is_marked_gone_to_and_taken(
    code: Code, service: Simulator, folder: Path
) -> None:
    rename(code, service, folder / "g.py")
    assert marks(code) == ['"→ new_name  (Tab)"']
    code.picture("vscode-next-edit")
    code.press("Tab")
    code.until(lambda: "Ln 13," in code.text_of(PLACE))
    assert code.lines()[12] == "print(old_name)"
    code.press("Tab")
    code.until(lambda: code.lines()[12] == "print(new_name)")
    code.until(lambda: not marks(code))


def test_a_next_edit_that_is_hidden_stays_away(
    code: Code, service: Simulator, folder: Path
) -> None:
    rename(code, service, folder / "h.py")
    code.press("Escape")
    code.until(lambda: not marks(code))
    asked = count_generating(service)
    code.type("d")
    code.until(lambda: count_generating(service) > asked)
    assert (code.lines()[0], code.lines()[12]) == ("new_named = 1", "print(old_name)")


def marks(code: Code) -> list[str]:
    """Return what stands behind the lines of the editor."""
    script = """() => [...document.querySelectorAll('.view-line span')]
      .map(span => getComputedStyle(span, '::after').content).filter(text => text.includes('→'))"""
    found: list[Any] = code.page.evaluate(script)
    return [str(text) for text in found]


def test_usage_and_doctor_are_read_only_documents(code: Code, service: Simulator) -> None:
    code.run("GLM: Show Usage")
    code.until(lambda: "Usage of the last 30 days" in code.text_of(".view-lines"))
    code.close_all()
    code.run("GLM: Find Out What Is Wrong")
    code.until(lambda: service.base_url in code.text_of(".view-lines"))
    code.page.locator(".view-line", has_text=service.base_url).click()
    code.type("x")
    code.until(lambda: "read-only" in code.text_of(".monaco-editor-overlaymessage"))


def test_the_log_opens(code: Code) -> None:
    code.run("GLM: Open Log")
    channel = code.page.locator(".part.panel select").first
    code.until(lambda: channel.evaluate("one => one.selectedOptions[0].text") == "GLM")
    code.press("Control+j")


def test_the_walkthrough_opens(code: Code) -> None:
    code.run("GLM: Get Started")
    code.until(lambda: "Get started with GLM" in code.text_of(".gettingStartedContainer"))
