"""Golden cases as text: a name and words, a place, an answer, and what comes of it.

    == name: words
    the place
    -- answer
    the answer
    -- becomes
    what comes of it

What the words and the marks in the three parts mean is said by whoever reads them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_CASE = re.compile(
    r"^== (?P<name>[^:\n]+): (?P<words>[^\n]+)\n(?P<place>.*?)\n?"
    r"^-- answer\n(?P<answer>.*?)\n^-- becomes\n(?P<becomes>.*?)\n*(?=^== |\Z)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden case, as it is written."""

    name: str
    words: tuple[str, ...]
    place: str
    answer: str
    becomes: str


Kind = TypeVar("Kind", bound=Golden)


def read_golden(file: Path, kind: type[Kind]) -> list[Kind]:
    """Return the cases of a file."""
    text = file.read_text(encoding="utf-8")
    cases = [
        kind(
            f"{file.stem}: {found['name']}",
            tuple(found["words"].split()),
            found["place"],
            found["answer"],
            found["becomes"],
        )
        for found in _CASE.finditer(text)
    ]
    assert len(cases) == text.count("\n== ") + text.startswith("== "), f"{file} has a broken case"
    return cases
