"""Put several answers in order, and tell those that are not written in the file's language.

What adds syntax errors comes last, then what repeats lines that stand around the cursor; of equals
the longer comes first, as whoever asks for several wants more than the obvious.
"""

from __future__ import annotations

from dataclasses import dataclass

from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.syntax.brackets import scan
from glm_ls.syntax.errors import Damage, Surroundings
from glm_ls.syntax.languages import language_of

UNREAD = 0.5
"""Share of a text that a parser cannot read, from which on it is another language."""
MIN_LINES = 2
"""Lines of a text of which that can be said."""
MIN_ERRORS = 3
"""Errors that make it another language, too, if there is one a line."""
NEAR = 20
"""Lines on both sides of the cursor that an answer should not repeat."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of answers for one place."""

    surroundings: Surroundings | None
    near: frozenset[str]

    @classmethod
    def of(cls, site: Site) -> Ranking:
        """Read what stands around the cursor."""
        language = language_of(site.language_id, site.path)
        lines = [*site.prefix.split("\n")[-NEAR:-1], *site.suffix.split("\n")[1:NEAR]]
        near = frozenset(text for line in lines if len(text := line.strip()) > 3)
        around = Surroundings.of(language, site.prefix, site.suffix)
        return cls(None if scan(language, around.before).literal else around, near)

    def key(self, one: Suggestion) -> tuple[int, float, int]:
        """Return what answers are sorted by."""
        lines = [line.strip() for line in one.text.split("\n") if line.strip()]
        repeated = sum(line in self.near for line in lines) / max(1, len(lines))
        return self._damage(one).errors, repeated, -len(lines)

    def is_strange(self, one: Suggestion) -> bool:
        """Whether most of a text cannot be read in the file's language."""
        lines = one.text.strip().count("\n") + 1
        if lines < MIN_LINES:
            return False
        damage = self._damage(one)
        if damage.unread < UNREAD and damage.errors < MIN_ERRORS:
            return False
        before = self.surroundings.errors if self.surroundings else 0
        # Where something was broken before, the parser may have lost its way because of that.
        unread = damage.errors > 0 and damage.unread >= UNREAD and not before
        return unread or damage.errors - before >= max(lines, MIN_ERRORS)

    def _damage(self, one: Suggestion) -> Damage:
        here = self.surroundings
        return here.damage(one.text, one.replace) if here else Damage(0, 0.0)
