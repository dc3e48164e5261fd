"""Where the key comes from: the client, the environment, a command, a private file, the keyring.

A key is held in memory, registered with the log's redaction at once, and never comes from a
workspace. Each source is asked only when the ones before it had nothing.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from glm_ls.errors import SettingsError
from glm_ls.log import logger, protect
from glm_ls.provider.dialect import is_printable

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.provider.dialect import Dialect

ANY_HOST = "GLM_API_KEY"
"""The variable whose key goes to whatever address the user's settings name."""

COMMAND_TIMEOUT_S = 15.0
"""How long api_key_command may take; it may ask the user to unlock something."""
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


def key_names(dialect: Dialect, base_url: str) -> tuple[str, ...]:
    """Return the environment variables whose key may go to this address; "": the row's own.

    A hosted provider's key goes to that provider's host only; for any other address there is
    ANY_HOST. Whoever serves a model himself has his own address anyway.
    """
    at_home = not base_url or host_of(base_url) == host_of(dialect.base_url)
    return dialect.key_env if at_home or not dialect.key_required else (ANY_HOST,)


def host_of(url: str) -> str:
    """Return host and port of an address; "" for what is none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def env_key(dialect: Dialect, base_url: str, environ: Mapping[str, str]) -> Key | None:
    """Return the key that an environment variable holds for the dialect at this address."""
    for name in key_names(dialect, base_url):
        if secret := environ.get(name, "").strip():
            return _protected(Key(secret, f"environment {name}"))
    return None


def find_key(
    dialect: Dialect, settings: Settings, environ: Mapping[str, str], config_dir: Path
) -> Key | None:
    """Return the first key found for a dialect.

    May run the key command and ask the keyring, so it can take seconds: call it in a thread.
    Raises SettingsError where the command fails or the key cannot be one.
    """
    sources: tuple[Callable[[], Key | None], ...] = (
        lambda: Key(settings.api_key, "settings") if settings.api_key else None,
        lambda: env_key(dialect, settings.base_url, environ),
        lambda: _from_command(settings.api_key_command),
        lambda: _from_file(config_dir / KEY_FILE, dialect.name),
        lambda: _from_keyring(dialect.name),
    )
    for source in sources:
        if key := source():
            return _protected(key)
    return None


def _protected(key: Key) -> Key:
    if not is_printable(key.secret) or " " in key.secret:
        raise SettingsError(f"the key from {key.origin} holds characters that no key has")
    protect(key.secret)
    return key


def _from_command(argv: tuple[str, ...]) -> Key | None:
    if not argv:
        return None
    try:
        done = subprocess.run(
            argv, capture_output=True, encoding="utf-8", errors="replace",
            timeout=COMMAND_TIMEOUT_S, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
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
        if not stat.S_ISREG(mode):  # opening a pipe would wait forever
            return None
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
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
