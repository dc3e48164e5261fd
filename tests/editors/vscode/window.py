"""A real VS Code in a browser without a screen: keys and clicks in, what a person sees out."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.editors.missing import missing
from tests.editors.vscode import tools

PATIENCE_S = 90.0
PAUSE_S = 0.05
SIZE = {"width": 1100, "height": 640}
SERVER_LOG = "server.log"
"""In the home of the window."""
LOG_LINES = 60
"""Shown of it where a test fails."""
PICTURES = "DOCS_PICTURES"
"""Variable with the folder that pictures for the documentation go to."""
PICTURE = {"x": 328, "y": 36, "width": 772, "height": 340}
"""The part of the window that such a picture has: the editor's upper half."""

SETTINGS: dict[str, object] = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "telemetry.telemetryLevel": "off",
    "chat.disableAIFeatures": True,
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "never",
    "update.mode": "none",
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "git.enabled": False,
    "editor.minimap.enabled": False,
    "editor.accessibilitySupport": "off",
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "files.autoSave": "off",
    "workbench.editor.languageDetection": False,
}
BROWSER = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
LINES = """() => [...document.querySelectorAll('.editor-group-container.active .view-line')]
  .filter(line => !line.closest('.view-zones'))
  .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
  .map(line => {
    const own = line.cloneNode(true)
    own.querySelectorAll('[class*=ghost-text]').forEach(ghost => ghost.remove())
    return own.textContent.replaceAll('\\u00a0', ' ')
  })"""
KEYS = {"F6": "workbench.action.revertAndCloseActiveEditor", "F7": "notifications.clearAll"}
PLACE = "[id='status.editor.selection']"
"""Where the status bar tells the cursor's line and column."""
ROW = ".quick-input-list .monaco-list-row"
LIST_MS = 4000
"""How long a list may take to find what is typed."""
GHOST = ".ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text"

T = TypeVar("T")


