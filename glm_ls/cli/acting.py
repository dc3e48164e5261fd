"""What `fix` and `edit` share: an action done in this process, its diff, and writing it.

The same path as in an editor, the gate included. Nothing is written without `--apply`, and then
only to files that still are what was read, byte by byte.
"""

from __future__ import annotations

import argparse
import asyncio
import codecs
import difflib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.cli.output import Report, Screen, explained
from glm_ls.errors import DocumentError
from glm_ls.workspace.documents import Documents
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri, shown_path, uri_to_path

if TYPE_CHECKING:
    from glm_ls.cli.complete import Asked as Place
    from glm_ls.errors import GlmError
    from glm_ls.features.asked import Asked, Done

NOT_DONE = 1
"""Exit code where there are no edits."""
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(slots=True)
class House:
    """A workspace with one open document."""

    documents: Documents
    roots: Roots
    ignore: Ignore


@dataclass(frozen=True, slots=True)
class Changed:
    """A file before and after."""

    path: Path
    shown: str
    before: str
    after: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that both commands have."""
    parser.add_argument("--apply", action="store_true", help="write the edits to the files")
    parser.epilog = "Exit codes: 0 there is an edit, 1 there is none, 2 usage."


def act(place: Place, asked: Asked, screen: Screen, *, apply: bool) -> Report:
    """Do an action and print its diff; write it where that is wanted."""
    outcome, error = asyncio.run(_done(place, asked))
    roots = Roots.of([path_to_uri(place.workspace)])
    changed = _changed(outcome, roots)
    for each in changed:
        screen.line("".join(diff(each)).removesuffix("\n"))
    why = "" if changed else _reason(outcome)
    if not changed:
        sys.stderr.write(f"glm-ls: nothing was changed: {explained(error) if error else why}\n")
    if apply:
        for each in changed:
            write(each)
    document = {
        "files": [{"file": each.shown, "diff": "".join(diff(each))} for each in changed],
        "applied": apply and bool(changed),
        "reason": why,
        "error": explained(error) if error else None,
    }
    return Report(document, 0 if changed else NOT_DONE)


async def _done(place: Place, asked: Asked) -> tuple[object, GlmError | None]:
    from glm_ls.features.engines import open_actor, open_ledger, open_router

    documents, snapshot = Documents(), place.target.snapshot
    opened = documents.open(snapshot.uri, snapshot.language_id, snapshot.version, snapshot.text)
    # Texts are compared by identity.
    asked = replace(asked, target=replace(asked.target, snapshot=opened))
    ledger = await open_ledger()
    router = await open_router(place.settings, os.environ, None, ledger, on_health=lambda _: None)
    house = House(documents, Roots.of([path_to_uri(place.workspace)]), place.ignore)
    try:
        actor = open_actor(place.settings, router, house)
        outcome = await actor.do(asked, lambda step: print(f"glm-ls: {step}", file=sys.stderr))
        return outcome, router.health.error
    finally:
        await router.close()
        await asyncio.to_thread(ledger.close)


def _changed(outcome: object, roots: Roots) -> list[Changed]:
    from glm_ls.features.asked import Done

    return list(_files(outcome, roots)) if isinstance(outcome, Done) else []


def _files(done: Done, roots: Roots) -> Iterator[Changed]:
    from glm_ls.postprocess.edits.landing import applied

    for file in done.plan.files:
        before, path = done.texts[file.uri], uri_to_path(file.uri)
        if path is not None:
            after = applied(before, file.edits, before.version).text
            yield Changed(path, shown_path(file.uri, roots), before.text, after)


def _reason(outcome: object) -> str:
    from glm_ls.features.asked import Undone

    return outcome.words if isinstance(outcome, Undone) else "there is nothing to do"


def diff(changed: Changed) -> Iterator[str]:
    """Yield the lines of a unified diff, as git and patch read it."""
    old, new = (text.splitlines(keepends=True) for text in (changed.before, changed.after))
    names = f"a/{changed.shown}", f"b/{changed.shown}"
    for line in difflib.unified_diff(old, new, *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def write(changed: Changed) -> None:
    """Write a file in its own encoding; raises DocumentError where it is not what was read."""
    try:
        data = changed.path.read_bytes()
        mark = next((bom for bom in _BOMS if data.startswith(bom)), b"")
        encoding = "utf-8"
        if mark and mark != codecs.BOM_UTF8:
            encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
        if data != mark + changed.before.encode(encoding):
            raise DocumentError(f"{changed.shown} has changed, or is not plain {encoding}")
        changed.path.write_bytes(mark + changed.after.encode(encoding))
    except (OSError, UnicodeEncodeError) as error:
        raise DocumentError(f"{changed.shown} cannot be written: {type(error).__name__}") from error
