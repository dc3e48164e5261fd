"""What a site says of its surroundings."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.site import Site
from glm_ls.syntax.closers import only_closers


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_the_lines_around_the_cursor(eol: str) -> None:
    site = Site(f"a{eol}\tb = f(", f") + 1{eol}{eol}  c{eol}d", "python")

    assert site.line_prefix == "\tb = f("
    assert site.line_suffix == ") + 1"
    assert site.next_line == "  c"
    assert site.indent == "\t"
    assert not site.starts_line
    assert site.is_midline


def test_an_empty_document() -> None:
    site = Site("", "", "")

    assert (site.line_prefix, site.line_suffix, site.next_line, site.indent) == ("", "", "", "")
    assert site.starts_line
    assert not site.is_midline


@pytest.mark.parametrize(
    "rest", ["", "  ", ")", ")]}", '")', "');", ") {", "):", "),", " */", "`;"]
)
def test_closers_end_a_line(rest: str) -> None:
    assert only_closers(rest)


@pytest.mark.parametrize("rest", ["a", ", b)", ") + c", ").d()", " = 1", "#"])
def test_code_does_not(rest: str) -> None:
    assert not only_closers(rest)
