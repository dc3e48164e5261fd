"""Questions to git about a repository that nobody has vouched for.

A repository's own configuration can name commands that git then runs (hooks, file system
monitors, transports), so each of these is switched off, and variables that point git at another
repository are not passed on. Callers that ask for a diff add `--no-ext-diff --no-textconv`.

Invariant: the only module of this package that starts a process.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from glm_ls.errors import GitFailed
from glm_ls.log import logger
from glm_ls.workspace.ignore import repository_of

TIMEOUT_S = 10.0
"""How long git may take."""

_HARDENED = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    # Objects missing in a partial clone would be fetched, over any transport it names.
    "protocol.allow=never",
    # A bare repository hidden in the files of another one brings its own configuration.
    "safe.bareRepository=explicit",
)

_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}

_log = logger(__name__)


def run_git(folder: Path, *arguments: str, timeout_s: float = TIMEOUT_S) -> bytes | None:
    """Return what git prints when run in a folder; None when it fails or is not installed."""
    try:
        return ask_git(folder, *arguments, timeout_s=timeout_s)
    except GitFailed:
        return None


def ask_git(
    folder: Path,
    *arguments: str,
    timeout_s: float = TIMEOUT_S,
    settings: Mapping[str, str] | None = None,
) -> bytes:
    """Return what git prints when run in a folder; raises GitFailed with git's own words.

    `settings` override the repository's, whatever characters their names hold.
    """
    options = [part for setting in _HARDENED for part in ("-c", setting)]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        run = subprocess.run(
            ["git", "--no-pager", *options, *arguments],
            cwd=folder,
            env=inherited | _ENVIRONMENT | _overriding(settings or {}),
            stdin=subprocess.DEVNULL,  # Ours carries the protocol.
            capture_output=True,
            timeout=timeout_s,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()
        _log.debug("git %s in %s: %s", arguments[0], folder, said.partition("\n")[0])
        raise GitFailed(said) from error
    except (OSError, subprocess.SubprocessError) as error:
        _log.debug("git %s in %s: %s", arguments[0], folder, error)
        raise GitFailed(str(error)) from error
    return run.stdout


def is_in_repository(folder: Path) -> bool:
    """Whether there is a repository around a folder: told without a process, so at any time."""
    top = repository_of(os.path.realpath(folder))
    return os.path.lexists(os.path.join(top, ".git"))


def disarmed_filters(folder: Path) -> dict[str, str]:
    """Return settings that switch off the filters a repository's own configuration names.

    Git runs them on changed files of the working tree. Those of the user, such as Git LFS, stay.
    """
    output = run_git(
        folder, "config", "--show-scope", "--name-only", "-z", "--get-regexp", r"^filter\."
    )
    fields = [os.fsdecode(field) for field in (output or b"").split(b"\0")]
    return {
        name: "false" if name.endswith(".required") else ""
        for scope, name in zip(fields[::2], fields[1::2], strict=False)
        if scope in ("local", "worktree")
    }


def _overriding(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which git takes settings: `-c` cannot name one with a `=`."""
    pairs = enumerate(settings.items())
    variables = {"GIT_CONFIG_COUNT": str(len(settings))} if settings else {}
    for at, (name, value) in pairs:
        variables |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": value}
    return variables


def list_files(folder: Path) -> list[str] | None:
    """Return the tracked and the untracked, not ignored files below a folder, relative to it.

    None when the folder is in no repository, or git refuses it.
    """
    if not is_in_repository(folder):
        return None
    output = run_git(folder, "ls-files", "-co", "--exclude-standard", "-z")
    if output is None:
        return None
    # A file in a merge conflict is listed once per side.
    return [os.fsdecode(name) for name in dict.fromkeys(output.split(b"\0")) if name]


def changed_files(folder: Path) -> list[str]:
    """Return the files below a folder that differ from the last commit, relative to it.

    Empty when the folder is in no repository, has no commit, or git refuses it.
    """
    if not is_in_repository(folder):
        return []
    command = "diff --name-only --relative --no-ext-diff --no-textconv -z HEAD".split()
    try:
        output = ask_git(folder, *command, settings=disarmed_filters(folder))
    except GitFailed:
        return []
    return [os.fsdecode(name) for name in output.split(b"\0") if name]
