"""Rules of ending by what does not belong into a file: speech, other scripts, placeholders."""

from __future__ import annotations

import re

from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.speech import is_speech
from glm_ls.postprocess.view import Lines
from glm_ls.syntax.brackets import LINE_COMMENT, scan

LONGEST = 1_000
"""Code points of a line that nobody writes by hand."""

_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff60]")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_PLACEHOLDER = re.compile(
    r"\W*(?:\.\.\.|…)?\W*(?:(?:your|the)? ?(?:code|implementation|logic) (?:goes )?here"
    r"|(?:the )?rest of (?:the |your )?(?:code|file|function|method|class|implementation)\b.*"
    r"|(?:\.\.\. ?)?(?:existing|remaining|other|previous) (?:code|methods?|functions?|imports?)\b.*"
    r"|implementation omitted.*)\W*",
    re.IGNORECASE,
)


def speech(view: Lines) -> int | None:
    """Cut at an explanation that follows the code after a blank line."""
    frame = view.frame
    if not frame.chat or frame.is_prose or frame.literal:
        return None
    for at, line in view.below():
        if not view.lines[at - 1].strip() and is_speech(frame, line) and not view.is_inside(at):
            return view.starts[at]
    return None


def foreign_script(view: Lines) -> int | None:
    """Cut before a line with Chinese or its signs outside of strings, where the file has none.

    GLM models now and then slip into Chinese in the middle of a line or write it in comments.
    """
    frame = view.frame
    if frame.is_prose or _is_string(frame) or not _CJK.search(view.text):
        return None
    if _CJK.search(frame.site.prefix) or _CJK.search(frame.site.suffix):
        return None
    for at, line in enumerate(view.lines):
        if _CJK.search(_QUOTED.sub("", line)) and (frame.literal or not _in_literal(view, at)):
            return view.starts[at]
    return None


def _in_literal(view: Lines, at: int) -> bool:
    before = view.text[: view.starts[at]]
    return bool(scan(view.frame.language, before, view.frame.literal).literal)


def _is_string(frame: Frame) -> bool:
    block_end = (frame.language.block_comment or ("", ""))[1]
    return frame.literal not in ("", LINE_COMMENT, block_end)


def placeholder(view: Lines) -> int | None:
    """Cut at a comment that stands for code the model did not write."""
    language = view.frame.language
    if view.frame.is_prose or view.frame.literal:
        return None
    opening = (language.block_comment or ("",))[0]
    for at, line in enumerate(view.lines):
        text = line.strip()
        is_comment = language.is_comment(text) or (bool(opening) and text.startswith(opening))
        if is_comment and _PLACEHOLDER.fullmatch(text):
            return view.starts[at]
    return None


def long_line(view: Lines) -> int | None:
    """Cut before a line that is longer than people write them; more of it may still come."""
    start = 0
    for line in view.text.split("\n"):
        if len(line) > LONGEST:
            return start
        start += len(line) + 1
    return None