class Code:
    """One window."""

    def __init__(self, page: Any, home: Path) -> None:
        self.page = page
        self.home = home

    # -- hands -------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text, delay=15)

    def pick(self, key: str, text: str) -> bool:
        """Open a list by a key and choose the row that begins with a text.

        Raises where the list has none: one that was opened too soon lacks rows.
        """
        self.press("Escape", key)
        self.page.wait_for_selector(".quick-input-widget input:visible")
        self.type(text)
        begins = re.compile(rf"^\s*{re.escape(text)}", re.IGNORECASE)
        self.page.locator(f"{ROW}.focused", has_text=begins).wait_for(timeout=LIST_MS)
        self.press("Enter")
        return True

    def run(self, command: str) -> None:
        """Run a command by its title."""
        self.until(lambda: self.pick("F1", command))

    def choose(self, text: str) -> None:
        """Choose a row of a menu that a command opened."""
        row = self.page.locator(ROW, has_text=text)
        self.until(lambda: row.count() == 1)
        row.click()

    def answer(self, text: str) -> None:
        """Type into the input box that the extension opened."""
        self.until(lambda: "'Enter' to confirm" in self.text_of(".quick-input-message:visible"))
        self.type(text)
        self.press("Enter")

    def open(self, path: Path, text: str) -> None:
        """Write a file, open it and put the cursor at its end."""
        path.write_text(text, "utf-8", newline="")
        self.until(lambda: self.pick("Control+p", path.name))
        self.until(lambda: path.name in self.text_of(".tab.active"))
        self.until(lambda: len(self.lines()) == text.count("\n") + 1)
        self.until(lambda: self.go_to_end(text.count("\n") + 1))

    def go_to_end(self, line: int) -> bool:
        """Try to put the cursor at the end; an editor that is still opening takes no keys."""
        self.page.locator(".editor-group-container.active .view-line").last.click()
        self.press("Control+End")
        return f"Ln {line}," in self.text_of(PLACE)

    def configure(self, **changes: object) -> None:
        """Change settings of this machine; None takes one away. `__` stands for a dot."""
        file = self.home / "data" / "Machine" / "settings.json"
        settings = json.loads(file.read_text())
        for name, value in changes.items():
            settings["glm-ls." + name.replace("__", ".")] = value
        kept = {key: value for key, value in settings.items() if value is not None}
        file.write_text(json.dumps(kept))

    def close_all(self) -> None:
        """Leave no editor, no message and no widget behind."""
        self.press("Escape", "Escape", "F7")
        self.until(self.has_closed_one)
        self.until(lambda: not self.messages())

    def has_closed_one(self) -> bool:
        """Close an editor; whether none was left to close."""
        if not self.exists(".tab"):
            return True
        self.press("F6")
        return False

    def trust(self) -> None:
        """Trust the folder of the window."""
        if "Restricted Mode" in self.text_of(".statusbar"):
            self.run("Workspaces: Manage Workspace Trust")
            self.page.locator(
                ".workspace-trust-editor .monaco-button", has_text="Trust"
            ).first.click()
            self.until(lambda: "Restricted Mode" not in self.text_of(".statusbar"))

    # -- eyes --------------------------------------------------------------------------

    def exists(self, selector: str) -> bool:
        return bool(self.page.locator(selector).count())

    def text_of(self, selector: str) -> str:
        """Return what all matching elements say, with plain spaces."""
        texts = self.page.locator(selector).all_text_contents()
        return "\n".join(texts).replace("\xa0", " ")

    def lines(self) -> list[str]:
        """Return the lines of the active editor that are on screen, without ghost text."""
        shown: list[str] = self.page.evaluate(LINES)
        return shown

    def ghost(self) -> str:
        """Return the ghost text without its line ends; what stands below the line comes first."""
        return self.text_of(GHOST).replace("\n", "")

    def status(self) -> str:
        return self.text_of(r"[id='glm-ls.glm-ls.glm-ls.status']").strip()

    def messages(self) -> list[str]:
        texts = self.page.locator(".notifications-toasts .notification-list-item-message")
        return [text for text in texts.all_inner_texts() if text.startswith(("GLM", "glm-ls"))]

    def picture(self, name: str, *, whole: bool = False) -> None:
        """Take a picture of the editor for the documentation, where one is wanted.

        `whole`: with the view beside it.
        """
        if folder := os.environ.get(PICTURES):
            self.page.wait_for_timeout(500)  # until nothing moves any more
            clip = {**PICTURE, "x": 0, "width": SIZE["width"]} if whole else PICTURE
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), clip=clip)

    def until(self, check: Callable[[], T]) -> T:
        """Wait until the check comes true and return its value; fails with picture and log."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with contextlib.suppress(Exception):
                if value := check():
                    return value
            time.sleep(PAUSE_S)
        seen = self.home / f"failure-{time.time():.0f}.png"
        self.page.screenshot(path=str(seen))
        state = f"{self.status()!r} {self.messages()} {self.lines()}"
        pytest.fail("\n".join(["in vain:", *self.told(), f"{state} see {seen}"]))

    def told(self) -> list[str]:
        """Return the last of what the server wrote into its log."""
        log = self.home / SERVER_LOG
        return log.read_text("utf-8").splitlines()[-LOG_LINES:] if log.exists() else []

    def holds(self, *lines: str) -> None:
        """Wait until the last lines of the editor are these."""
        self.until(lambda: self.lines()[-len(lines) :] == list(lines))

    def shows(self, ghost: str) -> None:
        """Wait until this ghost text is on the screen."""
        self.until(lambda: ghost in self.ghost())


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextlib.contextmanager
def start_browser() -> Iterator[Any]:
    """Start the one browser that shows all windows."""
    try:
        from playwright import sync_api as playwright
    except ImportError:
        missing("vscode", "playwright is not installed")
    path = str(tools.find_browser())
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=[*BROWSER, ONLY_HERE])
        yield browser
        browser.close()


@contextlib.contextmanager
def start_code(
    browser: Any, home: Path, settings: Mapping[str, object], env: Mapping[str, str]
) -> Iterator[Callable[[str], Code]]:
    """Start VS Code with the extension; yields what opens a window: `folder=…`, `workspace=…`."""
    entry = tools.install_code_server()
    data, extensions = home / "data", home / "extensions"
    for kind in ("User", "Machine"):
        (data / kind).mkdir(parents=True)
    (data / "User" / "settings.json").write_text(json.dumps(SETTINGS))
    keys = [{"key": key, "command": command} for key, command in KEYS.items()]
    (data / "User" / "keybindings.json").write_text(json.dumps(keys))
    (data / "Machine" / "settings.json").write_text(json.dumps(settings))
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith(("_API_KEY", "_KEY")) and not name.startswith("GLM_LS_")
    }
    homes = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    full = {**kept, "HOME": str(home), **homes, **env}
    (home / "config.yaml").write_text("auth: none\n")
    program = [str(tools.find_node()), str(entry), "--config", str(home / "config.yaml")]
    program += ["--user-data-dir", str(data), "--extensions-dir", str(extensions)]
    package, _ = tools.pack_extension()
    tools.run(*program, "--install-extension", package, env=full)
    address = f"127.0.0.1:{free_port()}"
    serve = [*program, "--auth", "none", "--bind-addr", address, "--disable-telemetry"]
    serve += ["--disable-update-check", "--disable-getting-started-override"]
    with (home / "code-server.log").open("wb") as log:
        server = subprocess.Popen(serve, env=full, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(f"http://{address}/healthz")
        context = browser.new_context(viewport=SIZE)

        def window(query: str) -> Code:
            page = context.new_page()
            page.goto(f"http://{address}/?{query}", wait_until="domcontentloaded")
            page.wait_for_selector(".monaco-workbench .statusbar-item", timeout=60_000)
            return Code(page, home)

        yield window
        context.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url):
            return
        time.sleep(PAUSE_S)
    pytest.fail(f"nothing answers at {url}")


def servers_below(home: Path) -> Sequence[int]:
    """Return the ids of the language servers that this home's VS Code runs."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            mine = f"HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0")
            if mine and words[1:4] == [b"-P", b"-m", b"glm_ls"]:
                found.append(int(folder.name))
    return found


def server_of(code: Code) -> int:
    """Wait until one language server runs, and return its id."""
    (server,) = code.until(lambda: servers_below(code.home))
    return server


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()
