"""Take what is wanted out of an answer that begins with the beginning of the file.

Chat models now and then write the whole file anew. What they insert stands behind the lines above
the cursor; where these do not come, nothing of the answer is of use.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame

_WORDS = re.compile(r"\w")
TELLING = 4
"""Word characters that a line needs to be told from others."""
HEAD, ABOVE = 2, 2
"""Lines of the file's beginning, and above the cursor, that must come again."""

HEAD_CHARS, HEAD_LINES = 1_000, 20
"""How far the beginning of a file, and of an answer, is looked for telling lines."""


def skip_to_cursor(frame: Frame, draft: Draft) -> Draft | None:
    """Drop the file up to the cursor; undecided while the answer has not got there."""
    if not frame.chat:
        return draft
    first = _telling((frame.site.head or frame.site.prefix[:HEAD_CHARS]).split("\n")[:-1])[:HEAD]
    said = _telling(draft.lines[:HEAD_LINES])[:HEAD]
    if len(first) < HEAD or said[:1] != first[:1]:
        return draft
    above = _telling(frame.site.prefix.split("\n")[:-1])
    if len(above) <= HEAD + ABOVE:
        # Next to the beginning of the file there is nothing to skip, or little that can be told.
        return draft
    if len(said) < HEAD and not draft.final:
        return None
    if said != first:
        return draft
    at = _behind(draft.text, above[-ABOVE:], frame.line_prefix.strip())
    if at is not None:
        return draft.with_text(draft.text[at:])
    return draft.end("", "not up to the cursor") if draft.final else None


def _telling(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines if len(_WORDS.findall(line)) >= TELLING]


def _behind(text: str, above: list[str], typed: str) -> int | None:
    """Return where a text goes on behind the lines above the cursor and what is typed behind."""
    seen: list[str] = []
    start = 0
    for line in text.split("\n")[:-1]:
        start += len(line) + 1
        if len(_WORDS.findall(line)) >= TELLING:
            seen = [*seen, " ".join(line.split())][-len(above) :]
            if seen != above:
                continue
            rest = text[start:]
            if not typed:
                return start
            if (found := rest.find(typed)) >= 0 and not rest[:found].strip():
                return start + found + len(typed)
    return None
