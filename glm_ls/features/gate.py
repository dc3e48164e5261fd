"""Whether a place is worth a request: silence is a feature."""

from __future__ import annotations

from glm_ls.config.schema import Settings
from glm_ls.context.target import Target
from glm_ls.syntax.languages import language_of
from glm_ls.text.words import is_word

LOOK_BACK = 400
"""Characters before the cursor of which some must be more than white space."""
LONGEST_LINE = 1_000
"""Characters of a line that nobody writes by hand, though the file is no data as a whole."""


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
    return _no_use(target)


def _no_use(target: Target) -> str | None:
    """Return why nobody waits for a suggestion at a place, None where somebody may."""
    snapshot, position = target.snapshot, target.position
    line = snapshot.line(position.line)
    typed, rest = line[: position.column], line[position.column :]
    if rest and is_word(rest[0]):
        # What is typed there stands before a name or becomes a part of it.
        return "before-word"
    if len(line) > LONGEST_LINE:
        return "long-line"
    if not snapshot.before(position, LOOK_BACK).strip():
        return "nothing-before"
    language = language_of(snapshot.language_id, target.path)
    if language.style == "brace" and not rest.strip() and typed.rstrip().endswith(";"):
        return "statement-ended"
    return None
