"""What came of asking for a completion."""

from __future__ import annotations

from dataclasses import dataclass

from glm_ls.postprocess.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class Answer:
    """Suggestions, or the reason why there are none."""

    suggestions: tuple[Suggestion, ...] = ()
    engine: str = ""
    """Which engine answered; empty when none was asked."""
    silence: str = ""
    """Why there is no suggestion: the gate's slug, an error's reason, or `nothing`."""
