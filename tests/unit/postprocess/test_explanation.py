"""A model's Markdown is for reading: nothing in what is shown can be clicked, loaded or misread."""

from __future__ import annotations

import re

import pytest

from glm_ls.postprocess.explanation import harmless, in_short

KEPT = [
    "It adds **two** numbers.",
    "# What it does\n\n- first\n- *second*\n\n1. one",
    "Use `a[0] < b` here.",
    "```python\nx = {'a': [1]}\n```",
    "~~~\nplain\n~~~",
    "```\na\n```\n\nthen\n\n```go\nb\n```",
    "a -> b, 1 > 0, a == b",
]

TAKEN = [
    ("[see](http://evil.example/x)", "\\[see](…"),
    ("![](http://evil.example/p.png)", "!\\[](…"),
    ("![x][1]\n\n[1]: http://evil.example", "!\\[x]\\[1]\n\n\\[1]: …"),
    ("<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)>"),
    ("<a href='command:x'>y</a>", "\\<a href='…>y\\</a>"),
    ("<http://evil.example>", "\\<…>"),
    ("http://evil.example/x is it", "… is it"),
    ("www.evil.example", "…"),
    ("//evil.example/x", "…"),
    ("write to a.b@evil.example", "write to …"),
    ("command:workbench.action.terminal.new", "…"),
    ("[x](command:y)", "\\[x](…"),
    ("java\u200bscript:alert(1)", "…"),
    ("&#106;avascript&colon;x", "\\&#106;avascript\\&colon;x"),
    ("$\\href{javascript:x}{y}$", "\\$\\href{…"),
    ("a\\[b](http://x.example)", "a\\\\\\[b](…"),
    ("\\<b>x", "\\\\\\<b>x"),
    ("a\\`[x](y)`", "a\\\\`[x](y)`"),
    ("``[x](y)", "\\`\\`\\[x](y)"),
    ("`a``b`", "`a'b`"),
    ("\u202ereversed", "reversed"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("\U000e0041tag", "tag"),
    ("```x y\n[a](b)", "\\`\\`\\`x y\n\\[a](b)"),
    ("~~~ a b\n[a](b)\n~~~\n[c](d)", "\\~\\~\\~ a b\n\\[a](b)\n```\n\\[c](d)\n```".replace(
        "\\[c](d)", "[c](d)")),
    ("```python\nopen('http://evil.example')\n```", "```python\nopen('…\n```"),
    ("```\nnever closed [a](b)", "```\nnever closed [a](b)\n```"),
    ("````\n```\n[a](b)\n````", "````\n```\n[a](b)\n````"),
    ("vscode://x.y/z", "…"),
    ("VSCODE-INSIDERS:x", "…"),
    ("hthttp://xtp://y", "…"),
    ("file:///etc/passwd", "…"),
    ("data:text/html;base64,xx", "…"),
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_plain_markdown_stays(text: str) -> None:
    assert harmless(text) == text.replace("~~~", "```") + "\n"


@pytest.mark.parametrize(("text", "shown"), TAKEN)
def test_what_could_be_clicked_is_text(text: str, shown: str) -> None:
    assert harmless(text) == shown + "\n"


@pytest.mark.parametrize(("text", "shown"), TAKEN)
def test_doing_it_twice_brings_no_link_back(text: str, shown: str) -> None:
    again = harmless(harmless(text))
    assert not re.search(
        r"(?<!\\)(?:\\\\)*(?:\[[^`]*\]\(|<[a-z])(?![^\n]*`)", again.split("```")[0]
    )


@pytest.mark.parametrize(("text", "shown"), TAKEN)
def test_a_message_is_plain(text: str, shown: str) -> None:
    short = in_short(text)
    assert not re.search(r"://|\]\(|<[a-z]|[\x00-\x1f\u202e]", short, re.IGNORECASE)


def test_a_long_text_is_cut() -> None:
    assert len(harmless("x" * 100_000)) <= 20_001
    assert len(in_short("word " * 1000)) <= 600
