"""Prose of a model to plain text: nothing that can be clicked, rendered, or misread.

Reviews read code of strangers, and what strangers wrote can make a model say anything. So what is
shown has no links, no markup and no characters that hide, reorder or control text.
"""

from __future__ import annotations

import re
import unicodedata

MAX_TITLE = 160
MAX_WHY = 1200
"""Characters."""

_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\b(?:command|javascript|vscode|data|mailto|file):|\bwww\.)[^\s<>]*",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s+[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))*\s*/?>")
_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|```\w*\s*$|~~~\w*\s*$)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
"""What a terminal obeys."""
_CODE = re.compile(r"`+([^`\n]{1,120})`+")
_FENCE = re.compile(r"\s*(?:```|~~~)[\w+-]*\s*$")
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories of control, format (bidi among them), surrogate and unassigned characters."""
_STRIPPED = (
    (ANSI, ""), (_COMMENT, ""), (_LINK, r"\1"), (_ADDRESS, ""), (_TAG, ""), (_MARKUP, ""),
    (_EMPHASIS, r"\2"),
)  # fmt: skip


def plain(text: str, max_chars: int = MAX_WHY) -> str:
    """Return the text in one paragraph, without anything but visible characters."""
    # Removing one thing can put another together, so this goes on until nothing changes.
    text = text[: 4 * max_chars]
    for _ in range(len(text)):
        stripped = _without(text)
        if stripped == text:
            break
        text = stripped
    return _cut(" ".join(text.replace("`", "").split()), max_chars)


def code_in(text: str) -> tuple[str, ...]:
    """Return what stands between backticks, without repetition."""
    return tuple(dict.fromkeys(found.strip() for found in _CODE.findall(text) if found.strip()))


def unfenced(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return lines without a fence of Markdown around all of them."""
    if len(lines) > 1 and _FENCE.match(lines[0]) and _FENCE.match(lines[-1]):
        return lines[1:-1]
    return lines


def _without(text: str) -> str:
    for pattern, replacement in _STRIPPED:
        text = pattern.sub(replacement, text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in HIDDEN)


def _cut(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    return text[: max_chars - 1].rsplit(" ", 1)[0][: max_chars - 1].rstrip() + "…"
