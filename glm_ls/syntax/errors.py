"""What an insertion does to the syntax of its surroundings: errors that were not there before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from glm_ls.syntax.brackets import closer_of, scan
from glm_ls.syntax.faults import faults_in
from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import encode, parse

_TOP_LEVEL = re.compile(r"(?<=\n)[^\W\d]")
BEFORE, AFTER = 1_500, 800
"""Characters on both sides that are parsed: for every answer, between two events of the loop."""


class Damage(NamedTuple):
    """How broken a place is with a text in it."""

    errors: int
    """Nodes that the parser could not read or had to add."""
    unread: float
    """Share of the text's bytes that it could not read."""


@dataclass(frozen=True)
class Surroundings:
    """Both sides of a place."""

    language: Language
    before: str
    after: str

    @classmethod
    def of(cls, language: Language, before: str, after: str) -> Surroundings:
        """Take a window of some dozen lines from the text on both sides."""
        near, after = before[-BEFORE:], after[:AFTER]
        if len(near) < len(before):
            start = _TOP_LEVEL.search(near)
            near = near[start.start() if start else near.find("\n") + 1 :]
        return cls(language, near, after[: after.rfind("\n") + 1] or after)

    @cached_property
    def errors(self) -> int:
        """The errors that are there already."""
        return (_errors(self.language, self.before, "", self.after) or (0, 0))[0]

    def damage(self, text: str, replace: int = 0) -> Damage:
        """Return what there is when `text` is inserted, for so many code points behind it."""
        found, unread = _errors(self.language, self.before, text, self.after[replace:]) or (0, 0)
        return Damage(found, unread / max(1, len(encode(text))))


def _errors(language: Language, before: str, text: str, after: str) -> tuple[int, int] | None:
    """Return the errors in a window, and the bytes of `text` that are in one."""
    whole = before + text + after
    closers = (closer_of(language, mark) for mark, _ in reversed(scan(language, whole).opened))
    tree = parse(language, f"{whole}\n{''.join(closers)}")
    if tree is None:
        return None
    start = len(encode(before))
    stop = start + len(encode(text))
    # What is inside of an error is counted with it.
    found = list(faults_in(tree.root_node, nested=False))
    unread = sum(
        max(0, min(stop, node.end_byte) - max(start, node.start_byte))
        for node in found
        if node.is_error
    )
    return len(found), unread
