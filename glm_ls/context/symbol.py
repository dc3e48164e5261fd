"""The function or class that a place means, and whether its body has still to be written."""

from __future__ import annotations

import re

from glm_ls.syntax.languages import language_of
from glm_ls.syntax.symbols import symbol_lines
from glm_ls.text.snapshot import Snapshot

MOST_LINES = 400
"""Lines of a function or class that may change as one."""
MOST_EMPTY_LINES = 60
"""Lines, most of them documentation, that a function without a body may have."""
_NO_BODY = re.compile(
    r"^[ \t]+(?:pass|\.\.\.|raise NotImplementedError\b.*|(?:todo|unimplemented)!\(.*\);?"
    r"|panic\(\"(?:todo|not implemented).*|throw new Error\(.*(?:todo|not implemented).*)[ \t]*$"
    r"|\)[^;{}\n]*\{\s*\}\s*\Z|:[ \t]*(?:pass|\.\.\.)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def symbol_at(snapshot: Snapshot, row: int) -> range | None:
    """Return the lines of the innermost function, method or class that holds a line.

    None where there is none, or none short enough.
    """
    language = language_of(snapshot.language_id, snapshot.uri)
    found = symbol_lines(language, snapshot.lines, row)
    return found if found and row in found and len(found) <= MOST_LINES else None


def has_no_body(snapshot: Snapshot, rows: range) -> bool:
    """Whether some lines hold a function that does nothing yet."""
    if len(rows) > MOST_EMPTY_LINES:
        return False
    return _NO_BODY.search("".join(snapshot.lines.slice(rows.start, rows.stop))) is not None


def with_comments_above(snapshot: Snapshot, rows: range) -> range:
    """Return lines with the line comments that stand directly above them."""
    language = language_of(snapshot.language_id, snapshot.uri)
    first = rows.start
    while first > 0 and language.is_comment(snapshot.line(first - 1)):
        first -= 1
    return range(first, rows.stop)
