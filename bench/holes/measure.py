"""Holes and answers in, rows out: what was shown, what it did to the file, what it cost."""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from bench.holes.faults import FAULTS
from bench.holes.sample import WINDOW, Hole
from glm_ls.postprocess import ending, stream
from glm_ls.postprocess.alternatives import Alternatives
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import CompletionStream
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.syntax.extent import Extent, extent_of
from glm_ls.syntax.languages import language_of
from glm_ls.syntax.parser import parse

_TOKEN = re.compile(r"[\s_.]?\w{1,8}|\s+|[^\w\s]{1,3}\n*")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one answer."""

    language: str
    kind: str
    path: str
    answer: str
    """`truth`, `literal` (the same, taken for fill-in-the-middle), `runs on`, or a fault."""
    changed: bool
    """Whether the answer differs from the truth."""
    right: bool
    """Whether the file is as it was before the hole was cut."""
    begins: bool
    """Whether what is shown is how the truth begins."""
    errors: int
    """Syntax errors of the file after what is shown has been accepted; without it there is none."""
    lines: int
    received: int
    """Tokens until the stream was enough."""
    shown: int
    """Tokens of what is shown."""
    extent: str
    text: str
    given: str
    seconds: float
    """CPU time of the whole stream."""


class Clock:
    """CPU time of each filter and of each run of all of them, in seconds."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the filters while the block runs."""
        tables: list[dict[str, Any]] = [stream.TO_CODE, stream.TO_SUGGESTION]
        tables += [ending.LINE, ending.STATEMENT, ending.BLOCK]
        kept = [dict(table) for table in tables]
        run, rank = CompletionStream._run, Alternatives._ranked
        for table in tables:
            for name, work in table.items():
                table[name] = self.timed(name, work)
        CompletionStream._run = self.timed("all", run)  # type: ignore[method-assign]
        Alternatives._ranked = self.timed("other-language", rank)  # type: ignore[method-assign]
        try:
            yield
        finally:
            CompletionStream._run = run  # type: ignore[method-assign]
            Alternatives._ranked = rank  # type: ignore[method-assign]
            for table, before in zip(tables, kept, strict=True):
                table.update(before)

    def timed(self, name: str, work: Callable[..., T]) -> Callable[..., T]:
        """Return the same function, with its calls timed."""
        spent = self.spent[name]

        def timed(*args: Any, **named: Any) -> T:
            began = time.process_time()
            try:
                return work(*args, **named)
            finally:
                spent.append(time.process_time() - began)

        return timed


def rows_of(hole: Hole, seed: int, clock: Clock) -> Iterator[Row]:
    """Yield what becomes of the truth and of each fault."""
    rng = random.Random(f"{seed}:{hole.path}:{len(hole.before)}")
    asked = clock.timed("extent", extent_of)
    yield _row(hole, asked, "truth", hole.truth, chat=True)
    yield _row(hole, asked, "literal", hole.truth, chat=False)
    yield _row(hole, asked, "runs on", _running_on(hole), chat=False)
    for name, fault in FAULTS.items():
        yield _row(hole, asked, name, fault(hole, rng), chat=True, whole=name != "truncated")


def _running_on(hole: Hole) -> str:
    """Return the truth with a hundred lines of the file behind it."""
    return hole.truth + "\n".join(
        hole.whole[len(hole.before) + len(hole.truth) :].split("\n")[:100]
    )


def site_of(hole: Hole, asked: Callable[..., Extent] = extent_of) -> Site:
    """Return the site as the server makes it."""
    before, after = hole.before[-WINDOW:], hole.after[:WINDOW]
    extent = asked(language_of(hole.language), before, after)
    head = "\n".join(hole.before.split("\n")[:10])
    return Site(before, after, hole.language, hole.path, extent, head)


def _row(
    hole: Hole,
    asked: Callable[..., Extent],
    name: str,
    answer: str,
    *,
    chat: bool,
    whole: bool = True,
) -> Row:
    began, site = time.process_time(), site_of(hole, asked)
    taken = Alternatives(site, 1, chat=chat)
    received, enough = 0, False
    for token in _TOKEN.findall(answer):
        received += 1
        if enough := taken.feed(token):
            break
    suggestion = next(iter(taken.close(whole=whole or enough)), None)
    seconds = time.process_time() - began
    shown = suggestion.text if suggestion else ""
    filled = _filled(hole, suggestion)
    tree = parse(language_of(hole.language), filled)
    return Row(
        hole.language, hole.kind, hole.path, name,
        changed=answer != hole.truth,
        right=filled == hole.whole,
        begins=hole.truth.startswith(shown.rstrip()),
        errors=errors_in(tree.root_node) if tree and suggestion else 0,
        lines=shown.count("\n") + 1,
        received=received,
        shown=len(_TOKEN.findall(shown)),
        extent=site.extent,
        text=shown,
        given=answer,
        seconds=seconds,
    )  # fmt: skip


def _filled(hole: Hole, suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return hole.before + hole.after
    return hole.before + suggestion.text + hole.after[suggestion.replace :]


def errors_in(root: Any) -> int:
    """Return the number of nodes that a parser could not make sense of or had to add."""
    count, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        count += node.is_error or node.is_missing
        if node.has_error:
            waiting.extend(node.children)
    return count
