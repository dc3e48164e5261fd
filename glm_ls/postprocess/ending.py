"""Find where a text has said enough: rules over its whole lines, the earliest cut wins.

Every rule looks only at lines that are whole, so that more of the stream never changes a cut that
was found, and the connection can be closed at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.speech import is_speech
from glm_ls.syntax.brackets import scan
from glm_ls.syntax.scope import ends_block

MAX_LINES = 30
"""Lines of a suggestion; nobody reads longer ghost text before accepting it."""
REPEATS = 3
"""Times that lines stand in a row when a model has begun to loop."""
LOOP_LINES = 8
"""Lines of the longest loop that is looked for."""
ECHO = 10
"""Code points of a line below that count as repeated even when indented differently."""

_OPEN_END = ("(", "[", "{", ":", ",", "=")
_WORD = re.compile(r"\w")
_NAME = re.compile(r"[^\W\d]")
_CJK = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_GOES_ON = re.compile(
    r"\s*(?:(?:else|elif|elsif|elseif|except|finally|catch|rescue|ensure|when|case|default|then|in"
    r"|and|or)\b|\.\w|&&|\|\||\?|:\s|\{|\|)"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The whole lines of a text and its surroundings."""

    frame: Frame
    text: str
    lines: list[str]
    starts: list[int]
    first: str
    """The cursor's line as it will be."""
    floor: int
    """Columns below which a line does not belong to the block at the cursor."""
    final: bool
    """Whether no more lines will come."""

    @classmethod
    def of(cls, frame: Frame, draft: Draft) -> Lines:
        lines = draft.lines
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        first = frame.line_prefix + (lines[0] if lines else draft.text)
        return cls(
            frame, draft.text, lines, starts, first, _floor(frame, first, lines), draft.final
        )

    def below(self) -> Iterator[tuple[int, str]]:
        """Yield the whole lines after the cursor's that are not blank, with their numbers."""
        return ((at, line) for at, line in enumerate(self.lines) if at and line.strip())

    def is_inside(self, at: int) -> bool:
        """Whether a line starts in a string or bracket that was opened above it."""
        before = scan(self.frame.language, self.text[: self.starts[at]], self.frame.literal)
        if before.literal or before.opened:
            return True
        around = self.frame.openers[len(before.closed) :][:1]
        return any(one.closer in (")", "]") and one.fate != "on line" for one in around)


Rule = Callable[[Lines], int | None]
"""Returns the offset from which on a text is too much."""


def end_text(frame: Frame, draft: Draft) -> Draft:
    """End the text at the first place where a rule says so."""
    if not draft.text.strip():
        return draft
    view = Lines.of(frame, draft)
    rules = MULTILINE if frame.site.multiline and not frame.site.is_midline else SINGLE_LINE
    cuts = [(at, name) for name, rule in rules.items() if (at := rule(view)) is not None]
    if not cuts:
        return draft
    # Where rules agree on the place, what one of them calls a repetition is none to keep.
    at, name = min(cuts, key=lambda cut: (cut[0], cut[1] in WITH_REST))
    kept = draft.text[:at].rstrip() if draft.text[at:].strip() else draft.text[:at]
    return draft.end(kept, name, draft.text[len(kept) :] if name in WITH_REST else "")


def _floor(frame: Frame, first: str, lines: list[str]) -> int:
    own = min(frame.width(first), frame.statement_width) if frame.openers else frame.width(first)
    if frame.site.starts_line:
        return own
    below = next((line for line in lines[1:] if line.strip()), "")
    # A deeper line shows that the cursor's line is a header: what is not deeper is not its block.
    opens = frame.width(below) > own or below.strip() == "{"
    return own + 1 if opens else own


def _line_end(view: Lines) -> int | None:
    start = len(view.text) - len(view.text.lstrip())
    at = view.text.find("\n", start)
    return at if at >= 0 else None


def _foreign_closer(view: Lines) -> int | None:
    """Cut at a closer whose opener is closed already, or was never opened."""
    openers = view.frame.openers
    closed = scan(view.frame.language, view.text, view.frame.literal).closed
    for index, (mark, offset) in enumerate(closed):
        opener = openers[index] if index < len(openers) else None
        if opener is None or opener.closer != mark or opener.fate == "below":
            return offset
    return None


def _dedent(view: Lines) -> int | None:
    """Cut at a line to the left of the block, unless it closes or continues the block."""
    if view.floor <= 0 or view.frame.is_prose:
        return None
    for at, line in view.below():
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
    return not frame.site.starts_line and bool(_GOES_ON.match(text))


def _needs_end(frame: Frame, line: str) -> bool:
    """Whether a closing word is missing: what follows neither is it nor belongs to the block."""
    follows, deeper = frame.next_line, frame.width(line) - frame.width(frame.next_line)
    return not follows or deeper > 0 or (deeper == 0 and follows.strip() != line.strip())


