"""The answer of a second reader to a verdict per claim; what is not said clearly is not said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

from glm_ls.postprocess.findings.finding import Verdict

_WORDS: Mapping[str, Verdict] = {
    **{name: name for name in get_args(Verdict)},
    "hold": "holds", "confirmed": "holds", "true": "holds", "成立": "holds",
    "false": "refuted", "rejected": "refuted", "不成立": "refuted",
    "uncertain": "unsure", "unknown": "unsure", "不确定": "unsure",
}  # fmt: skip


def read_verdicts(reply: str, nonce: str, claims: int) -> dict[int, Verdict]:
    """Return the verdicts by number of claim, from 1; two that differ count as none."""
    row = re.compile(rf"^\W*{re.escape(nonce)}\W+(?:claim\W+)?(\d{{1,4}})\W+(\w+)", re.I | re.M)
    found: dict[int, Verdict] = {}
    for number, word in row.findall(reply):
        verdict = _WORDS.get(word.lower())
        if verdict is None or not 1 <= int(number) <= claims:
            continue
        found[int(number)] = verdict if found.get(int(number), verdict) == verdict else "unsure"
    return found
