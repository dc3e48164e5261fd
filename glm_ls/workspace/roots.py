"""Workspace folders as real paths, and the way between URIs and paths.

Whether a file belongs to the workspace is decided on its real path: a symbolic link or a `..`
that leads out of it is outside.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
"""At least two characters: one letter and a colon is a drive."""

_FILE = re.compile(r"file:(?://(?P<host>[^/]*))?(?P<path>/.*)", re.IGNORECASE | re.DOTALL)

_DRIVE = re.compile(r"/?(?P<letter>[A-Za-z]):(?P<rest>[/\\].*|)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders of a workspace."""

    folders: tuple[Path, ...] = ()
    """Real paths, the innermost of nested folders first."""

    @classmethod
    def of(cls, folders: Iterable[str]) -> Self:
        """Return the roots of a client's folder URIs; those that are no local path are left out."""
        real = {path for uri in folders if (path := real_path(uri))}
        return cls(tuple(sorted(real, key=lambda path: (-len(path.parts), path))))

    def relative(self, path_or_uri: str | Path) -> str | None:
        """Return the path in the innermost folder, with forward slashes; None when outside."""
        path = real_path(path_or_uri)
        folder = self.folder(path) if path else None
        return path.relative_to(folder).as_posix() if path and folder else None

    def folder(self, path: Path) -> Path | None:
        """Return the innermost folder that holds a path, which is taken as it is spelled."""
        return next((root for root in self.folders if path.is_relative_to(root)), None)


def is_uri(text: str) -> bool:
    """Tell a URI from a path; a path on a Windows drive is a path."""
    return _SCHEME.match(text) is not None


def real_path(path_or_uri: str | Path) -> Path | None:
    """Return the absolute path without links and `..`; None when it is no absolute local path."""
    if isinstance(path_or_uri, str) and is_uri(path_or_uri):
        path = uri_to_path(path_or_uri)
    else:
        path = Path(path_or_uri)
    if path is None or not path.is_absolute():
        return None
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):  # A link that cannot be read; a NUL in the name.
        return None


def uri_to_path(uri: str) -> Path | None:
    """Return the path of a file URI; None for other schemes and hosts.

    `file:///c%3A/x` is `C:/x` everywhere. A network share is a path on Windows only.
    """
    match = _FILE.fullmatch(uri)
    if match is None:
        return None
    path = unquote(match["path"], errors="surrogateescape")
    host = match["host"] or ""
    if "\0" in path:
        return None
    if host.lower() not in ("", "localhost"):
        return Path(f"//{host}{path}") if os.name == "nt" else None
    if drive := _DRIVE.fullmatch(path):
        return Path(f"{drive['letter'].upper()}:{drive['rest'] or '/'}")
    return Path(path)


def path_to_uri(path: str | Path) -> str:
    """Return the file URI of an absolute path, drive letters in upper case: `file:///C:/x`."""
    plain = path.as_posix() if isinstance(path, Path) else path
    if drive := _DRIVE.fullmatch(plain):
        return f"file:///{drive['letter'].upper()}:{_escape(drive['rest'].replace(chr(92), '/'))}"
    # A network share keeps its host, which its two slashes announce.
    return f"file:{'' if plain.startswith('//') else '//'}{_escape(plain)}"


def file_name(uri: str) -> str:
    """Return the last part of a URI, as it is spelled."""
    return uri.rpartition("/")[2]


def _escape(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")


def shown_path(uri: str, roots: Roots) -> str:
    """Return how a document is named to a model: in the workspace, or by its bare name."""
    path = uri_to_path(uri)
    return roots.relative(uri) or (path.name if path else "untitled")
