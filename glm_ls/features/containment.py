"""The one gate that every edit of every feature passes: all of a plan goes through, or none.

A model's edit lands only in the document that was asked about, or in files that the action named
before it asked, inside the workspace by real path; only in the allowed range; and only if what it
leaves is still code. Nothing is mended here: what does not fit is refused with the rule's name.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from glm_ls.features.permits import (
    FEW_WORDS,
    LIMITS,
    MAX_CHARS,
    MAX_EDITS,
    MAX_LINE,
    NEVER_WRITTEN,
    Limits,
    Permit,
)
from glm_ls.postprocess.edits.landing import applied
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import Refusal, Rule
from glm_ls.syntax.damage import around, breaks, code_words
from glm_ls.syntax.languages import language_of
from glm_ls.text.edit import Edit
from glm_ls.text.position import Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.documents import same_document
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, file_name, real_path, uri_to_path

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Characters that make a text look other than it is, or that no source file holds."""


@dataclass(frozen=True, slots=True)
class World:
    """What the gate asks about files."""

    roots: Roots
    ignore: Ignore
    texts: Mapping[str, Snapshot]
    """The texts that the edits count in, by URI as the plan spells it: open documents and files."""


@dataclass(frozen=True, slots=True)
class Contained:
    """Edits that may leave."""

    plan: EditPlan
    """Without what would change nothing."""
    needs_confirmation: bool
    """Whether the user has to see it first: it changes another file than was asked about."""


class _Refused(Exception):
    def __init__(self, rule: Rule, detail: str, *lines: int) -> None:
        super().__init__(rule)
        self.refusal = Refusal(rule, detail, lines)


def contain(plan: EditPlan, permit: Permit, world: World) -> Contained | Refusal:
    """Return the plan as it may leave, or the first rule that refuses it."""
    try:
        return _contained(plan, permit, world)
    except _Refused as refused:
        return refused.refusal


def _contained(plan: EditPlan, permit: Permit, world: World) -> Contained:
    limits = LIMITS.get(permit.action)
    if limits is None:
        raise _Refused("other-file", f"{permit.action!r} may change nothing")
    _check_sizes(plan, limits)
    files = [kept for file in plan.files if (kept := _checked(file, permit, limits, world))]
    if not files:
        raise _Refused("no-op", "nothing would change")
    others = any(not same_document(file.uri, permit.uri) for file in files)
    return Contained(replace(plan, files=tuple(files)), others)


def _check_sizes(plan: EditPlan, limits: Limits) -> None:
    edits = [edit for file in plan.files for edit in file.edits]
    if len(plan.files) > limits.max_files:
        raise _Refused("other-file", f"{len(plan.files)} files where {limits.max_files} may change")
    if max((len(file.edits) for file in plan.files), default=0) > MAX_EDITS:
        raise _Refused("too-large", f"more than {MAX_EDITS} edits")
    if sum(len(edit.text) for edit in edits) > MAX_CHARS:
        raise _Refused("too-large", f"more than {MAX_CHARS} characters")
    if any(len(line) > MAX_LINE for edit in edits for line in re.split("[\r\n]", edit.text)):
        raise _Refused("too-large", f"a line of more than {MAX_LINE} characters")
    uris = [file.uri for file in plan.files]
    if any(same_document(a, b) for at, a in enumerate(uris) for b in uris[:at]):
        raise _Refused("overlap", "a file is named twice")


def _checked(file: FileEdits, permit: Permit, limits: Limits, world: World) -> FileEdits | None:
    """Return the edits of a file that change something."""
    is_asked = same_document(file.uri, permit.uri)
    _check_file(file, is_asked, permit, world)
    before = world.texts.get(file.uri)
    if file.creates:
        if is_asked or before is not None or [edit.range for edit in file.edits] != [None]:
            raise _Refused("overlap", "a new file is one text, and does not exist yet")
        before = Snapshot.of(file.uri, "", 0, "")
    if before is None:
        raise _Refused("other-file", "the text of the file is not known")
    if not file.creates and file.version is not None and file.version != before.version:
        raise _Refused("changed-meanwhile", "the edits count in another version")
    spans = permit.ranges if is_asked else None
    _check_ranges(before, file.edits, spans, whole=file.creates)
    _check_characters(before, file.edits)
    edits = tuple(edit for edit in file.edits if edit.range is None or _changes(before, edit))
    if not edits:
        return None
    _check_code(before, edits, limits, spans)
    return replace(file, edits=edits)


