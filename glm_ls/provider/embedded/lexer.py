"""Text into tokens: words, operators and line ends, each with a number that ignores layout.

The copy model compares places in code token by token.
A token's text keeps the blanks before it, so that joining tokens gives the text back, but its
code leaves them out: `f(x, y)` and `f(x,y)` are one sequence of codes.
A line end, with the blank lines after it, says only whether the next line is indented deeper,
less or the same, so that code also matches when it is nested elsewhere.
"""

from __future__ import annotations

import re
import zlib
from array import array

TOKEN = re.compile(
    r"""
      \s* \n [ \t]*                                         # a line end, up to the next text
    | [ \t]* (?: \w+                                        # an identifier or a number
               | [-+*/%&|^=<>!:]= | -> | => | && | \|\| | \*\* | // | :: | << | >>
               | [^\w \t] )
    | [ \t]+                                                # blanks at the very end
    """,
    re.VERBOSE,
)
"""Matches at every position of any text: its matches cover the text without gaps."""

BORDER = 0
"""Code of what stands before a text and between two texts; equals no token's code."""
SAME, DEEPER, LESS = 1, 2, 3
"""Codes of a line end, by the indentation of the next line with text."""
_FIRST_WORD = 16


class Codes(dict[str, int]):
    """The code of each token text seen so far, line ends aside."""

    def __missing__(self, token: str) -> int:
        word = token.strip(" \t").encode("utf-8", "replace")
        code = self[token] = SAME if "\n" in token else max(_FIRST_WORD, zlib.crc32(word))
        return code


class Lexer:
    """Reads one text in pieces that end where a token ends; keeps the indentation between."""

    def __init__(self) -> None:
        self._codes = Codes()
        self._indent = 0

    def read(self, text: str) -> tuple[list[str], array[int]]:
        """Return the tokens of the next piece and their codes."""
        tokens = TOKEN.findall(text)
        codes = array("I", map(self._codes.__getitem__, tokens))
        for i, code in enumerate(codes):
            if code == SAME:
                indent = len(tokens[i]) - tokens[i].rindex("\n") - 1
                if indent != self._indent:
                    codes[i] = DEEPER if indent > self._indent else LESS
                    self._indent = indent
        return tokens, codes


def word_code(word: str) -> int:
    """Return the code the word has in every text."""
    return Codes()[word]


def is_line_end(code: int) -> bool:
    return SAME <= code <= LESS
