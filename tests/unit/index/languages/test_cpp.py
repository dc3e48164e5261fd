"""C++ files to outlines; includes are C's."""

from __future__ import annotations

from textwrap import dedent

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.c_texts import readable
from glm_ls.index.languages.cpp import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import documented, glanced, hidden, names, outlined, shown

SOURCE = """\
#pragma once
#include <vector>

namespace geo::shapes {

/// A shape with corners.
template <typename T, int N = 3>
class Polygon final : public Shape<T>, private util::Named {
 public:
  explicit Polygon(int corners);
  Polygon(const Polygon&) = delete;
  ~Polygon();
  // The length of all sides.
  virtual double length() const override = 0;
  static constexpr int kMax = 3;
  template <class U> U as() const { return U(); }
  using Points = std::vector<T>;
  enum class Kind { kOpen, kClosed };
  bool operator==(const Polygon& other) const;
  auto first() -> T&;
  friend int helper(const Polygon& p) { return 1; }

 protected:
  int corners_ = 0, *more_;

 private:
  void (*callback_)(int);
  struct Edge { T from; };
};

template <> struct Polygon<int> {};
using Triangle = Polygon<double, 3>;
template <class T> using Line = Polygon<T, 2>;
template <class T> concept Drawable = requires(T t) { t.draw(); };
template <typename T> T area(const Polygon<T>& p) noexcept;
}  // namespace geo::shapes

template <class T, int N>
geo::shapes::Polygon<T, N>::Polygon(int corners) : corners_(corners) {}
double geo::Circle::length() const { return 1; }
"""


def test_what_a_header_declares() -> None:
    template = "template <typename T, int N = 3>"
    assert shown(outlined(ROW, SOURCE)) == [
        (
            *("class", "", "Polygon"),
            f"{template} class Polygon final : public Shape<T>, private util::Named",
        ),
        ("method", "Polygon", "Polygon", "explicit Polygon(int corners)"),
        ("method", "Polygon", "length", "virtual double length() const = 0"),
        ("field", "Polygon", "kMax", "static constexpr int kMax = 3"),
        ("method", "Polygon", "as", "template <class U> U as() const"),
        ("type", "Polygon", "Points", "using Points = std::vector<T>"),
        ("class", "Polygon", "Kind", "enum class Kind"),
        ("const", "Kind", "kOpen", "kOpen"),
        ("const", "Kind", "kClosed", "kClosed"),
        ("method", "Polygon", "operator==", "bool operator==(const Polygon& other) const"),
        ("method", "Polygon", "first", "auto first() -> T&"),
        ("function", "", "helper", "int helper(const Polygon& p)"),
        ("field", "Polygon", "corners_", "int corners_ = 0, *more_"),
        ("field", "Polygon", "more_", "int corners_ = 0, *more_"),
        ("field", "Polygon", "callback_", "void (*callback_)(int)"),
        ("class", "Polygon", "Edge", "struct Edge"),
        ("field", "Edge", "from", "T from"),
        ("class", "", "Polygon", "template <> struct Polygon<int>"),
        ("type", "", "Triangle", "using Triangle = Polygon<double, 3>"),
        ("type", "", "Line", "template <class T> using Line = Polygon<T, 2>"),
        (
            *("type", "", "Drawable"),
            "template <class T> concept Drawable = requires(T t) { t.draw(); }",
        ),
        ("function", "", "area", "template <typename T> T area(const Polygon<T>& p) noexcept"),
        (
            *("method", "Polygon", "Polygon"),
            "template <class T, int N> geo::shapes::Polygon<T, N>::Polygon(int corners)",
        ),
        ("method", "Circle", "length", "double geo::Circle::length() const"),
    ]


def test_what_goes_with_it() -> None:
    outline = outlined(ROW, SOURCE)

    assert outline.package == "geo::shapes"
    assert outline.imports == (Import("<vector>"),)
    assert outline.bases == (("Polygon", "Shape"), ("Polygon", "Named"))
    assert hidden(outline) == ["callback_", "Edge", "from"]
    assert documented(outline) == {
        "Polygon": "A shape with corners.",
        "length": "The length of all sides.",
    }


def test_what_is_for_its_file_alone() -> None:
    outline = outlined(
        ROW, "static int a;\nnamespace { void f() {} class B { int c; }; }\nint d();\n"
    )

    assert hidden(outline) == ["a", "f", "B", "c"]


def test_tests_have_no_names() -> None:
    assert shown(outlined(ROW, "TEST(Suite, Case) { int a; }\n")) == []


def test_broken_code_keeps_the_definitions_around() -> None:
    outline = outlined(
        ROW,
        """\
        class Before { int a() { return 1; } };
        class Broken { void f() { g(h.) } int b(); };
        namespace x { int after() { return 2; } }
        """,
    )

    assert names(outline) == ["Before", "a", "Broken", "f", "b", "after"]


def test_a_class_behind_a_macro() -> None:
    text = "class API Foo : public Bar {\n public:\n  Foo(int a) : a_(a) {}\n  int a_;\n};\n"
    outline = outlined(ROW, readable(text))

    assert names(outline) == ["Foo", "Foo", "a_"]
    assert outline.bases == (("Foo", "Bar"),)


@pytest.mark.parametrize(
    ("module", "expected"),
    [("foo.h", "lib/foo.h"), ("geo/foo.hpp", "include/geo/foo.hpp"), ("<vector>", None)],
)
def test_includes(module: str, expected: str | None) -> None:
    project = Project(["lib/foo.h", "include/geo/foo.hpp", "lib/a.cc"])

    assert list(ROW.resolve(Import(module), "lib/a.cc", project)) == [expected] * bool(expected)


def test_a_header_belongs_to_its_source() -> None:
    project = Project(["include/x/foo.hpp", "src/x/foo.cc", "far/away/from/here/foo.cc"])

    assert list(ROW.implicit("include/x/foo.hpp", Outline(), project)) == ["src/x/foo.cc"]


def test_definitions_at_a_glance() -> None:
    text = dedent(
        """\
        class Foo : public Bar {
          virtual int size() const;
          void f() { return g(1); }
        };
        std::vector<int> a::Foo::all(int b) {
          return other(b);
        }
        using X = int;
        """
    )

    assert glanced(ROW, text) == ["Foo", "size", "f", "all", "X"]
