"""Which files of a project are indexed, and one of them as the database keeps it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from glm_ls.index.database import Passage, Row, Stamp
from glm_ls.index.extract import Facts, facts_of, imports_json
from glm_ls.index.languages.table import row_of
from glm_ls.index.paths import is_utf8
from glm_ls.index.project import MANIFESTS, Project
from glm_ls.syntax.languages import indexed_suffixes, language_of
from glm_ls.workspace.admission import obstacle_in
from glm_ls.workspace.files import listed_files, read_text
from glm_ls.workspace.ignore import Ignore

MAX_FILES = 20_000
"""Files of one project, the newest; the arrays of more would not fit beside an editor."""
MAX_BYTES = 400_000
"""Bytes of one file; larger ones are data or generated."""
MAX_MANIFEST_BYTES = 1_000_000
PASSAGE_LINES = 24
"""Lines of a passage, ended earlier by a blank line in its second half."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a project at one time."""

    project: Project
    stamps: dict[str, Stamp]
    """Files to index, the newest first."""


def list_project(root: Path, ignore: Ignore) -> Listing:
    """Return the files of a project; denied and ignored ones are still judged when read."""
    suffixes = (*indexed_suffixes(), *sorted(name.lower() for name in MANIFESTS))
    found = sorted(listed_files(root, ignore, suffixes), key=lambda file: -file.modified_ns)
    manifests: dict[str, str] = {}
    stamps: dict[str, Stamp] = {}
    above = len(os.path.join(root, ""))
    for file in found:
        path = file.path[above:].replace(os.sep, "/")
        if not is_utf8(path):
            continue
        if path.rpartition("/")[2] in MANIFESTS:
            if is_allowed(root, path, ignore):
                manifests[path] = read_text(file.path, MAX_MANIFEST_BYTES) or ""
        elif file.size <= MAX_BYTES and len(stamps) < MAX_FILES:
            stamps[path] = Stamp(file.modified_ns, file.size)
    return Listing(Project(stamps, manifests), stamps)


def is_allowed(root: Path, path: str, ignore: Ignore) -> bool:
    """Whether a file may be read: neither denied nor ignored, and inside by its real path."""
    whole = os.path.join(root, path)
    inside = ignore.real_path(whole).startswith(os.path.join(root, ""))
    return inside and ignore.refusal(whole) is None


def read_file(root: Path, path: str, ignore: Ignore) -> str | None:
    """Return the text of a file that may be sent; None where there is nothing to say of it."""
    if not is_allowed(root, path, ignore):
        return None
    text = read_text(os.path.join(root, path), MAX_BYTES)
    return None if text is None or obstacle_in(text) else text


def row_for(path: str, stamp: Stamp, text: str) -> Row:
    """Return a file as the database keeps it."""
    language = language_of("", path)
    facts = facts_of(language, text)
    return row_of_facts(path, stamp, text, facts)


def row_of_facts(path: str, stamp: Stamp, text: str, facts: Facts) -> Row:
    """Return a file whose facts are known as the database keeps it."""
    return Row(
        path=path,
        language=facts.language.id,
        stamp=stamp,
        imports=imports_json(facts.outline),
        record=facts.record,
        passages=() if facts.row else tuple(passages(path, text)),
    )


def passages(path: str, text: str) -> Iterator[Passage]:
    """Yield a text in pieces of some lines, cut at blank lines."""
    lines = text.split("\n")
    start = 0
    for at, line in enumerate(lines):
        length = at - start + 1
        if length >= PASSAGE_LINES or (length > PASSAGE_LINES // 2 and not line.strip()):
            yield Passage(path, start, "\n".join(lines[start : at + 1]))
            start = at + 1
    if any(line.strip() for line in lines[start:]):
        yield Passage(path, start, "\n".join(lines[start:]))


@cache
def family_of(language_id: str) -> str:
    """Return the family of a language: those whose definitions are of use to each other."""
    row = row_of(language_id)
    return row.family if row else language_id
