"""What a second reader says, in the words and forms of models."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.findings.verdicts import read_verdicts


@pytest.mark.parametrize(
    ("reply", "verdicts"),
    [
        (
            "ab12cd 1 holds it does\nab12cd 2 refuted the caller checks\n",
            {1: "holds", 2: "refuted"},
        ),
        ("- **ab12cd** 1: Holds.\n`ab12cd 2 unsure`", {1: "holds", 2: "unsure"}),
        ("ab12cd claim 1: confirmed", {1: "holds"}),
        ("ab12cd 2 不成立", {2: "refuted"}),
        ("1 holds\n2 refuted", {}),
        ("Let me see. ab12cd 1 holds", {}),
        ("ab12cd 1 holds\nab12cd 1 refuted", {1: "unsure"}),
        ("ab12cd 1 holds\nab12cd 1 holds", {1: "holds"}),
        ("ab12cd 3 holds\nab12cd 0 holds\nab12cd 99999 holds", {}),
        ("ab12cd 1 9/10", {}),
        ("", {}),
    ],
)
def test_only_what_is_said_clearly_counts(reply: str, verdicts: dict[int, str]) -> None:
    assert read_verdicts(reply, "ab12cd", 2) == verdicts
