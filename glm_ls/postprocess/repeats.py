"""Rules of ending by repetition: of what stands below or above, and of the text itself."""

from __future__ import annotations

import re

from glm_ls.postprocess.view import Lines

REPEATS = 3
"""Times that lines stand in a row when a model has begun to loop."""
LOOP_LINES = 8
"""Lines of the longest loop that is looked for."""
BLOCK = 4
"""Lines of a block of which two in a row are a loop."""
ECHO = 10
"""Code points of a line below that count as repeated even when indented differently."""
SIMILAR = 12
"""Code points of a line that can be told from another that happens to be like it."""
SHARE = 0.1
"""Edits a code point by which similar lines differ at most."""
BELOW = 3
"""Lines below the cursor that a line is compared with."""

_OPEN_END = ("(", "[", "{", ":", ",", "=")
_WORD = re.compile(r"\w")
_WORDS = re.compile(r"\w+")
_NAME = re.compile(r"[^\W\d]")
_LOOPING = re.compile(r"(.{3,60}?)\1{5,}|(.{10,60}?)\2{3,}")


def suffix_echo(view: Lines) -> int | None:
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


def similar_line(view: Lines) -> int | None:
    """Cut where the text writes a line anew that stands right below, with other signs.

    Lines whose words differ are left alone: files are full of lists of such lines.
    """
    frame = view.frame
    if frame.is_prose or frame.literal:
        return None
    below = [line.strip() for line in frame.site.suffix.split("\n")[1:] if line.strip()][:BELOW]
    wholes = [(0, view.first)] if view.lines else []
    for at, line in [*wholes, *view.below()]:
        # A line that stands there as it is, is the business of another rule.
        text = line.strip()
        if text not in below and any(is_similar(text, other) for other in below[:1]):
            return view.starts[at]
    return None


def line_above(view: Lines) -> int | None:
    """Cut a text that writes the line above the cursor anew, with other signs."""
    frame = view.frame
    if not view.lines or frame.is_prose or frame.literal:
        return None
    above = frame.site.prefix[: len(frame.site.prefix) - len(frame.line_prefix)].rstrip("\n")
    line, first = above.rpartition("\n")[2].strip(), view.first.strip()
    return 0 if line != first and is_similar(first, line) else None


def is_similar(one: str, other: str) -> bool:
    """Whether two lines say the same words and differ in a few signs or blanks."""
    if _WORDS.findall(one) != _WORDS.findall(other):
        return False
    one, other = ("".join(line.split()) for line in (one, other))
    longest = max(len(one), len(other))
    if min(len(one), len(other)) < SIMILAR or abs(len(one) - len(other)) > longest * SHARE + 1:
        return False
    return _distance(one, other) <= max(2, longest * SHARE)


def _distance(one: str, other: str) -> int:
    """Return the edits between two texts."""
    above = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        before, above = above, [row]
        for column, right in enumerate(other, 1):
            changed = before[column - 1] + (left != right)
            above.append(min(changed, before[column] + 1, above[-1] + 1))
    return above[-1]


def loop(view: Lines) -> int | None:
    """Cut after the first round of lines that come again and again."""
    lines = [view.first, *view.lines[1:]]
    for end in range(REPEATS, len(lines) + 1):
        for size in range(1, min(LOOP_LINES, end // 2) + 1):
            rounds = 2 if size >= BLOCK else REPEATS
            start = end - size * rounds
            is_loop = (
                start >= 0
                and lines[end - 1] == lines[end - 1 - size]
                and lines[start : end - size] == lines[start + size : end]
            )
            if is_loop and _NAME.search("".join(lines[start : start + size])):
                return view.starts[start + size]
    return None


def token_loop(view: Lines) -> int | None:
    """Cut in a line that says the same again and again, after the first time."""
    start = 0
    for line in view.text.split("\n"):
        found = _LOOPING.search(line) if len(line) >= 18 else None
        if found:
            unit = found[1] or found[2]
            if _NAME.search(unit):
                return start + found.start() + len(unit)
        start += len(line) + 1
    return None
