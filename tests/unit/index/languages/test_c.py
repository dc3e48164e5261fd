"""C files to outlines, their includes to files."""

from __future__ import annotations

import pytest

from glm_ls.index.facts import Import, Outline
from glm_ls.index.languages.c import ROW
from glm_ls.index.languages.c_texts import readable, variant
from glm_ls.index.project import Project
from tests.unit.index.languages.cases import documented, glanced, hidden, names, outlined, shown

HEADER = """\
/* Copyright */
#ifndef LIST_H
#define LIST_H
#include <stddef.h>
#include "util/mem.h"
#define LIST_FLAG
#define LIST_MAX 10 /* entries */
#define LIST_EACH(list, it) \\
    for (it = (list)->head; it; it = it->next)
#ifdef __cplusplus
extern "C" {
#endif

/*
 * A node of a list.
 */
typedef struct node {
    int a, *b;
    int (*compare)(const void *,
                   const void *);
    union { int left; long right; };
    struct { int depth; } inner;
    unsigned flag:1;
} node_t, *node_ptr;

typedef struct { size_t size; } list;
typedef struct list list;
typedef int (*visit)(node_t *, void *);
enum color { RED = 1, BLUE };
struct later;

// Frees a list.
void list_free(list *it);
extern API int list_size(const list *it);
int (list_top)(list *it);
int (*list_handler(int kind))(int);
static inline int list_empty(list *it) { return !it->size; }
extern const char *names[], *version;
#ifdef __cplusplus
}
#endif
#endif
"""


def test_what_a_header_declares() -> None:
    compare = "int (*compare)(const void *,"
    assert shown(outlined(ROW, HEADER)) == [
        ("const", "", "LIST_MAX", "#define LIST_MAX 10 /* entries */"),
        ("function", "", "LIST_EACH", "#define LIST_EACH(list, it)"),
        ("class", "", "node", "typedef struct node"),
        ("field", "node", "a", "int a, *b"),
        ("field", "node", "b", "int a, *b"),
        ("field", "node", "compare", compare),
        ("field", "node", "left", "int left"),
        ("field", "node", "right", "long right"),
        ("field", "node", "depth", "int depth"),
        ("field", "node", "inner", "struct { int depth; } inner"),
        ("field", "node", "flag", "unsigned flag:1"),
        ("type", "", "node_t", "typedef struct node node_t, *node_ptr"),
        ("type", "", "node_ptr", "typedef struct node node_t, *node_ptr"),
        ("class", "", "list", "typedef struct list"),
        ("field", "list", "size", "size_t size"),
        ("type", "", "list", "typedef struct list list"),
        ("type", "", "visit", "typedef int (*visit)(node_t *, void *)"),
        ("class", "", "color", "enum color"),
        ("const", "color", "RED", "RED = 1"),
        ("const", "color", "BLUE", "BLUE"),
        ("function", "", "list_free", "void list_free(list *it)"),
        ("function", "", "list_size", "extern API int list_size(const list *it)"),
        ("function", "", "list_top", "int (list_top)(list *it)"),
        ("function", "", "list_handler", "int (*list_handler(int kind))(int)"),
        ("function", "", "list_empty", "static inline int list_empty(list *it)"),
        ("const", "", "names", "extern const char *names[], *version"),
        ("const", "", "version", "extern const char *names[], *version"),
    ]


def test_what_a_header_includes_and_explains() -> None:
    outline = outlined(ROW, HEADER)

    assert outline.imports == (Import("<stddef.h>"), Import("util/mem.h"))
    assert documented(outline) == {
        **dict.fromkeys(("node", "node_t", "node_ptr"), "A node of a list."),
        "list_free": "Frees a list.",
    }
    assert hidden(outline) == []


def test_what_is_static_in_a_source_is_for_it_alone() -> None:
    outline = outlined(
        ROW,
        """\
        #include "a.h"
        static int count = 3;
        static const struct option options[] = {
            {1},
        };
        static void help(void) { int local; }
        int main(int argc, char **argv) { return 0; }
        """,
    )

    assert shown(outline) == [
        ("const", "", "count", "static int count = 3"),
        ("const", "", "options", "static const struct option options[] = {"),
        ("function", "", "help", "static void help(void)"),
        ("function", "", "main", "int main(int argc, char **argv)"),
    ]
    assert hidden(outline) == ["count", "options", "help"]
    assert outline.symbols[1].mentions == ("option",)


