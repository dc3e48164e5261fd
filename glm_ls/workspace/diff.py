r"""The output of `git diff -p` to values: files, their states, and hunks with real lines.

Hunks are read by the counts of their headers, so code that looks like a header stays code. Line
numbers are 0-based; a line ends at `\n` for git, and a `\r` before it is dropped here.
Paths are those of the repository, with forward slashes; undecodable bytes become surrogates.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from glm_ls.workspace.generated import is_generated

Status = Literal["modified", "added", "deleted", "renamed", "copied", "unmerged"]
Sign = Literal[" ", "+", "-"]

HUGE_LINES = 20_000
"""Lines of all hunks of a file from which on it is no longer something people wrote."""

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
}
_SUBMODULE, _SYMLINK = "160000", "120000"
_UNMERGED = b"* Unmerged path "


class DiffLine(NamedTuple):
    """A line of a hunk."""

    sign: Sign
    text: str
    """Without its end."""
    number: int
    """0-based; of the old side for "-", else of the new side."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring changes of a file."""

    old: range
    """Lines of the old side."""
    new: range
    """Lines of the new side; empty (but placed) where all of it was deleted."""
    heading: str
    """What git found to enclose it; empty at the top."""
    lines: tuple[DiffLine, ...]
    old_bare: bool = False
    """Whether the old side's last line is the file's last and has no end."""
    new_bare: bool = False

    @property
    def added(self) -> tuple[int, ...]:
        """Lines of the new side that are new."""
        return tuple(line.number for line in self.lines if line.sign == "+")

    @property
    def removed(self) -> tuple[int, ...]:
        """Lines of the old side that are gone."""
        return tuple(line.number for line in self.lines if line.sign == "-")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """What became of one file."""

    path: str
    """On the new side; of a deleted file, where it was."""
    old_path: str
    status: Status = "modified"
    old_mode: str = ""
    """As git writes it (100644); empty where there was no file, or the mode is not told."""
    new_mode: str = ""
    old_id: str = ""
    """Object names of the texts; empty where they are not told, zeros where there is none."""
    new_id: str = ""
    binary: bool = False
    decodable: bool = True
    """Whether all lines of the hunks are UTF-8."""
    hunks: tuple[Hunk, ...] = field(default=())

    @property
    def mode_changed(self) -> bool:
        """Whether an existing file has another mode now."""
        return bool(self.old_mode and self.new_mode) and self.old_mode != self.new_mode


def unreviewable(file: ChangedFile) -> str | None:
    """Return why nothing of a file can be reviewed, None where its hunks can."""
    modes = (file.old_mode, file.new_mode)
    checks = (
        ("unmerged", file.status == "unmerged"),
        ("submodule", _SUBMODULE in modes),
        ("symbolic link", _SYMLINK in modes),
        ("deleted", file.status == "deleted"),
        ("binary", file.binary),
        ("only renamed", not file.hunks and file.status in ("renamed", "copied")),
        ("only its mode changed", not file.hunks and file.mode_changed),
        ("empty", not file.hunks),
        ("generated", is_generated(file.path)),
        ("not UTF-8", not file.decodable),
        ("huge", sum(len(hunk.lines) for hunk in file.hunks) > HUGE_LINES),
        ("mixed line ends", any("\r" in line.text for h in file.hunks for line in h.lines)),
    )
    return next((reason for reason, holds in checks if holds), None)


def parse_diff(output: bytes) -> tuple[ChangedFile, ...]:
    """Return the files of a diff in git's order."""
    lines = output.split(b"\n")
    starts = [at for at, line in _outside_hunks(lines) if line.startswith((b"diff ", _UNMERGED))]
    stops = [*starts, len(lines)][1:]
    return tuple(_file(lines[at:stop]) for at, stop in zip(starts, stops, strict=True))


def whole_file(path: str, text: str, rows: range | None = None) -> ChangedFile:
    """Return what a diff would say of a new file with such a text, or of some of its lines."""
    ended = text.endswith("\n") or not text
    texts = text.split("\n")[: -1 if ended else None]
    numbers = range(len(texts))[rows.start : rows.stop] if rows else range(len(texts))
    lines = tuple(DiffLine("+", texts[at].removesuffix("\r"), at) for at in numbers)
    bare = not ended and numbers.stop == len(texts)
    hunk = Hunk(range(numbers.start, numbers.start), numbers, "", lines, new_bare=bare)
    return ChangedFile(path, path, "added", new_mode="100644", hunks=(hunk,) if lines else ())


