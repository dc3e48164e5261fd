"""`glm-ls review`: findings on what has changed, for people and for CI.

The same engine, cache and dismissals as in an editor. Exit codes: 0 nothing as grave as
`--fail-on` was found; 1 the review could not be made, or not whole because of the endpoint; 2 the
command line cannot be understood; 3 a finding is as grave as `--fail-on` says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.cli.output import Report, Screen, UsageError, explained
from glm_ls.cli.progress import Bar
from glm_ls.cli.settings import settings_in, workspace_of
from glm_ls.config.paths import user_state_dir
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri

if TYPE_CHECKING:
    from glm_ls.features.review import Outcome
    from glm_ls.postprocess.findings.report import Report as Reviewed
    from glm_ls.workspace.changes import Changes

FOUND = 3
"""Exit code where a finding is as grave as `--fail-on` says."""
FORMAT_NAMES = ("text", "json", "sarif", "rdjson", "github", "markdown")
FILTER_NAMES = ("added", "diff_context", "file", "nofilter")
FAIL_ON: dict[str, tuple[str, ...]] = {
    "high": ("high",),
    "medium": ("high", "medium"),
    "never": (),
}
"""Severities that make the command fail."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `review`."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="only these files and folders")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--base",
        metavar="REV",
        default="",
        help="compare with REV; A..B and A...B compare two revisions (default: HEAD)",
    )
    what.add_argument("--staged", action="store_true", help="review what is in the index")
    parser.add_argument("--format", choices=FORMAT_NAMES, default="text")
    parser.add_argument(
        "--filter",
        choices=FILTER_NAMES,
        help="which findings count: on new lines, on a change and three lines around it, or "
        "anywhere in a changed file (default: the setting review.filter, diff_context)",
    )
    parser.add_argument(
        "--deep",
        action="store_true",
        help="show the model whole files with what they import, and ask once for each pass",
    )
    parser.add_argument("--all", action="store_true", help="hold no findings back")
    parser.add_argument(
        "--fail-on",
        choices=tuple(FAIL_ON),
        default="high",
        help=f"exit with {FOUND} where a finding is as grave (default: high)",
    )
    parser.epilog = (
        "Exit codes: 0 nothing as grave as --fail-on was found, 1 the review could not be made or "
        f"not finished, 2 usage, {FOUND} something as grave was found."
    )


def run(options: argparse.Namespace, screen: Screen) -> Report:
    """Print what is found; the summary of what was reviewed goes to standard error."""
    from glm_ls.workspace.changes import changes, comparison_of

    place = Path.cwd()
    comparison = comparison_of("staged" if options.staged else options.base)
    compared = changes(place, comparison)
    chosen = chooser(place, compared.root, options.paths)
    bar = Bar(sys.stderr, "pieces")
    try:
        outcome = asyncio.run(_review(options, compared, chosen, bar.show))
    finally:
        bar.clear()
    return _shown(options, screen, outcome)


def chooser(place: Path, root: Path, paths: Sequence[str]) -> Callable[[str], bool]:
    """Return what says whether a changed file was asked for; raises UsageError.

    Paths are those of the user in a folder; files are named from the root of the repository.
    """
    top = os.path.realpath(root)
    wanted = []
    for spelled in paths:
        path = os.path.realpath(os.path.join(place, os.path.expanduser(spelled)))
        if path != top and not path.startswith(os.path.join(top, "")):
            raise UsageError(f"{spelled} is outside of the repository {root}")
        wanted.append(path[len(top) :].strip(os.sep).replace(os.sep, "/"))

    def is_chosen(path: str) -> bool:
        return not wanted or any(
            not each or path == each or path.startswith(f"{each}/") for each in wanted
        )

    return is_chosen


async def _review(
    options: argparse.Namespace,
    compared: Changes,
    chosen: Callable[[str], bool],
    done: Callable[[int, int], None],
) -> Outcome:
    from glm_ls.context.child import ProjectContext
    from glm_ls.features.engines import open_ledger, open_router
    from glm_ls.features.pieces import sources_of
    from glm_ls.features.review import MEMORY, Reviewer, Subjects, Watch
    from glm_ls.store.reviews import Reviews

    root = compared.root
    settings = settings_in(workspace_of(root)).settings
    ignore = Ignore(Roots.of([path_to_uri(root)]), settings.privacy.ignore)
    ledger = await open_ledger()
    router = await open_router(settings, os.environ, None, ledger, on_health=lambda _: None)
    memory = await asyncio.to_thread(Reviews, user_state_dir() / MEMORY)
    context = ProjectContext(settings.privacy.ignore)
    try:
        lookup = context.uses if settings.context.project_tokens else None
        reviewer = Reviewer(settings, router, memory, lookup)
        wanted = options.filter or settings.review.filter
        sources = sources_of(compared, chosen)
        subjects = Subjects(root, sources, compared.base, wanted, options.deep)
        return await reviewer.review(
            subjects, lambda path: ignore.refusal(root / path), Watch(done=done)
        )
    finally:
        await router.close()
        await context.close()
        await asyncio.to_thread(memory.close)
        await asyncio.to_thread(ledger.close)


def _shown(options: argparse.Namespace, screen: Screen, outcome: Outcome) -> Report:
    from glm_ls.cli.formats.table import FORMATS

    report, failure = outcome.report, outcome.error
    report = report.whole if options.all else report
    screen.line(FORMATS[options.format](report).removesuffix("\n"))
    if options.format != "text":
        sys.stderr.write(f"glm-ls: {report.summary}\n")
    if not report.fates:
        sys.stderr.write("glm-ls: nothing has changed, so there is nothing to review\n")
    if failure is not None:
        sys.stderr.write(f"glm-ls: the review is not complete: {explained(failure)}\n")
    return Report(json.loads(FORMATS["json"](report)), exit_code(report, options.fail_on, failure))


def exit_code(report: Reviewed, fail_on: str, failure: Exception | None) -> int:
    """Return the exit code of a review: what was found says more than what was not."""
    if any(each.finding.severity in FAIL_ON[fail_on] for each in report.findings):
        return FOUND
    return 1 if failure else 0
