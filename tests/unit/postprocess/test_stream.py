"""When a stream has brought enough, and what remains of one that was cut."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import CompletionStream
from glm_ls.postprocess.suggestion import Suggestion

FUNCTION = Site("def f():\n    ", "", "python")
LINE = Site("x = ", "\n", "python", extent="line")


@pytest.mark.parametrize(
    ("site", "chat", "until_enough"),
    [
        (LINE, False, "1\n"),
        (LINE, False, "1<|endoftext|>"),
        (LINE, True, "Here it is:\n\n1\n"),
        (LINE, True, "<think>a\nb\n</think>\n1\n"),
        (LINE, True, "```python\n1\n"),
        (FUNCTION, False, "a = 1\n    return a\n\nx "),
        (FUNCTION, False, "b(a)\n    b(a)\n    b(a)\n"),
        (FUNCTION, True, "```python\nreturn 1\n```\n"),
        (FUNCTION, True, "<COMPLETION>\nreturn 1\n</COMPLETION>\n"),
        (FUNCTION, True, "def f():\n    return 1\n\n\ndef g():\n"),
        (Site("func f() {\n\t", "\n}\n", "go"), False, "a()\n}\n"),
        (Site("x = ", "\ny = 2\n", "python"), False, "1\ny = 2\n"),
    ],
)
def test_enough_has_come_at_the_line_or_token_that_shows_it(
    site: Site, chat: bool, until_enough: str
) -> None:
    stream = CompletionStream(site, chat=chat)

    said = [stream.feed(character) for character in until_enough]

    assert said == [False] * (len(until_enough) - 1) + [True]


@pytest.mark.parametrize(
    ("answer", "text", "rest"),
    [
        ("return 1\n\n\ndef g():\n    return 2\n", "return 1", "\n\n\ndef g():\n    return 2"),
        ("a = 1\n    a = 1\n    a = 1\n    a = 1\n", "a = 1", ""),
        ("return 1<|user|>more", "return 1", ""),
        ("return 1", "return 1", ""),
    ],
)
def test_code_behind_the_text_is_kept(answer: str, text: str, rest: str) -> None:
    stream = CompletionStream(FUNCTION, chat=False)
    stream.feed(answer)

    assert stream.close(whole=True) == Suggestion(text, 0, rest)


def test_a_suggestion_has_at_most_thirty_lines() -> None:
    stream = CompletionStream(FUNCTION, chat=False)
    lines = [f"    a{number} = {number}" for number in range(50)]

    assert stream.feed("\n".join(lines).lstrip())
    suggestion = stream.close(whole=True)

    assert suggestion is not None
    assert suggestion.text.split("\n")[1:] == lines[1:30]
    assert suggestion.rest.split("\n")[1:] == lines[30:]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("a = 1\n    b = 2\n    c = ", Suggestion("a = 1\n    b = 2")),
        ("a = 1\n", Suggestion("a = 1")),
        ("a = ", None),
        ("<think>what", None),
        ("", None),
    ],
)
def test_of_a_stream_that_was_cut_whole_lines_remain(
    answer: str, expected: Suggestion | None
) -> None:
    stream = CompletionStream(FUNCTION, chat=True)
    stream.feed(answer)

    assert stream.close(whole=False) == expected


def test_what_is_enough_is_not_undone_by_what_follows() -> None:
    stream = CompletionStream(LINE, chat=True)

    assert stream.feed("1\n")
    assert stream.feed("2</think>3\n```")

    suggestion = stream.close(whole=False)
    assert suggestion is not None
    assert suggestion.text == "1"


def test_the_log_names_what_fired() -> None:
    stream = CompletionStream(FUNCTION, chat=True)
    stream.feed("<think></think>```python\n    return 1\n```\nIt returns 1.")
    stream.close(whole=True)

    assert stream.fired == ["reasoning", "wrapping: fence", "indentation"]


@pytest.mark.parametrize("eol", ["\r\n", "\r"])
def test_line_ends_of_the_document_do_not_matter(eol: str) -> None:
    prefix, suffix = "def f(a):\n    if a:\n        ", "\n    return 2\n"
    stream = CompletionStream(
        Site(prefix.replace("\n", eol), suffix.replace("\n", eol), "python"), chat=True
    )

    assert stream.feed(eol.join(["b()", "        c()", "    return 2", ""]) + "\n")
    assert stream.close(whole=True) == Suggestion("b()\n        c()")


@pytest.mark.parametrize("piece", ["\n", "<think>\n", "x" * 100, "    x = (\n"])
def test_an_answer_that_leads_nowhere_is_enough_at_some_point(piece: str) -> None:
    stream = CompletionStream(Site("def f():\n    ", "\n", "python", "a.py"), chat=True)
    assert stream.feed(piece * 20_000)
    assert len(stream._raw) <= 20_000


def test_a_long_file_that_is_written_anew_is_skipped_up_to_the_cursor() -> None:
    head = "import os\nimport sys\n"
    far = "".join(f"NAME_{n} = f({n})\n" for n in range(300))
    site = Site(f"{far}def g():\n    "[-4_000:], "\n", "python", head=head)
    stream = CompletionStream(site, chat=True)

    stream.feed(f"{head}{far}def g():\n    return 1\n")

    assert stream.close(whole=True) == Suggestion("return 1")
    assert "whole-file" in stream.fired
