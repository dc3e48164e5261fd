"""A glance at a text, in every language the index understands."""

from __future__ import annotations

import pytest

from glm_ls.index.languages.table import ROWS
from glm_ls.index.record import BLOCKS, BUCKET, blocks_of
from glm_ls.index.rough import rough_facts
from glm_ls.syntax.languages import language_of

TEXTS = {
    "python": (
        "class Reader:\n    async def read(self, path):\n        pass\n",
        ["Reader", "read"],
    ),
    "typescript": (
        "export class Reader {\n}\n\nexport function load(path: string) {\n}\n",
        ["Reader", "load"],
    ),
    "go": (
        "type Reader struct {\n}\n\nfunc (r *Reader) Read(path string) error {\n}\n",
        ["Reader", "Read"],
    ),
    "rust": ("pub struct Reader;\n\npub fn load(path: &str) -> Reader {\n}\n", ["Reader", "load"]),
    "java": (
        "public class Reader {\n    public String read(Path path) {\n    }\n}\n",
        ["Reader", "read"],
    ),
    "c": ("struct reader {\n};\n\nint load(const char *path)\n{\n}\n", ["load"]),
    "cpp": ("class Reader {\n};\n\nint load(const char *path)\n{\n}\n", ["load"]),
    "csharp": (
        "public class Reader\n{\n    public string Read(string path)\n    {\n    }\n}\n",
        ["Reader", "Read"],
    ),
    "ruby": ("class Reader\n  def read(path)\n  end\nend\n", ["Reader", "read"]),
    "php": ("<?php\nclass Reader {\n  function read($path) {\n  }\n}\n", ["Reader", "read"]),
    "shellscript": ("load() {\n  cat $1\n}\n", ["load"]),
}


@pytest.mark.parametrize("language_id", [name for row in ROWS for name in row.ids])
def test_definitions_are_seen_in_their_lines(language_id: str) -> None:
    family = next(row.family for row in ROWS if language_id in row.ids)
    text, names = TEXTS.get(language_id) or TEXTS[SAME.get(family, family)]
    facts = rough_facts(language_of(language_id), text)
    found = {symbol.name: symbol for symbol in facts.outline.symbols}
    assert set(names) <= set(found)
    for symbol in found.values():
        line = text.split("\n")[symbol.start]
        assert symbol.name in line
        assert symbol.signature in " ".join(line.split())
        assert not symbol.signature.endswith(("{", ":"))
        assert symbol.start == symbol.end
    lengths = dict(zip(BLOCKS, blocks_of([facts.record])[0][0], strict=True))
    assert lengths["symbols"] == len(facts.outline.symbols)
    assert lengths["buckets"] == -(-len(text.split("\n")) // BUCKET)


SAME = {"javascript": "typescript", "web": "typescript", "bash": "shellscript"}
"""Families to the language that stands for them in TEXTS."""


def test_a_language_without_a_row_gives_its_words() -> None:
    facts = rough_facts(language_of("lua"), "local total = price\n")
    assert facts.outline.symbols == ()
    assert list(facts.words) == [["local", "total", "price"], []]


@pytest.mark.parametrize("language_id", [name for row in ROWS for name in row.ids])
@pytest.mark.parametrize(
    "text", ["", "\n" * 9, "\0\ud800(((", "x" * 5000, "def " * 2000, "(" * 5000]
)
def test_what_is_no_code_is_passed_over(language_id: str, text: str) -> None:
    facts = rough_facts(language_of(language_id), text)
    assert all(symbol.start < text.count("\n") + 1 for symbol in facts.outline.symbols)
