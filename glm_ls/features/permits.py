"""What each kind of action may do to the user's files, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from glm_ls.text.position import Range

Code = Literal["same", "kept", "free"]
"""What has to become of the code that stood there: `same` words in the same order, comments and
documentation aside; all of it `kept`, with more in between; or anything."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one kind of action may do."""

    code: Code = "free"
    max_lost: float = 1.0
    """Share of the words of the allowed range that may go, from 0 to 1."""
    parses: bool = True
    """Whether a change that adds syntax errors is refused."""
    max_files: int = 1


LIMITS: Mapping[str, Limits] = {
    "fix": Limits(max_lost=0.6),
    "fix-all": Limits(max_lost=0.5),
    "rewrite": Limits(),
    "simplify": Limits(max_lost=0.9),
    "implement": Limits(max_lost=0.6),
    "document": Limits(code="same"),
    "types": Limits(max_lost=0.3),
    "tests": Limits(code="kept", max_files=2),
    "agent": Limits(max_lost=0.6, max_files=10),
    "next-edit": Limits(),
    "review-fix": Limits(max_lost=0.6),
    "review-ignore": Limits(code="same"),
}
"""By action; one that is not named here may do nothing."""

MAX_EDITS = 500
"""Edits of a file; more is no change but another text."""
MAX_CHARS = 200_000
"""Characters that all edits of a plan put in."""
MAX_LINE = 20_000
"""Characters of a line that is put in."""
FEW_WORDS = 12
"""Words of an allowed range up to which all of them may go: shares say nothing of short ones."""

NEVER_WRITTEN = (
    "/.git /.git/ /.hg/ /.svn/ /.vscode/ /.idea/ /.zed/ /.helix/ /.nvim/ /.github/workflows/"
    " /.glm-ls.toml /.glmignore /.gitignore /.gitattributes /.gitmodules /.pre-commit-config.yaml"
    " /.envrc /.nvim.lua /.exrc /.vimrc /.dir-locals.el"
).split()
"""Parts of a path, in lower case, that nothing but the user's own request for that very document
may change: what runs by itself when a folder is opened, and what glm-ls and git go by."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What one request may change."""

    action: str
    """Name of a row of `LIMITS`."""
    uri: str
    """The document that the user asked about."""
    ranges: tuple[Range, ...] | None = None
    """Where in it edits may fall; None: anywhere."""
    files: frozenset[str] = field(default_factory=frozenset)
    """Other files that the action declares, as URIs."""
    creates: frozenset[str] = field(default_factory=frozenset)
    """Files that it may make, as URIs."""
