"""The result of a review as values: what was found, and what became of every hunk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from glm_ls.postprocess.findings.finding import SEVERITIES, Located

Fate = Literal["reviewed", "cached", "skipped"]


class HunkFate(NamedTuple):
    """What became of a hunk, or of a changed file without any."""

    path: str
    fate: Fate
    reason: str = ""
    """Why it was skipped."""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished review."""

    findings: tuple[Located, ...]
    fates: tuple[HunkFate, ...]
    held: tuple[Located, ...] = ()
    """Findings that the caps hold back, the gravest first."""
    refuted: int = 0
    """Findings that did not bear a second look."""

    @property
    def more(self) -> int:
        """How many findings the caps hold back."""
        return len(self.held)

    @property
    def whole(self) -> Report:
        """The same report with nothing held back."""
        return replace(self, findings=(*self.findings, *self.held), held=())

    @property
    def ordered(self) -> tuple[Located, ...]:
        """The findings by path and line, the gravest first on one line."""
        return tuple(sorted(self.findings, key=_place))

    @property
    def summary(self) -> str:
        """One sentence that accounts for every hunk."""
        if not self.fates:
            return "nothing to review: nothing has changed"
        count = Counter(fate.fate for fate in self.fates)
        done, cached = count["reviewed"] + count["cached"], count["cached"]
        known = f" ({cached} from the cache)" if cached else ""
        found = f"{_counted(len(self.findings), 'finding')}" if self.findings else "nothing found"
        skipped = Counter(fate.reason for fate in self.fates if fate.fate == "skipped")
        left = "".join(f", {number} skipped: {why}" for why, number in sorted(skipped.items()))
        held = f", {self.more} more held back" if self.more else ""
        held += f", {self.refuted} refuted on a second look" if self.refuted else ""
        return f"reviewed {done} of {_counted(len(self.fates), 'hunk')}{known}{left}, {found}{held}"


def _place(located: Located) -> tuple[str, int, int, str]:
    gravity = SEVERITIES.index(located.finding.severity)
    return located.path, located.lines.start, gravity, located.fingerprint


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
