"""Measure context on pinned projects: `python -m bench.context [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.context.baselines import BASELINES
from bench.context.corpus import NotFetched, Package, packages, project_folder
from bench.context.gold import read_gold
from bench.context.measure import FULL, QUICK, Amount, measure, private_copy
from bench.context.packers import Plain, served
from bench.context.report import tables
from bench.context.sample import SEED, choose_positions
from glm_ls.config.paths import user_cache_dir

PRODUCT = "glm-ls"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.context", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="10 positions of each class a project")
    add("--positions", type=int, metavar="N", help="positions of each class a project")
    add("--projects", default="", help="comma list of names in corpus.toml; all by default")
    add("--packers", default=",".join((PRODUCT, *BASELINES)), help="comma list (%(default)s)")
    add("--corpus", type=Path, metavar="DIR", help="where sources are kept; the user's cache")
    add("--seed", type=int, default=SEED, help="of the positions (%(default)s)")
    add("--json", type=Path, metavar="FILE", help="write every row here, too")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    amount = QUICK if options.quick else FULL
    if options.positions is not None:
        amount = replace(amount, positions=options.positions)
    cache = (options.corpus or user_cache_dir() / "bench").absolute()
    rows: list[dict[str, Any]] = []
    for package in packages(options.projects):
        began = time.perf_counter()
        try:
            folder = project_folder(package, cache)
        except NotFetched as error:
            print(f"skipped: {package.name} {package.version}: {error}", file=sys.stderr)
            continue
        origin = {"project": package.name, "language": package.language}
        measured = rows_of(package, folder, amount, options.packers.split(","), options.seed)
        rows.extend({**row, **origin} for row in measured)
        print(f"{package.name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    if not rows:
        print("nothing was measured", file=sys.stderr)
        return
    if options.json:
        options.json.write_text(json.dumps(rows), "utf-8")
    print("\n".join(tables(rows)))


def rows_of(
    package: Package, folder: Path, amount: Amount, packers: list[str], seed: int
) -> Iterator[dict[str, Any]]:
    """Yield the rows of all packers on one project."""
    with tempfile.TemporaryDirectory(prefix="glm-ls-bench-") as scratch:
        whole = read_gold(folder, package.language)
        gold = private_copy(whole, Path(scratch, package.name))
        positions = choose_positions(gold, amount.positions, seed)
        for name in packers:
            if name != PRODUCT:
                plain = Plain(gold, BASELINES[name])
                for row in measure(gold, positions, plain, amount):
                    yield {**row, "packer": name}
                continue
            with served(gold.root, Path(scratch, "home")) as product:
                seconds = product.index(min(gold.sources))
                yield {"row": "index", "files": len(gold.sources), "seconds": seconds}
                for row in measure(gold, positions, product, amount):
                    yield {**row, "packer": name}


if __name__ == "__main__":
    main()
