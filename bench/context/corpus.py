"""A table of packages in, their sources on disk out, through the registries' own clients.

No host is named: `pip` and `npm` know theirs. Nothing that is fetched is run on purpose: pip wants
to ask a source archive for its metadata, which takes the project's build backend; without build
isolation there is none, and what pip had unpacked by then is all that is wanted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("corpus.toml")
FETCH_S = 600


class NotFetched(Exception):
    """A client did not deliver a package; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package and what of it is measured."""

    name: str
    source: str
    """Which client fetches it: `pypi` or `npm`."""
    version: str
    language: str
    """Family of the language that positions are taken from."""
    folder: str
    """Part of the archive that counts as the project; "" for all of it."""


def packages(names: str = "") -> list[Package]:
    """Return the packages of the table, or those among them that a comma list names."""
    rows = [Package(**row) for row in tomllib.loads(TABLE.read_text("utf-8"))["project"]]
    wanted = set(names.split(",")) if names else {row.name for row in rows}
    if unknown := wanted - {row.name for row in rows}:
        raise ValueError(f"not in {TABLE.name}: {', '.join(sorted(unknown))}")
    return [row for row in rows if row.name in wanted]


def project_folder(package: Package, cache: Path) -> Path:
    """Return the folder of a package's project, fetched if it is not there yet."""
    kept = cache / f"{package.name}-{package.version}"
    if not kept.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="fetching-") as scratch:
            unpacked = _CLIENTS[package.source](package, Path(scratch))
            unpacked.rename(kept)  # Whole or not at all, however the run ends.
    folder = kept / package.folder
    if not folder.is_dir():
        raise NotFetched(f"{package.name} {package.version} has no folder {package.folder}")
    return folder


def _from_pypi(package: Package, scratch: Path) -> Path:
    command = (
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-clean", "--no-deps"),
        *("--no-binary", ":all:", "--no-build-isolation", "--dest", str(scratch / "archives")),
        f"{package.name}=={package.version}",
    )
    said = _run(command, scratch)
    for mark in sorted(scratch.glob("pip-*/*/PKG-INFO")):
        return mark.parent
    raise NotFetched(said)


def _from_npm(package: Package, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is not installed")
    spec = f"{package.name}@{package.version}"
    said = _run(
        (npm, "pack", "--loglevel=error", "--pack-destination", str(scratch), spec), scratch
    )
    for archive in scratch.glob("*.tgz"):
        with tarfile.open(archive) as tar:
            tar.extractall(scratch / "unpacked", filter="data")
        return next((scratch / "unpacked").iterdir())
    raise NotFetched(said)


_CLIENTS: dict[str, Callable[[Package, Path], Path]] = {"pypi": _from_pypi, "npm": _from_npm}


def _run(command: tuple[str, ...], scratch: Path) -> str:
    """Run a client with its scratch files where they are found; return what it complained of."""
    env = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))}
    try:
        done = subprocess.run(
            command, env=env, cwd=scratch, capture_output=True, text=True, timeout=FETCH_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.splitlines()
    errors = [line for line in said if "error" in line.lower()]
    return (errors or said or ["the client delivered nothing"])[0].strip()
