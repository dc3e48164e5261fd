"""A folder in, its texts and where every name is defined out: what the answers are judged by.

Definitions come from the product's own outline, which other tools were compared with elsewhere.
A signature counts in the outline's words, or, where the outline words it otherwise than the source
does, also in the source's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.context.position import Definition
from bench.context.score import tokens_of
from glm_ls.index.extract import Facts, facts_of
from glm_ls.index.facts import Symbol
from glm_ls.index.languages.table import row_of
from glm_ls.index.paths import is_test
from glm_ls.index.project import MANIFESTS, Project
from glm_ls.syntax.languages import Language, language_of
from glm_ls.workspace.admission import obstacle_in
from glm_ls.workspace.files import VENDORED

MAX_BYTES = 400_000
MAX_MEANINGS = 3
"""Definitions of a name; what has more cannot be looked up by its name."""

_VISIBILITY = re.compile(
    r"^(?:(?:export|default|declare|public|private|protected|pub(?:\([^)]*\))?)\s+)+"
)


@dataclass(eq=False)
class Source:
    """One file of the measured language."""

    path: str
    text: str
    language: Language

    @cached_property
    def facts(self) -> Facts:
        """The product's facts of it."""
        return facts_of(self.language, self.text)

    @cached_property
    def tokens(self) -> str:
        """Its text, comparable."""
        return tokens_of(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")


@dataclass(eq=False)
class Gold:
    """A project as it was before anything is hidden."""

    root: Path
    family: str
    sources: dict[str, Source]
    """Files of the family by path, tests among them."""
    manifests: dict[str, str] = field(default_factory=dict)

    @cached_property
    def project(self) -> Project:
        """The paths, as import resolution wants them."""
        return Project(self.sources, self.manifests)

    @cached_property
    def definitions(self) -> dict[str, list[Definition]]:
        """Definitions by name; those in tests are none."""
        found: dict[str, list[Definition]] = defaultdict(list)
        for source in self.sources.values():
            if not is_test(source.path):
                for symbol in source.facts.outline.symbols:
                    found[symbol.name].append(definition_of(source, symbol))
        return found

    def meanings(self, name: str, path: str, *, as_member: bool) -> tuple[Definition, ...]:
        """Return what a name in a file can mean elsewhere; () if that is nothing or too much."""
        everywhere = self.definitions.get(name, ())
        if any(one.path == path for one in everywhere):
            return ()
        found = tuple(one for one in everywhere if as_member or not one.is_member)
        return found if len(found) <= MAX_MEANINGS else ()


def definition_of(source: Source, symbol: Symbol) -> Definition:
    """Return a symbol as a context can show it."""
    raw = _VISIBILITY.sub("", source.lines[symbol.start].strip())
    line = tokens_of(raw.rstrip(" {:;,="))
    signature = tokens_of(symbol.signature.rstrip(" {:;,="))
    forms = (signature,) if signature in source.tokens else (signature, line)
    return Definition(source.path, bool(symbol.owner), forms, line)


def read_gold(root: Path, family: str) -> Gold:
    """Read the files of a family of languages below a folder.

    Generated and minified files are none of the project's: the product sends nothing of them.
    """
    sources, manifests = {}, {}
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        path = file.relative_to(root).as_posix()
        if VENDORED & set(path.split("/")[:-1]) or file.stat().st_size > MAX_BYTES:
            continue
        if file.name in MANIFESTS:
            manifests[path] = file.read_text("utf-8", "replace")
        language = language_of("", path)
        row = row_of(language.id)
        if row is not None and row.family == family:
            try:
                text = file.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            if not obstacle_in(text):
                sources[path] = Source(path, text, language)
    return Gold(root, family, sources, manifests)
