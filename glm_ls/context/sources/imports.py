"""Definitions in files that the document imports, and in files that those import."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals


def score(question: Question, signals: Signals) -> None:
    """Lift what is imported by name, then everything in imported files, then one hop further."""
    corpus = question.corpus
    imported = question.imported & question.usable
    counts = np.diff(corpus.starts["symbols"])
    share = 1 / math.log(10 + int(counts[imported].sum()))
    signals.put_by_file("hop", imported)
    signals.put_by_file("hop_share", imported * np.float32(share))
    signals.put_by_file("second_hop", question.around)
    found = question.named
    taken = found.by_name & (corpus.columns["owners"][found.symbols] == 0)
    signals.raise_to("imported", found.symbols[taken], np.ones(int(taken.sum()), np.float32))
