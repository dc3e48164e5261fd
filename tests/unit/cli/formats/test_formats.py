"""Every format of one review, against the text it is known to give."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from glm_ls import __version__
from glm_ls.cli.formats.table import FORMATS
from glm_ls.postprocess.findings.finding import Finding, Located
from glm_ls.postprocess.findings.report import HunkFate, Report

GOLDEN = Path(__file__).parent / "golden"
BUG = Finding(
    "src/a b.py", 3, "bug", "high", 80, "Off by one, 100%", "It {reads} [past](x) the end: é.",
    ("for i in range(n + 1):", "    use(a[i])  # ``` \x1b"),
    ("for i in range(n):", "    use(a[i])"),
)  # fmt: skip
REPORT = Report(
    (
        Located(replace(BUG, kind="style", severity="low", fix=None, why=""), "z.py", range(1)),
        Located(BUG, "src/a b.py", range(3, 5), fingerprint="0" * 32),
    ),
    (
        HunkFate("src/a b.py", "reviewed"),
        HunkFate("z.py", "cached"),
        HunkFate("p.png", "skipped", "binary"),
    ),
    held=(Located(BUG, "z.py", range(2)),) * 2,
)


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str) -> None:
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert FORMATS[name](REPORT) == expected.replace("VERSION", __version__)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_said(name: str) -> None:
    shown = FORMATS[name](Report((), (HunkFate("a", "reviewed"),)))
    assert name == "rdjson" or "reviewed 1 of 1 hunk, nothing found" in shown.replace("\\", "")


def test_a_finding_that_moved_is_the_same_to_a_service() -> None:
    def prints(report: Report) -> list[object]:
        (run,) = json.loads(FORMATS["sarif"](report))["runs"]
        return [result["partialFingerprints"] for result in run["results"]]

    moved = tuple(replace(each, lines=range(each.lines.start + 9, each.lines.stop + 9))
                  for each in REPORT.findings)  # fmt: skip
    assert prints(replace(REPORT, findings=moved)) == prints(REPORT)
