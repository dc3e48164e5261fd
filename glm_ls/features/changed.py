"""An old and a new text of a file to the functions and classes that have changed."""

from __future__ import annotations

from glm_ls.index.extract import facts_of
from glm_ls.syntax.languages import language_of
from glm_ls.text.line_map import match_lines

NAMED = ("class", "function", "method")


def changed_symbols(path: str, old: str, new: str) -> list[range]:
    """Return the lines of each innermost definition that holds lines which the old text has not."""
    lines = new.splitlines()
    kept = {at for _, at in match_lines(old.splitlines(), lines)}
    changed = [at for at in range(len(lines)) if at not in kept and lines[at].strip()]
    facts = facts_of(language_of("", path), new)
    symbols = [each for each in facts.outline.symbols if each.kind in NAMED]
    found = {}
    for at in changed:
        around = [each for each in symbols if each.start <= at <= each.end]
        if around:
            inner = max(around, key=lambda each: each.start)
            found[inner.start] = range(inner.start, inner.end + 1)
    return [found[start] for start in sorted(found)]
