"""Definitions near by in the tree of folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glm_ls.index.project import distance

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals


def score(question: Question, signals: Signals) -> None:
    """Lift definitions by how few steps their folder is away."""
    corpus = question.corpus
    steps = [distance(question.folder, folder) for folder in corpus.folder_names]
    near = np.array([1 / (1 + step) for step in steps], np.float32)
    signals.put("proximity", near[corpus.folders][corpus.file_of_symbol])
