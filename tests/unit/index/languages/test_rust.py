"""Rust files to outlines, their imports to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.rust import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import glanced, names, outlined, shown

SOURCE = """\
//! About the crate.
use std::{fmt, io::{self, Write as W}};
pub use crate::a::{b::C, d::*, self as e}; // handed on
use super::x;
mod foo;
#[path = "bar_impl.rs"]
pub mod bar;
#[cfg(test)]
mod tests { use super::*; use super::super::up; fn hidden() {} }
pub mod inner { pub fn f() {} mod deep; }

/// The arguments.
/// More of it.
#[derive(Debug, Clone)]
pub(crate) struct Args<T: Clone>
where
    T: Copy,
{
    /// Its name.
    pub name: String,
    #[serde(default)]
    x: Vec<T>,
}
pub struct Unit;
pub struct Tuple(pub u32, String);
pub enum Mode {
    A,
    B(u32) = 2,
    C {
        path: PathBuf,
    },
}
union Bits { a: u32 }
pub trait Run<T>: Base + Send where T: X {
    type Item; const N: usize = 1; fn go(&self) -> T; fn own(&self) {} }
impl<T: Clone> Args<T> { pub const fn new() -> Self { todo!() } const K: u8 = 1; }
impl<'a, T> fmt::Display for &'a mut Args<T> where T: X { fn fmt(&self) {} }
pub const LIMIT: u32 = 1;
static mut COUNT: &str = "a";
pub type Res<T> = Result<T, E>;
macro_rules! check { () => {} }
extern "C" { fn native(a: i32); }
pub unsafe extern "C" fn entry() -> i32 { use a::b; crate::q::r() + crate::q::Thing::new() }
pub(super) async fn wait<'a>(
    x: &'a str,
) -> io::Result<()> { fn local() {} }
"""


def test_what_a_file_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        ("function", "", "f", "fn f()"),
        ("class", "", "Args", "struct Args<T: Clone> where T: Copy"),
        ("field", "Args", "name", "name: String"),
        ("field", "Args", "x", "x: Vec<T>"),
        ("class", "", "Unit", "struct Unit"),
        ("class", "", "Tuple", "struct Tuple(pub u32, String)"),
        ("class", "", "Mode", "enum Mode"),
        ("const", "Mode", "A", "A"),
        ("const", "Mode", "B", "B(u32) = 2"),
        ("const", "Mode", "C", "C {"),
        ("field", "Mode", "path", "path: PathBuf"),
        ("class", "", "Bits", "union Bits"),
        ("field", "Bits", "a", "a: u32"),
        ("class", "", "Run", "trait Run<T>: Base + Send where T: X"),
        ("type", "Run", "Item", "type Item"),
        ("const", "Run", "N", "const N: usize = 1"),
        ("method", "Run", "go", "fn go(&self) -> T"),
        ("method", "Run", "own", "fn own(&self)"),
        ("method", "Args", "new", "const fn new() -> Self"),
        ("const", "Args", "K", "const K: u8 = 1"),
        ("method", "Args", "fmt", "fn fmt(&self)"),
        ("const", "", "LIMIT", "const LIMIT: u32 = 1"),
        ("const", "", "COUNT", 'static mut COUNT: &str = "a"'),
        ("type", "", "Res", "type Res<T> = Result<T, E>"),
        ("function", "", "check", "macro_rules! check"),
        ("function", "", "native", "fn native(a: i32)"),
        ("function", "", "entry", 'unsafe extern "C" fn entry() -> i32'),
        ("function", "", "wait", "async fn wait<'a>( x: &'a str, ) -> io::Result<()>"),
    ]


def test_what_a_file_takes_and_hands_on() -> None:
    assert outlined(ROW, SOURCE).imports == (
        Import("self::foo"),
        Import("bar_impl.rs", reexport=True),
        Import("self::inner::deep"),
        Import("std", ("fmt", "io")),
        Import("std::io", ("Write",)),
        Import("crate::a::b", ("C",), reexport=True),
        Import("crate::a::d", reexport=True),
        Import("crate", ("a",), reexport=True),
        Import("super", ("x",)),
        Import("crate::q", ("r",)),
        Import("crate::q", ("Thing",)),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use a;", [Import("a")]),
        ("use a::*;", [Import("a")]),
        ("use ::a::b;", [Import("a", ("b",))]),
        ("use a::{\n    b, // why\n    c as d,\n};", [Import("a", ("b", "c"))]),
        ("use a::{b::{c, d::e}, f};", [
            Import("a::b", ("c",)), Import("a::b::d", ("e",)), Import("a", ("f",)),
        ]),
        ("fn f() {\n    use a::b;\n}", [Import("a", ("b",))]),
        ("/// use a::b;\nfn f() {}", []),
        ("mod m {\n    use super::a::b;\n}", [Import("self::a", ("b",))]),
        ("mod m {\n    use super::super::a::b;\n}", [Import("super::a", ("b",))]),
        ("mod m {\n    use self::a::b;\n}", [Import("self::a", ("b",))]),
        ("pub(crate) use a::b;", [Import("a", ("b",), reexport=True)]),
        ("use a::{", []),
    ],
)  # fmt: skip
def test_trees_of_uses(text: str, expected: list[Import]) -> None:
    assert list(outlined(ROW, text).imports) == expected


def test_what_types_implement() -> None:
    assert outlined(ROW, SOURCE).bases == (("Run", "Base"), ("Args", "Display"))


def test_lines_documentation_and_visibility() -> None:
    of = {symbol.name: symbol for symbol in outlined(ROW, SOURCE).symbols}

    assert (of["Args"].start, of["Args"].body, of["Args"].end) == (14, 17, 22)
    assert (of["wait"].start, of["wait"].body, of["wait"].end) == (43, 45, 45)
    assert of["Args"].doc == "The arguments."
    assert of["name"].doc == "Its name."
    assert of["wait"].mentions == ("a", "x", "io")
    assert {name for name in of if of[name].private} == {"x", "Bits", "a", "K", "COUNT", "native"}


def test_broken_code_keeps_the_definitions_around() -> None:
    text = "struct A { b: u8 }\n\nfn = {\n\nimpl A {\n    fn c(&self) {}\n}\n\nfn d() {}\n"

    assert {"A", "b", "c", "d"} <= set(names(outlined(ROW, text)))


@pytest.mark.parametrize("text", ["", "fn", "impl", "pub struct", "mod", "#[path = ]", "use"])
def test_fragments_are_no_error(text: str) -> None:
    assert outlined(ROW, text) == Outline()


def test_definitions_in_text_that_is_not_parsed() -> None:
    assert glanced(ROW, SOURCE) == [
        *("foo", "bar", "tests", "inner", "Args", "Unit", "Tuple", "Mode", "Bits", "Run"),
        *("Item", "LIMIT", "COUNT", "Res", "check", "entry", "wait"),
    ]


PROJECT = Project(
    (
        "Cargo.toml",
        "build.rs",
        "crates/core/main.rs",
        "crates/core/search.rs",
        "crates/core/flags/mod.rs",
        "crates/core/flags/parse.rs",
        "crates/match-er/src/lib.rs",
        "crates/match-er/src/main.rs",
        "crates/match-er/src/a.rs",
        "crates/match-er/src/a/b.rs",
        "crates/match-er/src/a/hidden/deep.rs",
        "crates/match-er/src/a/odd_impl.rs",
        "crates/match-er/src/bin/tool.rs",
        "crates/match-er/tests/all.rs",
        "crates/match-er/tests/common/mod.rs",
    ),
    {
        "Cargo.toml": """
            [package]
            name = "rg"
            [[bin]]
            name = "rg"
            path = "crates/core/main.rs"
            [dependencies]
            pattern = { package = "match-er", path = "crates/match-er" }
            """,
        "crates/match-er/Cargo.toml": """
            [package]
            name = "match-er"
            [lib]
            name = "matcher"
            """,
        "broken/Cargo.toml": "[package\nname = ",
        "odd/Cargo.toml": "package = 1\nbin = 2\ndependencies = []\n[lib]\nname = 3\npath = 4",
    },
)
LIB = "crates/match-er/src/lib.rs"
A = "crates/match-er/src/a.rs"
B = "crates/match-er/src/a/b.rs"
MAIN = "crates/core/main.rs"
FLAGS = "crates/core/flags/mod.rs"
PARSE = "crates/core/flags/parse.rs"


@pytest.mark.parametrize(
    ("wanted", "file", "expected"),
    [
        (Import("crate::a", ("Thing",)), LIB, (A,)),
        (Import("crate::a", ("b",)), LIB, (B,)),
        (Import("crate::a", ("b", "Thing")), LIB, (A, B)),
        (Import("crate::a::b"), LIB, (B,)),
        (Import("crate::a::Kind", ("One",)), LIB, (A,)),
        (Import("crate", ("Root",)), A, (LIB, "crates/match-er/src/main.rs")),
        (Import("crate", ("Root",)), LIB, ()),
        (Import("crate::flags", ("parse",)), "crates/core/search.rs", (PARSE,)),
        (Import("crate", ("x",)), PARSE, (MAIN,)),
        (Import("self::b"), A, (B,)),
        (Import("self::hidden::deep"), A, ("crates/match-er/src/a/hidden/deep.rs",)),
        (Import("a/odd_impl.rs"), LIB, ("crates/match-er/src/a/odd_impl.rs",)),
        (Import("super", ("Thing",)), B, (A,)),
        (Import("super::super", ("Root",)), B, (LIB, "crates/match-er/src/main.rs")),
        (Import("super", ("Flag",)), PARSE, (FLAGS,)),
        (Import("super::search", ("run",)), FLAGS, ("crates/core/search.rs",)),
        (Import("b", ("X",)), A, (B,)),
        (Import("matcher::a", ("b",)), MAIN, (B,)),
        (Import("match_er", ("a", "Root")), MAIN, (LIB, A)),
        (Import("pattern", ("Root",)), MAIN, (LIB,)),
        (Import("matcher"), "crates/match-er/tests/all.rs", (LIB,)),
        (
            Import("self::common"),
            "crates/match-er/tests/all.rs",
            ("crates/match-er/tests/common/mod.rs",),
        ),
        (Import("crate", ("x",)), "crates/match-er/src/bin/tool.rs", ()),
        (Import("std::io", ("Read",)), LIB, ()),
        (Import(""), LIB, ()),
        (Import("super::super::super::super"), B, ()),
    ],
)
def test_the_files_a_path_means(wanted: Import, file: str, expected: tuple[str, ...]) -> None:
    assert tuple(ROW.resolve(wanted, file, PROJECT)) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (B, [A]),
        (A, [LIB, "crates/match-er/src/main.rs"]),
        (PARSE, [FLAGS]),
        (FLAGS, [MAIN]),
        (MAIN, []),
        ("crates/match-er/tests/all.rs", []),
        ("build.rs", []),
    ],
)
def test_a_file_sees_the_module_above(file: str, expected: list[str]) -> None:
    assert list(ROW.implicit(file, Outline(), PROJECT)) == expected