def _check_file(file: FileEdits, is_asked: bool, permit: Permit, world: World) -> None:
    """Refuse a file that is not the one asked about, nor one that the action declared."""
    path = uri_to_path(file.uri)
    if is_asked and path is None:  # A text that was never saved: the editor alone knows it.
        return
    if (reason := world.ignore.refusal(file.uri)) is not None:
        raise _Refused("hidden-file", reason)
    if is_asked:
        return
    declared = permit.creates if file.creates else permit.files
    if path is None or not any(same_document(file.uri, uri) for uri in declared):
        raise _Refused("other-file", "the action did not name this file")
    _check_path(path, world.roots, file.creates)


def _check_path(path: Path, roots: Roots, creates: bool) -> None:
    real = real_path(path)
    folder = roots.folder(real) if real else None
    if real is None or folder is None:
        raise _Refused("outside-workspace", "the file is not in the workspace")
    if ".." in path.parts or os.path.islink(path):
        raise _Refused("outside-workspace", "the path is not that of the file itself")
    # Links on the way may stay inside the workspace, but not lead around what is never written.
    below = f"/{real.relative_to(folder).as_posix()}".lower()
    if any(part in below if part.endswith("/") else below.endswith(part) for part in NEVER_WRITTEN):
        raise _Refused("hidden-file", "the file is one that only its user changes")
    if creates == real.exists() or not (creates or real.is_file()):
        raise _Refused("other-file", "the file exists" if creates else "there is no such file")


def _check_ranges(
    before: Snapshot, edits: Sequence[Edit], spans: Sequence[Range] | None, *, whole: bool
) -> None:
    """Refuse places that do not exist, are not allowed, or belong to two edits."""
    places = []
    for edit in edits:
        if edit.range is None:
            if not whole:
                raise _Refused("outside-range", "an edit replaces the whole document")
            continue
        start, end = edit.range
        if start > end or before.clamp(start) != start or before.clamp(end) != end:
            raise _Refused("outside-range", "a place that does not exist", start.line)
        if spans is not None and not any(a <= start and end <= b for a, b in spans):
            raise _Refused("outside-range", "an edit is not in the range asked about", start.line)
        places.append(edit.range)
    for one, other in pairwise(sorted(places)):
        if other.start < one.end or other.start == one.start:
            raise _Refused("overlap", "two edits change the same place", other.start.line)


def _check_characters(before: Snapshot, edits: Sequence[Edit]) -> None:
    for edit in edits:
        if found := set(_HIDDEN.findall(edit.text)):
            old = before.slice(edit.range) if edit.range else ""
            if any(edit.text.count(each) > old.count(each) for each in found):
                raise _Refused("hidden-characters", "an edit puts in characters nobody sees")


def _changes(before: Snapshot, edit: Edit) -> bool:
    return edit.range is None or before.slice(edit.range) != edit.text


def _check_code(
    before: Snapshot, edits: Sequence[Edit], limits: Limits, spans: Sequence[Range] | None
) -> None:
    """Refuse edits that leave broken code, or less of it than the action may."""
    language = language_of(before.language_id, before.uri)
    after = applied(before, edits, before.version)
    start, stop, new_stop = after.lines.difference(before.lines)
    old_text = around(before.lines, range(start, stop))
    new_text = around(after.lines, range(start, new_stop))
    if limits.parses and breaks(language, old_text, new_text):
        raise _Refused("breaks-syntax", "the code would have more syntax errors", start)
    if limits.code == "free" and limits.max_lost >= 1:
        return
    old, new = code_words(language, old_text), code_words(language, new_text)
    if not _GUARDS[limits.code](old, new):
        raise _Refused("deletes-code", "the action may not change the code itself", start)
    allowed = code_words(language, "".join(map(before.slice, spans))) if spans else old
    gone = (Counter(old) - Counter(new)).total()
    if len(allowed) > FEW_WORDS and gone > limits.max_lost * len(allowed):
        raise _Refused("deletes-code", "too much of the code would go", start)


def _is_kept(old: list[str], new: list[str]) -> bool:
    rest: Iterator[str] = iter(new)
    return all(word in rest for word in old)


_GUARDS: Mapping[str, Callable[[list[str], list[str]], bool]] = {
    "same": lambda old, new: old == new,
    "kept": _is_kept,
    "free": lambda _, __: True,
}


def file_named(path: str, permit: Permit, roots: Roots) -> str | Refusal:
    """Return the URI of the file that a model names, one of those the permit holds.

    What it wrote is compared and never made into a path.
    """
    if not path:
        return permit.uri
    name = path.replace("\\", "/").removeprefix("./")
    for uri in (permit.uri, *sorted(permit.files | permit.creates)):
        if name in (uri, roots.relative(uri)) or (uri == permit.uri and name == file_name(uri)):
            return uri
    return Refusal("other-file", "the reply names a file that the action did not")
