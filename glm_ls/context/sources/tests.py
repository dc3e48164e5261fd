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
    path = question.document.path
    subject = subject_of(path).lower() if is_test(path) else ""
    if not subject:
        return
    same = [
        not entry.is_test and _is_called(entry.path, subject) for entry in question.corpus.entries
    ]
    signals.put_by_file("subject", np.array(same, np.bool_))


def _is_called(path: str, subject: str) -> bool:
    path = path.lower()
    # Most names do not have it at all, which is soon said.
    return subject in path and basename(path).rpartition(".")[0] == subject
