"""C and C++ before they are parsed: which of the two a header is in, macros that hide a class."""

from __future__ import annotations

import re

_CPP = re.compile(
    r"^[ \t]*(?:(?:class|namespace)[ \t]+(?:[A-Z][A-Z0-9_]+[ \t]+)?[\w:]+[ \t]*(?:final[ \t]*)?"
    r"(?:[{;]|:[ \t]*(?:public|private|protected)\b|$)|namespace[ \t]*\{|template[ \t]*<"
    r"|using[ \t]+(?:namespace\b|\w+[ \t]*=)|(?:public|private|protected)[ \t]*:"
    r"|#[ \t]*include[ \t]*<[a-z_]+>)",
    re.MULTILINE,
)
# Each begins with letters, not with a choice or `^`: re finds those ten times as fast.
_LONE_MACRO = re.compile(
    r"\n[A-Z][A-Z0-9_]{3,}[ \t]*(?:(?=\n)|\([^()\n]*\)[ \t]*(?=\n)"
    r"(?=\s*(?:#|//|/\*|\Z|(?:namespace|class|struct|union|enum|template|static|typedef|extern"
    r"|inline|using|const)\b)))"
)
_EXPORT_MACROS = tuple(
    re.compile(
        word + r"[ \t]+([A-Z][A-Z0-9_]+(?:\([^()\n]*\))?)"
        r"(?=[ \t]+(?:\w+::)*\w+[ \t]*(?:<[^<>;{\n]*>[ \t]*)?(?:final\b)?\s*[:{])"
    )
    for word in ("class", "struct", "union")
)


def variant(text: str) -> str:
    """Return the id of the language a text is really in: headers of C++ end in `.h` too."""
    return "cpp" if _CPP.search(text) else "c"


def readable(text: str) -> str:
    """Return a text of the same length without the macros that make a parser lose a class.

    Such are `API` in `class API Name` and `BEGIN_NAMESPACE` on a line of its own.
    """
    text = _LONE_MACRO.sub(lambda match: "\n" + " " * (len(match[0]) - 1), text)
    for pattern in _EXPORT_MACROS:
        text = pattern.sub(_without_macro, text)
    return text


def _without_macro(match: re.Match[str]) -> str:
    return match[0][: match.start(1) - match.start()] + " " * len(match[1])
