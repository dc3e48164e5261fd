"""Where a file takes names from others, as a table of patterns, and where new imports go.

Patterns see the beginning of a line at the margin; a statement goes on while a bracket is open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import LineSource

HEAD = 400
"""Lines of a file in which its imports are looked for."""

_SCRIPT = r"import\b(?!\s*\()|(?:const|let|var)\b.*=\s*require\("
_PATTERNS: Mapping[str, str] = {
    "python": r"(?:import|from)\s",
    "javascript": _SCRIPT,
    "javascriptreact": _SCRIPT,
    "typescript": _SCRIPT,
    "typescriptreact": _SCRIPT,
    "go": r"import\b",
    "rust": r"(?:pub\s+)?(?:use|extern\s+crate)\s",
    "java": r"import\s",
    "kotlin": r"import\s",
    "scala": r"import\s",
    "swift": r"import\s",
    "csharp": r"(?:global\s+)?using\s+[\w.=\s]+;",
    "php": r"use\s|require(?:_once)?\b",
    "ruby": r"require(?:_relative)?\b",
    "c": r"#\s*include\b",
    "cpp": r"#\s*include\b",
}
"""Language id to how an import begins."""
_BEFORE = re.compile(
    r"#!|package\b|namespace\b|module\b|<\?php|declare\(|#!\[|['\"]use |#pragma once"
)
"""What stands above all imports."""
_FUTURE = "from __future__"


def is_import(language: Language, line: str) -> bool:
    """Whether a line at the margin begins an import."""
    pattern = _PATTERNS.get(language.id)
    return pattern is not None and re.match(pattern, line) is not None


def statements(lines: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the lines of each statement."""
    found, at = [], 0
    while at < len(lines):
        stop = _behind(lines, at)
        found.append(tuple(lines[at:stop]))
        at = stop
    return found


def import_row(language: Language, lines: LineSource) -> int | None:
    """Return the line above which a new import goes: behind the last one or the file's head.

    None for languages whose imports are not known.
    """
    if language.id not in _PATTERNS:
        return None
    head = [lines[at] for at in range(min(len(lines), HEAD))]
    rows = [at for at, line in enumerate(head) if is_import(language, line)]
    if rows:
        return _behind(head, _first_run(head, rows))
    return _behind_head(language, head)


def _first_run(head: Sequence[str], rows: Sequence[int]) -> int:
    """Return the last import before the first line of code that is none."""
    last = rows[0]
    for row in rows[1:]:
        between = head[_behind(head, last) : row]
        if any(line[:1] not in (" ", "\t", "\r", "\n", "#", "/", "*", "") for line in between):
            break
        last = row
    return last


def _behind(lines: Sequence[str], row: int) -> int:
    """Return the row behind a statement, which goes on while a bracket is open."""
    depth = 0
    for at in range(row, len(lines)):
        depth += sum(lines[at].count(c) for c in "([{") - sum(lines[at].count(c) for c in ")]}")
        if depth <= 0 and not lines[at].rstrip().endswith("\\"):
            return at + 1
    return len(lines)


def _behind_head(language: Language, head: Sequence[str]) -> int:
    """Return the row behind comments, documentation and what names the package."""
    at = row = 0
    while at < len(head):
        line = head[at].strip()
        quote = next((q for q in ('"""', "'''") if line.startswith(q)), None)
        if quote and language.id == "python":
            at = _behind_text(head, at, quote)
            row = at
        elif line.startswith("/*"):
            at = _behind_text(head, at, "*/")
            row = at
        elif not line or language.is_comment(line) or _BEFORE.match(line):
            at += 1
            row = at if line else row
        else:
            break
    return row


def _behind_text(head: Sequence[str], row: int, end: str) -> int:
    """Return the row behind a comment or string that begins on a row."""
    if head[row].strip().find(end, len(end)) >= 0:
        return row + 1
    closes = (at + 1 for at in range(row + 1, len(head)) if end in head[at])
    return next(closes, len(head))


def goes_first(line: str) -> bool:
    """Whether an import has to stand above all others."""
    return line.startswith(_FUTURE)
