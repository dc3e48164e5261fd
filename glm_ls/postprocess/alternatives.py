"""One stream, several answers: by candidate index, or by a separating line in a chat answer."""

from __future__ import annotations

from glm_ls.postprocess.ranking import Ranking
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import CompletionStream
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.text.blocks import ALTERNATIVE


class Alternatives:
    """The answers of one request."""

    def __init__(self, site: Site, candidates: int, *, chat: bool) -> None:
        """Prepare for so many answers; `chat` as in `CompletionStream`."""
        self._site = site
        self._chat = chat
        self._wanted = candidates
        self._streams: dict[int, CompletionStream] = {}
        self._enough: set[int] = set()
        self._cut: set[int] = set()
        self._current = 0
        self._held = ""
        self._dropped: list[str] = []

    @property
    def fired(self) -> list[str]:
        """Names of the filters that changed or ended an answer."""
        if not self._streams:
            return ["empty answer"]
        return [*(n for stream in self._streams.values() for n in stream.fired), *self._dropped]

    def feed(self, text: str, index: int = 0) -> bool:
        """Take a piece of the stream; True: every wanted answer has come, close the connection."""
        if not self._chat or self._wanted == 1:
            self._feed(index, text)
        else:
            self._split(text)
        return len(self._enough) >= self._wanted

    def has_enough(self, index: int) -> bool:
        """Whether an answer is complete, so that nothing more of it is wanted."""
        return index in self._enough

    def so_far(self) -> str | None:
        """Return the code of the first answer that has come, None where it is not certain."""
        return self._streams[0].so_far() if 0 in self._streams else ""

    def cut(self, index: int = 0) -> None:
        """Note that the token limit cut an answer."""
        self._cut.add(self._current if self._chat else index)

    def close(self, *, whole: bool) -> tuple[Suggestion, ...]:
        """Return the different answers, the best first.

        `whole`: the stream ended by itself; else only whole lines of the last answer count.
        """
        self._feed(self._current, self._held)
        self._held = ""
        last = max(self._streams, default=0)
        found: dict[str, Suggestion] = {}
        for index, stream in sorted(self._streams.items()):
            complete = index not in self._cut and (whole or (self._chat and index != last))
            suggestion = stream.close(whole=complete or index in self._enough)
            if suggestion:
                found.setdefault(suggestion.text, suggestion)
        return self._ranked(list(found.values()))

    def _ranked(self, found: list[Suggestion]) -> tuple[Suggestion, ...]:
        """Drop what cannot be read as the file's language, and put the best first."""
        ranking = Ranking.of(self._site)
        kept = [
            one
            for one in found
            if "other-language" in self._site.off or not ranking.is_strange(one)
        ]
        if len(kept) < len(found):
            self._dropped = ["other-language"]
        return tuple(sorted(kept, key=ranking.key) if len(kept) > 1 else kept)

    def _feed(self, index: int, text: str) -> None:
        if index in self._enough or not text:
            return
        stream = self._streams.get(index)
        if stream is None:
            stream = self._streams[index] = CompletionStream(self._site, chat=self._chat)
        if stream.feed(text):
            self._enough.add(index)

    def _split(self, text: str) -> None:
        """Pass text on, and what may be the beginning of a separator only when it is none."""
        self._held += text
        while (at := self._held.find(ALTERNATIVE)) >= 0:
            self._feed(self._current, self._held[:at].rstrip("\n"))
            self._held = self._held[at + len(ALTERNATIVE) :].removeprefix("\n")
            self._enough.add(self._current)
            self._current += 1
        free = len(self._held) - _overlap(self._held)
        self._feed(self._current, self._held[:free])
        self._held = self._held[free:]


def _overlap(text: str) -> int:
    """Return how many characters at the end may begin a separator, line ends before it included."""
    for start in range(max(0, len(text) - len(ALTERNATIVE)), len(text)):
        if ALTERNATIVE.startswith(text[start:]):
            kept = text[:start].rstrip("\n")
            return len(text) - len(kept)
    return len(text) - len(text.rstrip("\n"))