def _outside_hunks(lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not code."""
    at = 0
    while at < len(lines):
        yield at, lines[at]
        header = _HUNK.match(lines[at])
        at = _hunk_end(lines, at + 1, header) if header else at + 1


def _hunk_end(lines: list[bytes], at: int, header: re.Match[bytes]) -> int:
    """Return where the lines of a hunk are over, those that say "no newline" included."""
    old, new = _count(header[2]), _count(header[4])
    while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith(b"\\")):
        sign = lines[at][:1] or b" "  # git leaves out the space of an empty line if told to
        old -= sign in b" -"
        new -= sign in b" +"
        at += 1
    return at


def _count(digits: bytes | None) -> int:
    return 1 if digits is None else int(digits)


def _file(lines: list[bytes]) -> ChangedFile:
    if lines[0].startswith(_UNMERGED):
        path = _path(lines[0].removeprefix(_UNMERGED))
        return ChangedFile(path, path, "unmerged")
    file = ChangedFile(*_header_paths(lines[0]))
    hunks, decodable = [], True
    at = 1
    while at < len(lines):
        header = _HUNK.match(lines[at])
        if header is None:
            file, at = _with_header(file, lines[at]), at + 1
            continue
        stop = _hunk_end(lines, at + 1, header)
        decodable = decodable and _is_utf8(lines[at + 1 : stop])
        hunks.append(_hunk(header, lines[at + 1 : stop]))
        at = stop
    return replace(file, hunks=tuple(hunks), decodable=decodable)


def _hunk(header: re.Match[bytes], body: list[bytes]) -> Hunk:
    old, new = _side(header[1], header[2]), _side(header[3], header[4])
    next_old, next_new = old.start, new.start
    lines: list[DiffLine] = []
    bare: set[Sign] = set()
    for raw in body:
        if raw.startswith(b"\\"):
            bare.update(line.sign for line in lines[-1:])
            continue
        text = raw[1:].decode("utf-8", "replace").removesuffix("\r")
        sign = _sign(raw)
        lines.append(DiffLine(sign, text, next_old if sign == "-" else next_new))
        next_old += sign != "+"
        next_new += sign != "-"
    return Hunk(
        old,
        new,
        header[5].decode("utf-8", "replace").strip(),
        tuple(lines),
        old_bare=bool(bare & {"-", " "}),
        new_bare=bool(bare & {"+", " "}),
    )


def _sign(raw: bytes) -> Sign:
    return "+" if raw.startswith(b"+") else "-" if raw.startswith(b"-") else " "


def _side(start: bytes, count: bytes | None) -> range:
    """Return the lines of one side; git names the line before where there are none."""
    size = _count(count)
    first = int(start) - (size > 0)
    return range(first, first + size)


def _is_utf8(lines: list[bytes]) -> bool:
    try:
        b"\n".join(lines).decode()
    except UnicodeDecodeError:
        return False
    return True


def _with_header(file: ChangedFile, line: bytes) -> ChangedFile:
    """Return the file with what a line between `diff --git` and the hunks says."""
    for prefix, changed in _HEADERS.items():
        if line.startswith(prefix):
            return changed(file, line.removeprefix(prefix))
    return file


def _indexed(file: ChangedFile, rest: bytes) -> ChangedFile:
    ids, _, mode = rest.decode("ascii", "replace").partition(" ")
    old, _, new = ids.partition("..")
    file = replace(file, old_id=old, new_id=new)
    return replace(file, old_mode=mode, new_mode=mode) if mode else file


def _mode(rest: bytes) -> str:
    return rest.decode("ascii", "replace").strip()


_HEADERS: dict[bytes, Callable[[ChangedFile, bytes], ChangedFile]] = {
    b"old mode ": lambda file, rest: replace(file, old_mode=_mode(rest)),
    b"new mode ": lambda file, rest: replace(file, new_mode=_mode(rest)),
    b"new file mode ": lambda file, rest: replace(file, status="added", new_mode=_mode(rest)),
    b"deleted file mode ": lambda file, rest: replace(file, status="deleted", old_mode=_mode(rest)),
    b"rename from ": lambda file, rest: replace(file, status="renamed", old_path=_path(rest)),
    b"rename to ": lambda file, rest: replace(file, path=_path(rest)),
    b"copy from ": lambda file, rest: replace(file, status="copied", old_path=_path(rest)),
    b"copy to ": lambda file, rest: replace(file, path=_path(rest)),
    b"index ": _indexed,
    b"Binary files ": lambda file, rest: replace(file, binary=True),
    b"GIT binary patch": lambda file, rest: replace(file, binary=True),
}


def _header_paths(line: bytes) -> tuple[str, str]:
    """Return new and old path of `diff --git a/… b/…`; they differ only where more lines tell."""
    rest = line.removeprefix(b"diff --git ")
    if rest.endswith(b'"'):
        start = rest.rfind(b' "')
        new = _path(rest[start + 1 :])[2:]
    else:
        # Both names are the same: half of what stands beside the space in the middle.
        new = os.fsdecode(rest[len(rest) // 2 + 1 :])[2:]
    return new, new


def _path(text: bytes) -> str:
    """Return a path that git may have quoted."""
    text = text.rstrip(b"\r") if text.endswith(b'"\r') else text
    if not (text.startswith(b'"') and text.endswith(b'"') and len(text) > 1):
        return os.fsdecode(text)
    return os.fsdecode(_ESCAPE.sub(_unescaped, text[1:-1]))


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 255]) if len(code) == 3 else _ESCAPED.get(code, code)
