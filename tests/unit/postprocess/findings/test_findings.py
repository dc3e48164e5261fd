"""A review's stream to findings on their lines, and what becomes of them."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.postprocess.findings.anchor import Sent, locate
from glm_ls.postprocess.findings.evidence import Evidence, examine
from glm_ls.postprocess.findings.finding import Finding, Located, Refused
from glm_ls.postprocess.findings.fingerprint import fingerprint, without_repeats
from glm_ls.postprocess.findings.ignores import ignore_comment, is_ignored
from glm_ls.postprocess.findings.life import found_again, moved, remapped, remembered
from glm_ls.postprocess.findings.plain import plain
from glm_ls.postprocess.findings.reader import MAX_FINDINGS, FindingReader
from glm_ls.postprocess.findings.words import confidence_of, kind_of, severity_of
from glm_ls.syntax.languages import language_of
from glm_ls.text.blocks import nonce_for
from glm_ls.text.edit import Edit
from glm_ls.text.line_map import map_lines
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

PYTHON = language_of("python")
TEXT = [
    "import os", "", "def first(items):", "    for item in items:", "        yield item", "",
    "def second(items, n):", "    total = items[n]", "    return total / len(items)", "",
]  # fmt: skip
FINDING = Finding(
    "src/a.py", 7, "bug", "high", 80, "Division by zero", "items can be empty.",
    ("    total = items[n]", "    return total / len(items)"),
)  # fmt: skip
SENT = {"src/a.py": Sent("src/a.py", TEXT, (range(len(TEXT)),)), "b.py": Sent("b.py", [], ())}
HERE = Located(FINDING, "src/a.py", range(7, 9))
BLOCK = """\
<finding n1>
path: src/a.py
line: 8
kind: bug
severity: high
confidence: 80
title: Division by `zero`
<quote n1>
    total = items[n]
</quote>
    return total / len(items)
</quote n1>
<why n1>
`items` can be empty.
</why n1>
<fix n1>
    pass
