"""Which files are never sent: one short reason per path, or None.

Four authorities are asked, each of which can only narrow: the built-in deny list, the user's
`privacy.ignore`, `.glmignore` and `.gitignore`. A repository can so hide more of itself, but can
not bring back what another authority hides. Both the path as given and the path behind its
symbolic links have to pass.

Answers are kept for a second; then the ignore files on a path are looked at again, so no watcher
has to work for an edit of `.gitignore` to count.

Invariant: what no authority could be asked about (no local path) is refused.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import unquote

from glm_ls.workspace.deny import denial
from glm_ls.workspace.gitignore import is_ignored, parse_rules
from glm_ls.workspace.roots import Roots, is_uri, uri_to_path

IGNORE_FILES = (".gitignore", ".glmignore")
"""Names of the files whose patterns are followed."""

RECHECK_S = 1.0
"""How long an edit of an ignore file may go unnoticed."""

_MAX_BYTES = 1 << 18
_MAX_LINES = 5_000
"""No honest ignore file is larger; its rules would hold up the event loop."""

_KEPT_ANSWERS = 4_096
"""Answers of the rules of one file that are kept as long as it does not change."""

_Rules = Callable[[str, bool], bool | None]
"""What an ignore file says of a path, and of whether that is a folder."""
_Source = tuple[str, _Rules]
"""A folder and the rules whose paths are relative to it."""
_Layers = dict[str, tuple[_Source, ...]]
"""Name of ignore files to what those of a folder and of the folders above say, nearest first."""


class Ignore:
    """The decision whether a file may be sent; safe to ask from several threads."""

    def __init__(
        self,
        roots: Roots,
        patterns: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
        recheck_s: float = RECHECK_S,
    ) -> None:
        """Start without knowledge; `patterns` have the syntax of `.gitignore`, per root.

        For `recheck_s` seconds an edit of an ignore file may go unnoticed.
        """
        self._recheck_s = recheck_s
        self._roots = roots
        self._patterns = _rules(patterns)
        self._clock = clock
        self._parsed: dict[str, tuple[object, _Rules | None]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Forget all answers, for instance after an ignore file was saved."""
        self._fresh_until = self._clock() + self._recheck_s
        self._refusals: dict[str, str | None] = {}
        self._rules: dict[str, _Rules | None] = {}
        # What all files of a folder ask: where it really is, what it belongs to, what hides it.
        self._real: dict[str, str] = {}
        self._homes: dict[str, tuple[str, str]] = {}
        self._tops: dict[str, str] = {}
        self._folders: dict[tuple[str, str], tuple[str | None, _Layers]] = {}

    def refusal(self, uri_or_path: str | Path) -> str | None:
        """Return why a file or folder is never sent; None when it may be."""
        if self._clock() >= self._fresh_until:
            self.refresh()
        refusals, key = self._refusals, str(uri_or_path)
        if key not in refusals:
            refusals[key] = self._judge(_path_part(key))
        return refusals[key]

    def real_path(self, path: str) -> str:
        """Return an absolute path without links and `..`; its folder is looked at once a second."""
        if self._clock() >= self._fresh_until:
            self.refresh()
        folder, name = os.path.split(path)
        if os.name == "nt" or name in ("", ".", "..") or os.path.islink(path):
            return os.path.realpath(path)  # A name on Windows may be a short form of another.
        known = self._real
        if folder not in known:
            known[folder] = os.path.realpath(folder)
        return os.path.join(known[folder], name)

    def _judge(self, path: str) -> str | None:
        if not path or "\0" in path:
            return "denied: not a local file"
        if not os.path.isabs(path):  # An untitled document has a name, but lies nowhere.
            return denial(path)
        is_folder = os.path.isdir(path)
        for place in dict.fromkeys((os.path.normpath(path), self.real_path(path))):
            name = place.replace(os.sep, "/") + ("/" if is_folder else "")
            if reason := denial(name) or self._ignored(place, is_folder):
                return reason
        return None

    def _ignored(self, path: str, is_folder: bool) -> str | None:
        base, top = self._home(path, is_folder)
        for entry, folder in _entries(base, path, is_folder) if self._patterns else ():
            if self._patterns and self._patterns(_relative(entry, base), folder):
                return "ignored by privacy.ignore"
        if path == top:
            return None
        reason, layers = self._above(top, os.path.dirname(path))
        return reason or _hidden(layers, path, is_folder)

    def _home(self, path: str, is_folder: bool) -> tuple[str, str]:
        """Return the root that a path is in, or that of the file system, and its repository."""
        folder = os.path.dirname(path)
        known = self._homes
        if not is_folder and folder in known:
            return known[folder]
        root = self._roots.folder(Path(path))
        inside = str(root or folder)
        if inside not in self._tops:
            self._tops[inside] = repository_of(inside)
        home = str(root or Path(path).anchor), self._tops[inside]
        if not is_folder:
            known[folder] = home
        return home

    def _above(self, top: str, folder: str) -> tuple[str | None, _Layers]:
        """Return which kind of ignore file hides a folder, and the rules for what is in it."""
        known = self._folders
        missing = []
        for up in _climb(folder, top):
            if (top, up) in known:
                break
            missing.append(up)
        for up in reversed(missing):
            if up in (top, os.path.dirname(up)):
                exclude = self._read(os.path.join(top, ".git", "info", "exclude"))
                reason: str | None = None
                source = ((top, exclude),) if exclude else ()
                layers: _Layers = {".glmignore": (), ".gitignore": source}
            else:
                reason, layers = known[top, os.path.dirname(up)]
                reason = reason or _hidden(layers, up, is_folder=True)
            own = ((name, self._read(os.path.join(up, name))) for name in layers)
            more = {name: ((up, rules), *layers[name]) for name, rules in own if rules}
            known[top, up] = reason, {**layers, **more}
        return known[top, folder]

    def _read(self, file: str) -> _Rules | None:
        """Return the rules of an ignore file, parsed again only when the file has changed."""
        if file not in self._rules:
            self._rules[file] = self._reread(file)
        return self._rules[file]

    def _reread(self, file: str) -> _Rules | None:
        try:
            state = os.stat(file)
            if not stat.S_ISREG(state.st_mode):
                return None
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            known = self._parsed.get(file)
            if known is None or known[0] != stamp:
                known = self._parsed[file] = (stamp, _rules(_lines(file)))
        except OSError:
            return None
        return known[1]


