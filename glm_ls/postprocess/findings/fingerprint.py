"""What tells findings apart by what they are about, never by words or numbers of a model.

The same kind of finding on the same code is the same finding, however it is worded, wherever the
code has moved, in whatever file. Where the code stands more than once in its file, the lines
around tell which copy is meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from glm_ls.postprocess.findings.anchor import normalised
from glm_ls.postprocess.findings.finding import Located

AROUND = 2
"""Filled lines above and below that tell copies apart."""
VERSION = "1"
"""Raised when the same finding gets another fingerprint."""


def fingerprint(located: Located, text: Sequence[str], symbol: str = "") -> str:
    """Return 32 hexadecimal digits; `symbol`: the path of names that encloses the lines."""
    filled = [(at, line) for at, raw in enumerate(text) if (line := normalised(raw))]
    texts = [line for _, line in filled]
    inside = [place for place, (at, _) in enumerate(filled) if at in located.lines]
    if not inside:
        return ""
    start, stop = inside[0], inside[-1] + 1
    code = texts[start:stop]
    copies = sum(texts[at : at + len(code)] == code for at in range(len(texts) - len(code) + 1))
    around = [texts[max(start - AROUND, 0) : start], texts[stop : stop + AROUND]]
    parts = [VERSION, located.finding.kind, symbol, "\n".join(code)]
    if copies > 1:
        parts += ["\n".join(lines) for lines in around]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def marked(located: Located, text: Sequence[str], symbol: str = "") -> Located:
    """Return the finding with its fingerprint."""
    return replace(located, fingerprint=fingerprint(located, text, symbol))


def without_repeats(findings: Sequence[Located]) -> list[Located]:
    """Return the findings without those that repeat an earlier one's kind and lines."""
    first: dict[tuple[str, str, str, int, int], Located] = {}
    for each in findings:
        place = (each.lines.start, each.lines.stop)
        first.setdefault((each.path, each.finding.kind, each.fingerprint, *place), each)
    return list(first.values())
