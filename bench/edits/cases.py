"""Edits over real files, quoted as models quote: not quite.

A case is a block of 1 to 10 lines of a file, a small change to it, and the quote and replacement
that a model would write for that change if it misremembered the block in one certain way. What it
misremembers it does so in both; the change itself it writes as it means it. The intended text is
the file with the change and nothing else: a comment that the model forgot is still there, a slip
of the key in a line that was not to be changed is not.

In stale cases the user edited or deleted the block while the model wrote: nothing may be applied.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from glm_ls.syntax.languages import Language, language_of
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

MAX_BLOCK = 10
TRIES = 60
"""Blocks tried for a case before another file is taken: few hold a comment."""

_WORD = re.compile(r"[A-Za-z_]{3,}")


class Row(NamedTuple):
    """A line before and after the model's change; None where it is new or deleted."""

    old: str | None
    new: str | None

    @property
    def is_kept(self) -> bool:
        return self.old == self.new


@dataclass(frozen=True, slots=True)
class Case:
    """One edit that a model asks for."""

    kind: str
    sent: Snapshot
    live: Snapshot
    old: tuple[str, ...]
    new: tuple[str, ...]
    line: int
    """0-based line of the first quoted line that exists."""
    intended: str | None
    """None: nothing may be applied."""


Rows = list[Row]
Slip = Callable[[random.Random, Language, Rows], Rows | None]
"""How a model misremembers; None where the block gives no occasion."""


def cases(rng: random.Random, files: list[Snapshot], kind: str, count: int) -> Iterator[Case]:
    """Yield cases of one kind, each from a file drawn anew."""
    for _ in range(count * 40):
        if count <= 0:
            return
        case = _case(rng, rng.choice(files), kind)
        if case:
            count -= 1
            yield case


def _case(rng: random.Random, sent: Snapshot, kind: str) -> Case | None:
    language = language_of(sent.language_id)
    bodies = [sent.line(at) for at in range(len(sent.lines))]
    for _ in range(TRIES):
        start = rng.randrange(len(bodies))
        size = rng.randint(1, MAX_BLOCK)
        block = bodies[start : start + size]
        if len(block) < size or not block[0].strip() or not block[-1].strip():
            continue
        if kind in REPEATED and not _is_repeated(bodies, block):
            continue
        true = _changed(rng, [Row(line, line) for line in block])
        rows = SLIPS[kind](rng, language, true)
        if rows is None or all(row.is_kept for row in true):
            continue
        live = LIVES.get(kind, _unchanged)(rng, sent, range(start, start + size))
        if live is None:
            continue
        after = [row.new for row in true if row.new is not None]
        return Case(
            kind, sent, live.snapshot,
            tuple(row.old for row in rows if row.old is not None),
            tuple(row.new for row in rows if row.new is not None),
            start, None if live.at is None else _with(live.snapshot, live.at, after),
        )  # fmt: skip
    return None


def _is_repeated(bodies: list[str], block: list[str]) -> bool:
    size = len(block)
    if not any(_WORD.search(line) for line in block):
        return False
    return sum(bodies[at : at + size] == block for at in range(len(bodies) - size + 1)) > 1


def _with(live: Snapshot, lines: range, new: list[str]) -> str:
    """Return the text with lines replaced, every end of a line as the document has it."""
    end = live.lines[0][len(live.line(0)) :] or "\n"
    text = live.edited(Edit(Range(Position(lines.start, 0), Position(lines.stop, 0)),
                            "".join(line + end for line in new)), 9)  # fmt: skip
    return text.text


def _changed(rng: random.Random, rows: Rows) -> Rows:
    """Return rows with a change as models make them: one spot, one to three lines."""
    rows = list(rows)
    at = rng.choice([at for at, row in enumerate(rows) if (row.old or "").strip()])
    what = rng.choice(("change", "change", "insert", "delete", "several"))
    line = rows[at].old or ""
    if what == "delete" and len(rows) > 2:
        rows[at] = Row(line, None)
    elif what == "insert":
        rows.insert(at + 1, Row(None, _renamed(rng, line)))
    else:
        for place in range(at, min(len(rows), at + (what == "several") * 2 + 1)):
            old = rows[place].old or ""
            rows[place] = Row(old, _renamed(rng, old) if old.strip() else old)
    return rows


