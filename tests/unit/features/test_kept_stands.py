"""Findings that are kept and come back: in the same text, in a later one, and not in doubt."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from glm_ls.features.kept_stands import kept, restored, text_id
from glm_ls.features.standing import Stand
from glm_ls.postprocess.findings.finding import Finding, Located
from glm_ls.text.snapshot import Snapshot

TEXT = "".join(f"line {at}\n" for at in range(20))
FINDING = Finding("a.py", 9, "bug", "high", 90, "Wrong", "Why é.", ("line 9", "line 10"), ("x",))
LOCATED = Located(FINDING, "a.py", range(9, 11), 2, fingerprint="f" * 32)
TWICE = TEXT + "line 9\nline 10\n"


def stand_in(text: str) -> Stand:
    return Stand(Snapshot.of("file:///a.py", "python", 3, text), (LOCATED,), frozenset("f"))


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    ("now", "lines"),
    [
        (TEXT, range(9, 11)),
        (TEXT.replace("\n", "\r\n"), range(9, 11)),
        ("new\n" + TEXT, range(10, 12)),
        (TEXT.replace("line 3\n", ""), range(8, 10)),
        (TEXT.replace("line 10\n", "line ten\n"), None),
        (TEXT.replace("line 9\n", "line 9\nx\n"), None),
        (TEXT + TEXT, None),
        ("", None),
    ],
)
def test_places_come_back(now: str, lines: range | None, is_known: bool) -> None:
    text = kept(stand_in(TEXT))
    found = restored(
        text,
        Snapshot.of("file:///a.py", "python", 9, now),
        lambda name: TEXT if is_known and name == text_id(TEXT) else None,
    )
    assert [each.lines for each in found.findings] == ([lines] if lines else [])
    if lines:
        assert found.findings[0] == Located(FINDING, "a.py", lines, 2, fingerprint="f" * 32)
    assert found.snapshot.version == 9


def test_the_text_itself_tells_copies_apart() -> None:
    text = kept(stand_in(TWICE))
    found = restored(text, Snapshot.of("file:///a.py", "", 0, TWICE), lambda _: None)
    assert [each.lines for each in found.findings] == [range(9, 11)]


def test_names_of_texts_are_those_of_git(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(TEXT + "é\n", encoding="utf-8")
    call = ["git", "hash-object", "--no-filters", str(tmp_path / "a")]
    told = subprocess.run(call, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert text_id(TEXT + "é\n") == told.stdout.strip()


@pytest.mark.parametrize("text", ["", "3", "{}", '{"text": "", "rows": [{}]}', "[", '{"rows": 3}'])
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        restored(text, Snapshot.of("u", "", 0, TEXT), lambda _: None)


def test_nothing_is_kept_of_nothing() -> None:
    assert kept(Stand(Snapshot.of("u", "", 0, TEXT), ())) == ""
