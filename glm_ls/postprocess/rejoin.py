"""Fit a suggestion to a place that has changed since it was made.

Editors put a closer behind the cursor when a bracket is typed. Who types the beginning of a
suggestion that holds `(a)` gets `(` and `)`, and what is left of the suggestion brings its own.
"""

from __future__ import annotations

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame, to_newlines
from glm_ls.postprocess.junction import join_line
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.structure import foreign_closer
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.postprocess.view import Lines
from glm_ls.postprocess.worth import judge

CLOSERS = frozenset(")]}>\"'`")
MOST = 8
"""Closers that are inserted at most while a suggestion is typed."""


def inserted_closers(then: str, now: str) -> str | None:
    """Return the closers that stand in front of `then` in `now`; None where something else does.

    Both are texts behind the cursor, windows of which the later one may end earlier.
    """
    for count in range(min(MOST, len(now)) + 1):
        if count and now[count - 1] not in CLOSERS:
            return None
        if then.startswith(now[count:]) and (count < len(now) or not then):
            return now[:count]
    return None


def rejoin(site: Site, left: str, rest: str = "") -> Suggestion | None:
    """Return what is left of a suggestion, joined with what stands behind the cursor by now.

    `left` begins at the site's cursor; `rest` is what the stream brought beyond it.
    """
    frame = Frame.of(site, chat=False)
    draft = Draft(to_newlines(left), final=True, rest=rest)
    at = foreign_closer(Lines.of(frame, draft))
    if at is not None:
        draft = draft.end(draft.text[:at].rstrip(), "foreign-closer")
    draft = judge(frame, join_line(frame, draft))
    return Suggestion(draft.text, draft.replace, draft.rest) if draft.text else None
