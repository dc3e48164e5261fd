"""Where the key comes from: the client, the environment, a command, a private file, the keyring.

A key is held in memory, registered with the log's redaction at once, and never comes from a
workspace. Each source is asked only when the ones before it had nothing.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glm_ls.errors import SettingsError
from glm_ls.log import logger, protect

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.provider.dialect import Dialect

COMMAND_TIMEOUT_S = 15.0
KEY_FILE = "keys"
"""In the user's config directory, mode 0600; lines of `provider = key`."""

KEYRING_SERVICE = "glm-ls"
log = logger("provider.keys")


class Key(NamedTuple):
    """A key and where it was found; never printed."""

    secret: str
    origin: str

    def __repr__(self) -> str:
        return f"Key(from {self.origin})"


NO_KEY = Key("", "nowhere")


def env_key(dialect: Dialect, environ: Mapping[str, str]) -> Key | None:
    """Return the key that one of the dialect's environment variables holds."""
    for name in dialect.key_env:
        if secret := environ.get(name, "").strip():
            return _protected(Key(secret, f"environment {name}"))
    return None


def find_key(
    dialect: Dialect, settings: Settings, environ: Mapping[str, str], config_dir: Path
) -> Key | None:
    """Return the first key found for a dialect.

    May run the key command and ask the keyring, so it can take seconds: call it in a thread.
    Raises SettingsError where the command fails.
    """
    sources: tuple[Callable[[], Key | None], ...] = (
        lambda: Key(settings.api_key, "settings") if settings.api_key else None,
        lambda: env_key(dialect, environ),
        lambda: _from_command(settings.api_key_command),
        lambda: _from_file(config_dir / KEY_FILE, dialect.name),
        lambda: _from_keyring(dialect.name),
    )
    for source in sources:
        if key := source():
            return _protected(key)
    return None


def _protected(key: Key) -> Key:
    protect(key.secret)
    return key


def _from_command(command: str | tuple[str, ...]) -> Key | None:
    if not command:
        return None
    argv = shlex.split(command) if isinstance(command, str) else list(command)
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        why = (
            f"exit code {error.returncode}"
            if isinstance(error, subprocess.CalledProcessError)
            else type(error).__name__
        )
        raise SettingsError(f"api_key_command {argv[0]!r} gave no key: {why}") from None
    secret = done.stdout.strip().splitlines()
    if not secret:
        raise SettingsError(f"api_key_command {argv[0]!r} printed nothing")
    return Key(secret[0].strip(), f"command {argv[0]}")


def _from_file(path: Path, dialect: str) -> Key | None:
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if mode & 0o077:
        log.warning("%s is readable by others and was ignored: chmod 600 it", path)
        return None
    for line in text.splitlines():
        name, _, secret = line.partition("=")
        if name.strip() == dialect and secret.strip():
            return Key(secret.strip(), f"file {path}")
    return None


def _from_keyring(dialect: str) -> Key | None:
    if find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        secret = keyring.get_password(KEYRING_SERVICE, dialect)
    except KeyringError as error:
        log.info("keyring: %s", type(error).__name__)
        return None
    return Key(secret, "keyring") if secret else None
