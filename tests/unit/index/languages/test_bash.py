"""Shell scripts to outlines, what they source to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import
from glm_ls.index.languages.bash import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import documented, glanced, hidden, names, outlined, shown

SOURCE = """\
#!/bin/bash
first() { :; }
source "$DIR/lib/all.sh"
. ./near.sh
. "$(dirname "$0")/common.sh"
source "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/deep.sh"
[ -f x ] && . lib/checked.sh
if true; then source ${HOME}/home.sh; fi
. <(generate)
source "$DIR/$name.plugin.zsh"
source "$file"
# Done. Next
echo "see . it"

readonly ROOT=/tmp
export PATH_A=2 PATH_B
declare -r D=3
COUNT=4
COUNT=5
table[one]=1
table[two]=2

# Greets.
greet() {
  local name=1
  inner() { :; }
}
function bare { :; }
function both() ( : )
if true; then
  late() { :; }
fi
"""


def test_what_a_script_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        ("function", "", "first", "first()"),
        ("const", "", "ROOT", "readonly ROOT=/tmp"),
        ("const", "", "PATH_A", "export PATH_A=2 PATH_B"),
        ("const", "", "D", "declare -r D=3"),
        ("const", "", "COUNT", "COUNT=4"),
        ("const", "", "table", "table[one]=1"),
        ("function", "", "greet", "greet()"),
        ("function", "", "bare", "function bare"),
        ("function", "", "both", "function both()"),
        ("function", "", "late", "late()"),
    ]


def test_what_goes_with_it() -> None:
    outline = outlined(ROW, SOURCE)

    assert {one.module for one in outline.imports} == {
        *("lib/all.sh", "./near.sh", "common.sh", "deep.sh", "lib/checked.sh", "home.sh"),
    }
    assert documented(outline) == {"greet": "Greets."}
    assert hidden(outline) == []


def test_broken_code_keeps_the_definitions_around() -> None:
    outline = outlined(
        ROW,
        """\
        before() { :; }
        broken() {
          if [ "$a" ; then
        }
        after() { :; }
        """,
    )

    assert "before" in names(outline)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("./near.sh", ["bin/near.sh"]),
        ("near.sh", ["bin/near.sh"]),
        ("lib/all.sh", ["lib/all.sh"]),
        ("deep.sh", ["other/tools/deep.sh"]),
        ("activate", ["env/activate"]),
        ("/etc/profile", []),
        ("~/near.sh", []),
        ("./deep.sh", []),
        ("none.sh", []),
        ("", []),
    ],
)
def test_sources(module: str, expected: list[str]) -> None:
    project = Project(
        "bin/run.sh bin/near.sh lib/all.sh other/tools/deep.sh env/activate near.sh".split()
    )

    assert list(ROW.resolve(Import(module), "bin/run.sh", project)) == expected


def test_definitions_at_a_glance() -> None:
    text = "a() {\n  b-c () (\nfunction d {\ncall x\n  e=(1)\n"

    assert glanced(ROW, text) == ["a", "b-c", "d"]
