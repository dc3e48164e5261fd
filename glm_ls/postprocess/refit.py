"""What was suggested a moment ago, made to fit the place as it is now.

The user typed part of it, or accepted it and wants what came behind. Nothing is asked: the text is
code already, and only what became of the cursor's surroundings has to be looked at again.
"""

from __future__ import annotations

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import TO_SUGGESTION, CompletionStream
from glm_ls.postprocess.suggestion import Suggestion


def refit(site: Site, suggestion: Suggestion) -> Suggestion | None:
    """Return what is left of a suggestion where closers appeared behind the cursor since."""
    frame = Frame.of(site, chat=False)
    draft = Draft(suggestion.text, final=True, rest=suggestion.rest)
    for name, stage in TO_SUGGESTION.items():
        if name in site.off:
            continue
        draft = stage(frame, draft) or draft  # a final draft is always decided
    return Suggestion(draft.text, draft.replace, draft.rest) if draft.text else None


def continued(site: Site, rest: str) -> Suggestion | None:
    """Return the suggestion after an accepted one from what the stream brought behind it.

    Its last line may have been cut, so that only lines with an end count.
    """
    stream = CompletionStream(site, chat=False)
    stream.feed(rest)
    return stream.close(whole=False)
