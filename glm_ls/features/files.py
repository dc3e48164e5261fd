"""Texts of files as they are now: that of the editor where the file is open, else that on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glm_ls.syntax.languages import language_of
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.files import listed_files, read_text
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri, real_path, uri_to_path

MOST_BYTES = 1_000_000
"""Of a file that is read."""
ON_DISK = -1
"""Version of a text that no editor has."""
MOST_FILES = 50_000


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a workspace that a model may be shown; for threads, where they are read."""

    roots: Roots
    ignore: Ignore
    current: Callable[[str], Snapshot | None]
    """An open document as it is now."""

    def text(self, uri: str) -> Snapshot | None:
        """Return the text of a file; None for one that is hidden, outside, or cannot be read."""
        path = uri_to_path(uri)
        if path is None or self.roots.relative(uri) is None or self.ignore.refusal(uri):
            return None
        if (live := self.current(uri)) is not None:
            return live
        text = read_text(path, MOST_BYTES)
        if text is None:
            return None
        return Snapshot.of(uri, language_of("", path.name).id, ON_DISK, text)

    def root_of(self, uri: str) -> Path | None:
        """Return the workspace folder that holds a file."""
        path = real_path(uri)
        return self.roots.folder(path) if path else None

    def listed(self, root: Path, suffix: str = "") -> list[str]:
        """Return the paths below a root, with forward slashes, of files that may be shown."""
        found: list[str] = []
        for file in listed_files(root, self.ignore, (suffix.lower(),)):
            if len(found) >= MOST_FILES:
                break
            if self.ignore.refusal(file.path) is None:
                found.append(Path(file.path).relative_to(root).as_posix())
        return found


def uri_below(root: Path, path: str) -> str:
    """Return the URI of a path below a root."""
    return path_to_uri(root / path)


def version_of(snapshot: Snapshot) -> int | None:
    """Return the version that edits of a text are for; None for one that is not open."""
    return None if snapshot.version == ON_DISK else snapshot.version
