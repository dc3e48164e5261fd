"""A real Helix with the settings of editors/helix as they are, and the server on its PATH."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.editors.debian import NotHadError, unpack
from tests.editors.missing import missing
from tests.editors.terminal import Terminal, start_terminal

PARTS = Path(__file__).parents[2] / "editors" / "helix"
LAUNCHER = '#!/bin/sh\nexec {python} -m glm_ls "$@"\n'
SELECTED = "48;2;255;255;255m"
"""The background of a menu's chosen line in the usual colors."""
ESCAPE = "\x1b[27u"
"""As the kitty protocol writes it: a bare escape before another key may be taken for Alt."""
MODE = re.compile(r"^ (NOR|INS|SEL) ")


def find_binary() -> tuple[Path, dict[str, str]]:
    """Return a newer Debian's Helix and the variables it needs."""
    try:
        root = unpack("hx", "usr/bin/hx")
    except NotHadError as error:
        missing("helix", str(error))
    return root / "usr/bin/hx", {"HELIX_RUNTIME": str(root / "usr/lib/hx/runtime")}


class Helix:
    """One running editor."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self.terminal = terminal
        self.log = log
        self.until = terminal.until
        self.until_shows = terminal.until_shows

    def mode(self) -> str:
        found = (MODE.match(row) for row in self.terminal.rows())
        return next((each[1] for each in found if each), "")

    def normal(self) -> None:
        """Go to normal mode."""
        self.terminal.send(ESCAPE)
        self.until(lambda: self.mode() == "NOR")

    def run(self, command: str) -> None:
        self.normal()
        self.terminal.type(f":{command}")
        self.terminal.press("Enter")

    def keys(self, keys: str) -> None:
        """Type keys of normal mode."""
        self.normal()
        self.terminal.type(keys)

    def open(self, file: Path, text: str) -> None:
        file.write_text(text, "utf-8", newline="")
        self.run(f"open {file}")
        self.until(
            lambda: any(
                row.startswith(" NOR ") and file.name in row for row in self.terminal.rows()
            )
        )

    def serves(self) -> bool:
        """Whether a server has told its status: it keeps a log, and Helix shows nothing of it."""
        return self.log.exists() and "status: " in self.log.read_text()

    def take(self, text: str) -> None:
        """Choose the item of the menu that puts a text into the document."""
        before = sum(text in row for row in self.terminal.rows())

        def is_in() -> bool:
            self.terminal.press("C-n")
            self.terminal.settle()
            return sum(text in row for row in self.terminal.rows()) > before

        self.until(is_in)
        self.terminal.press("Enter")

    def act(self, title: str) -> None:
        """Choose the code action at the cursor that has these words."""
        self.keys(" a")
        self.until_shows(title)
        self.terminal.settle()
        while not any(SELECTED in row and title in row for row in self.terminal.painted()):
            self.terminal.press("Down")
            self.terminal.settle()
        self.terminal.press("Enter")

    def holds(self, file: Path, text: str) -> None:
        """Wait until the document, written to its file, is as told."""

        def written() -> bool:
            self.run("write!")
            return file.read_text("utf-8") == text

        self.until(written)


@contextlib.contextmanager
def start_helix(
    home: Path, folder: Path, env: Mapping[str, str], program: str = "glm-ls"
) -> Iterator[Helix]:
    """Start Helix; `program`: what languages.toml names as the server's command."""
    binary, needed = find_binary()
    config, programs = home / "CONFIG" / "helix", home / "bin"
    config.mkdir(parents=True)
    programs.mkdir()
    shutil.copy(PARTS / "config.toml", config)
    languages = (PARTS / "languages.toml").read_text()
    named = languages.replace('command = "glm-ls"', f'command = "{program}"')
    (config / "languages.toml").write_text(named)
    launcher = programs / "glm-ls"
    launcher.write_text(LAUNCHER.format(python=sys.executable))
    launcher.chmod(0o755)
    log = home / "server.log"
    own = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "PYTHONPATH": str(PARTS.parents[1]),
        "GLM_LS_LOG_FILE": str(log),
        "GLM_LS_LOG_LEVEL": "info",
    }
    with start_terminal(home, folder, {**needed, **own, **env}, [str(binary)]) as terminal:
        helix = Helix(terminal, log)
        helix.until(lambda: helix.mode() == "NOR")
        yield helix


def health(home: Path, language: str) -> str:
    """Return what Helix says of a language."""
    binary, needed = find_binary()
    config = home / "helix"
    config.mkdir(parents=True, exist_ok=True)
    shutil.copy(PARTS / "languages.toml", config)
    env = {**needed, "XDG_CONFIG_HOME": str(home), "HOME": str(home), "PATH": "/usr/bin:/bin"}
    command = [str(binary), "--health", language]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
