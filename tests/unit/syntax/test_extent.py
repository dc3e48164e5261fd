"""How much is wanted at a cursor."""

from __future__ import annotations

import pytest

from glm_ls.syntax.extent import Extent, extent_of
from glm_ls.syntax.languages import language_of


@pytest.mark.parametrize(
    ("language", "document", "extent"),
    [
        ("python", "def f():¦\n", "block"),
        ("python", "def f():\n    ¦\n", "block"),
        ("python", "def f():\n    ¦\n    return 1\n", "statement"),
        ("python", "def f():¦\n    return 1\n", "statement"),
        ("python", "def f():\n    a = 1\n    ¦\n\n\ndef g(): ...\n", "block"),
        ("python", "total = ¦\n", "block"),
        ("python", "total = su¦\nmean = 1\n", "statement"),
        ("python", "def f():\n    total = su¦\n    return total\n", "statement"),
        ("python", "def f():\n    total = su¦\n\n\nx = f()\n", "block"),
        ("python", "total = sum(¦)\n", "block"),
        ("python", "total = f(¦, b)\n", "line"),
        ("python", "total = ¦ + b\n", "line"),
        ("python", "# the sum of ¦\n", "line"),
        ("python", 'name = "the ¦\n', "line"),
        ("python", 'name = "the ¦"\n', "line"),
        ("python", 'def f():\n    """¦\n', "statement"),
        ("python", 'def f():\n    """¦"""\n', "line"),
        ("python", 'def f():\n    """Add.\n\n    ¦\n', "block"),
        ("go", "func f() {¦\n", "block"),
        ("go", "func f() {¦}\n", "block"),
        ("go", "func f() {\n\t¦\n}\n", "block"),
        ("go", "func f() {\n\t¦\n\treturn 1\n}\n", "statement"),
        ("go", "func f() {\n\ta := 1\n\t¦\n}\n", "block"),
        ("java", "// the sum of ¦\n", "line"),
        ("java", "/**\n * The sum of ¦\n */\n", "statement"),
        ("rust", "let x = match y {\n    ¦\n};\n", "block"),
        ("typescript", "const f = () => ¦\n", "block"),
        ("typescript", "const f = () => {¦};\n", "block"),
        ("c", "int f(void)\n{\n    ¦\n}\n", "block"),
        ("c", "int f(int ¦)\n", "block"),
    ],
)
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_the_extent_follows_from_the_place(
    language: str, document: str, extent: Extent, eol: str
) -> None:
    before, _, after = document.replace("\n", eol).partition("¦")

    assert extent_of(language_of(language), before, after) == extent
