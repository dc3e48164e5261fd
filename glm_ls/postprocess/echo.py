r"""Drop the beginning of an answer that repeats what already stands before the cursor.

Chat models like to start at the beginning of the line, the word or the function. What counts as a
repetition must be longer the less likely a repetition is: `foo(` may well be followed by `foo(`.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame

_WORD = re.compile(r"\w")
_WORD_START = re.compile(r"(?<!\w)\w")

PARTIAL = 8
"""Code points of part of a line that count as repeated when they do not end in a word."""
WORD_IN_CHAT, WORD_IN_FIM = 2, 4
"""The same for a part that ends in a word: the user was in the middle of typing it."""
LINE_IN_FIM = 3
"""Code points of a whole line prefix, which fill-in-the-middle models repeat less."""
LINES = 80
"""Lines before the cursor in which a repeated stretch may begin."""


def drop_echo(frame: Frame, draft: Draft) -> Draft | None:
    """Remove repeated lines and the repeated part of the cursor's line."""
    after = _after_lines(frame, draft)
    if after is None:
        return None
    text = after.lstrip("\n") if after != draft.text else after
    return draft.with_text(_after_line_prefix(frame, text))


def _after_lines(frame: Frame, draft: Draft) -> str | None:
    """Return what follows the last lines of the prefix, where the answer begins with them.

    None while the answer is still going through lines of the prefix.
    """
    head = len(draft.text) - len(draft.text.lstrip("\n"))
    answer = [line.strip() for line in draft.text[head:].split("\n")]
    whole = answer if draft.final else answer[:-1]
    if not whole or not whole[0]:
        return draft.text
    above = [line.strip() for line in frame.site.prefix.split("\n")[-LINES - 1 :]]
    *above, cursor = above
    for start in range(len(above)):
        run = above[start:]
        if run[0] != whole[0] or not _is_telling([*run, cursor]):
            continue
        if whole[: len(run)] == run and _goes_on(answer[len(run) :], cursor):
            return "\n".join(draft.text[head:].split("\n")[len(run) :])
        if run[: len(whole)] == whole and not draft.final:
            return None
    return draft.text


def _is_telling(run: list[str]) -> bool:
    """Whether lines say enough for their repetition to be no accident."""
    # A brace on its own line is not followed by another one.
    return run == ["{", ""] or sum(len(_WORD.findall(line)) for line in run) >= 4


def _goes_on(answer: list[str], cursor: str) -> bool:
    return not cursor or (bool(answer) and answer[0].startswith(cursor))


def _after_line_prefix(frame: Frame, text: str) -> str:
    """Return what follows the end of the cursor's line, where the text begins with it."""
    typed = frame.line_prefix.lstrip()
    head = text.lstrip()
    if not typed:
        return text
    if head.startswith(typed) and _may_repeat_line(frame, typed):
        return head[len(typed) :]
    bare = typed.rstrip()
    if head == bare and bare != typed:
        return ""
    for found in _WORD_START.finditer(typed):
        part = typed[found.start() :]
        if head.startswith(part) and _may_repeat_part(frame, part):
            return head[len(part) :]
    return text


def _may_repeat_line(frame: Frame, typed: str) -> bool:
    if frame.language.line_comment and typed.strip() == frame.language.line_comment:
        return True
    has_word = _WORD.search(typed) is not None and not typed.strip().isdigit()
    return has_word and (frame.chat or len(typed) >= LINE_IN_FIM)


def _may_repeat_part(frame: Frame, part: str) -> bool:
    if part.isdigit() or not _WORD.search(part):
        return False
    if not part[-1].isalnum() and part[-1] != "_":
        return len(part) >= PARTIAL
    return len(part) >= (WORD_IN_CHAT if frame.chat else WORD_IN_FIM)
