"""Comments by which people keep findings away: `glm: ignore[kind]`.

It counts for its own line, for the line below where it stands alone, and as `ignore-file` for the
whole file. Without kinds it counts for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from glm_ls.postprocess.findings.finding import Located
from glm_ls.syntax.languages import Language

_MARK = re.compile(r"\bglm:\s*ignore(?P<file>-file)?(?:\[(?P<kinds>[^\]\n]*)\])?(?![\w-])")
NEUTRAL_COMMENTS = ("#", "//", "--", ";", "%", "/*", "<!--")
"""Where the language says none."""


def is_ignored(located: Located, language: Language, text: Sequence[str]) -> bool:
    """Whether a comment in the text says that a finding is not wanted."""
    kind = located.finding.kind
    first = located.lines.start
    if any(_covers(text[at], language, kind) for at in located.lines if at < len(text)):
        return True
    above = text[first - 1] if first else ""
    if _is_only_comment(above, language) and _covers(above, language, kind):
        return True
    return any("ignore-file" in line and _covers(line, language, kind, True) for line in text)


def ignore_comment(language: Language, kind: str) -> str:
    """Return the comment that keeps a kind of finding away from its line."""
    mark = f"glm: ignore[{kind}]"
    if not language.line_comment and language.block_comment:
        return f"{language.block_comment[0]} {mark} {language.block_comment[1]}"
    return f"{language.line_comment or '#'} {mark}"


def _covers(line: str, language: Language, kind: str, whole_file: bool = False) -> bool:
    found = _MARK.search(line)
    if found is None or bool(found["file"]) != whole_file:
        return False
    if not any(mark in line[: found.start()] for mark in _comments(language)):
        return False
    kinds = {name.strip().removeprefix("glm/") for name in (found["kinds"] or "").split(",")}
    return found["kinds"] is None or kind in kinds


def _comments(language: Language) -> tuple[str, ...]:
    block = (language.block_comment[0],) if language.block_comment else ()
    return tuple(filter(None, (language.line_comment, *block))) or NEUTRAL_COMMENTS


def _is_only_comment(line: str, language: Language) -> bool:
    return line.lstrip().startswith(_comments(language))
