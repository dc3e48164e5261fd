"""What is asked and where: the value every context source looks at."""

from __future__ import annotations

from dataclasses import dataclass

from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range, advanced
from glm_ls.text.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a document at a version."""

    snapshot: Snapshot
    position: Position
    path: str
    """Path in the workspace with forward slashes, or the bare file name; never absolute."""

    def behind(self, span: Range, text: str) -> Target:
        """Return the place behind a text that replaces a range, in the document that has it."""
        snapshot = self.snapshot.edited(Edit(span, text), self.snapshot.version)
        return Target(snapshot, advanced(span.start, text), self.path)
