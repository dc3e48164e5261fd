"""Measure how edits land: `python -m bench.edits [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.context.corpus import NotFetched, packages, project_folder
from bench.context.score import percentile
from bench.edits.cases import SLIPS, Case, cases
from bench.edits.engines import ENGINES, Engine, edits_of
from bench.indexing import measure_machine
from glm_ls.config.paths import user_cache_dir
from glm_ls.text.snapshot import Snapshot

SUFFIXES = {"python": ".py", "typescript": ".ts", "go": ".go", "rust": ".rs"}
SEED = 7
PER_KIND = 100
"""Cases of a kind in a language."""
QUICK = 20
NOISE = (0, 2, 5, 15, None)
"""Lines by which the model's line number is off, at most; None: it gives none."""
LONG = 5000
"""Lines of the files that time is measured in."""
LEAST, MOST = 40, 6000
"""Lines of a file that cases are taken from."""
MAX_FILES = 150


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help=f"{QUICK} cases of a kind and language")
    add("--corpus", type=Path, metavar="DIR", help="where sources are kept; the user's cache")
    add("--folder", type=Path, help="take all sources below this folder instead")
    add("--seed", type=int, default=SEED, help="of the cases (%(default)s)")
    add("--json", type=Path, metavar="FILE", help="write the figures here, too")
    return parser.parse_args()


def folders(corpus: Path | None, folder: Path | None) -> Iterator[Path]:
    """Yield where sources are."""
    if folder:
        yield folder
        return
    for package in packages():
        if package.language in SUFFIXES:
            try:
                yield project_folder(package, (corpus or user_cache_dir() / "bench").absolute())
            except NotFetched as error:
                print(f"skipped: {package.name}: {error}", file=sys.stderr)


def sources(rng: random.Random, within: list[Path], language: str) -> list[Snapshot]:
    """Return files of a language, one in ten with the line ends of Windows."""
    paths = sorted(path for folder in within for path in folder.rglob(f"*{SUFFIXES[language]}"))
    found: list[Snapshot] = []
    for path in rng.sample(paths, len(paths)):
        text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
        if LEAST <= text.count("\n") <= MOST and len(found) < MAX_FILES:
            text = text.replace("\n", "\r\n") if rng.random() < 0.1 else text
            found.append(Snapshot.of(path.as_uri(), language, 1, text))
    return found


def long_files(files: list[Snapshot]) -> list[Snapshot]:
    """Return documents of 5,000 lines, made of shorter ones."""
    found: list[Snapshot] = []
    lines: list[str] = []
    for file in files:
        lines += [*list(file.lines)[:-1]]
        if len(lines) >= LONG:
            found.append(Snapshot.of(file.uri, file.language_id, 1, "".join(lines[:LONG])))
            lines = []
    return found


def judged(engine: Engine, found: list[Case], noise: int | None, seed: int) -> list[dict[str, Any]]:
    """Return what became of each case."""
    rng = random.Random(seed)
    rows = []
    for case in found:
        line = None if noise is None else max(0, case.line + rng.randint(-noise, noise))
        text, rule = engine(case, line)
        verdict = "refused" if text is None else "right" if text == case.intended else "wrong"
        rows.append({"kind": case.kind, "language": case.sent.language_id,
                     "verdict": verdict, "rule": rule})  # fmt: skip
    return rows


def shares(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Return percentages: of cases that can be right, and of stale ones that were applied."""
    fresh = Counter(row["verdict"] for row in rows if not row["kind"].startswith("stale"))
    stale = Counter(row["verdict"] for row in rows if row["kind"].startswith("stale"))
    of_fresh = {name: 100 * fresh[name] / max(fresh.total(), 1)
                for name in ("right", "refused", "wrong")}  # fmt: skip
    return {**of_fresh, "stale applied": 100 * stale["wrong"] / max(stale.total(), 1)}


def timed(found: list[Case]) -> list[float]:
    """Return the milliseconds of CPU that each case takes, the best of three."""
    gc.disable()
    taken = []
    for case in found:
        best = min(_once(case) for _ in range(3))
        taken.append(best)
    gc.enable()
    return taken


def _once(case: Case) -> float:
    began = time.process_time()
    edits_of(case, case.line)
    return (time.process_time() - began) * 1000


def line_of(name: str, figures: dict[str, float]) -> str:
    return f"{name:28}" + "".join(f"{value:>15.2f}" for value in figures.values())


def report(found: list[Case], long: list[Case], seed: int) -> dict[str, Any]:
    """Print all tables; return their figures."""
    plain = {name: judged(engine, found, 0, seed) for name, engine in ENGINES.items()}
    figures: dict[str, Any] = {"cases": len(found)}
    head = f"{'':28}" + "".join(f"{name:>15}" for name in shares([]))
    print(f"{len(found)} cases, percent\n{head}")
    figures["engines"] = {name: shares(rows) for name, rows in plain.items()}
    for name, row in figures["engines"].items():
        print(line_of(name, row))
    print("\nglm-ls, the line number is off by up to")
    figures["noise"] = {}
    for noise in NOISE:
        name = "no number" if noise is None else str(noise)
        figures["noise"][name] = shares(judged(ENGINES["glm-ls"], found, noise, seed))
        print(line_of(name, figures["noise"][name]))
    for group in ("language", "kind"):
        print(f"\nglm-ls by {group}")
        names = dict.fromkeys(row[group] for row in plain["glm-ls"])
        figures[group] = {
            name: shares([row for row in plain["glm-ls"] if row[group] == name]) for name in names
        }
        for name, row in figures[group].items():
            print(line_of(name, row))
    rules = Counter(row["rule"] for row in plain["glm-ls"] if row["verdict"] == "refused")
    figures["rules"] = dict(rules.most_common())
    print(f"\nrefused by rule: {figures['rules']}")
    measure_machine()
    taken = timed(long)
    figures["ms"] = {f"p{share}": percentile(taken, share / 100) for share in (50, 95, 99)}
    shown = ", ".join(f"{name} {value:.2f} ms" for name, value in figures["ms"].items())
    print(f"files of {LONG} lines, {len(long)} cases: {shown}")
    return figures


def main() -> None:
    options = arguments()
    rng = random.Random(options.seed)
    within = list(folders(options.corpus, options.folder))
    count = QUICK if options.quick else PER_KIND
    found: list[Case] = []
    long: list[Case] = []
    for language in SUFFIXES:
        files = sources(rng, within, language)
        if not files:
            print(f"no sources: {language}", file=sys.stderr)
            continue
        for kind in SLIPS:
            found += cases(rng, files, kind, count)
            long += cases(rng, long_files(files), kind, 8)
    figures = report(found, long, options.seed)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")


if __name__ == "__main__":
    main()
