from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from glm_ls.context.engine import Answer, Engine, Inquiry
from glm_ls.context.question import Document, Question
from glm_ls.context.signals import Signals
from glm_ls.context.surroundings import NOTHING, Surroundings
from glm_ls.index.corpus import Corpus
from glm_ls.index.extract import Facts, facts_of
from glm_ls.index.imports import Imports, Known
from glm_ls.index.project import Project
from glm_ls.index.words import code_of
from glm_ls.syntax.languages import language_of
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots
from tests.unit.index.conftest import entry_of, write

CURSOR = "‸"
"""Stands for the cursor in texts of tests."""
OpenEngine = Callable[..., Engine]


def at_cursor(text: str) -> tuple[str, int, int]:
    """Return a text without its mark, and where that was."""
    before, after = text.split(CURSOR)
    return before + after, before.count("\n"), len(before) - before.rfind("\n") - 1


def ask(
    engine: Engine,
    path: str,
    marked: str,
    budget: int = 1000,
    surroundings: Surroundings = NOTHING,
    **more: bool | float,
) -> Answer:
    """Ask about a document with a mark."""
    text, row, column = at_cursor(marked)
    inquiry = Inquiry(path, text, row, column, budget, surroundings=surroundings)
    return engine.answer(replace(inquiry, **more))  # type: ignore[arg-type]


def question(
    files: Mapping[str, str], path: str, marked: str, surroundings: Surroundings = NOTHING
) -> Question:
    """Return what is asked at the mark of a document, in a project that is held in memory."""
    text, row, _ = at_cursor(marked)
    lines = text.split("\n")
    facts = facts_of(language_of("", path), "\n".join((*lines[:row], "", *lines[row + 1 :])))
    everything = {**files, path: text}

    def known(name: str) -> Known | None:
        one = facts_of(language_of("", name), everything[name])
        return None if one.row is None else Known(one.row, one.outline, lambda: _top(one))

    imports = Imports(Project(everything), known)
    taken = {} if facts.row is None else imports.of_outline(path, facts.row, facts.outline)
    corpus = Corpus.of([entry_of(name, everything[name]) for name in sorted(everything)])
    document = Document(path, facts, taken, imports.around(taken))
    return Question(corpus, document, row, surroundings=surroundings)


def _top(facts: Facts) -> frozenset[int]:
    return frozenset(code_of(one.name) for one in facts.outline.symbols if not one.owner)


def lifted(score: Callable[[Question, Signals], None], asked: Question) -> dict[str, float]:
    """Return how much a source speaks for each definition, all its signals together."""
    signals = Signals(asked.corpus)
    score(asked, signals)
    total = sum(signals.rows.values())
    return {
        asked.corpus.signature(at): float(total[at]) if signals.rows else 0.0  # type: ignore[index]
        for at in range(asked.corpus.symbol_count)
        if asked.usable_symbols[at]
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a project, by its real path."""
    folder = Path(os.path.realpath(tmp_path)) / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def open_engine(root: Path, tmp_path: Path) -> Iterator[OpenEngine]:
    """Write files and open engines on them, indexed to the end; they are closed at the end."""
    opened: list[Engine] = []

    def open_one(
        files: Mapping[str, str | bytes] | None = None,
        *patterns: str,
        cache: Path | None = tmp_path / "cache",
        indexed: bool = True,
    ) -> Engine:
        write(root, files or {})
        opened.append(Engine(root, Ignore(Roots((root,)), patterns), cache))
        if indexed:
            opened[-1].index.finish()
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()
