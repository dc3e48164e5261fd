"""Join a text with what stands behind the cursor on its line.

Editors insert closers as soon as something is opened. A text that brings them along replaces
them; one that does not leaves them. Where real code follows, the text stops at it.
"""

from __future__ import annotations

from dataclasses import replace

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame
from glm_ls.syntax.brackets import closer_of, scan
from glm_ls.syntax.closers import only_closers
from glm_ls.text.words import is_word

PUNCTUATION = frozenset(" \t;,:{=>")
"""What may follow closers on a line and is brought along with them."""


def join_line(frame: Frame, draft: Draft) -> Draft:
    """Decide how much of the rest of the line the text replaces."""
    if not draft.final:
        return draft
    rest = frame.line_suffix
    if not rest.strip():
        return _replacing(draft, draft.text.rstrip(), 0)
    if frame.site.is_midline:
        text = _until(frame, draft.text, rest.strip())
        return _replacing(draft, text.rstrip() if rest[0].isspace() else text, 0)
    text = draft.text.rstrip() if "\n" in draft.text else draft.text
    first = text.partition("\n")[0]
    covered = _covered(frame, first)
    left = rest[covered:].strip()
    if first != text and _carries(first, left):
        if "{" in left or frame.width(frame.next_line) > frame.width(frame.line_prefix):
            # The block's body already stands below: only the header was missing.
            text = first
    elif first != text and left.startswith((":", "{")):
        text = first
    if _carries(first, left) or _repeats_orphans(frame, first, left, covered):
        return _replacing(draft, text, len(rest.rstrip()))
    return _replacing(draft, text, _covered(frame, text))


def _replacing(draft: Draft, text: str, count: int) -> Draft:
    # What comes after the text goes on from it only if nothing was cut off here.
    rest = draft.rest if text.rstrip() == draft.text.rstrip() else ""
    if (text, count, rest) == (draft.text, draft.replace, draft.rest):
        return draft
    return replace(draft, text=text, replace=count, rest=rest)


def _covered(frame: Frame, text: str) -> int:
    """Return how far behind the cursor the closers stand that a text closes itself."""
    seen = scan(frame.language, text, frame.literal)
    closed = [mark for mark, _ in seen.closed]
    for mark, _ in reversed(seen.opened):
        # What is opened again behind a closer takes the place of what that one closed.
        if closed and closer_of(frame.language, mark) == closed[-1]:
            closed.pop()
    return max((opener.replace for opener in frame.openers[: len(closed)]), default=0)


def _carries(first: str, left: str) -> bool:
    """Whether a line ends in the punctuation that is left behind the closers."""
    return bool(left) and PUNCTUATION.issuperset(left) and first.rstrip().endswith(left)


def _repeats_orphans(frame: Frame, first: str, left: str, covered: int) -> bool:
    """Whether a line ends in the closers that are left, and nothing before it is open for them."""
    awaited = any(one.fate == "on line" and one.replace > covered for one in frame.openers)
    return bool(left) and not awaited and first.rstrip().endswith(left)


def _until(frame: Frame, text: str, follows: str) -> str:
    """Cut the text where it goes over into what follows."""
    closed = scan(frame.language, text, frame.literal).closed
    foreign = closed[0].offset if closed else len(text)
    at = text.find(follows)
    # A single word may well be said before; only at the end it is what follows.
    ends = at + len(follows) == len(text.rstrip())
    if at >= 0 and not _splits_word(text, at) and (ends or not follows.isidentifier()):
        return text[:at]
    for length in range(min(len(text), len(follows) - 1), 0, -1):
        start, shared = len(text) - length, follows[:length]
        # Closers that the text needs for itself are no repetition.
        own = (only_closers(shared) and start < foreign) or not shared.strip("([{<")
        if text.endswith(shared) and not (
            own or _splits_word(text, start) or _splits_word(follows, length)
        ):
            return text[:start]
    return text


def _splits_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and is_word(text[at - 1]) and is_word(text[at])
