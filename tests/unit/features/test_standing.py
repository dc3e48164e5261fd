"""What becomes of findings while their document is edited."""

from __future__ import annotations

import pytest

from glm_ls.features.standing import Standing
from glm_ls.postprocess.findings.finding import Finding, Located
from glm_ls.text.snapshot import Snapshot

TEXT = "a\nb\nbad one\nbad two\nc\nd\n"
FINDING = Finding("f.py", 2, "bug", "high", 90, "Wrong", "Because.", ("bad one", "bad two"))


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (TEXT, range(2, 4)),
        ("new\n" + TEXT, range(3, 5)),
        (TEXT + "new\n", range(2, 4)),
        (TEXT.replace("a\n", ""), range(1, 3)),
        (TEXT.replace("a\n", "a\nx\n").replace("d\n", "e\n"), range(3, 5)),
        (TEXT.replace("bad two", "good two"), None),
        (TEXT.replace("bad one\n", "bad one\nx\n"), None),
        (TEXT.replace("bad one\n", ""), None),
        ("", None),
    ],
)
def test_a_finding_moves_with_its_lines_and_dies_with_them(after: str, lines: range | None) -> None:
    standing = Standing()
    standing.put(Snapshot.of("u", "python", 1, TEXT), [Located(FINDING, "f.py", range(2, 4))])
    died = standing.follow(Snapshot.of("u", "python", 2, after))
    stand = standing.of("u")
    assert stand is not None
    assert [each.lines for each in stand.findings] == ([] if lines is None else [lines])
    assert died == (lines is None)
    assert stand.snapshot.version == 2


@pytest.mark.parametrize(("again", "left"), [(False, 0), (True, 1)])
def test_what_is_dismissed_does_not_come_back_from_a_review_under_way(
    again: bool, left: int
) -> None:
    text, found = Snapshot.of("u", "python", 1, TEXT), [Located(FINDING, "f.py", range(2, 4))]
    standing = Standing()
    standing.begin("u")
    standing.put(text, found)
    assert standing.remove("u", lambda _: True) == found
    if again:
        standing.begin("u")
    standing.put(text, found)
    stand = standing.of("u")
    assert stand is not None
    assert len(stand.findings) == left
