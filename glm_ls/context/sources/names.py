"""Definitions that the document names: those it imports, and the classes it mentions.

Of several definitions of a name those in imported files count, where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glm_ls.context.types import CLASS, TYPE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals

MAX_NAMESAKES = 12
"""Definitions of one name beyond which it says nothing."""


@dataclass(frozen=True, eq=False)
class Named:
    """Pairs of a word of the document (index in its codes) and a symbol it may mean."""

    words: NDArray[np.intp]
    symbols: NDArray[np.int32]
    namesakes: NDArray[np.intp]
    """How many symbols each pair's word may mean."""
    by_name: NDArray[np.bool_]
    """Whether each pair's word is imported by name."""
    classes: NDArray[np.bool_]
    """Whether each pair's symbol is a class or a type."""


def score(question: Question, signals: Signals) -> None:
    """Mark what the document and the function around the cursor name already."""
    for signal, codes in (
        ("in_file", question.document.codes),
        ("in_function", question.function_codes),
    ):
        _, symbols = question.corpus.symbols_by_name.of_each(codes)
        signals.raise_to(signal, symbols, np.ones(len(symbols), np.float32))


def named(question: Question) -> Named:
    """Return what the words of the document may mean."""
    corpus, document = question.corpus, question.document
    words, symbols = corpus.symbols_by_name.of_each(document.codes)
    keep = question.usable_symbols[symbols]
    words, symbols = words[keep], symbols[keep]
    files = corpus.file_of_symbol[symbols]
    kinds = corpus.columns["kinds"][symbols]
    imported = question.imported[files]
    by_name = document.codes_by_name[words]
    # From a file that something is taken from by name, only that is visible, and any member.
    narrow = question.narrowed[files] & (corpus.columns["owners"][symbols] == 0)
    visible = imported & (by_name | ~narrow)
    seen = np.zeros(len(document.codes), np.bool_)
    seen[words[visible]] = True
    keep = visible | ~seen[words]
    words, symbols, kinds = words[keep], symbols[keep], kinds[keep]
    counts = np.bincount(words, minlength=len(document.codes))
    return Named(
        words,
        symbols,
        counts[words],
        document.codes_by_name[words],
        (kinds == CLASS) | (kinds == TYPE),
    )
