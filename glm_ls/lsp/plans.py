"""A plan in, a WorkspaceEdit out that the client at hand can make.

One document's edits go as they always did. A plan for other files too, or for new ones, comes
with a change annotation that has the user confirm it, where the client knows such; elsewhere it is
asked by a message before anything is sent: see `landing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from glm_ls.lsp.to_proto import text_edit
from glm_ls.text.position import Encoding

if TYPE_CHECKING:
    from glm_ls.features.asked import Done
    from glm_ls.lsp.capabilities import Client
    from glm_ls.postprocess.edits.plan import FileEdits

ANNOTATION = "glm"

Change = types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile


def plan_edit(done: Done, encoding: Encoding, client: Client) -> types.WorkspaceEdit:
    """Return the edits as one step for a client."""
    mark = ANNOTATION if done.needs_confirmation and client.annotates else None
    creates = any(file.creates for file in done.plan.files)
    if not (client.versioned_edits or creates or mark):
        made = {file.uri: list(_texts(done, file, encoding)) for file in done.plan.files}
        return types.WorkspaceEdit(changes=made)
    changes: list[Change] = []
    for file in done.plan.files:
        if file.creates:
            changes.append(types.CreateFile(uri=file.uri, annotation_id=mark))
        # A file that is not open has no version.
        document = types.OptionalVersionedTextDocumentIdentifier(
            uri=file.uri, version=None if file.creates else file.version
        )
        edits = [_marked(edit, mark) for edit in _texts(done, file, encoding)]
        changes.append(types.TextDocumentEdit(text_document=document, edits=edits))
    return types.WorkspaceEdit(
        document_changes=changes, change_annotations={mark: _annotation(done)} if mark else None
    )


def _annotation(done: Done) -> types.ChangeAnnotation:
    return types.ChangeAnnotation(label=done.plan.label or "GLM", needs_confirmation=True)


def _texts(done: Done, file: FileEdits, encoding: Encoding) -> Iterator[types.TextEdit]:
    if file.creates:
        start = types.Position(0, 0)
        yield from (types.TextEdit(types.Range(start, start), edit.text) for edit in file.edits)
    else:
        yield from (text_edit(done.texts[file.uri], edit, encoding) for edit in file.edits)


def _marked(edit: types.TextEdit, mark: str | None) -> types.TextEdit | types.AnnotatedTextEdit:
    if mark is None:
        return edit
    return types.AnnotatedTextEdit(annotation_id=mark, range=edit.range, new_text=edit.new_text)
