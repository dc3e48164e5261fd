"""Programs of a newer Debian, unpacked with the libraries they were built for; none is installed.

    package ──► closure of packages ──► one folder ──► a program that loads its libraries from there

Takes the mirror that the machine's own apt uses. A later run finds the folder in the user's cache.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import platformdirs

SUITE = "sid"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = "ld-linux-x86-64.so.2"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SITES = ("indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages")
CONFIG = """
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "{apt}/state";
Dir::State::status "/dev/null";
Dir::Cache "{apt}/cache";
Acquire::Languages "none";
APT::Install-Recommends "0";
APT::Sandbox::User "root";
APT::Update::Post-Invoke-Success "";
DPkg::Post-Invoke "";
"""


class NotHadError(Exception):
    """Why a program cannot be had here."""


def unpack(package: str, program: str) -> Path:
    """Return the root folder of an unpacked package whose program runs on this machine."""
    root = Path(platformdirs.user_cache_dir("glm-ls-tests")) / f"{package}-{SUITE}"
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process of the tests may be at it
        if not (root / "done").exists():
            _fill(root, package, program)
    return root


def _fill(root: Path, package: str, program: str) -> None:
    lacking = [tool for tool in ("apt-get", "dpkg", "patchelf") if not shutil.which(tool)]
    if lacking:
        raise NotHadError(f"{' and '.join(lacking)} are missing")
    shutil.rmtree(root, ignore_errors=True)
    try:
        for deb in _download(package, root / "apt"):
            _run("dpkg", "-x", str(deb), str(root))
        own = root / LIBRARIES
        interpreter = ("--set-interpreter", str(own / LOADER))
        _run(
            "patchelf", *interpreter, "--force-rpath", "--set-rpath", str(own), str(root / program)
        )
    except subprocess.CalledProcessError as error:
        raise NotHadError(f"{error.cmd[0]} failed: {error.stderr[-500:].strip()}") from error
    shutil.rmtree(root / "apt")
    (root / "done").touch()


def _download(package: str, apt: Path) -> list[Path]:
    """Return the package and all that it depends on."""
    archives = apt / "cache" / "archives"
    for folder in (apt / "state" / "lists" / "partial", archives / "partial"):
        folder.mkdir(parents=True)
    sites = [line.split() for line in _run("apt-get", *SITES).splitlines()]
    mirror = next((site for site, release in sites if "-" not in release), None)
    if mirror is None:
        raise NotHadError("apt knows no mirror")
    source = f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n"
    (apt / "sources.list").write_text(source)
    config = apt / "apt.conf"
    config.write_text(CONFIG.format(apt=apt))
    _run("apt-get", "-qq", "update", config=config)
    planned = _run("apt-get", "-s", "install", package, config=config)
    steps = [line.split() for line in planned.splitlines() if line.startswith("Inst ")]
    wanted = [f"{name}={version.lstrip('(')}" for _, name, version, *_ in steps]
    _run("apt-get", "-qq", "download", *wanted, cwd=archives, config=config)
    return sorted(archives.glob("*.deb"))


def _run(*command: str, cwd: Path | None = None, config: Path | None = None) -> str:
    env = {**os.environ, "LC_ALL": "C", **({"APT_CONFIG": str(config)} if config else {})}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=True)
    return done.stdout
