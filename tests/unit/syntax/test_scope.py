"""What encloses the cursor, and where it ends."""

from __future__ import annotations

import pytest

from glm_ls.syntax.languages import language_of
from glm_ls.syntax.scope import enclosing, ends_block

CURSOR = "¦"


def around(language_id: str, text: str) -> tuple[str, range | None, str]:
    """Return the innermost kind, the lines of the definition, and the literal at the mark."""
    before, _, _ = text.partition(CURSOR)
    lines = text.replace(CURSOR, "").split("\n")
    line = before.count("\n")
    found = enclosing(language_of(language_id), lines, line, len(before.rpartition("\n")[2]))
    return found.kinds[0] if found.kinds else "", found.definition, found.literal


@pytest.mark.parametrize(
    ("language_id", "text", "definition"),
    [
        ("python", "def f():\n    a = 1\n    ¦\n\ndef g():\n    pass\n", range(3)),
        (
            "python",
            "class A:\n    def f(self):\n        g(x, ¦\n\n    def h(self): pass\n",
            range(1, 3),
        ),
        ("python", "class A:\n    def f(self):\n        x\n    ¦\n", range(4)),
        ("python", "x = 1\n¦\n", None),
        ("javascript", "class A {\n  m() {\n    a(¦\n  }\n\n  n() {}\n}\n", range(1, 4)),
        ("typescript", "function f(): void {\n  ¦\n}\n", range(3)),
        ("go", "package a\n\nfunc f() {\n\tx.¦\n}\n\nfunc g() {}\n", range(2, 5)),
        ("rust", "impl A {\n    fn f(&self) {\n        self.¦\n    }\n}\n", range(1, 4)),
        ("java", "class A {\n  void f() {\n    if (¦\n  }\n}\n", range(1, 4)),
        ("c", "int f(void)\n{\n    return ¦\n}\n", range(4)),
        ("cpp", "namespace a {\nvoid f() {\n  ¦\n}\n}\n", range(1, 4)),
        ("csharp", "class A {\n  void F() {\n    x.¦\n  }\n}\n", range(1, 4)),
        ("ruby", "class A\n  def f\n    x.¦\n  end\nend\n", range(1, 4)),
        ("php", "<?php\nfunction f() {\n  $x->¦\n}\n", range(1, 4)),
        ("shellscript", "f() {\n  echo ¦\n}\n", range(3)),
        ("haskell", "f x =\n  ¦\n", None),
    ],
)
def test_the_definition_around_unfinished_code(
    language_id: str, text: str, definition: range | None
) -> None:
    assert around(language_id, text)[1] == definition


@pytest.mark.parametrize(
    ("language_id", "text", "literal"),
    [
        ("python", "x = 1  # note ¦\n", "comment"),
        ("python", 'x = "a ¦\n', "string"),
        ("python", 'def f():\n    """Doc.\n\n    ¦\n    """\n', "string"),
        ("python", 'x = "a" + ¦\n', ""),
        ("javascript", "/**\n * ¦\n */\nf();\n", "comment"),
        ("javascript", "const s = `a\n¦\n`;\n", "string"),
        ("go", "// ¦\npackage a\n", "comment"),
        ("haskell", "-- ¦\n", "comment"),
        ("haskell", "x = 1 ¦\n", ""),
    ],
)
def test_comments_and_strings(language_id: str, text: str, literal: str) -> None:
    assert around(language_id, text)[2] == literal


def test_lines_are_counted_in_the_document() -> None:
    lines = ["x = 1"] * 1000 + ["def f():", "    a = 1", "    ", "    return a"]

    found = enclosing(language_of("python"), lines, 1002, 4)

    assert found.definition == range(1000, 1004)


@pytest.mark.parametrize(
    ("language_id", "before", "added", "block"),
    [
        ("python", "def f():\n    ", "return 1\n\nx = 2\n", "return 1"),
        ("python", "def f(a", "):\n    return a\n\nx = 2\n", "):\n    return a"),
        (
            "python",
            "class A:\n    ",
            "def f(self):\n        pass\n\n    x = 1\n",
            "def f(self):\n        pass",
        ),
        ("python", "def f():\n    ", "a = 1\n    return a\n", None),
        ("python", "", "x = 1\ny = 2\n", None),
        ("javascript", "function f() {\n  ", "g();\n}\nh();\n", "g();\n}"),
        ("javascript", "class A {\n  ", "m() {\n  }\n\n  n() {\n", "m() {\n  }"),
        ("typescript", "export function f(", "): void {\n}\nh();\n", "): void {\n}"),
        ("go", "func f() {\n\tif a {\n\t\t", "b()\n\t}\n\tc()\n", "b()\n\t}"),
        ("rust", "fn f() {\n    ", 'g("ü");\n}\nfn h() {\n', 'g("ü");\n}'),
        ("java", "class A {\n  ", "int f() {\n  }\n\n  int g() {\n", "int f() {\n  }"),
        ("c", "int f(void)\n{\n    ", "return 1;\n}\n\nint g(void)\n{\n", "return 1;\n}"),
        ("ruby", "class A\n  ", "def f\n    1\n  end\n\n  def g\n", "def f\n    1\n  end"),
        ("haskell", "f x =\n  ", "x\n\ng y =\n", None),
    ],
)
def test_where_the_block_at_the_cursor_ends(
    language_id: str, before: str, added: str, block: str | None
) -> None:
    end = ends_block(language_of(language_id), before, added)

    assert (None if end is None else added[:end]) == block
