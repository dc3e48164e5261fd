"""Whether a place is worth a request: silence is a feature."""

from __future__ import annotations

from glm_ls.config.schema import Settings
from glm_ls.context.target import Target
from glm_ls.text.words import is_word

LOOK_BACK = 400
"""Characters before the cursor of which some must be more than white space."""


def silence(target: Target, settings: Settings, *, invoked: bool) -> str | None:
    """Return why nothing is suggested here, None where a model may be asked."""
    if not settings.enabled or not settings.completion.enabled:
        return "disabled"
    if target.snapshot.language_id in settings.completion.languages_off:
        return "language-off"
    if not invoked and settings.completion.mode == "manual":
        return "manual"
    if invoked:
        return None
    line, column = target.snapshot.line(target.position.line), target.position.column
    if 0 < column < len(line) and is_word(line[column - 1]) and is_word(line[column]):
        return "inside-word"
    if not target.snapshot.before(target.position, LOOK_BACK).strip():
        return "nothing-before"
    return None