def _renamed(rng: random.Random, line: str) -> str:
    words = list(_WORD.finditer(line))
    if not words:
        return line + " changed"
    word = rng.choice(words)
    return line[: word.end()] + rng.choice(("_2", "ed", "_value")) + line[word.end() :]


# How models misremember


def _exactly(_: random.Random, __: Language, rows: Rows) -> Rows | None:
    return rows


def _each(change: Callable[[str], str], rows: Rows) -> Rows | None:
    made = [
        Row(*(None if line is None else change(line) if line.strip() else line for line in row))
        for row in rows
    ]
    return made if made != rows else None


def _trailing(rng: random.Random, _: Language, rows: Rows) -> Rows | None:
    at = rng.randrange(len(rows))
    return [
        Row(row.old + "  ", row.old + "  ")
        if row.is_kept and row.old is not None and (place == at or rng.random() < 0.3)
        else row._replace(old=None if row.old is None else row.old + " " * (place == at))
        for place, row in enumerate(rows)
    ]


def _dedented(_: random.Random, __: Language, rows: Rows) -> Rows | None:
    solid = [line for row in rows for line in row if line and line.strip()]
    least = min(len(line) - len(line.lstrip()) for line in solid)
    return _each(lambda line: line[least:], rows)


def _reindented(rng: random.Random, _: Language, rows: Rows) -> Rows | None:
    """Tabs for spaces, spaces for tabs, or steps of two columns for steps of four."""
    to = rng.choice(("\t", "  "))

    def change(line: str) -> str:
        blank = line[: len(line) - len(line.lstrip())]
        step = to if "\t" not in blank else rng_spaces
        levels, rest = divmod(len(blank.expandtabs(4)), 4)
        return line if rest else step * levels + line.lstrip()

    rng_spaces = rng.choice(("    ", "  "))
    return _each(change, rows)


def _blanks(rng: random.Random, _: Language, rows: Rows) -> Rows | None:
    left = [row for row in rows if not (row.is_kept and not (row.old or "").strip())]
    if len(left) < len(rows):
        return left
    if len(rows) < 2:
        return None
    at = rng.randrange(1, len(rows))
    return [*rows[:at], Row("", ""), *rows[at:]]


def _spacing(rng: random.Random, _: Language, rows: Rows) -> Rows | None:
    """Other spaces within a line that was to stay."""
    for at in rng.sample(range(len(rows)), len(rows)):
        line = rows[at].old
        if line is None or not rows[at].is_kept:
            continue
        blank = line[: len(line) - len(line.lstrip())]
        other = re.sub(r"(?<=\S) ?([=+,:{]) ?", r" \1 ", line[len(blank) :]).rstrip()
        other = re.sub(r" {2,}", " ", other)
        if blank + other != line and '"' not in line and "'" not in line:
            return [*rows[:at], Row(blank + other, blank + other), *rows[at + 1 :]]
    return None


def _typo(rng: random.Random, _: Language, rows: Rows) -> Rows | None:
    """A slip in one line; a line that stays has it in the replacement, too, half of the time."""
    at = rng.choice([at for at, row in enumerate(rows) if row.old is not None])
    line = rows[at].old or ""
    words = list(_WORD.finditer(line))
    if not words:
        return None
    place = rng.randrange(*rng.choice(words).span())
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    slip = rng.choice((
        line[:place] + letter + line[place + 1 :],
        line[:place] + line[place + 1 :],
        line[:place] + letter + line[place:],
        line[:place] + line[place + 1 : place + 2] + line[place] + line[place + 2 :],
    ))  # fmt: skip
    if slip == line:
        return None
    repeats = rows[at].is_kept and rng.random() < 0.5
    return [*rows[:at], Row(slip, slip if repeats else rows[at].new), *rows[at + 1 :]]


