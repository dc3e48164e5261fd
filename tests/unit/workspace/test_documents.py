"""Open documents: found under every spelling of their URI, the last touched first."""

from __future__ import annotations

import pytest

from glm_ls.errors import DocumentError
from glm_ls.text.edit import Change
from glm_ls.workspace.documents import Documents

A, B, C = "file:///w/a.py", "file:///w/b.py", "untitled:Untitled-1"


@pytest.fixture
def documents() -> Documents:
    documents = Documents()
    for uri in (A, B, C):
        documents.open(uri, "python", 1, "one\ntwo\n")
    return documents


@pytest.mark.parametrize(
    ("opened", "asked"),
    [
        ("file:///c%3A/x.py", "file:///C:/x.py"),
        ("file:///C:/x.py", "file:///c%3a/x.py"),
        ("file:///w/a%20b.py", "file:///w/a b.py"),
        ("file:///w/%C3%A9.py", "file:///w/é.py"),
        ("file:///w/%28a%29.py", "file:///w/(a).py"),
    ],
)
def test_spellings_of_one_uri_are_one_document(opened: str, asked: str) -> None:
    documents = Documents()
    documents.open(opened, "python", 1, "x")
    changed = documents.change(asked, 2, [Change(None, None, "y")], "utf-16")
    assert (changed.uri, changed.version, changed.text) == (opened, 2, "y")
    assert documents.get(opened) is documents.get(asked) is changed
    assert len(documents) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("file:///w/a.py", "file:///w/A.py"),
        ("file:///w/%E9.py", "file:///w/%E8.py"),
        ("file:///w/%2525", "file:///w/%25"),
        ("untitled:a", "untitled:A"),
        ("file:///w/c:/x", "file:///w/C:/x"),
    ],
)
def test_different_files_stay_different_documents(one: str, other: str) -> None:
    documents = Documents()
    documents.open(one, "python", 1, "x")
    assert documents.get(other) is None


def test_changes_apply_in_order_and_leave_the_old_snapshot(documents: Documents) -> None:
    before = documents.get(A)
    changes = [Change((0, 0), (0, 3), "1"), Change((1, 3), (1, 3), "!")]
    assert documents.change(A, 2, changes, "utf-16").text == "1\ntwo!\n"
    assert before is not None
    assert before.text == "one\ntwo\n"


def test_opening_again_replaces(documents: Documents) -> None:
    documents.open(A, "rust", 7, "new")
    snapshot = documents.get(A)
    assert snapshot is not None
    assert (snapshot.language_id, snapshot.version, snapshot.text) == ("rust", 7, "new")
    assert len(documents) == 3


def test_the_last_touched_comes_first(documents: Documents) -> None:
    documents.change(A, 2, [], "utf-16")
    documents.get(B)
    assert [snapshot.uri for snapshot in documents] == [A, C, B]


def test_closing_while_iterating(documents: Documents) -> None:
    for snapshot in documents:
        documents.close(snapshot.uri)
        documents.close(snapshot.uri)
    assert len(documents) == 0


def test_a_change_of_a_closed_document_names_it(documents: Documents) -> None:
    documents.close(A)
    with pytest.raises(DocumentError, match=A):
        documents.change(A, 2, [], "utf-16")
