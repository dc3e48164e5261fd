"""Whatever a model answers, nothing outside the windows changes, and no edit touches another."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from glm_ls.postprocess.next_edit import plan
from glm_ls.postprocess.windows import WindowReader
from glm_ls.text.blocks import window_tag
from glm_ls.text.lines import line_body
from glm_ls.text.snapshot import Snapshot
from tests.unit.next_edit.golden import applied

NONCE = "abc123"
TEXT_LINES = st.sampled_from(["", "x = 1", "    y = x", "\treturn 2", "}", "if x:", "é🙂 = 3  "])
ENDS = st.sampled_from(["\n", "\r\n"])
ANSWER_LINES = st.one_of(
    TEXT_LINES,
    st.text(max_size=20).filter(lambda text: not set(text) & set("\r\n")),
    st.sampled_from([f"{mark}{window_tag(NONCE, n)}>" for mark in ("<", "</") for n in (1, 2, 3)]),
    st.sampled_from(["```", "<|no change|>", "</think>"]),
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Snapshot, tuple[range, ...]]:
    lines = draw(st.lists(TEXT_LINES, min_size=4, max_size=30))
    end = draw(ENDS)
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    cuts = sorted(draw(st.lists(st.integers(0, len(lines)), min_size=4, max_size=4, unique=True)))
    windows = (range(cuts[0], cuts[1]), range(cuts[2], cuts[3]))
    return Snapshot.of("file:///a", "python", 1, text), windows


def answered(lines: list[str], windows: tuple[range, ...]) -> dict[int, list[str]]:
    reader = WindowReader(NONCE, len(windows))
    reader.feed("\n".join(lines))
    return reader.close(reader.text)


@settings(max_examples=300, deadline=None)
@given(documents(), st.lists(ANSWER_LINES, max_size=30))
def test_any_answer_leaves_the_rest_alone(
    document: tuple[Snapshot, tuple[range, ...]], lines: list[str]
) -> None:
    snapshot, windows = document
    check(snapshot, windows, answered(lines, windows))


@settings(max_examples=300, deadline=None)
@given(documents(), st.lists(TEXT_LINES, max_size=20), st.lists(TEXT_LINES, max_size=20))
def test_any_windows_leave_the_rest_alone(
    document: tuple[Snapshot, tuple[range, ...]], first: list[str], second: list[str]
) -> None:
    snapshot, windows = document
    check(snapshot, windows, {1: first, 2: second})


def check(snapshot: Snapshot, windows: tuple[range, ...], answers: dict[int, list[str]]) -> None:
    """Assert that what stands around the windows is the same, and that line ends are."""
    made = plan(snapshot, windows, answers, ())
    spans = [hunk.edit.range for hunk in made.hunks if hunk.edit.range]
    assert len(spans) == len(made.hunks)
    for before, after in pairwise(spans):
        assert before.end <= after.start
    for span in spans:
        assert any(span.start.line in rows and span.end.line <= rows.stop for rows in windows)
    if not made.hunks:
        return
    text = applied(snapshot, [hunk.edit for hunk in made.hunks])
    now = [line_body(line) for line in Snapshot.of("", "", 1, text).lines]
    was = [line_body(line) for line in snapshot.lines]
    first, last = windows[0], windows[1]
    assert now[: first.start] == was[: first.start]
    between = was[first.stop : last.start]
    assert any(now[at : at + len(between)] == between for at in range(len(now) + 1))
    behind = was[last.stop :]
    assert now[len(now) - len(behind) :] == behind
    assert ("\r\n" in text) == ("\r\n" in snapshot.text) or "\n" not in snapshot.text
