"""What is asked and where: the value every context source looks at."""

from __future__ import annotations

from dataclasses import dataclass

from glm_ls.text.position import Position
from glm_ls.text.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a document at a version."""

    snapshot: Snapshot
    position: Position
    path: str
    """Path in the workspace with forward slashes, or the bare file name; never absolute."""
