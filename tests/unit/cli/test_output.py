"""Lines for people and documents for programs."""

from __future__ import annotations

import io
import json

import pytest

from glm_ls.cli.output import WIDTH, Screen, clipped, explained, table, wrapped
from glm_ls.errors import BillingProblem, DocumentError, GlmError, KeyRejected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "environ", "shown"),
    [
        (Terminal(), {}, "\x1b[32mok\x1b[0m"),
        (Terminal(), {"NO_COLOR": "1"}, "ok"),
        (Terminal(), {"NO_COLOR": ""}, "\x1b[32mok\x1b[0m"),
        (io.StringIO(), {}, "ok"),
    ],
)
def test_color_is_for_terminals(out: io.StringIO, environ: dict[str, str], shown: str) -> None:
    assert Screen(out, as_json=False, environ=environ).paint("ok", "green") == shown


def test_with_json_only_the_document_is_printed() -> None:
    out = io.StringIO()
    screen = Screen(out, as_json=True, environ={})
    screen.line("for people")
    screen.document({"a": "ä"})
    assert json.loads(out.getvalue()) == {"a": "ä"}
    assert out.getvalue().isascii()


def test_without_json_only_the_lines_are_shown() -> None:
    out = io.StringIO()
    screen = Screen(out, as_json=False, environ={})
    screen.line("for people")
    screen.document({"a": 1})
    assert out.getvalue() == "for people\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DocumentError("a.py is binary"), "a.py is binary."),
        (KeyRejected("no."), "no. Check the key, and that it belongs to this provider."),
        (
            BillingProblem("pay", code="1113"),
            "pay (code 1113). Recharge the account; a coding-plan key needs "
            "provider = 'zai-coding'.",
        ),
        (DocumentError("two\nlines \x1b[31m"), "two lines  [31m."),
    ],
)
def test_an_error_says_what_to_do_in_one_line(error: GlmError, words: str) -> None:
    assert explained(error) == words


def test_a_table_has_straight_columns() -> None:
    assert table(("name", "n"), [("a", "100"), ("long name", "2")], ".r") == [
        "name         n",
        "a          100",
        "long name    2",
    ]


def test_a_paragraph_hangs() -> None:
    lines = wrapped("ok", "word " * 30, 6)
    assert lines[0].startswith("ok    word")
    assert all(line.startswith("      word") for line in lines[1:])
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(("text", "shown"), [("abc", "abc"), ("abcdef", "abcd…"), ("a\nb", "a b")])
def test_clipped(text: str, shown: str) -> None:
    assert clipped(text, 5) == shown
