"""What stands around the cursor: brackets and their closers, literals, indentation."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.site import Site
from glm_ls.syntax.statements import LONG


def frame(language_id: str, document: str) -> Frame:
    prefix, _, suffix = document.partition("¦")
    return Frame.of(Site(prefix, suffix, language_id), chat=False)


@pytest.mark.parametrize(
    ("language_id", "document", "fates"),
    [
        ("python", "f(¦)", [(")", "on line")]),
        ("python", "f(¦", [(")", "missing")]),
        ("python", "f(g(¦))", [(")", "on line"), (")", "on line")]),
        ("python", "f(\n    g(¦\n)", [(")", "missing"), (")", "below")]),
        ("go", "func f() {\n\t¦\n}", [("}", "below")]),
        ("go", "func f() {\n\t¦\n\nfunc g() {\n}", [("}", "missing")]),
        ("go", "func f() {\n\t¦\n\tg()", [("}", "below")]),
        ("c", "int f() {\n  if (a) {\n    ¦\n}", [("}", "missing"), ("}", "below")]),
        ("javascript", "f({¦});", [("}", "on line"), (")", "on line")]),
        ("javascript", 'f("¦")', [('"', "on line"), (")", "on line")]),
        ("python", '"""¦\n"""', [('"""', "below")]),
        ("python", '"""¦\n"""a"""', [('"""', "missing")]),
    ],
)
def test_where_openers_are_closed(
    language_id: str, document: str, fates: list[tuple[str, str]]
) -> None:
    found = frame(language_id, document).openers

    assert [(opener.closer, opener.fate) for opener in found] == fates


@pytest.mark.parametrize(
    ("document", "tabs", "unit"),
    [
        ("a\n\tb\n¦", True, 4),
        ("a\n  b\n    c\n¦", False, 2),
        ("a\n    b\n¦", False, 4),
        ("a\n\t¦", True, 4),
        ("a\n  b\n\tc¦", None, 2),
        ("a\n¦", None, 4),
    ],
)
def test_how_the_file_indents(document: str, tabs: bool | None, unit: int) -> None:
    found = frame("python", document)

    assert (found.tabs, found.unit) == (tabs, unit)


def test_a_window_that_starts_in_a_string_is_read_from_a_top_level_line_on() -> None:
    prose = "end of a docstring.\n" + '"""\n' + "x = 1\n" * (LONG // 5)

    assert frame("python", f"{prose}def f():\n    ¦").literal == ""
    assert frame("python", f"{prose}def f():\n    '¦").literal == "'"


def test_the_statement_began_where_its_bracket_was_opened() -> None:
    assert frame("python", "    f(\n            a, ¦").statement_width == 4
    assert frame("javascript", "  f({\n      ¦").statement_width == 6
