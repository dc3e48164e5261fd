"""Edits that a finding offers: its fix, and the comment that keeps it away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from glm_ls.features.containment import World
from glm_ls.features.finding_edits import comment_of, fix_of
from glm_ls.postprocess.edits.landing import applied
from glm_ls.postprocess.findings.finding import Finding, Located
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots

TEXT = "def f(a):\n    if a == None:\n        return 1\n    return 2\n"
STRING = 's = """\nif a == None:\n    b\n"""\n'


def made(tmp_path: Path, text: str, located: Located, *, comment: bool = False) -> str | None:
    """Return the text after the edits, None where there are none."""
    roots = Roots.of([tmp_path.as_uri()])
    uri = (tmp_path / "a.py").as_uri()
    snapshot = Snapshot.of(uri, "python", 4, text)
    world = World(roots, Ignore(roots), {uri: snapshot})
    edits = (comment_of if comment else fix_of)(located, snapshot, world)
    return applied(snapshot, edits, 5).text if edits else None


def located(
    quote: Sequence[str], fix: Sequence[str] | None, start: int, *, exact: bool = True
) -> Located:
    finding = Finding(
        "a.py",
        start,
        "bug",
        "high",
        90,
        "T",
        "W",
        tuple(quote),
        None if fix is None else tuple(fix),
    )
    return Located(finding, "a.py", range(start, start + len(quote)), exact=exact)


IF = ("    if a == None:", "        return 1")
GOOD = ("    if a is None:", "        return 1")


@pytest.mark.parametrize(
    ("text", "quote", "fix", "after"),
    [
        (TEXT, IF, GOOD, TEXT.replace("== None", "is None")),
        (TEXT, [each[4:] for each in IF], [each[4:] for each in GOOD], TEXT.replace("==", "is")),
        (TEXT.replace("\n", "\r\n"), IF, GOOD, TEXT.replace("==", "is").replace("\n", "\r\n")),
        (TEXT.rstrip("\n"), ("    return 2",), ("    return 3",), TEXT[:-2] + "3"),
        (TEXT, ("    return 2",), ("    return 3", "    # done"), TEXT[:-2] + "3\n    # done\n"),
        (TEXT, IF, (), TEXT.replace("    if a == None:\n        return 1\n", "")),
        (TEXT, IF, ("    if a is None", "        return 1"), None),
        (TEXT, IF, ("    if a == None:", "        return 'GLM_LS_SECRET_1'"), None),
        (TEXT, IF, ("    if a is None:", "        return 1\u202e"), None),
        (TEXT, IF, IF, None),
        (TEXT, IF, None, None),
    ],
)
def test_a_fix_lands_or_is_not_offered(
    tmp_path: Path, text: str, quote: Sequence[str], fix: Sequence[str] | None, after: str | None
) -> None:
    start = 3 if "return 2" in quote[0] else 1
    assert made(tmp_path, text, located(quote, fix, start)) == after


def test_a_fix_of_lines_that_are_only_like_the_quote_is_not_offered(tmp_path: Path) -> None:
    assert made(tmp_path, TEXT, located(IF, GOOD, 1, exact=False)) is None


@pytest.mark.parametrize(
    ("text", "after"),
    [(TEXT, TEXT.replace("    if", "    # glm: ignore[bug]\n    if")), (STRING, None)],
)
def test_a_comment_stands_above_or_nowhere(tmp_path: Path, text: str, after: str | None) -> None:
    assert made(tmp_path, text, located(IF, None, 1), comment=True) == after