def _rules(lines: Iterable[str]) -> _Rules | None:
    """Return what lines of an ignore file say, None where that is nothing."""
    rules = parse_rules(lines)
    return lru_cache(_KEPT_ANSWERS)(partial(is_ignored, rules)) if rules else None


def _path_part(uri_or_path: str) -> str:
    """Return the path a URI of any scheme speaks of; "" for a file URI that is no local path."""
    if not is_uri(uri_or_path):
        return uri_or_path if os.path.isabs(uri_or_path) else ""
    scheme, _, rest = uri_or_path.partition(":")
    if scheme.lower() == "file":
        return str(uri_to_path(uri_or_path) or "")
    # git:/a/b.py?{"ref":"HEAD"}, vscode-notebook-cell:/a/b.ipynb#x, untitled:Untitled-1
    path = unquote(re.split("[?#]", rest, maxsplit=1)[0], errors="surrogateescape")
    return re.sub("^//[^/]*", "", path) or "/"


def repository_of(folder: str) -> str:
    """Return the nearest folder upwards that is a git repository, else the folder itself."""
    inside = (up for up in _climb(folder) if os.path.lexists(os.path.join(up, ".git")))
    return next(inside, folder)


def _climb(folder: str, top: str = "") -> Iterator[str]:
    """Yield a folder and those above it, up to `top`."""
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if folder == top or parent == folder:
            return
        folder = parent


def _entries(top: str, path: str, is_folder: bool) -> Iterator[tuple[str, bool]]:
    """Yield all below `top` on the way down to `path`, and whether each is a folder.

    From above, because nothing in an ignored folder can be brought back.
    """
    for entry in reversed(list(_climb(path, top))):
        if entry != top:
            yield entry, is_folder or entry != path


def _hidden(layers: _Layers, entry: str, is_folder: bool) -> str | None:
    """Return which kind of ignore file hides an entry, where none of its folders is hidden."""
    hiding = (name for name, layer in layers.items() if _hides(layer, entry, is_folder))
    return next((f"ignored by {name}" for name in hiding), None)


def _hides(layer: Iterable[_Source], entry: str, is_folder: bool) -> bool:
    """Let the rules nearest to the entry decide."""
    for folder, rules in layer:
        said = rules(_relative(entry, folder), is_folder)
        if said is not None:
            return said
    return False


def _relative(entry: str, folder: str) -> str:
    return entry[len(folder) :].lstrip(os.sep).replace(os.sep, "/")


def _lines(file: str) -> list[str]:
    with open(file, "rb") as stream:
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES or data.count(b"\n") > _MAX_LINES:
        return ["*"]  # Half of the rules would let through what the other half hides.
    # Names are compared as the operating system gives them, undecodable bytes included.
    return data.decode("utf-8-sig", "surrogateescape").split("\n")
