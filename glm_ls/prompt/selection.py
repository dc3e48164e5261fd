"""Selected lines of a file as prompts show them: what is above and below, what is wrong, the lines.

The file around the lines comes first: it stays the same from one action to the next, so prefix
caches hit.
"""

from __future__ import annotations

from collections.abc import Iterable

from glm_ls.context.passage import Passage
from glm_ls.prompt.fence import ended, fenced, free_tag


def selection_parts(
    passage: Passage, problems: Iterable[str], texts: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the parts of a prompt; `texts` are all that go into it, and free their tags."""
    about = {"path": passage.path, "language": passage.language_id}
    wrong = "".join(map(ended, problems))
    return (
        fenced(free_tag("above", *texts), passage.above, **about),
        fenced(free_tag("below", *texts), ended(passage.below)),
        *((fenced(free_tag("problems", *texts), wrong),) if wrong else ()),
        fenced(free_tag("selected", *texts), passage.given, first_line=str(passage.first + 1)),
    )