def test_broken_code_keeps_the_definitions_around() -> None:
    outline = outlined(
        ROW,
        """\
        int before(void) { return 1; }
        int broken(int a) {
            int local = a.
            if (a) { b }
        }
        struct after { int x; };
        int last(void) { return 2; }
        """,
    )

    assert names(outline) == ["before", "broken", "after", "x", "last"]


PROJECT = Project(
    """src/main.c src/util/mem.c src/util/mem.h include/lib/api.h lib/api.c inc/conf.h
    deps/z/zlib.h deps/z/zlib.c third/gen/made.h third/string.h third/deep/only.h
    other/x/mem.c""".split(),
    {
        "build/compile_commands.json": """[
        {"directory": "/home/me/p/build", "file": "../src/main.c",
         "command": "cc -I../third/gen -isystem /usr/include -c ../src/main.c"},
        {"directory": "/home/me/p", "file": "lib/api.c", "arguments": ["cc", "-I", "third"]},
        {"directory": 3}, "x"]""",
        "compile_commands.json": "{ not json",
    },
)


@pytest.mark.parametrize(
    ("module", "file", "expected"),
    [
        ("util/mem.h", "src/main.c", ["src/util/mem.h"]),
        ("../main.c", "src/util/mem.c", ["src/main.c"]),
        ("lib/api.h", "src/main.c", ["include/lib/api.h"]),
        ("<lib/api.h>", "src/main.c", ["include/lib/api.h"]),
        ("conf.h", "src/util/mem.c", ["inc/conf.h"]),
        ("<conf.h>", "src/util/mem.c", ["inc/conf.h"]),
        ("zlib.h", "src/main.c", ["deps/z/zlib.h"]),
        ("made.h", "src/main.c", ["third/gen/made.h"]),
        ("<made.h>", "src/main.c", ["third/gen/made.h"]),
        ("<only.h>", "src/main.c", []),
        ("<stdio.h>", "src/main.c", []),
        ("/etc/conf.h", "src/main.c", []),
        ("", "src/main.c", []),
        ("../../../mem.h", "src/main.c", ["src/util/mem.h"]),
    ],
)
def test_includes(module: str, file: str, expected: list[str]) -> None:
    assert list(ROW.resolve(Import(module), file, PROJECT)) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("src/util/mem.h", ["src/util/mem.c"]),
        ("src/util/mem.c", ["src/util/mem.h"]),
        ("include/lib/api.h", ["lib/api.c"]),
        ("src/main.c", []),
    ],
)
def test_a_header_belongs_to_its_source(file: str, expected: list[str]) -> None:
    assert list(ROW.implicit(file, Outline(), PROJECT)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class Foo : public Bar {", "cpp"),
        ("  namespace a::b {", "cpp"),
        ("#pragma once\ntemplate <class T>\nT f();", "cpp"),
        ("#include <vector>", "cpp"),
        (" public:\n  int x;", "cpp"),
        ("using X = int;", "cpp"),
        ("#include <string.h>\nstruct class_s { int x; };", "c"),
        ("/* A\n class of objects that are using memory\n */\nint a;", "c"),
    ],
)
def test_which_language_a_header_is_in(text: str, expected: str) -> None:
    assert variant(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class API Foo : Bar {", "class     Foo : Bar {"),
        ("struct EXPORT(x) Foo\n{", "struct           Foo\n{"),
        ("\nBEGIN_SPACE\nint a;", "\n           \nint a;"),
        ("\nBEGIN_SPACE(x)\nnamespace y {", "\n              \nnamespace y {"),
        ("\nEXPORT(int)\nf(void);", "\nEXPORT(int)\nf(void);"),
        ("struct FOO bar = {1};", "struct FOO bar = {1};"),
        ("class Foo {", "class Foo {"),
    ],
)
def test_macros_that_hide_what_is_around_them(text: str, expected: str) -> None:
    assert readable(text) == expected


def test_definitions_at_a_glance() -> None:
    text = "#define N 1\n  call(1);\nstatic int f(int a)\n{\n  return g(a);\n}\nstruct s {\n"

    assert glanced(ROW, text) == ["N", "f", "s"]
