"""What the user's project adds to a prompt: a Target in, Snippets of other files out.

Only documents in a workspace folder have a project; others are completed from themselves. Files
that are refused to the model are left out of what is said of the user's whereabouts, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from glm_ls.context.bundle import Snippet
from glm_ls.context.child import ProjectContext, Uses
from glm_ls.context.surroundings import Spot, Surroundings
from glm_ls.context.target import Target
from glm_ls.features.trail import Trail
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.roots import Roots, real_path

MAX_PLACES = 256
"""Documents whose place is remembered."""


class _Place(NamedTuple):
    """Where a document lies."""

    root: Path
    path: str
    """Below the root, with forward slashes."""


class Project:
    """The projects of a session's workspace folders."""

    def __init__(
        self,
        context: ProjectContext,
        roots: Roots,
        *,
        trail: Trail | None = None,
        documents: Iterable[Snapshot] = (),
        refusal: Callable[[str], str | None] = lambda _uri: None,
    ) -> None:
        """`documents` are those open in the editor, iterated afresh for each question."""
        self._context = context
        self._roots = roots
        self._trail = trail or Trail()
        self._documents = documents
        self._refusal = refusal
        self._places: dict[str, _Place | None] = {}

    async def open(self) -> None:
        """Begin to index."""
        await self._context.open(self._roots.folders)

    async def snippets(
        self, target: Target, budget: int, shown: tuple[int, int] | None = None
    ) -> tuple[Snippet, ...]:
        """Return what helps at a target within `budget` tokens, the most stable first.

        `shown` are the document's first line in the prompt and the line behind its last.
        """
        place = self._place(target.snapshot.uri)
        if place is None:
            return ()
        root = place.root
        paths = (self._path(root, one.uri) for one in self._documents)
        surroundings = Surroundings(
            edits=tuple(self._spots(root, self._trail.edits(), target.path)),
            visits=tuple(self._spots(root, self._trail.visits(), target.path)),
            open=tuple(path for path in paths if path is not None and path != target.path),
            shown=shown,
        )
        return await self._context.snippets(root, target, budget, surroundings)

    async def uses(
        self, root: Path, path: str, text: str, spans: Sequence[range], budget: int, modules: int
    ) -> Uses:
        """Return what stretches of a file of a repository use of others, for a review."""
        return await self._context.uses(root, path, text, spans, budget, modules)

    def saved(self, uri: str) -> None:
        """Count a file as changed: saved, made, deleted."""
        if (place := self._place(uri)) is not None:
            self._context.changed(place.root, [place.path])

    def closed(self, uri: str) -> None:
        """Count a document as its file is on disk."""
        if (place := self._place(uri)) is not None:
            self._context.release(place.root, place.path)

    async def close(self) -> None:
        """End the process of the index."""
        await self._context.close()

    def _place(self, uri: str) -> _Place | None:
        """Return where a document lies; None outside the workspace. Links are followed once."""
        if uri not in self._places:
            if len(self._places) >= MAX_PLACES:
                self._places.clear()
            path, relative = real_path(uri), self._roots.relative(uri)
            root = self._roots.folder(path) if path else None
            self._places[uri] = _Place(root, relative) if root and relative else None
        return self._places[uri]

    def _path(self, root: Path, uri: str) -> str | None:
        """Return the path of a document below a root; None where it is elsewhere or refused."""
        place = self._place(uri)
        if place is None or place.root != root or self._refusal(uri):
            return None
        return place.path

    def _spots(self, root: Path, places: Iterable[tuple[str, int]], without: str) -> Iterator[Spot]:
        for uri, row in places:
            if (path := self._path(root, uri)) is not None and path != without:
                yield Spot(path, row)
