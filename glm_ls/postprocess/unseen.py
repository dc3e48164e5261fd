"""Remove characters that nobody sees: controls, marks that turn the direction of text, BOMs.

They hide what code does from its reader, or end a line where an editor shows none.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame

# Joiners (U+200C, U+200D) stay: Persian words and emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def drop_unseen(frame: Frame, draft: Draft) -> Draft:
    """Remove every such character."""
    if draft.text.isascii() and draft.text.isprintable():
        return draft
    return draft.with_text(_UNSEEN.sub("", draft.text))
