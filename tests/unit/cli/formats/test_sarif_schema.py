"""SARIF as the standard's own schema sees it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from glm_ls.cli.formats import sarif
from glm_ls.postprocess.findings.finding import SEVERITIES, Finding, Located
from glm_ls.postprocess.findings.report import HunkFate, Report

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "data" / "sarif" / "sarif-schema-2.1.0.json").read_text("utf-8")
)
FINDING = Finding("a.py", 3, "bug", "high", 80, "T", "W", ("x", "y"), ("z",))
LOCATED = Located(FINDING, "src/a b.py", range(3, 5), fingerprint="0" * 32)
HOSTILE = "[a](javascript:b) {0} {{ \\ \x00\u202e\ud800 " * 3
REPORTS = {
    "nothing": Report((), ()),
    "nothing found": Report((), (HunkFate("a.py", "reviewed"),)),
    "all kinds": Report(
        tuple(
            replace(LOCATED, path=path, finding=replace(FINDING, severity=severity, why=why))
            for severity in SEVERITIES
            for path, why in (("a.py", ""), ("ä/#?%.py", HOSTILE), ("C:\\x.py", "W"))
        ),
        (HunkFate("a.py", "cached"), HunkFate("b.bin", "skipped", "binary")),
        (LOCATED,),
        2,
    ),
}


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema: Any = pytest.importorskip("jsonschema")
    return jsonschema.validators.validator_for(SCHEMA)(SCHEMA)


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_valid(validator: Any, name: str) -> None:
    validator.validate(json.loads(sarif.written(REPORTS[name])))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "results", 0, "level"), "fatal"),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "rank"), 101),
        (("runs", 0, "tool"), None),
    ],
)
def test_the_schema_would_notice(validator: Any, path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(json.loads(sarif.written(REPORTS["all kinds"])))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not validator.is_valid(document)
