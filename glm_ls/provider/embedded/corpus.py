"""The user's texts by name, newest last, within a limit of characters."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from glm_ls.provider.embedded.source import Source, build_slices


class Corpus:
    """Sources under opaque names, usually URIs; the longest unchanged go first."""

    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars
        self._sources: dict[str, Source] = {}
        self._wanted: dict[str, Source] = {}

    def learn(self, name: str, text: str) -> Iterator[None]:
        """Put the text in place of what the name stood for, once it is wholly indexed.

        An earlier `learn` of the same name that is still under way comes to nothing.
        """
        if len(text) > self._max_chars:
            self.forget(name)
            return
        known = self._sources.get(name)
        if known is not None and known.text == text:
            self._wanted.pop(name, None)
            self._install(name, known)
            return
        source = self._wanted[name] = Source(text)
        for _ in build_slices(source):
            yield
            if self._wanted.get(name) is not source:
                return
        self._wanted.pop(name, None)
        self._install(name, source)

    def forget(self, name: str) -> None:
        self._wanted.pop(name, None)
        self._sources.pop(name, None)

    def newest_first(self) -> list[Source]:
        return list(reversed(self._sources.values()))

    def find(self, path: str) -> Source | None:
        """Return the source whose name ends with the workspace path."""
        if not path:
            return None
        hits = (s for name, s in self._sources.items() if f"/{unquote(name)}".endswith(f"/{path}"))
        return next(hits, None)

    def nbytes(self) -> int:
        return sum(source.nbytes() for source in self._sources.values())

    def _install(self, name: str, source: Source) -> None:
        self._sources.pop(name, None)
        self._sources[name] = source
        total = sum(len(s.text) for s in self._sources.values())
        for oldest in list(self._sources):
            if total <= self._max_chars:
                break
            total -= len(self._sources.pop(oldest).text)
