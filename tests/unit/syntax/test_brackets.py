"""Brackets, strings and comments of code that need not be finished."""

from __future__ import annotations

import pytest

from glm_ls.syntax.brackets import LINE_COMMENT, scan
from glm_ls.syntax.languages import language_of


def shown(language_id: str, text: str, literal: str = "") -> tuple[str, str, str]:
    found = scan(language_of(language_id), text, literal)
    return (
        "".join(mark for mark, _ in found.opened),
        "".join(mark for mark, _ in found.closed),
        found.literal,
    )


@pytest.mark.parametrize(
    ("language_id", "text", "opened", "closed", "literal"),
    [
        ("python", "f(a, [1, 2], {", "({", "", ""),
        ("python", "a) + b]", "", ")]", ""),
        ("python", "f(a[0], g())", "", "", ""),
        ("python", "f([1, 2)", "", "", ""),
        ("python", "x = '('  # (", "", "", LINE_COMMENT),
        ("python", "x = '(\n(", "(", "", ""),
        ("python", '"""(\n(', "", "", '"""'),
        ("python", '"""("" """ (', "(", "", ""),
        ("python", r'"\"(" + (', "(", "", ""),
        ("python", "x = 'it", "", "", "'"),
        ("python", "# it's (\n(", "(", "", ""),
        ("javascript", 's.replace(/[("]/g, `(${x}`, {', "({", "", ""),
        ("javascript", "a / (b / c", "(", "", ""),
        ("javascript", "return /\\(/.test(", "(", "", ""),
        ("javascript", "`a\n(", "", "", "`"),
        ("javascript", "// (\nf(/* ( */", "(", "", ""),
        ("javascript", "/* (\n", "", "", "*/"),
        ("go", "s := `\\`\nf(", "(", "", ""),
        ("go", "r := '('\nf{", "{", "", ""),
        ("rust", "fn f<'a>(x: &'a str) {", "{", "", ""),
        ("rust", 'r#"("("# {', "{", "", ""),
        ("java", "char c = '\\''; f(", "(", "", ""),
        ("c", 'printf("%d)", f(', "((", "", ""),
        ("csharp", '@"\\" + (', "(", "", ""),
        ("ruby", "x = %w[a]\n'a\n(", "", "", "'"),
        ("shellscript", "case x in a) echo ${#b} $#; { [", "{[", "", ""),
        ("sql", "SELECT 'it''s (' FROM (", "(", "", ""),
        ("haskell", "foldl' (", "(", "", ""),
        ("lua", "--[[ ( ]] f(", "(", "", ""),
        ("markdown", "a) (b", "", "", ""),
        ("unheard-of", "f(g)(", "(", "", ""),
    ],
)
def test_what_is_open(language_id: str, text: str, opened: str, closed: str, literal: str) -> None:
    assert shown(language_id, text) == (opened, closed, literal)


@pytest.mark.parametrize(
    ("language_id", "text", "literal", "expected"),
    [
        ("python", 'a", b)', '"', ("", '")', "")),
        ("python", "a) b", '"', ("", "", '"')),
        ("python", 'x\n"""\n)', '"""', ("", '""")', "")),
        ("python", "( '\nf(", LINE_COMMENT, ("(", "", "")),
        ("c", "( */ (", "*/", ("(", "*/", "")),
    ],
)
def test_text_that_starts_in_a_literal(
    language_id: str, text: str, literal: str, expected: tuple[str, str, str]
) -> None:
    assert shown(language_id, text, literal) == expected


def test_offsets_point_at_the_marks() -> None:
    text = 'a", f(x)), {'

    found = scan(language_of("python"), text, '"')

    assert [text[offset] for _, offset in (*found.closed, *found.opened)] == ['"', ")", "{"]
