from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from glm_ls.index.corpus import Corpus, Entry
from glm_ls.index.extract import facts_of
from glm_ls.index.files import family_of
from glm_ls.index.index import Index
from glm_ls.index.paths import is_test
from glm_ls.syntax.languages import language_of
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots
from tests import repositories

Files = Mapping[str, str | bytes]
OpenIndex = Callable[..., Index]
READER = "def read(path): ...\n"
WRITER = "def write(path): ...\n"
HAVE = {"read.py": ["def read(path):"], "pkg/write.py": ["def write(path):"]}
"""What is defined in the small project."""


def write(root: Path, files: Files) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def entry_of(path: str, text: str) -> tuple[Entry, bytes]:
    """Return a file as the corpus takes it."""
    facts = facts_of(language_of("", path), text)
    return Entry(path, family_of(facts.language.id), is_test(path)), facts.record


def signatures(corpus: Corpus) -> dict[str, list[str]]:
    """Return what is defined in each file."""
    return {
        path: [corpus.signature(one) for one in range(*_bounds(corpus, at))]
        for path, at in corpus.at.items()
    }


def finished(one: Index) -> dict[str, list[str]]:
    """Return what is defined in each file when everything is read."""
    one.finish()
    assert one.is_complete
    return signatures(one.corpus)


def _bounds(corpus: Corpus, file: int) -> tuple[int, int]:
    span = corpus.span("symbols", file)
    return span.start, span.stop


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a project, by its real path."""
    folder = Path(os.path.realpath(tmp_path)) / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def open_index(root: Path, cache: Path) -> Iterator[OpenIndex]:
    """Open indexes of the project, which are closed at the end."""
    opened: list[Index] = []

    def open_one(*patterns: str, kept: Path | None = cache) -> Index:
        opened.append(Index(root, Ignore(Roots((root,)), patterns), kept))
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()


@pytest.fixture
def git(root: Path) -> Callable[..., str]:
    """Run git in the project."""
    return partial(repositories.git, root)


@pytest.fixture
def small(root: Path) -> Path:
    """A project of two modules."""
    write(root, {"read.py": READER, "pkg/write.py": WRITER})
    return root
