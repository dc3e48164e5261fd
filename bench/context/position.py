"""The values of the benchmark: a place with something hidden, and what ought to be found for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Class = Literal["hard", "general"]
"""`hard`: the file says none of the targets' names anywhere else."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined, and how a context can show it; tokens as `tokens_of` has them."""

    path: str
    is_member: bool
    signatures: tuple[str, ...]
    """Forms of the whole signature, any of which will do."""
    line: str
    """The source line with the name."""


@dataclass(frozen=True, slots=True)
class Target:
    """A name in the hidden text that another file defines."""

    name: str
    definitions: tuple[Definition, ...]
    """Those it can mean."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a text, as editors tell it."""

    path: str
    text: str
    row: int
    column: int
    """In code points."""

    @property
    def units(self) -> int:
        """The column in UTF-16 units."""
        line = self.text.split("\n", self.row + 1)[self.row]
        return len(line[: self.column].encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Position:
    """A statement, or the rest of one, that was cut out."""

    path: str
    kind: str
    """`line`: a simple statement; `mid`: the rest of one, from a target on; `block`: a compound."""
    before: str
    hidden: str
    after: str
    targets: tuple[Target, ...]
    is_unique: bool
    """Whether the hidden text is long and stands nowhere else, so that showing it is a leak."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return f"{self.path}:{self.before.count(chr(10)) + 1}:{self.kind}"

    def cursor(self, typed: str = "") -> Cursor:
        """Return the place, with the first characters of the hidden text typed again."""
        before = self.before + typed
        start = before.rfind("\n") + 1
        return Cursor(self.path, before + self.after, before.count("\n"), len(before) - start)
