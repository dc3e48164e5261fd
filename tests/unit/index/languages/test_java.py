"""Java files to outlines, their imports to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.java import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import glanced, names, outlined, shown

SOURCE = """\
package com.acme.json;

import static java.util.Map.entry;
import static com.acme.Checks.*;
import com.acme.util.*;
import com.acme.Outer.Inner;

/**
 * Reads and writes.
 * More of it.
 */
@Deprecated
@SuppressWarnings("x")
public final class Json<T extends Y> extends Base<T> implements Reader, ns.Writer<K> {
  private static final Map<String, Integer> CACHE = new HashMap<>();
  @Expose protected int a, b = 2;
  public Json() { this(1); }
  /** Reads one. */
  @Override
  public synchronized <R> R read(String text,
      Class<R> type) throws IOException, ParseException {
    class Local {}
    return null;
  }
  abstract void open();
  static class Nested { int depth; }
  enum Mode implements Named {
    STRICT,
    @Old LENIENT("x") { void hidden() {} };
    private final int value;
    Mode(int value) {}
    int get() { return value; }
  }
  interface Callback extends First, Second<T> {
    void call(int x); default int d() { return 1; } int MAX = 1; }
  record Point(int x, List<String> names) implements Shape { Point { } static int count; }
  @interface Marker { String value() default ""; }
  static { }
}
non-sealed class Other {}
"""


def test_what_a_file_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        (
            "class",
            "",
            "Json",
            "class Json<T extends Y> extends Base<T> implements Reader, ns.Writer<K>",
        ),
        ("field", "Json", "CACHE", "static Map<String, Integer> CACHE = new HashMap<>()"),
        ("field", "Json", "a", "int a, b = 2"),
        ("field", "Json", "b", "int a, b = 2"),
        ("method", "Json", "Json", "Json()"),
        (
            "method",
            "Json",
            "read",
            "<R> R read(String text, Class<R> type) throws IOException, ParseException",
        ),
        ("method", "Json", "open", "abstract void open()"),
        ("class", "Json", "Nested", "static class Nested"),
        ("field", "Nested", "depth", "int depth"),
        ("class", "Json", "Mode", "enum Mode implements Named"),
        ("const", "Mode", "STRICT", "STRICT"),
        ("const", "Mode", "LENIENT", 'LENIENT("x") { void hidden() {} }'),
        ("field", "Mode", "value", "int value"),
        ("method", "Mode", "Mode", "Mode(int value)"),
        ("method", "Mode", "get", "int get()"),
        ("class", "Json", "Callback", "interface Callback extends First, Second<T>"),
        ("method", "Callback", "call", "void call(int x)"),
        ("method", "Callback", "d", "default int d()"),
        ("field", "Callback", "MAX", "int MAX = 1"),
        ("class", "Json", "Point", "record Point(int x, List<String> names) implements Shape"),
        ("field", "Point", "x", "int x"),
        ("field", "Point", "names", "List<String> names"),
        ("method", "Point", "Point", "Point"),
        ("field", "Point", "count", "static int count"),
        ("class", "Json", "Marker", "@interface Marker"),
        ("method", "Marker", "value", 'String value() default ""'),
        ("class", "", "Other", "non-sealed class Other"),
    ]


def test_imports_bases_and_package() -> None:
    found = outlined(ROW, SOURCE)

    assert found.imports == (
        Import("java.util.Map", ("entry",)),
        Import("com.acme.Checks"),
        Import("com.acme.util.*"),
        Import("com.acme.Outer.Inner", ("Inner",)),
    )
    assert found.package == "com.acme.json"
    assert found.bases == (
        ("Json", "Base"),
        ("Json", "Reader"),
        ("Json", "Writer"),
        ("Mode", "Named"),
        ("Callback", "First"),
        ("Callback", "Second"),
        ("Point", "Shape"),
    )


def test_lines_documentation_and_visibility() -> None:
    found = outlined(ROW, SOURCE).symbols
    of = {(symbol.kind, symbol.name): symbol for symbol in found}
    json, read = of["class", "Json"], of["method", "read"]

    assert (json.start, json.body, json.end) == (13, 13, 38)
    assert (read.start, read.body, read.end) == (19, 20, 23)
    assert (json.doc, read.doc) == ("Reads and writes.", "Reads one.")
    assert read.mentions == ("R", "text", "Class", "type", "IOException", "ParseException")
    assert [one.signature for one in found if one.private] == [
        *("static Map<String, Integer> CACHE = new HashMap<>()", "int value")
    ]


def test_broken_code_keeps_the_definitions_around() -> None:
    text = "class A {\n  int b;\n  void c( {\n  }\n  void d() {}\n}\nclass E { int f; }\n"

    assert {"A", "b", "d", "E", "f"} <= set(names(outlined(ROW, text)))


@pytest.mark.parametrize("text", ["", "package", "import ;", "import a.", "class", "@A", "enum {"])
def test_fragments_are_no_error(text: str) -> None:
    assert outlined(ROW, text).symbols == ()


def test_definitions_in_text_that_is_not_parsed() -> None:
    assert glanced(ROW, SOURCE) == [
        *("Json", "read", "Local", "open", "Nested", "Mode", "Callback", "Point", "Marker")
    ]


CORE = "core/src/main/java/com/acme/"
TESTS = "core/src/test/java/com/acme/"
WEB = "web/src/main/java/com/acme/"
PROJECT = Project(
    (
        f"{CORE}Json.java",
        f"{CORE}Outer.java",
        f"{CORE}util/Lists.java",
        f"{CORE}util/Maps.java",
        f"{CORE}util/notes.txt",
        f"{TESTS}JsonTest.java",
        f"{TESTS}Fixtures.java",
        f"{TESTS}util/MoreLists.java",
        f"{WEB}Json.java",
        f"{WEB}App.java",
        "tools/Tool.java",
        "tools/Other.java",
    )
)


@pytest.mark.parametrize(
    ("wanted", "file", "expected"),
    [
        (Import("com.acme.Json", ("Json",)), f"{CORE}util/Lists.java", [f"{CORE}Json.java"]),
        (Import("com.acme.Json", ("Json",)), f"{WEB}App.java", [f"{WEB}Json.java"]),
        (Import("com.acme.Outer.Inner", ("Inner",)), f"{CORE}Json.java", [f"{CORE}Outer.java"]),
        (Import("com.acme.Outer.A.B", ("B",)), f"{CORE}Json.java", [f"{CORE}Outer.java"]),
        (Import("com.acme.Outer", ("constant",)), f"{CORE}Json.java", [f"{CORE}Outer.java"]),
        (Import("com.acme.Outer.*"), f"{CORE}Json.java", [f"{CORE}Outer.java"]),
        (
            Import("com.acme.util.*"),
            f"{CORE}Json.java",
            [f"{CORE}util/Lists.java", f"{CORE}util/Maps.java"],
        ),
        (
            Import("com.acme.util.*"),
            f"{TESTS}JsonTest.java",
            [f"{TESTS}util/MoreLists.java", f"{CORE}util/Lists.java", f"{CORE}util/Maps.java"],
        ),
        (Import("java.util.List", ("List",)), f"{CORE}Json.java", []),
        (Import("java.util.*"), f"{CORE}Json.java", []),
        (Import(""), f"{CORE}Json.java", []),
    ],
)
def test_the_files_an_import_means(wanted: Import, file: str, expected: list[str]) -> None:
    assert list(ROW.resolve(wanted, file, PROJECT)) == expected


@pytest.mark.parametrize(
    ("file", "package", "expected"),
    [
        (
            f"{TESTS}JsonTest.java",
            "com.acme",
            [
                f"{TESTS}Fixtures.java",
                f"{CORE}Json.java",
                f"{CORE}Outer.java",
                f"{WEB}App.java",
                f"{WEB}Json.java",
            ],
        ),
        (
            f"{CORE}Json.java",
            "com.acme",
            [f"{CORE}Outer.java", f"{WEB}App.java", f"{WEB}Json.java"],
        ),
        ("tools/Tool.java", "", ["tools/Other.java"]),
        ("tools/Tool.java", "com.elsewhere", ["tools/Other.java"]),
    ],
)
def test_a_file_sees_its_package(file: str, package: str, expected: list[str]) -> None:
    assert list(ROW.implicit(file, Outline(package=package), PROJECT)) == expected
