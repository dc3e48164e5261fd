"""Golden cases of next edits as text: a document, what the user typed, an answer, what comes of it.

    == rename: python
    def f(⟦item⇒entry⟧¦):
        return item
    -- answer
    <1>
    def f(entry):
        return entry
    </1>
    -- becomes
    def f(entry):
        return entry

`⟦old⇒new⟧` are edits that were just made, one after the other, and `¦` is the cursor. In an answer
`<1>` and `</1>` stand for the tags of the first window, `<0>` for one with another nonce,
`{cursor}` for the cursor's mark, `{bell}` and `{rlo}` for signs nobody sees, `{file}` for the
whole document and `(nothing)` for no text.
Below stands the document with the predicted edits made, or `(refused: why)`. Words after the name:
the language id, `crlf` for a document with such line ends, `bare` for one without a last line end.
`→` is a tab, `·` a space at the end of a line.
"""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path

from glm_ls.context.scene import scene_of
from glm_ls.context.target import Target
from glm_ls.postprocess.next_edit import Plan, plan
from glm_ls.postprocess.windows import WindowReader
from glm_ls.prompt.next_edit import next_edit_prompt
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.edits import Edits
from tests.golden import Golden, read_golden

CASES = Path(__file__).parents[2] / "cases" / "next_edit"
BUDGET = 2_000

_TYPED = re.compile(r"⟦(?P<old>[^⟧⇒]*)⇒(?P<new>[^⟧]*)⟧")


class Case(Golden):
    """One golden case."""

    @property
    def text(self) -> str:
        """The document as the user has it, with marks."""
        text = self.place.replace("→", "\t").replace("·", " ")
        if "bare" not in self.words:
            text += "\n"
        return text.replace("\n", "\r\n") if "crlf" in self.words else text


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file."""
    return read_golden(file, Case)


def opened(case: Case) -> tuple[Target, Edits]:
    """Return the place and the edits that were made, as if the user had typed them."""
    marked = case.text
    language = case.words[0]
    snapshot = Snapshot.of("file:///code/a", language, 1, _with(marked, made=0))
    edits = Edits()
    for count in range(1, len(_TYPED.findall(marked)) + 1):
        after = _edited(snapshot, _with(marked, made=count))
        edits.note(snapshot, after, 100.0 * count)
        snapshot = after
    before = _with(marked, made=99, cursor=True).partition("¦")[0]
    lines = before.replace("\r\n", "\n").split("\n")
    return Target(snapshot, Position(len(lines) - 1, len(lines[-1])), "a"), edits


def outcome(case: Case) -> tuple[Target, tuple[range, ...], Plan]:
    """Return the place, the rows that were shown, and what became of the answer."""
    target, edits = opened(case)
    made = scene_of(target, [("a", edit) for edit in edits.all()], BUDGET)
    assert made is not None
    scene, windows = made
    prompt = next_edit_prompt(scene)
    reader = WindowReader(prompt.nonce, len(windows))
    for piece in re.findall(r"\w+|\W", _answer(case, target, prompt.nonce, prompt.cursor)):
        if reader.feed(piece):
            break
    answers = {
        number: [line.replace(prompt.cursor, "") for line in lines]
        for number, lines in reader.close(reader.text).items()
    }
    return target, windows, plan(target.snapshot, windows, answers, edits.of(target.snapshot.uri))


def document(case: Case) -> str:
    """Return what the document becomes, as a case says it."""
    target, _, made = outcome(case)
    if made.refused:
        return f"(refused: {made.refused})"
    text = applied(target.snapshot, [hunk.edit for hunk in made.hunks])
    if "crlf" in case.words:
        assert text.replace("\r\n", "").count("\n") == 0
    shown = text.replace("\r\n", "\n").replace("\t", "→")
    return re.sub(r" +$", lambda blank: "·" * len(blank[0]), shown, flags=re.MULTILINE).rstrip("\n")


def applied(snapshot: Snapshot, edits: list[Edit]) -> str:
    """Return the text after an editor made edits that do not touch each other."""
    lines = snapshot.text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    text = snapshot.text
    spans = [
        (starts[edit.range.start.line] + edit.range.start.column,
         starts[edit.range.end.line] + edit.range.end.column, edit.text)
        for edit in edits if edit.range
    ]  # fmt: skip
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _answer(case: Case, target: Target, nonce: str, cursor: str) -> str:
    text = case.answer.replace("→", "\t").replace("·", " ")
    text = "" if text == "(nothing)" else text
    text = text.replace("{bell}", "\a").replace("{rlo}", "\u202e")
    text = text.replace("{cursor}", cursor).replace("{file}", target.snapshot.text.rstrip("\n"))
    text = re.sub(r"<(/?)0>", r"<\1window_000000_1>", text)
    return re.sub(r"<(/?)([1-9])>", rf"<\1window_{nonce}_\2>", text)


def _with(marked: str, *, made: int, cursor: bool = False) -> str:
    """Return the document after the first `made` edits."""
    number = 0

    def side(typed: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return typed["new"] if number <= made else typed["old"]

    text = _TYPED.sub(side, marked)
    return text if cursor else text.replace("¦", "")


def _edited(snapshot: Snapshot, text: str) -> Snapshot:
    """Return the snapshot with its text made `text` by one change of the part that differs."""
    was = snapshot.text
    most = min(len(was), len(text))
    head = next((at for at in range(most) if was[at] != text[at]), most)
    most -= head
    tail = next((at for at in range(most) if was[-1 - at] != text[-1 - at]), most)

    def place(at: int) -> Position:
        lines = was[:at].replace("\r\n", "\n").split("\n")
        return Position(len(lines) - 1, len(lines[-1]))

    span = Range(place(head), place(len(was) - tail))
    return snapshot.edited(Edit(span, text[head : len(text) - tail]), snapshot.version + 1)
