"""Definitions near by in the tree of folders."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.index.project import distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals


def score(question: Question, signals: Signals) -> None:
    """Lift definitions by how few steps their folder is away."""
    corpus = question.corpus
    near = _nearness(question.folder, tuple(corpus.folder_names))
    signals.put_by_file("proximity", near[corpus.folders])


@lru_cache(maxsize=16)
def _nearness(folder: str, folders: tuple[str, ...]) -> NDArray[np.float32]:
    return np.array([1 / (1 + distance(folder, other)) for other in folders], np.float32)
