"""The languages the index understands; all others are served by lexical search."""

from __future__ import annotations

from glm_ls.index.languages import (
    bash,
    c,
    cpp,
    csharp,
    go,
    java,
    php,
    python,
    ruby,
    rust,
    typescript,
)
from glm_ls.index.languages.row import Row

ROWS: tuple[Row, ...] = (
    python.ROW, typescript.ROW, go.ROW, rust.ROW, java.ROW,
    c.ROW, cpp.ROW, csharp.ROW, ruby.ROW, php.ROW, bash.ROW,
)  # fmt: skip

_BY_ID = {name: row for row in ROWS for name in row.ids}


def row_of(language_id: str) -> Row | None:
    """Return the row of a language by its id in `syntax.languages`."""
    return _BY_ID.get(language_id)
