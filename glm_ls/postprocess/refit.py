"""What was suggested a moment ago, made to fit the place as it is now.

The user typed part of it, or accepted it and wants what came behind. Nothing is asked: the text is
code already, and only what became of the cursor's surroundings has to be looked at again.
"""

from __future__ import annotations

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.ending import end_text
from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.junction import join_line
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import CompletionStream
from glm_ls.postprocess.suggestion import Suggestion


def refit(site: Site, suggestion: Suggestion) -> Suggestion | None:
    """Return what is left of a suggestion where closers appeared behind the cursor since."""
    frame = Frame.of(site, chat=False)
    draft = join_line(frame, end_text(frame, Draft(suggestion.text, final=True)))
    whole = draft.text.rstrip() == suggestion.text.rstrip()
    rest = suggestion.rest if whole else ""
    return Suggestion(draft.text, draft.replace, rest) if draft.text.strip() else None


def continued(site: Site, rest: str) -> Suggestion | None:
    """Return the suggestion after an accepted one from what the stream brought behind it.

    Its last line may have been cut, so that only lines with an end count.
    """
    stream = CompletionStream(site, chat=False)
    stream.feed(rest)
    return stream.close(whole=False)
