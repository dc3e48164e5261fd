"""Write the rest of the line, token by token, each in the context of those before it."""

from __future__ import annotations

from glm_ls.provider.embedded.lexer import is_line_end, word_code
from glm_ls.provider.embedded.match import Matcher
from glm_ls.provider.embedded.model import predict
from glm_ls.provider.embedded.window import Window

MAX_LINE_TOKENS = 60
"""A longer line is no copy worth showing."""


class Writer:
    """Predicts one line; used up by it."""

    def __init__(self, window: Window, matcher: Matcher) -> None:
        self._matcher = matcher
        self._context = window.context[:]
        self._typed = window.typed

    def line(self, at_least: float) -> str:
        """Return the rest of the cursor's line; empty if it is less probable than that.

        The probability is that of all tokens and of the line's end after them.
        """
        text, probability = "", 1.0
        if self._typed:
            text, probability, code = self._finish_word()
            self._context.append(code)
        for _ in range(MAX_LINE_TOKENS):
            prediction = predict(self._matcher.candidates(self._context))
            if prediction is None:
                break
            probability *= prediction.probability
            if probability < at_least:
                break
            place = prediction.example
            code = place.source.codes[place.position]
            if is_line_end(code):
                return text
            text += place.source.token(place.position)
            self._context.append(code)
        return ""

    def _finish_word(self) -> tuple[str, float, int]:
        """Return what the typed word lacks, its probability, and the whole word's code.

        Where nothing known continues it, the word is taken as it stands.
        """
        typed = self._typed
        found = [
            c
            for c in self._matcher.candidates(self._context)
            if c.source.token(c.position).lstrip(" \t").startswith(typed)
        ]
        prediction = predict(found)
        if prediction is None:
            return "", 1.0, word_code(typed)
        place = prediction.example
        word = place.source.token(place.position).lstrip(" \t")
        return word[len(typed) :], prediction.probability, place.source.codes[place.position]
