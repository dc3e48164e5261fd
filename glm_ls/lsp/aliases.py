"""Names by which clients written for Copilot's server call the same things.

Commands among them are understood but not announced: VS Code makes a global command of each one
that is, and its own Copilot has them already.
"""

from __future__ import annotations

from typing import Final

NEXT_EDIT_ACCEPTED: Final = "glm-ls.nextEdit.accepted"
NEXT_EDIT_REJECTED: Final = "glm-ls.nextEdit.rejected"
NEXT_EDIT_IGNORED: Final = "glm-ls.nextEdit.ignored"

ALIASES: Final = {
    "github.copilot.didAcceptNextEditSuggestionItem": NEXT_EDIT_ACCEPTED,
    "github.copilot.didRejectNextEditSuggestionItem": NEXT_EDIT_REJECTED,
    "github.copilot.didIgnoreNextEditSuggestionItem": NEXT_EDIT_IGNORED,
}
"""Copilot's command to ours."""
