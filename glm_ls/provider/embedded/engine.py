"""The provider that answers from the user's own code: instantly, offline, silent unless sure."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator

from glm_ls.provider.embedded.corpus import Corpus
from glm_ls.provider.embedded.match import Matcher
from glm_ls.provider.embedded.proposal import fit_line, has_room
from glm_ls.provider.embedded.window import Window, find_span, read_window
from glm_ls.provider.embedded.writer import Writer
from glm_ls.provider.request import Delta, Fim, Request

CHARS_PER_TOKEN = 4
"""What a model's token holds of code on average; turns `max_tokens` into a length."""


class EmbeddedEngine:
    """Completes the rest of the line.

    Going on to further lines was tried and dropped: measured on the standard library, one such
    line in fifty was right.
    """

    name = "embedded"

    def __init__(
        self,
        *,
        min_probability: float = 0.5,
        min_probability_line_start: float = 0.8,
        max_chars: int = 2_000_000,
    ) -> None:
        """Say how sure a line must be, and how much text is kept.

        Bare indentation before the cursor says little of what comes: it has its own bound.
        """
        self._min_probability = min_probability
        self._min_probability_line_start = min_probability_line_start
        self._corpus = Corpus(max_chars)

    def learn(self, source: str, text: str) -> Iterator[None]:
        """Put the text in place of the source's earlier text, a slice of work at each step.

        `source` is an opaque name, such as a URI; one that ends with a prompt's path is taken
        for the document in the prompt. The text counts once the iterator is exhausted.
        """
        return self._corpus.learn(source, text)

    def forget(self, source: str) -> None:
        """Drop all of the source; an unknown one is none."""
        self._corpus.forget(source)

    def nbytes(self) -> int:
        """Return the memory that the learned texts and their index take."""
        return self._corpus.nbytes()

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield one delta with the completion, if there is one, and one that says `stop`."""
        if not isinstance(request.prompt, Fim):
            return
        text = _cut(self.complete(request.prompt), request)
        if text:
            yield Delta(text=text)
        yield Delta(finish="stop")

    def complete(self, prompt: Fim) -> str:
        """Return the text to insert at the cursor; empty unless sure."""
        window = read_window(prompt)
        if not has_room(window):
            return ""
        at_least = (
            self._min_probability_line_start if window.at_line_start else self._min_probability
        )
        writer = Writer(window, self._matcher(prompt, window))
        return fit_line(window, writer.line(at_least))

    def _matcher(self, prompt: Fim, window: Window) -> Matcher:
        own = self._corpus.find(prompt.path)
        stale = (own, *find_span(own, prompt)) if own else None
        return Matcher(window, self._corpus.newest_first(), stale)


def _cut(text: str, request: Request) -> str:
    """End the text at the first stop string; drop it where it is longer than wanted."""
    for stop in filter(None, request.stop):
        text = text.partition(stop)[0]
    return text if len(text) <= request.max_tokens * CHARS_PER_TOKEN else ""
