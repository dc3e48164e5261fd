"""The place a completion is for: the text on both sides of the cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass

from glm_ls.syntax.closers import only_closers
from glm_ls.syntax.extent import Extent

_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a completion goes."""

    prefix: str
    """Text before the cursor: a window of some KB that ends at the cursor."""
    suffix: str
    """Text after the cursor: a window that starts at the cursor."""
    language_id: str
    path: str = ""
    """Path in the workspace; tells the language where the id does not."""
    extent: Extent = "block"
    """How much is wanted."""
    head: str = ""
    """The first lines of the document, where `prefix` does not begin with them."""
    off: frozenset[str] = frozenset()
    """Names of filters that are not to be used."""

    @property
    def line_prefix(self) -> str:
        """The cursor's line up to the cursor."""
        return self.prefix[max(self.prefix.rfind("\n"), self.prefix.rfind("\r")) + 1 :]

    @property
    def line_suffix(self) -> str:
        """The cursor's line from the cursor on, without its end."""
        return _LINE_END.split(self.suffix, maxsplit=1)[0]

    @property
    def next_line(self) -> str:
        """The first line below the cursor's that is not blank, without its end; "" if none."""
        below = self.suffix[len(self.line_suffix) :]
        return next((line for line in _LINE_END.split(below) if line.strip()), "")

    @property
    def indent(self) -> str:
        """White space the cursor's line begins with, up to the cursor."""
        line = self.line_prefix
        return line[: len(line) - len(line.lstrip())]

    @property
    def starts_line(self) -> bool:
        """Whether nothing but white space stands before the cursor on its line."""
        return not self.line_prefix.strip()

    @property
    def is_midline(self) -> bool:
        """Whether code follows on the line, rather than the closers of what is open."""
        return not only_closers(self.line_suffix)
