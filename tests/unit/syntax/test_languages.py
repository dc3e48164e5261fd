"""The table of languages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from glm_ls.syntax.languages import LANGUAGES, NEUTRAL, Language, language_of
from glm_ls.syntax.parser import parse

WITH_GRAMMAR = [row for row in LANGUAGES if row.grammar]


@pytest.mark.parametrize(
    ("language_id", "path", "expected"),
    [
        ("python", "", "python"),
        ("Python", "", "python"),
        ("typescriptreact", "a.ts", "typescriptreact"),
        ("bash", "", "shellscript"),
        ("cuda-cpp", "", "cpp"),
        ("", "src/main.rs", "rust"),
        ("unknown", "src\\Main.JAVA", "java"),
        ("plaintext", "build/Dockerfile", "dockerfile"),
        ("plaintext", "notes", "plaintext"),
        ("", "Makefile", "makefile"),
        ("", "no-suffix", ""),
        ("", "", ""),
    ],
)
def test_the_id_decides_then_the_file_name(language_id: str, path: str, expected: str) -> None:
    assert language_of(language_id, path).id == expected


def test_an_unknown_language_has_the_neutral_row() -> None:
    assert language_of("brainfuck", "a.bf") is NEUTRAL


def test_every_name_belongs_to_one_row() -> None:
    ids = [name for row in LANGUAGES for name in (row.id, *row.aliases)]
    suffixes = [suffix for row in LANGUAGES for suffix in row.suffixes]

    assert len(set(ids)) == len(ids)
    assert len(set(suffixes)) == len(suffixes)
    assert all(suffix == suffix.lower() for suffix in suffixes)


def test_languages_with_a_grammar() -> None:
    assert {row.id for row in WITH_GRAMMAR} == {
        *("python", "javascript", "javascriptreact", "typescript", "typescriptreact", "go"),
        *("rust", "java", "c", "cpp", "csharp", "ruby", "php", "shellscript"),
    }


@pytest.mark.parametrize("language", WITH_GRAMMAR, ids=lambda row: row.id)
def test_every_grammar_loads_and_parses(language: Language) -> None:
    tree = parse(language, "x")

    assert tree is not None
    assert tree.root_node.end_byte == 1


def test_no_parser_is_loaded_before_the_first_parse() -> None:
    code = (
        "import sys, glm_ls.syntax.scope, glm_ls.postprocess.stream\n"
        "assert not [name for name in sys.modules if name.startswith('tree_sitter')]"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("language_id", "line", "expected"),
    [
        ("ruby", "  end", True),
        ("ruby", "  ending = 1", False),
        ("shellscript", "done | sort", True),
        ("html", "  </li>", True),
        ("python", "end", False),
    ],
)
def test_words_that_end_a_block(language_id: str, line: str, expected: bool) -> None:
    assert language_of(language_id).ends_with_word(line) is expected
