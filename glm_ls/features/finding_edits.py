"""What can be done about a finding in its text, as edits through the one gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from glm_ls.features.containment import World, contain
from glm_ls.features.permits import Permit
from glm_ls.postprocess.edits.adapt import Piece
from glm_ls.postprocess.edits.landing import land, with_ends
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.findings.evidence import fixed
from glm_ls.postprocess.findings.finding import Located
from glm_ls.postprocess.findings.ignores import ignore_comment
from glm_ls.syntax.languages import language_of
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

_PLACEHOLDER = re.compile(r"GLM_LS_SECRET_[0-9]+")


def fix_of(located: Located, snapshot: Snapshot, world: World) -> tuple[Edit, ...]:
    """Return the edits of the fix that the review brought; () where there is none that may land."""
    if located.finding.fix is None or _PLACEHOLDER.search("\n".join(located.finding.fix)):
        return ()
    old = [snapshot.line(at) for at in located.lines]
    # As if nothing stood above: only these lines are looked at.
    new = fixed(replace(located, lines=range(len(old))), old)
    return () if new is None else _landed(snapshot, located.lines, new, world, "review-fix")


def comment_of(located: Located, snapshot: Snapshot, world: World) -> tuple[Edit, ...]:
    """Return the edit that puts a comment above a finding, which keeps its kind away there."""
    language = language_of(snapshot.language_id, snapshot.uri)
    first = snapshot.line(located.lines.start)
    margin = first[: len(first) - len(first.lstrip())]
    place = range(located.lines.start, located.lines.start)
    text = margin + ignore_comment(language, located.finding.kind)
    return _landed(snapshot, place, [text], world, "review-ignore")


def _landed(
    snapshot: Snapshot, lines: range, new: Sequence[str], world: World, action: str
) -> tuple[Edit, ...]:
    replacement = with_ends(snapshot, lines, [Piece(line, -1) for line in new])
    edits = land(snapshot, [replacement])
    if isinstance(edits, Refusal):
        return ()
    plan = EditPlan((FileEdits(snapshot.uri, snapshot.version, edits),), action)
    span = Range(Position(lines.start, 0), snapshot.clamp(Position(lines.stop, 0)))
    passed = contain(plan, Permit(action, snapshot.uri, (span,)), world)
    return () if isinstance(passed, Refusal) else passed.plan.files[0].edits
