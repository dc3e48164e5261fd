"""Fill holes in real files with right and spoilt answers: `python -m bench.holes [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from bench.context.corpus import NotFetched, packages, project_folder
from bench.holes.measure import Clock, Row, rows_of
from bench.holes.report import figures, table
from bench.holes.sample import LANGUAGES, Hole, choose_holes
from glm_ls.config.paths import user_cache_dir

SEED = 1104
PER_LANGUAGE = 100


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.holes", description=__doc__)
    add = parser.add_argument
    add("--count", type=int, default=PER_LANGUAGE, help="holes of each language (%(default)s)")
    add("--languages", default=",".join(LANGUAGES), help="comma list (%(default)s)")
    add("--folders", type=Path, nargs="*", help="take files from here, not from the packages")
    add("--seed", type=int, default=SEED, help="of the holes (%(default)s)")
    add("--wrong", action="store_true", help="print the answers that did not become right")
    add("--json", type=Path, metavar="FILE", help="write the figures here, too")
    return parser.parse_args()


def folders() -> list[Path]:
    """Return the sources of all packages of the context benchmark, fetched if need be."""
    found = []
    for package in packages():
        try:
            found.append(project_folder(replace(package, folder=""), user_cache_dir() / "bench"))
        except NotFetched as error:
            print(f"skipped: {package.name} {package.version}: {error}", file=sys.stderr)
    return found


def main() -> None:
    options = arguments()
    roots = options.folders or folders()
    holes = [
        hole
        for language in options.languages.split(",")
        for hole in choose_holes(roots, language, options.count, options.seed)
    ]
    clock = Clock()
    with clock.watching():
        rows = [(hole, row) for hole in holes for row in rows_of(hole, options.seed, clock)]
    if options.wrong:
        show_wrong(rows)
    found = figures([row for _, row in rows], clock)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def show_wrong(rows: list[tuple[Hole, Row]]) -> None:
    """Print what did not become right, one JSON object a line."""
    for hole, row in rows:
        if not row.right:
            about = {"before": hole.before[-400:], "truth": hole.truth, "after": hole.after[:300]}
            print(json.dumps({**asdict(row), **about}))


if __name__ == "__main__":
    main()
