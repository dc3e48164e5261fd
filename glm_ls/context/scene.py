"""What a prediction of the next edit is shown: recent edits, the file, and what may change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from glm_ls.context.regions import regions_of
from glm_ls.context.target import Target
from glm_ls.context.window import line_tokens, prefix_of, suffix_of
from glm_ls.text.lines import line_body
from glm_ls.text.position import Position
from glm_ls.workspace.edits import RecentEdit

MOST_EDIT_TOKENS = 1000
"""What recent edits may take; the newest are shown."""
ABOVE_SHARE = 0.6
"""Of the budget for the file, as most of what matters stands above."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a prediction of the next edit is made from; its lines end in line feeds."""

    path: str
    language_id: str
    edits: tuple[tuple[str, RecentEdit], ...]
    """(path, edit), the oldest first."""
    above: str
    """The file up to the cursor's window."""
    below: str
    windows: tuple[tuple[str, ...], ...]
    """What may change, in the file's order; the cursor stands between the two texts of one."""

    def with_texts(self, change: Callable[[str], str]) -> Scene:
        """Return the scene with each of its texts changed, in the order of the prompt."""
        edits = tuple((change(path), _with_texts(edit, change)) for path, edit in self.edits)
        path, above, below = change(self.path), change(self.above), change(self.below)
        windows = tuple(tuple(change(text) for text in window) for window in self.windows)
        return replace(self, path=path, edits=edits, above=above, below=below, windows=windows)


def scene_of(
    target: Target, edits: Sequence[tuple[str, RecentEdit]], max_tokens: int
) -> tuple[Scene, tuple[range, ...]] | None:
    """Return the scene at a target and the rows of its windows; None where nothing may change.

    `edits` are (path, edit) of the documents that may be shown; `max_tokens` is for the file.
    """
    snapshot, row = target.snapshot, target.position.line
    own = [edit for _, edit in edits if edit.uri == snapshot.uri]
    rows = regions_of(snapshot, row, own[-1] if own else None)
    if not rows:
        return None
    around = next((one for one in rows if row in one), None) or rows[-1]
    top = replace(target, position=Position(around.start, 0))
    bottom = replace(target, position=snapshot.clamp(Position(around.stop, 0)))
    below = (
        ""
        if around.stop >= len(snapshot.lines)
        else suffix_of(bottom, int(max_tokens * (1 - ABOVE_SHARE)))[0]
    )
    scene = Scene(
        path=target.path,
        language_id=snapshot.language_id,
        edits=_newest(edits),
        above=_plain(prefix_of(top, int(max_tokens * ABOVE_SHARE))[0]),
        below=_plain(below),
        windows=tuple(_texts(target, one, is_own=one is around) for one in rows),
    )
    return scene, rows


def _texts(target: Target, rows: range, *, is_own: bool) -> tuple[str, ...]:
    """Return the text of some rows, in two pieces where the cursor is in it."""
    lines = [f"{line_body(line)}\n" for line in target.snapshot.lines.slice(rows.start, rows.stop)]
    if not is_own:
        return ("".join(lines),)
    at, column = target.position.line - rows.start, target.position.column
    if at >= len(lines):
        return "".join(lines), ""
    return "".join((*lines[:at], lines[at][:column])), "".join(
        (lines[at][column:], *lines[at + 1 :])
    )


def _newest(edits: Sequence[tuple[str, RecentEdit]]) -> tuple[tuple[str, RecentEdit], ...]:
    """Return the last edits within their budget, at least one."""
    left, count = MOST_EDIT_TOKENS, 0
    for _, edit in reversed(edits):
        lines = (*edit.above, *edit.old, *edit.new, *edit.below)
        left -= sum(map(line_tokens, lines)) + len(lines)
        if left < 0 and count:
            break
        count += 1
    return tuple(edits[len(edits) - count :])


def _with_texts(edit: RecentEdit, change: Callable[[str], str]) -> RecentEdit:
    """Return the edit with its texts changed; each is one text, so that lines are seen together."""

    def changed(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(change("\n".join(lines)).split("\n")) if lines else ()

    return replace(
        edit,
        above=changed(edit.above),
        old=changed(edit.old),
        new=changed(edit.new),
        below=changed(edit.below),
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
