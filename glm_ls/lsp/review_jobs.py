"""What a client wants reviewed to subjects: a document, lines of it, or what git calls changed.

    {"uri": …}                  a document as it is in the editor
    {"uri": …, "range": …}      some lines of it
    {"base": "main...HEAD"}     changes; also a revision, `A..B` or `staged`, as on the command line
    nothing                     changes of the working tree

`folder` (a URI) chooses among workspace folders, `deep` and `filter` are as on the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glm_ls.errors import GlmError
from glm_ls.lsp.untyped import at, position_at, rows_at
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.ignore import repository_of
from glm_ls.workspace.roots import file_name, path_to_uri, uri_to_path

if TYPE_CHECKING:
    from glm_ls.features.pieces import Source
    from glm_ls.features.review import Subjects
    from glm_ls.features.scrutiny import Filter
    from glm_ls.lsp.session import Session
    from glm_ls.postprocess.findings.finding import Located
    from glm_ls.workspace.changes import Changes


@dataclass(frozen=True)
class Job:
    """A review that is asked for."""

    subjects: Subjects
    texts: dict[str, Snapshot]
    """The reviewed text by path, under the URI that the client knows."""
    title: str
    before: dict[str, list[Located]] = field(default_factory=dict)
    """Findings that stand already, by path …"""
    kept: dict[str, list[Located]] = field(default_factory=dict)
    """… and those of them on lines that are not reviewed now."""
    arrived: dict[str, dict[str, Located]] = field(default_factory=dict)
    """Findings that have come so far, by path and fingerprint."""
    on_disk: dict[str, Snapshot] = field(default_factory=dict)
    """Texts of the working tree by path, where something else is reviewed."""


def job_of(session: Session, told: Any, documents: Sequence[Snapshot]) -> Job:
    """Return what is to be reviewed; takes a while. Raises GlmError in words for the user.

    `documents` are those open now: this runs in a thread.
    """
    if not session.settings.enabled:
        raise GlmError("glm-ls is switched off by the setting `enabled`")
    uri = at(told, "uri")
    if isinstance(uri, str):
        return _of_document(session, uri, told)
    from glm_ls.workspace.changes import changes, comparison_of

    folders = {path_to_uri(folder): folder for folder in session.roots.folders}
    folder = folders.get(str(at(told, "folder")), next(iter(folders.values()), None))
    if folder is None:
        raise GlmError("there is no workspace folder to review")
    base = at(told, "base")
    comparison = comparison_of(base if isinstance(base, str) else "")
    return _of_changes(session, changes(folder, comparison), told, documents)


def job_of_saved(session: Session, uri: str, documents: Sequence[Snapshot]) -> Job | None:
    """Return what has changed in a saved file since the last commit, None where nothing has."""
    from glm_ls.workspace.changes import Comparison, changes

    path = uri_to_path(uri)
    if path is None:
        return None
    compared = changes(root_of(uri), Comparison(), (path,))
    return _of_changes(session, compared, None, documents) if compared.files else None


def root_of(uri: str) -> Path:
    """Return the repository of a document: what dismissals belong to, on the command line too."""
    path = uri_to_path(uri)
    return Path(repository_of(str(path.parent))) if path else Path("/")


def path_below(root: Path, uri: str) -> str:
    """Return the path of a document as reviews of its repository name it."""
    path = uri_to_path(uri)
    return path.relative_to(root).as_posix() if path else "untitled"


def _of_document(session: Session, uri: str, told: Any) -> Job:
    from glm_ls.features.pieces import Source
    from glm_ls.workspace.diff import whole_file

    snapshot = session.documents.get(uri)
    if snapshot is None:
        raise GlmError("the document is not open")
    root = root_of(uri)
    name = path_below(root, uri)
    is_bare = position_at(told, "range", "start") == position_at(told, "range", "end")
    rows = None if is_bare else rows_at(told, "range")
    source = Source(whole_file(name, snapshot.text, rows), snapshot.text)
    subjects = _subjects(session, root, [source], "", told)
    return _job(session, subjects, {name: snapshot}, f"Review {file_name(uri)}")


def _of_changes(
    session: Session, compared: Changes, told: Any, documents: Sequence[Snapshot]
) -> Job:
    from glm_ls.features.pieces import sources_of
    from glm_ls.workspace.changes import Comparison, new_text

    sources = sources_of(compared)
    uris = {uri_to_path(each.uri): each.uri for each in documents}
    texts, on_disk = {}, {}
    now = replace(compared, comparison=Comparison())
    for source in sources:
        path = source.file.path
        uri = uris.get(compared.root / path) or path_to_uri(compared.root / path)
        texts[path] = Snapshot.of(uri, "", 0, source.new or "")
        if compared.comparison.new_side != "working tree":
            on_disk[path] = Snapshot.of(uri, "", 0, new_text(now, source.file) or "")
    subjects = _subjects(session, compared.root, sources, compared.base, told)
    return replace(_job(session, subjects, texts, "Review changes"), on_disk=on_disk)


def _subjects(
    session: Session, root: Path, sources: list[Source], base: str, told: Any
) -> Subjects:
    from glm_ls.features.review import Subjects
    from glm_ls.features.scrutiny import FILTERS

    asked = at(told, "filter")
    wanted: Filter = asked if asked in FILTERS else session.settings.review.filter
    return Subjects(root, sources, base, wanted, at(told, "deep") is True)


def _job(session: Session, subjects: Subjects, texts: dict[str, Snapshot], title: str) -> Job:
    before, kept = {}, {}
    for source in subjects.sources:
        path = source.file.path
        stand = session.reviewing.standing.of(texts[path].uri)
        reviewed = [hunk.new for hunk in source.file.hunks]
        if stand is not None:
            before[path] = list(stand.followed(texts[path]).findings)
            kept[path] = [
                each
                for each in before[path]
                if not any(_overlap(each.lines, lines) for lines in reviewed)
            ]
    return Job(subjects, texts, title, before, kept)


def _overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)
