"""Rules of ending by structure: brackets, indentation, statements and definitions."""

from __future__ import annotations

from functools import lru_cache

from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.view import Lines
from glm_ls.syntax.brackets import scan
from glm_ls.syntax.scope import ends_block
from glm_ls.syntax.statements import carries_on, goes_on, is_preface, opens_body

MAX_LINES = 30
"""Lines of a suggestion; nobody reads longer ghost text before accepting it."""


def line_end(view: Lines) -> int | None:
    """Cut behind the first line that is not blank."""
    start = len(view.text) - len(view.text.lstrip())
    at = view.text.find("\n", start)
    return at if at >= 0 else None


def foreign_closer(view: Lines) -> int | None:
    """Cut at a closer whose opener is closed already, or was never opened."""
    openers = view.frame.openers
    for index, (mark, offset) in enumerate(view.scanned.closed):
        opener = openers[index] if index < len(openers) else None
        if opener is None or opener.closer != mark or opener.fate == "below":
            return offset
    return None


def dedent(view: Lines) -> int | None:
    """Cut at a line to the left of the block, unless it closes or continues the block."""
    if view.floor <= 0 or view.frame.is_prose:
        return None
    for at, line in view.begun_below():
        outside = view.frame.width(line) < view.floor
        if outside and not _belongs(view, line) and not view.is_inside(at):
            return view.starts[at]
    return None


def _belongs(view: Lines, line: str) -> bool:
    frame, text = view.frame, line.strip()
    if text[0] in ")]}" or frame.language.is_directive(text):
        return True
    if frame.language.ends_with_word(text):
        return _needs_end(frame, line)
    return not frame.site.starts_line and goes_on(text)


def _needs_end(frame: Frame, line: str) -> bool:
    """Whether a closing word is missing: what follows neither is it nor belongs to the block."""
    follows, deeper = frame.next_line, frame.width(line) - frame.width(frame.next_line)
    return not follows or deeper > 0 or (deeper == 0 and follows.strip() != line.strip())


def statement_end(view: Lines) -> int | None:
    """Cut behind the statement that is begun on the cursor's line, with the block it opens."""
    frame = view.frame
    if frame.is_prose or frame.literal:
        return None
    own = _statement_width(view)
    header = False
    for at in range(len(view.lines)):
        line = view.first if at == 0 else view.lines[at]
        is_open = line.rstrip().endswith(("(", "[")) or _is_open(view, at)
        if not line.strip() or _is_preface(frame, line) or is_open:
            continue
        header = header or opens_body(frame.language, line)
        if not header and line.rstrip().endswith(";"):
            return view.starts[at + 1] - 1
        if carries_on(line) and not opens_body(frame.language, line):
            continue
        follows = next((one for one in view.begun[at + 1 :] if one.strip()), None)
        if follows is None:
            return None
        # Where braces make blocks, a deeper line without one belongs to the statement.
        unended = frame.language.style == "brace" and not line.rstrip().endswith(("}", ";"))
        deeper = (header or unended) and frame.width(follows) > own
        if not deeper and not goes_on(follows) and follows.lstrip()[0] not in ")]}":
            return view.starts[at + 1] - 1
    return None


def _statement_width(view: Lines) -> int:
    starts = view.frame.site.starts_line
    return view.frame.width(view.first) if starts else view.frame.statement_width


def _is_preface(frame: Frame, line: str) -> bool:
    """Whether a line belongs to a statement below it."""
    opening = (frame.language.block_comment or ("",))[0]
    starts = line.lstrip()
    is_doc = bool(opening) and starts.startswith((opening, "*"))
    return frame.language.is_comment(line) or is_doc or is_preface(line)


def _is_open(view: Lines, at: int) -> bool:
    """Whether a line ends inside of what was opened on it or above."""
    frame = view.frame
    read = scan(frame.language, view.text[: view.starts[at + 1] - 1], frame.literal)
    if read.literal.strip() or read.opened:
        return True
    left = frame.openers[len(read.closed) :][:1]
    return any(one.closer in (")", "]") and one.fate == "missing" for one in left)


def definition_end(view: Lines) -> int | None:
    """Cut before a sibling of what the text began: the next method, the next top-level thing."""
    frame = view.frame
    if frame.is_prose or frame.literal:
        return None
    own, deeper = frame.width(view.first), False
    for at, line in view.begun_below():
        width = frame.width(line)
        deeper = deeper or width > own
        if width != own or line.lstrip()[0] in ")]}" or goes_on(line):
            continue
        above = view.lines[at - 1] if at > 1 else view.first
        after_blank = not above.strip()
        if own == 0 and after_blank and not view.is_inside(at) and _has_code(view, at):
            return view.starts[at]
        if frame.site.starts_line and deeper:
            # Whether the text began with a definition is settled where its first part is over.
            whole = view.text[: view.starts[at] + len(line)]
            end = _block_end(frame.language, frame.site.prefix, whole)
            return end if end is not None and end <= view.starts[at] else None
    return None


# The same lines are asked about again each time a line is added.
_block_end = lru_cache(maxsize=4)(ends_block)


def _has_code(view: Lines, stop: int) -> bool:
    """Whether the lines before `stop` hold more than comments: these belong to what follows."""
    before = [line for line in [view.first, *view.lines[1:stop]] if line.strip()]
    return not all(_is_preface(view.frame, line) for line in before)


def too_long(view: Lines) -> int | None:
    """Cut what is longer than anybody reads."""
    return view.starts[MAX_LINES] if len(view.lines) > MAX_LINES else None
