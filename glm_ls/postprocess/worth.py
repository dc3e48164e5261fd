"""Judge whether a text is worth showing."""

from __future__ import annotations

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame


def judge(frame: Frame, draft: Draft) -> Draft:
    """Empty a text that adds nothing: blank, or what follows the cursor anyway."""
    if not draft.final:
        return draft
    text = draft.text
    stands = frame.line_suffix[: draft.replace]
    if not text.strip() or text.strip() == stands.strip() or _follows(frame, text.strip()):
        return draft.end("", draft.note or "nothing new")
    return draft


def _follows(frame: Frame, text: str) -> bool:
    """Whether the text, to its last line's end, is how the suffix begins.

    Closers alone are no repetition: the rules of ending have kept only those that are missing.
    """
    if not any(character.isalnum() for character in text):
        return False
    suffix = frame.site.suffix.lstrip()
    return suffix.startswith(text) and suffix[len(text) :].lstrip(" \t")[:1] in ("", "\n")
