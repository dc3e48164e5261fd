r"""What git prints of a diff, read as files and hunks."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glm_ls.workspace.diff import (
    HUGE_LINES,
    ChangedFile,
    DiffLine,
    parse_diff,
    unreviewable,
    whole_file,
)

MODIFIED = b"""\
diff --git a/src/a.py b/src/a.py
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/src/a.py
+++ b/src/a.py
@@ -10,3 +10,4 @@ def f():
 one
--- two
+++ two
+three

@@ -30 +31,0 @@ class X:
-gone
\\ No newline at end of file
"""


def one(output: bytes) -> ChangedFile:
    (file,) = parse_diff(output)
    return file


def test_hunks_with_real_lines() -> None:
    first, second = one(MODIFIED).hunks
    assert first.lines == (
        DiffLine(" ", "one", 9),
        DiffLine("-", "-- two", 10),
        DiffLine("+", "++ two", 10),
        DiffLine("+", "three", 11),
        DiffLine(" ", "", 12),
    )
    assert (first.old, first.new, first.heading) == (range(9, 12), range(9, 13), "def f():")
    assert (first.added, first.removed) == ((10, 11), (10,))
    assert (second.old, second.new) == (range(29, 30), range(31, 31))
    assert (second.old_bare, second.new_bare) == (True, False)


@pytest.mark.parametrize(
    ("output", "path", "old_path", "status", "reason"),
    [
        (MODIFIED, "src/a.py", "src/a.py", "modified", None),
        (
            b"diff --git a/x b/x\nnew file mode 100644\nindex 0..e69de29\n",
            "x", "x", "added", "empty",
        ),
        (
            b"diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n--- a/x\n+++ /dev/null\n"
            b"@@ -1 +0,0 @@\n-a\n",
            "x", "x", "deleted", "deleted",
        ),
        (
            b"diff --git a/old name b/new\nsimilarity index 100%\nrename from old name\n"
            b"rename to new\n",
            "new", "old name", "renamed", "only renamed",
        ),
        (
            b"diff --git a/x b/y\nsimilarity index 90%\ncopy from x\ncopy to y\nindex 1..2 100644\n"
            b"--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n",
            "y", "x", "copied", None,
        ),
        (
            b"diff --git a/r b/r\nold mode 100644\nnew mode 100755\n",
            "r", "r", "modified", "only its mode changed",
        ),
        (
            b"diff --git a/p.png b/p.png\nindex 1..2 100644\n"
            b"Binary files a/p.png and b/p.png differ\n",
            "p.png", "p.png", "modified", "binary",
        ),
        (
            b"diff --git a/sub b/sub\nindex 1..2 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n"
            b"-Subproject commit 1\n+Subproject commit 2\n",
            "sub", "sub", "modified", "submodule",
        ),
        (
            b"diff --git a/l b/l\nnew file mode 120000\nindex 0..2\n--- /dev/null\n+++ b/l\n"
            b"@@ -0,0 +1 @@\n+target\n\\ No newline at end of file\n",
            "l", "l", "added", "symbolic link",
        ),
        (
            b'diff --git "a/\\303\\251 \\".py" "b/\\303\\251 \\".py"\nindex 1..2 100644\n'
            b"@@ -1 +1 @@\n-a\n+b\n",
            'é ".py', 'é ".py', "modified", None,
        ),
        (
            b"diff --git a/a b/c b/a b/c\nindex 1..2 100644\n@@ -1 +1 @@\n-a\n+b\n",
            "a b/c", "a b/c", "modified", None,
        ),
        (
            b"diff --git a/x b/x\nindex 1..2 100644\n@@ -1 +1 @@\n-a\n+\xff\xfe\n",
            "x", "x", "modified", "not UTF-8",
        ),
        (
            b"diff --git a/x b/x\nindex 1..2 100644\n@@ -1 +1 @@\n-a\n+b\rc\n",
            "x", "x", "modified", "mixed line ends",
        ),
        (
            b"diff --git a/go.sum b/go.sum\nindex 1..2 100644\n@@ -1 +1 @@\n-a\n+b\n",
            "go.sum", "go.sum", "modified", "generated",
        ),
        (b"* Unmerged path \"\\303\\251\"\n", "é", "é", "unmerged", "unmerged"),
    ],
)  # fmt: skip
def test_files(output: bytes, path: str, old_path: str, status: str, reason: str | None) -> None:
    file = one(output)
    assert (file.path, file.old_path, file.status) == (path, old_path, status)
    assert unreviewable(file) == reason


def test_code_that_looks_like_a_diff_stays_code() -> None:
    inner = b"".join(b"+" + line + b"\n" for line in MODIFIED.split(b"\n"))
    size = inner.count(b"\n")
    head = b"diff --git a/t b/t\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/t\n"
    files = parse_diff(head + b"@@ -0,0 +1,%d @@\n" % size + inner + MODIFIED)
    assert [file.path for file in files] == ["t", "src/a.py"]
    assert [line.text for line in files[0].hunks[0].lines] == MODIFIED.decode().split("\n")


def test_crlf_is_no_part_of_a_line() -> None:
    file = one(b"diff --git a/x b/x\nindex 1..2 100644\n@@ -1 +1 @@\r\n-a\r\n+b\r\n")
    assert [line.text for line in file.hunks[0].lines] == ["a", "b"]
    assert unreviewable(file) is None


def test_nothing_is_no_file() -> None:
    assert parse_diff(b"") == ()


def test_huge_files_are_not_reviewed() -> None:
    assert unreviewable(whole_file("x", "a\n" * (HUGE_LINES + 1))) == "huge"


@pytest.mark.parametrize(
    ("text", "lines", "bare"),
    [("a\nb\n", ["a", "b"], False), ("a\r\nb", ["a", "b"], True), ("\n", [""], False)],
)
def test_a_new_file_is_one_hunk(text: str, lines: list[str], bare: bool) -> None:
    (hunk,) = whole_file("x", text).hunks
    assert [line.text for line in hunk.lines] == lines
    assert (hunk.added, hunk.new_bare) == (tuple(range(len(lines))), bare)


@given(st.lists(st.sampled_from([*MODIFIED.splitlines(True), b"\\ No\n", b"@@ -1,9 +1 @@\n"])))
@example([b"diff --git a/a.py b/a.py\n", b"@@ -1,9 +1 @@\n", b"\\ No newline at end of file\n"])
def test_broken_diffs_do_not_crash(lines: list[bytes]) -> None:
    parse_diff(b"".join(lines))


@given(st.binary())
def test_bytes_do_not_crash(noise: bytes) -> None:
    parse_diff(noise)
    parse_diff(MODIFIED + noise)
