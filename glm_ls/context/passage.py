"""Lines that are to be edited, with the text around them cut to a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from glm_ls.context.target import Target
from glm_ls.context.window import prefix_of, suffix_of
from glm_ls.text.lines import line_body
from glm_ls.text.position import Position

ABOVE_SHARE = 0.6
"""Of the budget, as most of what matters stands above."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a file and what stands around them; all line ends are line feeds."""

    path: str
    language_id: str
    above: str
    given: str
    """The lines that may change."""
    below: str
    first: int
    """0-based line at which they begin."""

    def with_texts(self, change: Callable[[str], str]) -> Passage:
        """Return the passage with each of its texts changed, in the order of the file."""
        path, above, given = change(self.path), change(self.above), change(self.given)
        return replace(self, path=path, above=above, given=given, below=change(self.below))


def passage_of(target: Target, given: range, max_tokens: int) -> Passage:
    """Return the passage of some lines; `max_tokens` is for what stands around them."""
    snapshot = target.snapshot
    top = replace(target, position=Position(given.start, 0))
    bottom = replace(target, position=Position(given.stop, 0))
    is_last = given.stop >= len(snapshot.lines)
    below = "" if is_last else suffix_of(bottom, int(max_tokens * (1 - ABOVE_SHARE)))[0]
    lines = snapshot.lines.slice(given.start, given.stop)
    return Passage(
        path=target.path,
        language_id=snapshot.language_id,
        above=_plain(prefix_of(top, int(max_tokens * ABOVE_SHARE))[0]),
        given="".join(f"{line_body(line)}\n" for line in lines),
        below=_plain(below),
        first=given.start,
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
