"""Measure the embedded engine on held-out places: `python -m bench.embedded [--corpus DIR] [-n N]`.

A corpus is a directory of packages; by default twelve packages of the running Python's library.
For each place the engine learns the package, with the place's line taken out of its file, and
is asked for what stood there. The kinds of places are

    line    after the indentation
    mid     at a token boundary within the line, three characters or more before its end
    word    one to three characters into an identifier

A proposal is correct when it is exactly the rest of the line.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from glm_ls.provider.embedded.engine import EmbeddedEngine
from glm_ls.provider.request import Fim

LIBRARY = Path(os.__file__).parent
PACKAGES = (
    *("asyncio", "concurrent", "ctypes", "email", "http", "importlib"),
    *("json", "logging", "multiprocessing", "unittest", "urllib", "xml"),
)
KINDS = ("line", "mid", "word")
MIN_REST = 3

_TOKEN = re.compile(r"[ \t]+|[A-Za-z_]+|[0-9]+|[^\sA-Za-z0-9_]")
_IDENTIFIER = re.compile(r"[^\W\d]\w{3,}")

Package = dict[str, str]
"""Text by path."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor and what was taken away after it."""

    path: str
    kind: str
    line_start: int
    cursor: int
    line_end: int


@dataclass(slots=True)
class Score:
    """Counts of one kind."""

    places: int = 0
    shown: int = 0
    correct: int = 0


def read_packages(corpus: Path | None) -> Iterator[Package]:
    root = corpus or LIBRARY
    names = PACKAGES if corpus is None else sorted(p.name for p in corpus.iterdir() if p.is_dir())
    for name in names:
        files = (f for f in sorted((root / name).rglob("*.py")) if "test" not in f.parts)
        texts = {str(f.relative_to(root)): f.read_text(errors="replace") for f in files}
        yield {path: text for path, text in texts.items() if len(text) > 300}


def choose_places(package: Package, count: int, rng: random.Random) -> Iterator[Place]:
    """Choose lines at random and a cursor in each, the kinds in turn."""
    paths = sorted(package)
    chosen = 0
    while chosen < count:
        path = rng.choice(paths)
        text = package[path]
        line = rng.choice(list(re.finditer(r"[^\n]+", text)))
        kind = KINDS[chosen % len(KINDS)]
        cursors = _cursors(line.group(), kind)
        if not cursors:
            continue
        yield Place(path, kind, line.start(), line.start() + rng.choice(cursors), line.end())
        chosen += 1


def _cursors(line: str, kind: str) -> list[int]:
    indent = len(line) - len(line.lstrip())
    last = len(line) - MIN_REST
    if kind == "line":
        return [indent] if indent <= last else []
    if kind == "mid":
        return [m.end() for m in _TOKEN.finditer(line) if indent < m.end() <= last]
    starts = [m.start() for m in _IDENTIFIER.finditer(line)]
    return [start + typed for start in starts for typed in (1, 2, 3) if start + typed <= last]


def ask(engine: EmbeddedEngine, package: Package, place: Place) -> tuple[str, float]:
    """Return the engine's proposal and the query's time in milliseconds."""
    text = package[place.path]
    stale = text[: place.line_start] + text[place.line_end + 1 :]
    learn(engine, place.path, stale)
    prompt = Fim(text[: place.cursor], text[place.line_end :], path=place.path)
    start = time.perf_counter()
    proposal = engine.complete(prompt)
    return proposal, (time.perf_counter() - start) * 1e3


def learn(engine: EmbeddedEngine, path: str, text: str) -> None:
    for _ in engine.learn(path, text):
        pass


def count(score: Score, text: str, place: Place, proposal: str) -> None:
    score.places += 1
    if not proposal:
        return
    score.shown += 1
    score.correct += proposal == text[place.cursor : place.line_end]


def measure_quality(packages: list[Package], per_package: int) -> None:
    scores: dict[str, Score] = defaultdict(Score)
    times: list[float] = []
    rng = random.Random(7)
    for package in packages:
        engine = EmbeddedEngine()
        for path, text in package.items():
            learn(engine, path, text)
        places = sorted(choose_places(package, per_package, rng), key=lambda p: p.path)
        for previous, place in zip([None, *places], places, strict=False):
            if previous and previous.path != place.path:
                learn(engine, previous.path, package[previous.path])
            proposal, took = ask(engine, package, place)
            times.append(took)
            count(scores[place.kind], package[place.path], place, proposal)
    print("kind   places  shown %  correct % of shown")
    for kind in KINDS:
        s = scores[kind]
        print(
            f"{kind:6} {s.places:6}  {100 * s.shown / s.places:7.1f}"
            f"  {100 * s.correct / max(1, s.shown):18.0f}"
        )
    times.sort()
    p95 = times[int(len(times) * 0.95)]
    print(f"query ms: median {statistics.median(times):.2f}, p95 {p95:.2f}, max {times[-1]:.2f}")


def measure_index(packages: list[Package]) -> None:
    """Learn everything in one engine and report time, slices and memory."""
    engine = EmbeddedEngine(max_chars=1 << 30)
    slices: list[float] = []
    for package in packages:
        for path, text in package.items():
            steps = engine.learn(path, text)
            start = time.perf_counter()
            for _ in steps:
                slices.append(time.perf_counter() - start)
                start = time.perf_counter()
    size = sum(len(text) for package in packages for text in package.values()) / 1e6
    slices.sort()
    print(
        f"index: {size:.2f} MB of text, {sum(slices) * 1e3 / size:.0f} ms and"
        f" {engine.nbytes() / size / 1e6:.2f} MB per MB; slice ms:"
        f" p95 {slices[int(len(slices) * 0.95)] * 1e3:.2f}, max {slices[-1] * 1e3:.2f}"
    )


def measure_memory(packages: list[Package], wanted: int = 500_000) -> None:
    """Learn half a megabyte and report what it takes, the text included."""
    engine = EmbeddedEngine()
    size = 0
    tracemalloc.start()
    for package in packages:
        for path, text in package.items():
            if size < wanted:
                size += len(text)
                learn(engine, path, "".join(text.splitlines(keepends=True)))
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"memory: {size / 1e6:.2f} MB of text keep {kept / 1e6:.2f} MB, peak {peak / 1e6:.2f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="directory of packages")
    parser.add_argument("-n", type=int, default=100, help="places per package")
    options = parser.parse_args()
    packages = list(read_packages(options.corpus))
    measure_quality(packages, options.n)
    measure_index(packages)
    measure_memory(packages)


if __name__ == "__main__":
    main()
