"""What the index has to know of a language besides how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glm_ls.index.facts import Import, Outline
from glm_ls.index.project import Project

if TYPE_CHECKING:
    from glm_ls.syntax.parser import Node


def no_files(_file: str, _outline: Outline, _project: Project) -> Sequence[str]:
    """Return nothing: most languages import only what a file names."""
    return ()


@dataclass(frozen=True, slots=True)
class Row:
    """A language of the index; one per module of this package."""

    ids: tuple[str, ...]
    """Ids in `syntax.languages` that are walked alike."""
    family: str
    """Languages whose definitions are of use to each other share it."""
    outline: Callable[[Node, bytes], Outline]
    """A file's tree and text to what it defines and imports."""
    resolve: Callable[[Import, str, Project], Sequence[str]]
    """An import of a file to the project's files that it means; () for a foreign one."""
    rough: re.Pattern[str]
    """Multi-line pattern with the group `name`: definitions by line, for files not yet parsed."""
    keywords: frozenset[str]
    """Words that are never names of the project: keywords, built-in types, literals."""
    variant: Callable[[str], str] | None = None
    """A text to the id of the language it is really written in, such as C++ in a `.h` file."""
    readable: Callable[[str], str] | None = None
    """A text to one of the same length in bytes without what the grammar stumbles over."""
    implicit: Callable[[str, Outline, Project], Sequence[str]] = no_files
    """A file to those it sees without importing them: its package, its header."""
    index_files: frozenset[str] = frozenset()
    """Names or endings of files that hand on what others define, such as `__init__.py`."""
    headless: frozenset[str] = frozenset()
    """Kinds whose signature names their owner itself, so that no line for the owner is needed."""
    orphan: str = ""
    """How the owner of members is shown whose definition is elsewhere, such as `impl {}`."""