def _definition_end(view: Lines) -> int | None:
    """Cut before a sibling of what the text began: the next method, the next top-level thing."""
    frame = view.frame
    if frame.is_prose or frame.literal:
        return None
    own, deeper = frame.width(view.first), False
    for at, line in view.below():
        width = frame.width(line)
        deeper = deeper or width > own
        if width != own or line.lstrip()[0] in ")]}" or _GOES_ON.match(line):
            continue
        above = view.lines[at - 1] if at > 1 else view.first
        after_blank = not above.strip()
        if own == 0 and after_blank and not view.is_inside(at) and _has_code(view, at):
            return view.starts[at]
        if frame.site.starts_line and deeper:
            # Whether the text began with a definition is settled where its first part is over.
            whole = view.text[: view.starts[at + 1]]
            end = _block_end(frame.language, frame.site.prefix, whole)
            return end if end is not None and end <= view.starts[at] else None
    return None


# The same lines are asked about again each time a line is added.
_block_end = lru_cache(maxsize=4)(ends_block)


def _has_code(view: Lines, stop: int) -> bool:
    """Whether the lines before `stop` hold more than comments: these belong to what follows."""
    language = view.frame.language
    before = [line for line in [view.first, *view.lines[1:stop]] if line.strip()]
    opening = (language.block_comment or ("",))[0]
    return not all(
        language.is_comment(line) or (opening and line.lstrip().startswith((opening, "*")))
        for line in before
    )


def _suffix_echo(view: Lines) -> int | None:
    """Cut where the text repeats the next line that is there already."""
    frame = view.frame
    follows = frame.next_line.rstrip()
    if not _WORD.search(follows):
        return None
    if view.lines and view.first.rstrip() == follows and _repeats_on(view, 0):
        return 0
    for at, line in view.below():
        same = line.rstrip() == follows
        alike = frame.chat and len(follows.strip()) >= ECHO and line.strip() == follows.strip()
        if (same or alike) and _repeats_on(view, at):
            return view.starts[at]
    return None


def _repeats_on(view: Lines, at: int) -> bool:
    """Whether a repeated line that opens something is followed by what it opens there.

    Many calls begin with the same line; only the next one tells whether it is the same call.
    """
    if view.lines[at].rstrip()[-1:] not in _OPEN_END:
        return True
    below = (line.strip() for line in view.lines[at + 1 :] if line.strip())
    there = [line.strip() for line in view.frame.site.suffix.split("\n")[1:] if line.strip()]
    return [next(below, "" if view.final else None)] in ([""], there[1:2])


def _loop(view: Lines) -> int | None:
    """Cut after the first round of lines that come again and again."""
    lines = [view.first, *view.lines[1:]]
    for end in range(REPEATS, len(lines) + 1):
        for size in range(1, min(LOOP_LINES, end // REPEATS) + 1):
            start = end - size * REPEATS
            is_loop = lines[end - 1] == lines[end - 1 - size] and (
                lines[start : end - size] == lines[start + size : end]
            )
            if is_loop and _NAME.search("".join(lines[start : start + size])):
                return view.starts[start + size]
    return None


def _speech(view: Lines) -> int | None:
    """Cut at an explanation that follows the code after a blank line."""
    frame = view.frame
    if not frame.chat or frame.is_prose or frame.literal:
        return None
    for at, line in view.below():
        if not view.lines[at - 1].strip() and is_speech(frame, line) and not view.is_inside(at):
            return view.starts[at]
    return None


def _foreign_script(view: Lines) -> int | None:
    """Cut before a line of code with Chinese in it, where the file has none.

    GLM models now and then slip into Chinese in the middle of a line or write it in comments.
    """
    frame = view.frame
    if frame.is_prose or frame.literal or not _CJK.search(view.text):
        return None
    if _CJK.search(frame.site.prefix) or _CJK.search(frame.site.suffix):
        return None
    for at, line in enumerate(view.lines):
        if _CJK.search(_QUOTED.sub("", line)) and not view.is_inside(at):
            return view.starts[at]
    return None


def _too_long(view: Lines) -> int | None:
    return view.starts[MAX_LINES] if len(view.lines) > MAX_LINES else None


SINGLE_LINE: dict[str, Rule] = {
    "single line": _line_end,
    "foreign closer": _foreign_closer,
    "suffix echo": _suffix_echo,
    "foreign script": _foreign_script,
}
MULTILINE: dict[str, Rule] = {
    "foreign closer": _foreign_closer,
    "suffix echo": _suffix_echo,
    "dedent": _dedent,
    "definition end": _definition_end,
    "loop": _loop,
    "speech": _speech,
    "foreign script": _foreign_script,
    "too long": _too_long,
}
WITH_REST = frozenset({"single line", "dedent", "definition end", "too long"})
"""Rules behind whose cut code goes on that may be of use after acceptance."""
