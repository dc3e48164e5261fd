"""A settings file goes in, its table comes out, or a SettingsError that says what is wrong with it.

A workspace file comes with a repository, so nothing is taken for granted: a named pipe would
block the server, a huge file keep it busy, and tomllib gives up on deep nesting by recursion.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from glm_ls.errors import SettingsError

MAX_BYTES = 65_536
"""A settings file larger than this is no settings file."""


class SettingsFile(NamedTuple):
    """What a settings file says."""

    table: Mapping[str, object]
    is_private: bool
    """Nobody but its owner may read or write it; always true on Windows."""


def read_settings_file(path: Path) -> SettingsFile | None:
    """Return what a TOML file says, None if there is no such file; raises SettingsError."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SettingsError("is not a file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)  # A link into /proc has no size and no end.
        if len(data) > MAX_BYTES:
            raise SettingsError(f"is larger than {MAX_BYTES} bytes")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble)
        raise SettingsError(f"cannot be read: {reason}") from None
    is_private = os.name == "nt" or not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return SettingsFile(_parse(data), is_private)


def _parse(data: bytes) -> Mapping[str, object]:
    import tomllib

    try:
        # Editors on Windows may put a byte order mark in front.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = data.count(b"\n", 0, trouble.start) + 1
        raise SettingsError(f"line {line}: is not UTF-8") from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError("is nested too deeply") from None
    except ValueError as trouble:
        last = text.count("\n") + 1
        reason = str(trouble).replace("at end of document", f"at line {last}, the end of the file")
        raise SettingsError(f"is not TOML: {reason}") from None
