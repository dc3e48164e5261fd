"""Make something whole of an answer that was cut, by the token limit or by a lost connection.

What is shown ends where a statement does. Where the text is still inside of the first block that it
opened, the block is closed, so that accepting it leaves no broken file behind.
"""

from __future__ import annotations

from glm_ls.postprocess.frame import Frame
from glm_ls.syntax.brackets import closer_of, scan
from glm_ls.syntax.statements import carries_on, opens_body


def whole_part(frame: Frame, text: str) -> str:
    """Return the whole statements of a text that breaks off behind a line; "" for none."""
    if frame.literal or frame.is_prose:
        return text
    lines = text.split("\n")
    parts = ["\n".join(lines[:count]) for count in range(len(lines), 0, -1)]
    ended = [part for part in parts if part.strip() and not _breaks_off(frame, part)]
    whole = (part for part in ended if not scan(frame.language, part).opened)
    closed = (close for part in ended if (close := _closed(frame, part)))
    return next(whole, "") or next(closed, "")


def _breaks_off(frame: Frame, part: str) -> bool:
    last = part.rpartition("\n")[2]
    joins = carries_on(last) and not last.rstrip().endswith(",")
    is_header = frame.language.style == "indent" and opens_body(frame.language, last)
    ends_block = not frame.language.is_comment(last)
    return scan(frame.language, part).literal.strip() != "" or joins or is_header or not ends_block


def _closed(frame: Frame, part: str) -> str:
    """Return a text with its blocks closed; "" where more than blocks is open."""
    opened = scan(frame.language, part).opened
    if any(bracket.mark != "{" for bracket in opened):
        return ""
    document = frame.line_prefix + part
    ends = []
    for bracket in reversed(opened):
        at = bracket.offset + len(frame.line_prefix)
        line = document[document.rfind("\n", 0, at) + 1 : at]
        blank = line[: len(line) - len(line.lstrip())]
        ends.append(f"\n{blank}{closer_of(frame.language, bracket.mark)}")
    return part + "".join(ends)
