"""What a line alone says of statements and blocks: whether it opens, ends or continues one.

Expressions over the end or the beginning of a line, for all languages at once. They serve while a
line is typed or streamed, when there is nothing yet that a parser could read.
"""

from __future__ import annotations

import re

from glm_ls.syntax.languages import Language

_COMMENT = r"\s*(?:(?:#|//|--|/\*).*)?$"
# What cannot end a line: the value or the name that follows is what the user waits for.
_WANTS_MORE = re.compile(
    r"(?:[=+\-*/%&|^~<.!?]|\b(?:return|in|not|and|or|import|from|new|await|yield|const|let|var|val"
    r"|def|class|func|fn|function|if|elif|while|for|raise|throw|is|as|with|lambda|del|assert|case"
    r"|public|private|static|export|async|struct|impl|enum|use|package|namespace))\s*$"
)
_OPENS = re.compile(rf"(?:[:{{(\[]|=>|->|\b(?:then|do|else|begin|try)){_COMMENT}")
_OPENS_DEEPER = re.compile(rf"(?:[:{{]|=>|->|\b(?:then|do|else|begin|try)){_COMMENT}")
_CARRIES_ON = re.compile(rf"(?:[=+\-*/%&|^<.?,:\\]|=>|->|\b(?:and|or|not|in|is|else)){_COMMENT}")
_STEPS = re.compile(r"(?:\+\+|--)\s*$")
_GOES_ON = re.compile(
    r"\s*(?:(?:else|elif|elsif|elseif|except|finally|catch|rescue|ensure|when|case|default|then|in"
    r"|and|or)\b|\.\w|&&|\|\||\?|:\s|\{|\||<<|>>|->|[+/%]\s)"
)
_PREFACE = re.compile(r"\s*(?:@\w|#!?\[|\[\w+[^\]]*\]\s*$)")
_TOP_LEVEL = re.compile(
    r"^(?:def|class|async|import|from|func|fn|pub|impl|type|struct|static|public|export|function"
    r"|const|namespace|package|use|module|interface|abstract|final|@\w)\b",
    re.MULTILINE,
)
_BEFORE_STRING = re.compile(
    r"[=(,:\[{+%]\s*\w?$|\b(?:return|in|and|or|not)\s+\w?$|^\s*[rRbBfFuU]+$"
)
_CONTINUES = re.compile(
    r"\s*(?:[:,.?&|]|(?:throws|where|extends|implements|noexcept|override|const|final)\b)"
)
HEADER_LINES = 20
"""Lines of the longest signature that is read."""
LONG = 2_000
"""Code points from which on a prefix is taken for a window into a longer file."""


def opens_block(language: Language, line: str) -> bool:
    """Whether a line is one after which a deeper one is due."""
    return not language.is_comment(line) and _OPENS.search(line) is not None


def opens_body(language: Language, line: str) -> bool:
    """Whether a line ends in what begins a block of statements, rather than in a parenthesis."""
    return not language.is_comment(line) and _OPENS_DEEPER.search(line) is not None


def wants_more(line: str) -> bool:
    """Whether a line ends in the middle of an expression or a declaration."""
    return _WANTS_MORE.search(line) is not None


def carries_on(line: str) -> bool:
    """Whether a line ends in a sign or word that joins it with the next one."""
    return _CARRIES_ON.search(line) is not None and _STEPS.search(line) is None


def goes_on(line: str) -> bool:
    """Whether a line begins with what continues the statement above it."""
    return _GOES_ON.match(line) is not None


def is_preface(line: str) -> bool:
    """Whether a line is an annotation or a decorator, which belongs to what follows."""
    return _PREFACE.match(line) is not None


def header_of(text: str) -> str:
    """Return the beginning of the statement that a text ends with, to the end of its first line.

    A signature may take several lines, and what closes its block stands below the first.
    """
    stop, depth = len(text), 0
    for _ in range(HEADER_LINES):
        start = text.rfind("\n", 0, stop) + 1
        line = text[start:stop]
        depth += line.count(")") - line.count("(")
        if start == 0 or not line.strip() or (depth <= 0 and not _CONTINUES.match(line)):
            return line
        stop = start - 1
    return text.rpartition("\n")[2]


def first_code(language: Language, prefix: str) -> int:
    """Return where reading starts: a window may begin in a string, a top-level line does not."""
    if len(prefix) < LONG:
        return 0
    top_level = max((found.start() for found in _TOP_LEVEL.finditer(prefix)), default=0)
    return top_level or _behind_string(language, prefix)


def _behind_string(language: Language, prefix: str) -> int:
    """Return where the string ends that a window begins in, 0 where it seems to begin in code."""
    marks = [quote.close for quote in language.quotes if len(quote.close) == 3]
    first = min((at for mark in marks if (at := prefix.find(mark)) >= 0), default=-1)
    if first < 0:
        return 0
    above, _, line = prefix[:first].rpartition("\n")
    after = prefix[first + 3 : prefix.find("\n", first)]
    # What opens a string follows code or is followed by text; what closes one ends a text.
    is_code = _OPENS.search(above) or _BEFORE_STRING.search(line) or (after and not line.strip())
    return 0 if is_code else first + 3
