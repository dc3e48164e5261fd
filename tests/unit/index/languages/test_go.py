"""Go files to outlines, their imports to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.go import ROW
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import glanced, names, outlined, shown

SOURCE = """\
// Package gin routes.
package gin

import (
	"fmt"
	. "example.com/x"
	j "example.com/y/v2"
)
import "net/http"

// Engine is the framework's instance.
// More of it.
type Engine struct {
	RouterGroup
	*pkg.Base[T]
	Name, Alias string `json:"name"` // trailing
	// pool holds contexts.
	pool  sync.Pool
	inner struct {
		Depth int
	}
}

type (
	A = B
	Handler func(*Context) error
	Reader  interface {
		io.Reader
		// Do does.
		Do(x int) (err error)
		~int | ~string
	}
)

type Pair[K comparable, V any] struct{ key K }

const (
	One Kind = iota
	Two
	Three, Four = 3, 4
)

var _ Reader = (*Engine)(nil)
var x = 1
var (
	errA        = errors.New("a")
	_    Writer = &Other{}
)

// Run runs.
func (e *Engine) Run(addr ...string) (err error) {
	type local struct{ z int }
	return nil
}

func (p Pair[K, V]) get() K { return p.key }
func New[T any](
	opts ...T,
) *Engine {
	return nil
}
"""


def test_what_a_file_defines() -> None:
    assert shown(outlined(ROW, SOURCE)) == [
        ("class", "", "Engine", "type Engine struct"),
        ("field", "Engine", "Name", 'Name, Alias string `json:"name"`'),
        ("field", "Engine", "Alias", 'Name, Alias string `json:"name"`'),
        ("field", "Engine", "pool", "pool sync.Pool"),
        ("field", "Engine", "inner", "inner struct {"),
        ("field", "Engine", "Depth", "Depth int"),
        ("type", "", "A", "type A = B"),
        ("type", "", "Handler", "type Handler func(*Context) error"),
        ("class", "", "Reader", "type Reader interface"),
        ("field", "Reader", "Do", "Do(x int) (err error)"),
        ("class", "", "Pair", "type Pair[K comparable, V any] struct"),
        ("field", "Pair", "key", "key K"),
        ("const", "", "One", "const One Kind = iota"),
        ("const", "", "Two", "const Two"),
        ("const", "", "Three", "const Three, Four = 3, 4"),
        ("const", "", "Four", "const Three, Four = 3, 4"),
        ("const", "", "x", "var x = 1"),
        ("const", "", "errA", 'var errA = errors.New("a")'),
        ("method", "Engine", "Run", "func (e *Engine) Run(addr ...string) (err error)"),
        ("method", "Pair", "get", "func (p Pair[K, V]) get() K"),
        ("function", "", "New", "func New[T any]( opts ...T, ) *Engine"),
    ]


def test_imports_bases_and_package() -> None:
    found = outlined(ROW, SOURCE)

    assert [one.module for one in found.imports] == [
        *("fmt", "example.com/x", "example.com/y/v2", "net/http")
    ]
    assert found.package == "gin"
    assert found.bases == (
        ("Engine", "RouterGroup"),
        ("Engine", "Base"),
        ("Reader", "Reader"),
        ("Engine", "Reader"),
        ("Other", "Writer"),
    )


def test_lines_documentation_and_visibility() -> None:
    of = {symbol.name: symbol for symbol in outlined(ROW, SOURCE).symbols}

    assert (of["Engine"].start, of["Engine"].end) == (12, 21)
    assert (of["New"].start, of["New"].body, of["New"].end) == (56, 58, 60)
    assert of["Engine"].doc == "Engine is the framework's instance."
    assert of["pool"].doc == "pool holds contexts."
    assert of["Do"].doc == "Do does."
    assert of["Run"].doc == "Run runs."
    assert of["Handler"].mentions == ("Context",)
    assert {name for name in of if of[name].private} == {
        *("pool", "inner", "key", "x", "errA", "get")
    }


def test_broken_code_keeps_the_definitions_around() -> None:
    text = "package a\n\nfunc A() {}\n\nfunc (\n\nvar = 1\n\ntype B struct {\n\tC int\n}\n"

    assert {"A", "B", "C"} <= set(names(outlined(ROW, text)))


@pytest.mark.parametrize("text", ["", "package", "import (", "func", "type X", "const (", "var _"])
def test_fragments_are_no_error(text: str) -> None:
    assert outlined(ROW, text).symbols == ()


def test_definitions_in_text_that_is_not_parsed() -> None:
    assert glanced(ROW, SOURCE) == [*("Engine", "Pair", "_", "x", "Run", "get", "New")]


PROJECT = Project(
    (
        "main.go",
        "main_test.go",
        "render/json.go",
        "render/json_test.go",
        "render/xml.go",
        "render/README.md",
        "tools/gen/gen.go",
        "forks/yaml/yaml.go",
        "forks/yaml/v3/yaml.go",
    ),
    {
        "go.mod": """\
module example.com/gin // the root

require example.com/other v1.0.0
replace example.com/yaml => ./forks/yaml
replace (
    example.com/yaml/v3 v3.0.1 => ./forks/yaml/v3
    example.com/gone => example.com/elsewhere v1.0.0
)
""",
        "tools/go.mod": 'module "example.com/gin/tools"\n',
        "forks/go.mod": "no module",
    },
)


@pytest.mark.parametrize(
    ("module", "file", "expected"),
    [
        ("example.com/gin/render", "main.go", ("render/json.go", "render/xml.go")),
        ("example.com/gin", "render/json.go", ("main.go",)),
        ("example.com/gin/tools/gen", "main.go", ("tools/gen/gen.go",)),
        ("example.com/yaml", "main.go", ("forks/yaml/yaml.go",)),
        ("example.com/yaml/v3", "main.go", ("forks/yaml/v3/yaml.go",)),
        ("example.com/ginger", "main.go", ()),
        ("example.com/gin/missing", "main.go", ()),
        ("example.com/gone", "main.go", ()),
        ("fmt", "main.go", ()),
        ("", "main.go", ()),
    ],
)
def test_the_package_an_import_means(module: str, file: str, expected: tuple[str, ...]) -> None:
    assert tuple(ROW.resolve(Import(module), file, PROJECT)) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("render/json.go", ["render/xml.go"]),
        ("render/json_test.go", ["render/json.go", "render/xml.go"]),
        ("main.go", []),
    ],
)
def test_a_file_sees_its_package(file: str, expected: list[str]) -> None:
    assert list(ROW.implicit(file, Outline(), PROJECT)) == expected
