"""The extension in a real VS Code with the real server, as a person who types sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editors.answers import count_generating, going_on
from tests.editors.neovim import make_workspace
from tests.editors.vscode import PLACE, Code, servers_below, start_code
from tests.editors.vscode_tools import ROOT
from tests.simulator import Script, Simulator

ADD = ("def add(a, b):", "    return a + b")
KEY = "good-key"
Window = Callable[[str], Code]

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("code")


@pytest.fixture(scope="module")
def window(browser: Any, home: Path, endpoint: Simulator) -> Iterator[Window]:
    settings = {
        "glm-ls.server.path": sys.executable,
        "glm-ls.provider": "zai",
        "glm-ls.base_url": endpoint.base_url,
        "glm-ls.completion.debounce_ms": 0,
    }
    log = str(home / "scripted.jsonl")
    env = {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "SCRIPTED_LOG": log}
    with start_code(browser, home, settings, env) as open_window:
        yield open_window


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("vscode"))


@pytest.fixture(scope="module")
def shared(window: Window, folder: Path) -> Code:
    """The window that most tests share, with a key."""
    code = window(f"folder={folder}")
    code.until(lambda: "GLM" in code.status())
    code.run("GLM: Set API Key")
    code.answer(KEY)
    code.until(lambda: code.status() == "GLM")
    return code


@pytest.fixture
def code(shared: Code) -> Iterator[Code]:
    yield shared
    shared.close_all()


@pytest.fixture
def add(endpoint: Simulator) -> None:
    endpoint.script = Script(reply=going_on("\n".join(ADD)))


def server_of(code: Code) -> int:
    (server,) = code.until(lambda: servers_below(code.home))
    return server


def test_without_a_key_the_status_says_so_and_a_key_is_kept_off_the_disk(
    window: Window, folder: Path, home: Path
) -> None:
    code = window(f"folder={folder}")
    code.until(lambda: code.status() == "GLM: key-missing")
    code.run("GLM: Set API Key")
    code.answer("secret-of-mine-4711")
    code.until(lambda: b"GLM_LS_API_KEY=secret-of-mine-4711" in environment_of(server_of(code)))
    files = [file for file in home.rglob("*") if file.is_file() and file.stat().st_size < 10**7]
    assert files
    assert not [file for file in files if b"secret-of-mine" in file.read_bytes()]
    code.run("GLM: Forget API Key")
    code.until(lambda: code.status() == "GLM: key-missing")
    code.page.close()


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


@pytest.mark.usefixtures("add")
def test_ghost_text_is_seen_followed_and_taken(
    code: Code, endpoint: Simulator, folder: Path
) -> None:
    code.open(folder / "a.py", "import math\n\n\n")
    code.type("def add(a")
    code.shows("return a + b")
    code.picture("vscode-ghost-text")
    asked = count_generating(endpoint)
    code.type(", b")
    code.shows("return a + b")
    assert count_generating(endpoint) == asked
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
    code: Code, endpoint: Simulator, folder: Path, typed: str, ghost: str, lines: tuple[str, ...]
) -> None:
    endpoint.script = Script(reply=going_on("\n".join(lines)))
    code.open(folder / "b.py", "total = 1\ncount = 2\n")
    code.type(typed)
    code.shows(ghost)
    code.press("Tab")
    code.holds("total = 1", "count = 2", *lines)


def test_an_untitled_document_is_completed(code: Code, endpoint: Simulator) -> None:
    endpoint.script = Script(reply=going_on("total = first + second"))
    code.press("Control+Alt+n")
    code.until(lambda: "Untitled-1" in code.text_of(".tab.active"))
    code.type("total = ")
    code.shows("first + second")
    code.press("Tab")
    code.holds("total = first + second")


@pytest.mark.usefixtures("add")
def test_manual_mode_asks_nothing_until_asked(
    code: Code, endpoint: Simulator, folder: Path
) -> None:
    code.run("GLM: Menu")
    code.choose("Suggest only when asked")
    code.until(lambda: code.status() == "GLM (manual)")
    asked = count_generating(endpoint)
    code.open(folder / "c.py", "import math\n")
    code.type("def add(a")
    code.run("Trigger Inline Suggestion")
    code.shows("return a + b")
    assert count_generating(endpoint) == asked + 1
    code.press("Escape")
    code.run("GLM: Menu")
    code.choose("Suggest while typing")
    code.until(lambda: code.status() == "GLM")


@pytest.mark.usefixtures("add")
def test_it_is_switched_off_and_on_here(code: Code, folder: Path) -> None:
    code.run("GLM: Menu")
    code.choose("Disable here")
    code.until(lambda: code.status() == "GLM: off")
    kept = json.loads((folder / ".vscode" / "settings.json").read_text())
    assert kept["glm-ls.enabled"] is False
    code.run("GLM: Menu")
    code.choose("Enable here")
    code.until(lambda: code.status() == "GLM")


def test_usage_and_doctor_are_read_only_documents(code: Code, endpoint: Simulator) -> None:
    code.run("GLM: Show Usage")
    code.until(lambda: "# The last 24 hours" in code.text_of(".view-lines"))
    code.until(lambda: "Suggestions taken: " in code.text_of(".view-lines"))
    code.close_all()
    code.run("GLM: Find Out What Is Wrong")
    code.until(lambda: endpoint.base_url in code.text_of(".view-lines"))


def test_the_log_opens(code: Code) -> None:
    code.run("GLM: Open Log")
    channel = code.page.locator(".part.panel select").first
    code.until(lambda: channel.evaluate("one => one.selectedOptions[0].text") == "GLM")
    code.press("Control+j")


def test_a_rejected_key_is_one_message(code: Code, endpoint: Simulator, folder: Path) -> None:
    code.run("GLM: Set API Key")
    code.answer("bad-key")
    code.until(lambda: b"GLM_LS_API_KEY=bad-key" in environment_of(server_of(code)))
    code.until(lambda: code.status() == "GLM")
    code.open(folder / "d.py", "import math\n")
    code.type("math.fl")
    code.until(lambda: code.status() == "GLM: key-rejected")
    code.type("oor")
    code.until(lambda: len(code.messages()) == 1)
    code.press("F7")
    code.run("GLM: Set API Key")
    code.answer(KEY)
    code.until(lambda: code.status() == "GLM")


@pytest.mark.usefixtures("add")
def test_a_server_that_dies_while_typing_comes_back(code: Code, folder: Path) -> None:
    code.open(folder / "e.py", "import math\n")
    code.type("def a")
    dead = server_of(code)
    os.kill(dead, signal.SIGKILL)
    code.type("dd(")
    code.until(lambda: servers_below(code.home) not in ([], [dead]) and code.status() == "GLM")
    code.type("a")
    code.shows("return a + b")
    assert code.messages() == []


def test_a_server_that_keeps_dying_is_one_message_with_a_way_on(code: Code, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    broken.chmod(0o755)
    code.configure(server__path=str(broken))
    code.until(lambda: code.status() == "GLM: stopped")
    (message,) = code.messages()
    assert message == "GLM: The server stopped 4 times in a row. no such luck"
    code.configure(server__path=sys.executable)
    code.until(lambda: code.status() == "GLM")


def test_a_wrong_path_is_one_clear_message(code: Code) -> None:
    code.configure(server__path="/nowhere/glm-ls")
    code.until(lambda: code.status() == "GLM: stopped")
    (message,) = code.messages()
    assert message == "GLM: glm-ls.server.path: there is no file /nowhere/glm-ls."
    code.configure(server__path=sys.executable)
    code.until(lambda: code.status() == "GLM")


def test_the_walkthrough_opens(code: Code) -> None:
    code.run("GLM: Get Started")
    code.until(lambda: "Get started with GLM" in code.text_of(".gettingStartedContainer"))


@pytest.mark.usefixtures("add")
def test_two_folders_in_one_window_share_a_server(
    window: Window, tmp_path: Path, folder: Path, shared: Code
) -> None:
    folders = [folder, make_workspace(tmp_path)]
    file = tmp_path / "two.code-workspace"
    file.write_text(json.dumps({"folders": [{"path": str(path)} for path in folders]}))
    before = servers_below(shared.home)
    code = window(f"workspace={file}")
    code.until(lambda: code.status() == "GLM")
    for path in folders:
        code.open(path / f"{path.parent.name[:5]}2.py", "import math\n")
        code.type("def add(a")
        code.shows("return a + b")
        code.press("Escape")
    assert len(servers_below(shared.home)) == len(before) + 1
    code.close_all()
    code.page.close()


# -- what the protocol has beyond LSP, with a server that plays a part --------------------


@pytest.fixture(scope="module")
def acted(window: Window, shared: Code, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Code]:
    """The shared window with the scripted server."""
    starter = tmp_path_factory.mktemp("scripted") / "glm-ls"
    script = ROOT / "tests" / "editors" / "scripted.py"
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n')
    starter.chmod(0o755)
    shared.configure(server__path=str(starter))
    shared.until(lambda: told(shared, "initialized"))
    yield shared
    shared.configure(server__path=sys.executable)


@pytest.fixture
def stage(acted: Code) -> Iterator[Code]:
    yield acted
    acted.close_all()


def told(code: Code, method: str) -> list[Any]:
    """Return the params of what the scripted server was sent."""
    with contextlib.suppress(FileNotFoundError):
        lines = (code.home / "scripted.jsonl").read_text().splitlines()
        messages = [json.loads(line) for line in lines]
        return [one.get("params") for one in messages if one.get("method") == method]
    return []


def test_what_is_shown_and_taken_in_part_is_reported(stage: Code, folder: Path) -> None:
    stage.open(folder / "f.py", "")
    stage.type("tot")
    stage.shows("al = first + second")
    assert told(stage, "textDocument/didShowCompletion")[-1]["item"]["insertText"] == (
        "total = first + second"
    )
    stage.press("Control+ArrowRight")
    stage.until(lambda: told(stage, "textDocument/didPartiallyAcceptCompletion"))
    part = told(stage, "textDocument/didPartiallyAcceptCompletion")[-1]
    assert part["acceptedLength"] == len("total")
    stage.press("Tab")
    stage.holds("total = first + second")
    stage.until(lambda: told(stage, "workspace/executeCommand")[-1]["command"] == "glm-ls.accepted")


def test_the_next_edit_is_marked_gone_to_and_taken(stage: Code, folder: Path) -> None:
    stage.open(folder / "g.py", "old_name = 1" + "\n" * 12)
    stage.type("print(new_name")
    mark = ".view-line:has-text('old_name')"
    stage.until(lambda: told(stage, "glm-ls/nextEdit"))
    stage.until(lambda: marks(stage))
    stage.picture("vscode-next-edit")
    stage.press("Tab")
    stage.until(lambda: "Ln 1," in stage.text_of(PLACE))
    assert stage.exists(mark)
    stage.press("Tab")
    stage.until(lambda: stage.lines()[0] == "new_name = 1")
    stage.until(lambda: not marks(stage))


def marks(code: Code) -> list[str]:
    """Return what stands behind the lines of the editor."""
    script = """() => [...document.querySelectorAll('.view-line span')]
      .map(span => getComputedStyle(span, '::after').content).filter(text => text.includes('→'))"""
    found: list[str] = code.page.evaluate(script)
    return found


def test_findings_are_counted_and_gone_through(stage: Code, folder: Path) -> None:
    stage.open(folder / "review.py", "x = 1\n\ny = 2\n")
    stage.until(lambda: stage.exists(".squiggly-warning"))
    stage.run("View: Show GLM")
    tree = ".pane-body .monaco-list-row"
    stage.until(lambda: "1 warning, 1 note" in stage.text_of(tree))
    assert "This is never used." in stage.text_of(tree)
    stage.run("GLM: Next Finding")
    stage.until(lambda: "Ln 1, Col 1" in stage.text_of(PLACE))
    stage.picture("vscode-review")
    stage.run("GLM: Next Finding")
    stage.until(lambda: "Ln 3, Col 1" in stage.text_of(PLACE))
    stage.run("View: Show Explorer")


def choose_action(code: Code, title: str, picture: str = "") -> None:
    rows = ".action-widget .monaco-list-row:visible"
    code.press("Control+.")
    code.until(lambda: title in code.text_of(rows))
    if picture:
        code.picture(picture)
    code.page.locator(rows, has_text=title).last.click()


def test_an_instruction_is_asked_for_and_sent(stage: Code, folder: Path) -> None:
    stage.open(folder / "h.py", "x = 1\n")
    choose_action(stage, "Rewrite with GLM…", "vscode-code-action")
    stage.answer("count from one")
    stage.until(lambda: stage.lines()[0] == "# count from one")
    sent = told(stage, "workspace/executeCommand")[-1]
    assert sent["arguments"][0]["instruction"] == "count from one"


def test_no_instruction_sends_nothing(stage: Code, folder: Path) -> None:
    stage.open(folder / "i.py", "x = 1\n")
    sent = len(told(stage, "workspace/executeCommand"))
    choose_action(stage, "Rewrite with GLM…")
    stage.page.wait_for_selector(".quick-input-widget input:visible")
    stage.press("Escape")
    stage.until(lambda: not stage.exists(".quick-input-widget input:visible"))
    assert len(told(stage, "workspace/executeCommand")) == sent


def test_an_explanation_cannot_be_changed_and_has_no_links(stage: Code, folder: Path) -> None:
    stage.open(folder / "j.py", "x = 1\n")
    choose_action(stage, "Explain with GLM")
    stage.until(lambda: "It adds." in stage.text_of(".view-lines"))
    stage.picture("vscode-explain")
    assert not stage.exists(".detected-link")
    stage.page.locator(".view-line", has_text="It adds.").click()
    stage.type("x")
    stage.until(lambda: "read-only" in stage.text_of(".monaco-editor-overlaymessage"))