def _comment_dropped(rng: random.Random, language: Language, rows: Rows) -> Rows | None:
    mark = f"  {language.line_comment} "
    for at in rng.sample(range(len(rows)), len(rows)):
        row = rows[at]
        if language.is_comment(row.old or ""):
            left = [*rows[:at], *rows[at + 1 :]]
            # Where a new line would stand beside the comment, nothing says on which side.
            beside = any(each.old is None for each in rows[max(at - 1, 0) : at + 2])
            if row.is_kept and not beside and any(not _is_said(language, each) for each in left):
                return left
        elif row.old and mark in row.old and row.new is not None:
            code, _, said = row.old.partition(mark)
            if row.new.endswith(mark + said):
                cut = Row(code.rstrip(), row.new.removesuffix(mark + said).rstrip())
                return [*rows[:at], cut, *rows[at + 1 :]]
    return None


def _is_said(language: Language, row: Row) -> bool:
    """Whether a row quotes no code."""
    return row.old is None or not row.old.strip() or language.is_comment(row.old)


def _elided(rng: random.Random, language: Language, rows: Rows) -> Rows | None:
    runs = [
        (at, stop)
        for at in range(1, len(rows))
        for stop in range(at + 2, len(rows))
        if all(row.is_kept for row in rows[at:stop])
    ]
    if not runs:
        return None
    at, stop = rng.choice(runs)
    line = rows[at].old or ""
    said = rng.choice(("...", f"{language.line_comment} ...",
                       f"{language.line_comment} ... existing code ..."))  # fmt: skip
    mark = line[: len(line) - len(line.lstrip())] + said
    return [*rows[:at], Row(mark, mark), *rows[stop:]]


SLIPS: dict[str, Slip] = {
    "exact": _exactly,
    "trailing space": _trailing,
    "dedented": _dedented,
    "reindented": _reindented,
    "blank lines": _blanks,
    "spacing": _spacing,
    "typo": _typo,
    "comment dropped": _comment_dropped,
    "elided": _elided,
    "repeated": _exactly,
    "repeated, dedented": _dedented,
    "moved": _exactly,
    "moved, typo": _typo,
    "stale: edited": _exactly,
    "stale: deleted": _exactly,
    "stale: edited, dedented": _dedented,
    "stale: edited, typo": _typo,
    "stale: deleted twin": _exactly,
}
REPEATED = {"repeated", "repeated, dedented", "stale: deleted twin"}


# What the user does meanwhile


class Live(NamedTuple):
    """The document as it is when the reply arrives, and where the block is now."""

    snapshot: Snapshot
    at: range | None


Typing = Callable[[random.Random, Snapshot, range], Live | None]


def _unchanged(_: random.Random, sent: Snapshot, block: range) -> Live | None:
    return Live(sent, block)


def _elsewhere(rng: random.Random, sent: Snapshot, block: range) -> Live | None:
    """Lines are typed and deleted above and below the block, some right beside it."""
    end = sent.lines[0][len(sent.line(0)) :] or "\n"
    below = min(block.stop + rng.choice((0, 1, 20)), len(sent.lines) - 1)
    live = sent.edited(_insertion(below, "below = 1" + end), 2)
    above = max(block.start - rng.choice((0, 1, 20)), 0)
    live = live.edited(_insertion(above, "above = 1" + end + "above = 2" + end), 3)
    return Live(live, range(block.start + 2, block.stop + 2))


def _insertion(line: int, text: str) -> Edit:
    return Edit(Range(Position(line, 0), Position(line, 0)), text)


def _edited(rng: random.Random, sent: Snapshot, block: range) -> Live | None:
    """A word in the block is typed on."""
    at = rng.choice(block)
    word = _WORD.search(sent.line(at))
    if not word:
        return None
    place = Position(at, word.end())
    return Live(sent.edited(Edit(Range(place, place), "s"), 2), None)


def _deleted(_: random.Random, sent: Snapshot, block: range) -> Live | None:
    span = Range(Position(block.start, 0), Position(block.stop, 0))
    return Live(sent.edited(Edit(span, ""), 2), None)


LIVES: dict[str, Typing] = {
    "moved": _elsewhere,
    "moved, typo": _elsewhere,
    "stale: edited": _edited,
    "stale: deleted": _deleted,
    "stale: edited, dedented": _edited,
    "stale: edited, typo": _edited,
    "stale: deleted twin": _deleted,
}
