"""What has to be true of a finding before anybody sees it, all of it checked without a model.

It bears examination against the text (`findings.evidence`), stands where findings are wanted, is
not dismissed, and no comment keeps it away. New findings and those of the cache pass the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from glm_ls.log import logger
from glm_ls.postprocess.findings.evidence import Evidence, examine
from glm_ls.postprocess.findings.finding import Located, Refused
from glm_ls.postprocess.findings.fingerprint import marked
from glm_ls.postprocess.findings.ignores import is_ignored
from glm_ls.store.reviews import SHARED_FILE, Dismissal, read_shared
from glm_ls.workspace.git import run_git

if TYPE_CHECKING:
    from glm_ls.features.pieces import Piece
    from glm_ls.store.reviews import Reviews

MAX_SEARCHES = 100
"""Names that the project is searched for in one review."""

Filter = Literal["added", "diff_context", "file", "nofilter"]
FILTERS: Mapping[Filter, Callable[[Piece, range], bool]] = {
    "added": lambda piece, lines: not piece.added.isdisjoint(lines),
    "diff_context": lambda piece, lines: piece.is_on_change(lines),
    "file": lambda piece, lines: True,
    "nofilter": lambda piece, lines: True,
}
"""Where in a piece findings are wanted. Nothing outside of changed files is reviewed, so the last
two are the same here; tools that take findings on use both names."""

log = logger("features.scrutiny")


@dataclass(frozen=True)
class Scrutiny:
    """What is asked of the findings of one review."""

    wanted: Callable[[Piece, range], bool]
    unwanted: frozenset[str]
    """Fingerprints that are dismissed."""
    unwanted_kinds: frozenset[tuple[str, str]]
    """(path, kind) that are dismissed."""
    is_known: Callable[[str], bool]
    """Whether a name occurs in what was sent or in the project."""

    @classmethod
    def of(
        cls, root: Path, base: str, memory: Reviews, filter: Filter, pieces: Sequence[Piece]
    ) -> Scrutiny:
        """Return what counts below `root`; shared dismissals are those of the commit `base`."""
        rows = (*memory.dismissals(root), *_shared(root, base))
        return cls(
            FILTERS[filter],
            frozenset(row.fingerprint for row in rows),
            memory.dismissed_kinds(root),
            _search(root, pieces),
        )

    def shown(self, located: Located, piece: Piece) -> Located | None:
        """Return a finding as it is shown, None where it is not."""
        subject = piece.subject
        resolves = subject.resolved.__contains__
        evidence = Evidence(subject.sent, subject.language, self.is_known, resolves)
        examined = examine(located, evidence)
        if isinstance(examined, Refused):
            log.info("not shown: %s", examined.reason)
            return None
        symbol = subject.symbol(examined.lines.start)
        found = marked(examined, subject.lines, symbol)
        hidden = (
            not self.wanted(piece, found.lines)
            or found.fingerprint in self.unwanted
            or (subject.path, found.finding.kind) in self.unwanted_kinds
            or is_ignored(found, subject.language, subject.lines)
        )
        return None if hidden else found


def _search(root: Path, pieces: Sequence[Piece]) -> Callable[[str], bool]:
    """Return what says whether a name stands in what was sent, or in the project's files."""
    shown = [piece.shown.text for piece in pieces]
    shown += [each.text for piece in pieces for each in piece.definitions]
    text = "\n".join((*shown, *{text for piece in pieces for _, text in piece.modules}))
    left = MAX_SEARCHES

    @cache
    def is_known(name: str) -> bool:
        nonlocal left
        left -= 1
        if name in text or left < 0:
            return True
        return bool(run_git(root, "grep", "-l", "-I", "-w", "-F", "-e", name, "--"))

    return is_known


def _shared(root: Path, base: str) -> tuple[Dismissal, ...]:
    """Return the dismissals that the base shares: a change must not hide what is wrong in it."""
    content = run_git(root, "cat-file", "blob", f"{base or 'HEAD'}:{SHARED_FILE}")
    return read_shared((content or b"").decode("utf-8", "replace"))