</fix n1>
</finding n1>
"""


def read(text: str, step: int = 10_000) -> tuple[list[Finding], FindingReader]:
    reader = FindingReader("n1")
    found = [f for at in range(0, len(text), step) for f in reader.feed(text[at : at + step])]
    return [*found, *reader.finish()], reader


@pytest.mark.parametrize("step", [1, 2, 7, 10_000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_block_however_it_arrives(step: int, end: str) -> None:
    found, _ = read(BLOCK.replace("\n", end) * 2, step)
    expected = replace(
        FINDING,
        title="Division by zero",
        quote=(FINDING.quote[0], "</quote>", FINDING.quote[1]),
        fix=("    pass",),
        names=("zero", "items"),
    )
    assert found == [expected, expected]


def test_a_finding_is_there_when_its_end_tag_is() -> None:
    reader = FindingReader("n1")
    assert reader.feed(BLOCK[:-2]) == []
    assert len(reader.feed(">")) == 1


@pytest.mark.parametrize(
    ("text", "count", "refused"),
    [
        ("LGTM", 0, []),
        ("没有发现问题。", 0, []),
        (BLOCK.replace("</finding n1>\n", ""), 1, []),
        (BLOCK.replace("</finding n1>\n", "") * 3, 3, []),
        (BLOCK.replace("</finding n1>", "</finding>"), 1, []),
        (BLOCK.replace(" n1>", ">"), 0, []),
        (BLOCK.replace("n1", "n2"), 0, []),
        (BLOCK.replace("</quote n1>\n", ""), 1, []),
        (BLOCK[: BLOCK.index("</quote n1>")], 0, ["no quote"]),
        (BLOCK[: BLOCK.index("<why")], 0, ["cut off"]),
        ("<finding n1>\n</finding n1>\n", 0, ["no quote"]),
        (BLOCK.replace("total", "x" * 50_000), 0, ["too long"]),
        (BLOCK * 500, MAX_FINDINGS, []),
        (f"Sure!\n{BLOCK}Bye", 1, []),
    ],
)
def test_replies_of_all_sorts(text: str, count: int, refused: list[str]) -> None:
    found, reader = read(text)
    assert (len(found), reader.refused) == (count, refused)
    assert reader.full == (count == MAX_FINDINGS)


def test_a_chinese_reply() -> None:
    found, _ = read(
        "<finding n1>\n路径：src/a.py\n行：8\n类型：并发\n严重性：严重\n置信度：高\n标题：竞态\n"
        "<quote n1>\nx\n</quote n1>\n<why n1>\n原因。\n</why n1>\n</finding n1>"
    )
    (finding,) = found
    assert (finding.path, finding.line, finding.kind) == ("src/a.py", 7, "concurrency")
    assert (finding.severity, finding.confidence, finding.why) == ("high", 90, "原因。")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (kind_of("Race condition"), "concurrency"), (kind_of("correctness"), "bug"),
        (kind_of("?"), "other"), (severity_of("CRITICAL"), "high"), (severity_of(""), "low"),
        (confidence_of("0.8"), 80), (confidence_of("7/10"), 70), (confidence_of("250 %"), 100),
        (confidence_of("low"), 30), (confidence_of(""), 50),
    ],
)  # fmt: skip
def test_words(answer: object, expected: object) -> None:
    assert answer == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see [here](https://x.y/z) or https://a.b", "see here or"),
        ("![i](http://x)<img src=x onerror=a> <b>bold</b>", "i bold"),
        ("a <img src=http://x.y/p.png> b <a href='http://x'> c <img src= /> d", "a b c d"),
        ("# Head\n**very** `code`", "Head very code"),
        ("run command:evil.now and javascript:alert(1)", "run and"),
        ("a\x1b[31mred\x1b[0m\u202eevil\u2069\x00b\u200bc", "aredevilbc"),
        ("ht<b>tps://x.y", "ht"),
        ("a < b and List<int> x", "a < b and List x"),
    ],
)
def test_prose_is_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_nothing_hidden_is_shown(text: str) -> None:
    shown = plain(text, 50)
    assert len(shown) <= 50
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in shown)


@given(st.lists(st.sampled_from([*BLOCK.splitlines(True), "x", "\n"])), st.integers(1, 9))
def test_broken_blocks_do_not_crash(lines: list[str], step: int) -> None:
    assert read("".join(lines), step)[0] == read("".join(lines))[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, range(7, 9)),
        ({"line": 27}, range(7, 9)),
        ({"line": 28}, "quote and line number disagree"),
        ({"line": None}, "no line number"),
        ({"path": "a/src/a.py"}, range(7, 9)),
        ({"path": "a.py"}, range(7, 9)),
        ({"path": "c.py"}, "no such file was sent"),
        ({"path": ""}, "no such file was sent"),
        ({"path": "b.py"}, "the quote is not in the text"),
        ({"quote": ("total = items[n]", "", "return  total / len(items)")}, range(7, 9)),
        ({"quote": ("8 | total = items[n]", "9 | return total / len(items)")}, range(7, 9)),
        ({"quote": ("```", "total = items[n]", "return total / len(items)", "```")}, range(7, 9)),
        ({"quote": ("    totl = items[n]", "    return total / len(items)")}, range(7, 9)),
        ({"quote": ("    totl = items[n]", "    retrn total")}, "the quote is not in the text"),
        ({"quote": ("    total = items[n]",)}, range(7, 8)),
        ({"quote": ("}",)}, "the quote is not in the text"),
    ],
)  # fmt: skip
def test_places(changes: dict[str, Any], expected: object) -> None:
    found = locate(replace(FINDING, **changes), SENT)
    assert (found.lines if isinstance(found, Located) else found.reason) == expected


def test_copies_are_told_apart_by_a_number_that_fits_only_one() -> None:
    text = [*TEXT, *[""] * 40, *TEXT]
    sent = {"src/a.py": Sent("src/a.py", text, (range(len(text)),))}
    for line, expected in ((20, range(7, 9)), (64, range(57, 59)), (32, None)):
        found = locate(replace(FINDING, line=line), sent)
        assert (found.lines if isinstance(found, Located) else None) == expected
    close = {"src/a.py": Sent("src/a.py", TEXT * 2, (range(2 * len(TEXT)),))}
    assert isinstance(locate(FINDING, close), Refused)


def document(text: str) -> Snapshot:
    return Snapshot.of("file:///a", "python", 0, text)


@pytest.mark.parametrize(
    ("start", "end", "text", "expected"),
    [
        ((0, 0), (0, 0), "new\n", range(3, 5)),
        ((1, 1), (1, 1), "\n", range(3, 5)),
        ((2, 0), (2, 0), "x", None),
        ((2, 0), (2, 0), "x\n", range(3, 5)),
        ((3, 1), (3, 1), "\nx", range(2, 4)),
        ((3, 1), (3, 1), "x", None),
        ((2, 1), (2, 1), "\n", None),
        ((1, 0), (2, 0), "", range(1, 3)),
        ((1, 0), (2, 1), "", None),
        ((4, 0), (5, 0), "", range(2, 4)),
        ((0, 0), (9, 0), "", None),
    ],
)
def test_edits(
    start: tuple[int, int], end: tuple[int, int], text: str, expected: range | None
) -> None:
    before = document("a\nb\nc\nd\ne\nf\n")
    edit = Edit(Range(Position(*start), Position(*end)), text)
    assert moved(range(2, 4), edit, before, before.edited(edit, 1)) == expected


def test_a_replaced_document_is_mapped() -> None:
    before = document("a\nb\nc\nd\n")
    edit = Edit(None, "new\na\nb\nc\nd\n")
    assert moved(range(1, 3), edit, before, before.edited(edit, 1)) == range(2, 4)


LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "", "}"]), max_size=30)


@given(LINES, LINES)
def test_mapped_lines_are_the_same_and_in_order(old: list[str], new: list[str]) -> None:
    found = map_lines(old, new)
    pairs = [(x, y) for x, y in enumerate(found) if y is not None]
    assert all(old[x] == new[y] for x, y in pairs)
    assert [y for _, y in pairs] == sorted({y for _, y in pairs})


@given(LINES, st.integers(0, 29))
def test_what_has_not_changed_stays(text: list[str], at: int) -> None:
    assert map_lines(text, text) == list(range(len(text)))
    if at < len(text):
        assert remapped(range(at, at + 1), text, text) == range(at, at + 1)


def test_lines_are_found_again_but_not_on_a_tie() -> None:
    memory = remembered(range(7, 9), TEXT)
    assert found_again(memory, ["new", *TEXT]) == range(8, 10)
    assert found_again(memory, TEXT * 2) is None
    assert found_again(memory, TEXT[:8]) is None


def test_fingerprints() -> None:
    known = fingerprint(HERE, TEXT)
    words = replace(FINDING, title="Other", why="words", severity="low")
    shifted = ["", *(f"\t{line}" for line in TEXT)]
    assert fingerprint(Located(words, "c.py", range(8, 10)), shifted) == known
    assert fingerprint(replace(HERE, finding=replace(FINDING, kind="security")), TEXT) != known
    assert fingerprint(replace(HERE, lines=range(6, 9)), TEXT) != known
    assert fingerprint(HERE, TEXT, "C.second") != known
    copies = [*TEXT, "other()", *TEXT[6:]]
    second = replace(HERE, lines=range(12, 14))
    assert fingerprint(HERE, copies) != fingerprint(second, copies)
    assert len(without_repeats([HERE, HERE, second])) == 2


@pytest.mark.parametrize(
    ("line", "comment", "ignored"),
    [
        (7, "  # glm: ignore", True), (7, "  # glm: ignore[bug]", True),
        (7, "  # glm: ignore[style, glm/bug]", True), (7, "  # glm: ignore[style]", False),
        (7, "  # glm: ignored", False), (7, ' + "glm: ignore"', False),
        (6, "  # glm: ignore", False), (0, "  # glm: ignore-file[bug]", True),
        (0, "  # glm: ignore-file[style]", False), (0, "  # glm: ignore", False),
    ],
)  # fmt: skip
def test_comments_that_keep_findings_away(line: int, comment: str, ignored: bool) -> None:
    text = list(TEXT)
    text[line] += comment
    assert is_ignored(HERE, PYTHON, text) == ignored


def test_a_comment_above_counts() -> None:
    text = [*TEXT[:7], f"    {ignore_comment(PYTHON, 'bug')}", *TEXT[7:]]
    assert is_ignored(replace(HERE, lines=range(8, 10)), PYTHON, text)
    assert ignore_comment(language_of("html"), "bug") == "<!-- glm: ignore[bug] -->"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"names": ("total", "items[n]", "items.len()", "None", "n + 1")}, None),
        ({"names": ("frobnicate_cache",)}, "it names what does not exist"),
        ({"names": ("safe_div",), "why": "Use safe_div instead."}, None),
        ({"names": ("known_one",)}, None),
        (
            {"title": "os is undefined", "names": ("os",)},
            "what it calls undefined is defined",
        ),
        ({"title": "total is not defined", "names": ("total",)}, None),
        ({"fix": FINDING.quote}, "its fix changes nothing"),
        ({"fix": ("    total  =  0 ", "    return total")}, None),
    ],
)
def test_evidence(changes: dict[str, Any], expected: str | None) -> None:
    evidence = Evidence(TEXT, PYTHON, "known_one".__eq__, "os".__eq__)
    found = examine(replace(HERE, finding=replace(FINDING, **changes)), evidence)
    assert (found.reason if isinstance(found, Refused) else None) == expected


def test_a_fix_that_breaks_the_syntax_is_dropped() -> None:
    evidence = Evidence(TEXT, PYTHON, str.isdigit, str.isdigit)
    found = examine(replace(HERE, finding=replace(FINDING, fix=("    return (",))), evidence)
    assert isinstance(found, Located)
    assert found.finding.fix is None


def test_a_nonce_is_in_none_of_the_texts() -> None:
    first = nonce_for("a", "b")
    assert first == nonce_for("a", "b")
    rng = random.Random(1)
    texts = ["".join(rng.choices("0123456789abcdef", k=9_000)) for _ in range(3)]
    assert not any(nonce_for(*texts) in text for text in texts)
