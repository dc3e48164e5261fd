"""Questions to the process that owns the indexes: Targets out, Snippets back, or nothing in time.

The index has its own process, so that neither its arrays nor its work are in the editor's server:
a parse holds Python's lock, and so would hold every keystroke. A child that crashes is started
again, a few times; without it prompts carry the document alone.

Documents go over as what has changed since they were last sent, whatever their size.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from glm_ls.context.bundle import Snippet
from glm_ls.context.definition import Definition, Usage
from glm_ls.context.surroundings import NOTHING, Surroundings
from glm_ls.context.target import Target
from glm_ls.log import logger
from glm_ls.text.lines import Lines, line_body
from glm_ls.text.tokens import estimate_tokens

WALL_S = 0.15
"""How long a prompt waits for its context."""
MAX_STARTS, STARTS_S = 3, 60.0
"""A child that ends more often within so many seconds is left alone for as long."""
MAX_REPLY = 1 << 24
"""Bytes of one answer."""
CLOSE_S = 1.0
"""How long the child may take to write down what it read."""

# Arrays here are small; threads of a linear algebra library would only cost memory.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}

USES_S = 60.0
"""How long a review waits; a project that was never indexed is read first."""

log = logger("context.child")


class Uses(NamedTuple):
    """What a file under review uses of others."""

    usage: Usage
    modules: tuple[tuple[str, str], ...] = ()
    """(path, text) of imported files, whole."""


NO_USES = Uses(Usage())


class ProjectContext:
    """Context from the projects of one session."""

    def __init__(
        self, patterns: Sequence[str] = (), level: str = "warning", wall_s: float = WALL_S
    ) -> None:
        """`patterns` are ignored besides the ignore files; `level` is that of the child's log."""
        self._wall_s = wall_s
        self._arguments = json.dumps({"ignore": list(patterns), "level": level})
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._sent: dict[tuple[str, str], Lines] = {}
        """Documents as the child has them, by root and path."""
        self._starts: deque[float] = deque(maxlen=MAX_STARTS)
        self._starting = asyncio.Lock()
        self._roots: dict[str, None] = {}
        self._number = 0
        self._closed = False

    async def open(self, roots: Iterable[Path]) -> None:
        """Begin to index projects."""
        self._roots = dict.fromkeys(str(root) for root in roots)
        if await self._alive():
            self._announce()

    async def snippets(
        self,
        root: Path,
        target: Target,
        budget: int,
        surroundings: Surroundings = NOTHING,
    ) -> tuple[Snippet, ...]:
        """Return what helps at a target below `root`, within `budget` tokens; () if it is late.

        The most stable comes first. Tokens of the budget have four bytes each.
        """
        if budget <= 0 or not await self._alive():
            return ()
        position = target.position
        message = {
            "root": str(root),
            "path": target.path,
            **self._document(str(root), target),
            "line": position.line,
            "col": target.snapshot.units(position, "utf-16"),
            "budget": budget,
            "wall_ms": self._wall_s * 1000,
            "edits": [[spot.path, spot.row] for spot in surroundings.edits],
            "visits": [[spot.path, spot.row] for spot in surroundings.visits],
            "open": surroundings.open,
            "diagnostics": surroundings.diagnostics,
            "dirty": surroundings.changed,
            "shown": surroundings.shown,
        }
        try:
            reply = await asyncio.wait_for(self._ask(message), self._wall_s)
        except TimeoutError:
            log.debug("no context for %s within %g s", target.path, self._wall_s)
            return ()
        return tuple(
            Snippet(part["source"], part["path"], part["text"], estimate_tokens(part["text"]))
            for part in reply.get("parts", ())
        )

    async def uses(
        self, root: Path, path: str, text: str, spans: Sequence[range], budget: int, modules: int
    ) -> Uses:
        """Return what stretches of a file below `root` use of others, within `budget` tokens each.

        Nothing where the child does not answer within USES_S. `modules`: tokens for the files that
        it imports, each whole.
        """
        if not await self._alive():
            return NO_USES
        asked = {
            "path": path,
            "text": text,
            "spans": [[span.start, span.stop] for span in spans],
            "budget": budget,
            "modules": modules,
        }
        try:
            reply = await asyncio.wait_for(self._ask({"root": str(root), "uses": asked}), USES_S)
        except TimeoutError:
            log.warning("no definitions for %s within %g s", path, USES_S)
            return NO_USES
        if "definitions" not in reply:
            log.info("no definitions for %s: %s", path, reply.get("error"))
            return NO_USES
        definitions = [[Definition(*row) for row in of] for of in reply["definitions"]]
        modules_found = tuple((path, text) for path, text in reply["modules"])
        usage = Usage(tuple(map(tuple, definitions)), frozenset(reply["defined"]))
        return Uses(usage, modules_found)

    def changed(self, root: Path, paths: Iterable[str]) -> None:
        """Tell that files below `root` were saved, made or deleted."""
        if self._process is not None:
            self._send({"root": str(root), "changed": list(paths)})

    def release(self, root: Path, path: str) -> None:
        """Tell that a document was closed: its file counts as it is on disk."""
        if self._sent.pop((str(root), path), None) is not None:
            self._send({"root": str(root), "closed": [path]})

    async def close(self) -> None:
        """End the child; it keeps what it has read."""
        self._closed = True
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), CLOSE_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if self._reader is not None:
            self._reader.cancel()

    # -- the process -------------------------------------------------------------------

    async def _alive(self) -> bool:
        """Start the child where it does not run; say whether it does."""
        async with self._starting:
            if self._process is not None or self._closed:
                return self._process is not None
            now = time.monotonic()
            if len(self._starts) == MAX_STARTS and now - self._starts[0] < STARTS_S:
                return False
            self._starts.append(now)
            try:
                # -P: nothing is imported from the folder the editor was started in.
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", "-m", "glm_ls.context.worker", self._arguments,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    cwd=Path(sys.executable).anchor,
                    env={**os.environ, **_ENVIRONMENT},
                    limit=MAX_REPLY,
                )  # fmt: skip
            except OSError as error:
                log.warning("the index does not start: %s", error)
                return False
            self._sent.clear()
            self._reader = asyncio.create_task(self._read(self._process))
            self._announce()
            return True

    def _announce(self) -> None:
        for root in self._roots:
            self._send({"root": root, "open": True})

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Hand out answers until the child ends."""
        assert process.stdout is not None
        with contextlib.suppress(ValueError):  # a line longer than MAX_REPLY: start afresh
            async for line in process.stdout:
                reply = json.loads(line)
                if trouble := reply.get("trouble"):
                    log.warning("%s", trouble)
                future = self._waiting.pop(reply.get("id", 0), None)
                if future is not None and not future.done():
                    future.set_result(reply)
        if self._process is process:
            self._process = None
            log.warning("the process of the index has ended; it is started again when needed")
        for future in self._waiting.values():
            future.cancel()
        self._waiting.clear()

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        number = self._number
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._send({"id": number, **message})
            reply: dict[str, Any] = await future
            return reply
        except asyncio.CancelledError:
            if future.cancelled() and not _is_cancelling():
                return {}  # the child has ended
            raise
        finally:
            self._waiting.pop(number, None)

    def _send(self, message: dict[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return
        process.stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    def _document(self, root: str, target: Target) -> dict[str, Any]:
        """Return the document as it is now, by what has changed since it was last sent."""
        lines, key = target.snapshot.lines, (root, target.path)
        sent = self._sent.get(key)
        self._sent[key] = lines
        if sent is None:
            return {"text": _text(lines.slice(0, len(lines)))}
        if sent is lines:
            return {}
        start, old_stop, new_stop = lines.difference(sent)
        return {"edit": [start, old_stop, [*map(line_body, lines.slice(start, new_stop))]]}


def _text(lines: Iterable[str]) -> str:
    r"""Return lines as the child counts them: ended by \n, whatever the document has."""
    return "\n".join(map(line_body, lines))


def _is_cancelling() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
