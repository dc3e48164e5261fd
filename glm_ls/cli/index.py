"""`glm-ls index [DIR]`: build the index of a project, and say what it found.

The server builds the same index by itself while an editor runs; this is for CI caches, for
measuring and for the curious.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.cli.output import Report, Screen, table
from glm_ls.cli.settings import settings_in
from glm_ls.errors import DocumentError

if TYPE_CHECKING:
    from glm_ls.index.index import Index

BAR = 30
"""Columns of the progress bar."""
REDRAW_S = 0.1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `index`."""
    parser.add_argument("folder", metavar="DIR", nargs="?", default=".", help="the project")


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Build the index and print what it holds."""
    from glm_ls.config.paths import user_cache_dir
    from glm_ls.index.database import database_path
    from glm_ls.index.index import Index
    from glm_ls.workspace.ignore import Ignore
    from glm_ls.workspace.roots import Roots

    folder = Path(os.path.realpath(os.path.expanduser(options.folder)))
    if not folder.is_dir():
        raise DocumentError(f"{options.folder} is no folder")
    patterns = settings_in(folder).settings.privacy.ignore
    began = time.perf_counter()
    index = Index(folder, Ignore(Roots((folder,)), patterns), user_cache_dir())
    try:
        read = _build(index)
        seconds = time.perf_counter() - began
        document = {
            **_found(index),
            "read": read,
            "seconds": round(seconds, 3),
            "database": str(database_path(user_cache_dir(), folder)),
            "trouble": index.trouble,
        }
    finally:
        index.close()
    _show(screen, document)
    return Report(document)


def _build(index: Index) -> int:
    """Read what has changed, under a progress bar where someone looks; return how many files."""
    index.relist()
    total = index.waiting
    drawn = 0.0
    while index.step():
        now = time.perf_counter()
        if sys.stderr.isatty() and now - drawn > REDRAW_S:
            drawn = now
            _draw(total - index.waiting, total)
    if sys.stderr.isatty() and total:
        sys.stderr.write("\r\x1b[K")
    return total


def _draw(done: int, total: int) -> None:
    filled = BAR * done // max(total, 1)
    bar = "█" * filled + "░" * (BAR - filled)
    sys.stderr.write(f"\r{bar} {done} of {total} files")
    sys.stderr.flush()


def _found(index: Index) -> dict[str, object]:
    corpus = index.corpus
    files: Counter[str] = Counter()
    definitions: Counter[str] = Counter()
    for at, entry in enumerate(corpus.entries):
        if corpus.alive[at]:
            span = corpus.span("symbols", at)
            files[entry.family] += 1
            definitions[entry.family] += span.stop - span.start
    return {
        "files": files.total(),
        "definitions": definitions.total(),
        "languages": {
            name: {"files": count, "definitions": definitions[name]}
            for name, count in files.most_common()
        },
    }


def _show(screen: Screen, document: dict[str, object]) -> None:
    languages = document["languages"]
    assert isinstance(languages, dict)
    rows = [(name, str(row["files"]), str(row["definitions"])) for name, row in languages.items()]
    screen.lines(table(("language", "files", "definitions"), rows, ".rr"))
    screen.line(
        f"{document['files']} files, {document['definitions']} definitions; "
        f"{document['read']} read in {document['seconds']} s"
    )
    screen.line(screen.paint(f"kept in {document['database']}", "dim"))
    if document["trouble"]:
        screen.line(screen.paint(str(document["trouble"]), "yellow"))
