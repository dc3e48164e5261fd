"""A test and what it tests: `test_parser.py` and `parser.py`, `UserTest` and `User`."""

from __future__ import annotations

import re
from posixpath import basename
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.index.paths import is_test

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

_AFFIX = re.compile(r"^test_|_test$|_spec$|\.(test|spec)$|Tests?$|^Test(?=[A-Z])")


def subject_of(path: str) -> str:
    """Return the name, without its extension, of what a test file is about; "" for none."""
    stem = basename(path).rpartition(".")[0]
    subject = _AFFIX.sub("", stem)
    return subject if subject != stem else ""


def score(question: Question, signals: Signals) -> None:
    """Lift what the document tests."""
    subject = subject_of(question.document.path) if is_test(question.document.path) else ""
    if not subject:
        return
    entries = question.corpus.entries
    same = [
        basename(entry.path).rpartition(".")[0].lower() == subject.lower() and not entry.is_test
        for entry in entries
    ]
    files = np.array(same, np.float32)
    signals.put("subject", files[question.corpus.file_of_symbol])
