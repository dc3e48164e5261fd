"""What each action on a symbol does with a model's answer, as data.

A case is the action, the language, the text with the cursor `¦`, the lines that are shown as
selected, what stands in their place in the answer, and the text after it: None, it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    action: str
    language: str
    text: str
    selected: str
    answer: str
    after: str | None


def case(action: str, language: str, text: str, selected: str, answer: str, *, ok: bool) -> Case:
    """Return a case in which the answer takes the place of the selected lines."""
    plain = text.replace("¦", "")
    assert plain.count(selected) == 1
    after = plain.replace(selected, answer) if ok else None
    return Case(action, language, text, selected, answer, after)


_PY = "import os\n\n\ndef f(a):\n    return ¦a + 1\n\n\nx = 1\n"
_F = "def f(a):\n    return a + 1\n"
_GO = "package m\n\nfunc F(a int) int {\n\tr¦eturn a\n}\n\nvar x = 1\n"
_GO_F = "func F(a int) int {\n\treturn a\n}\n"
_TS = "const x = 1;\n\nfunction f(a) {\n  return¦ a;\n}\n"
_TS_F = "function f(a) {\n  return a;\n}\n"
_RUST = "/// Old.\nfn f(a: i32) -> i32 {\n    ¦a\n}\n"
_RUST_F = "/// Old.\nfn f(a: i32) -> i32 {\n    a\n}\n"
_CLASS = "class A:\n    def m(self, a):\n        ¦return a\n\n    def n(self):\n        pass\n"
_M = "    def m(self, a):\n        return a\n"
_STUB = 'class A:\n    def double(self, a):\n        """Return twice a."""\n        ¦pass\n'
_D = '    def double(self, a):\n        """Return twice a."""\n        pass\n'
_LONG = (
    "def total(values):\n    re¦sult = 0\n    for value in values:\n"
    "        result = result + value\n    return result\n"
)
_T = _LONG.replace("¦", "")
_DOC = '    """Return the next."""\n'

CASES = [
    # -- document: comments and documentation may change, code may not
    case("document", "python", _PY, _F, f"def f(a):\n{_DOC}    return a + 1\n", ok=True),
    case("document", "python", _PY, _F, "# Adds.\ndef f(a):\n    return a + 1\n", ok=True),
    case("document", "python", _PY, _F, f"def f(a):\n{_DOC}    return a + 2\n", ok=False),
    case("document", "python", _PY, _F, f"def f(b):\n{_DOC}    return b + 1\n", ok=False),
    case("document", "python", _PY, _F, f"def f(a):\n{_DOC}    pass\n", ok=False),
    case("document", "python", _CLASS, _M,
         '    def m(self, a):\n        """Return it."""\n        return a\n', ok=True),
    case("document", "go", _GO, _GO_F, f"// F returns a.\n{_GO_F}", ok=True),
    case("document", "go", _GO, _GO_F, f"// F returns a.\n{_GO_F}// x\nvar y = 2\n", ok=False),
    case("document", "typescript", _TS, _TS_F, f"/** Returns a. */\n{_TS_F}", ok=True),
    case("document", "typescript", _TS, _TS_F, "/** Returns a. */\n", ok=False),
    case("document", "rust", _RUST, _RUST_F, _RUST_F.replace("Old", "Returns `a`"), ok=True),
    # -- simplify
    case("simplify", "python", _LONG, _T, "def total(values):\n    return sum(values)\n", ok=True),
    case("simplify", "python", _LONG, _T, "", ok=False),
    case("simplify", "python", _LONG, _T, "def total(values):\n    return sum(values\n", ok=False),
    case("simplify", "python", _LONG, _T, "def total(values):\n    # ... rest of the code\n",
         ok=False),
    case("simplify", "python", _PY, _F, _F, ok=False),
    case("simplify", "python", _CLASS, _M, "    def m(self, a):\n        return +a\n", ok=True),
    case("simplify", "go", _GO, _GO_F, "func F(a int) int { return a }\n", ok=True),
    case("simplify", "go", _GO, _GO_F, "func F(a int) int { return a\n", ok=False),
    case("simplify", "typescript", _TS, _TS_F, "const f = (a) => a;\n", ok=True),
    case("simplify", "rust", _RUST, _RUST_F, "/// Old.\nfn f(a: i32) -> i32 { a }\n", ok=True),
    # -- types
    case("types", "python", _PY, _F, "def f(a: int) -> int:\n    return a + 1\n", ok=True),
    case("types", "python", _CLASS, _M, "    def m(self, a: str) -> str:\n        return a\n",
         ok=True),
    case("types", "python", _LONG, _T,
         _T.replace("(values)", "(values: list[int]) -> int"), ok=True),
    case("types", "python", _LONG, _T, "def total(values: list[int]) -> int: ...\n", ok=False),
    case("types", "python", _PY, _F, "def f(a: int -> int:\n    return a + 1\n", ok=False),
    case("types", "python", _PY, _F, "def f(a: \u202eint):\n    return a + 1\n", ok=False),
    case("types", "python", _PY, _F, _F, ok=False),
    case("types", "python", _LONG, _T, "", ok=False),
    case("types", "typescript", _TS, _TS_F, "function f(a: number): number {\n  return a;\n}\n",
         ok=True),
    case("types", "typescript", _TS, _TS_F, "function f(a: number): number {\n  return a;\n",
         ok=False),
    # -- implement
    case("implement", "python", _STUB, _D, _D.replace("pass", "return 2 * a"), ok=True),
    case("implement", "python", _STUB, _D, _D, ok=False),
    case("implement", "python", _STUB, _D, "", ok=False),
    case("implement", "python", _STUB, _D, _D.replace("pass", "return (2 * a"), ok=False),
    case("implement", "python", "def f(a): .¦..\n", "def f(a): ...\n",
         "def f(a):\n    return a\n", ok=True),
    case("implement", "python", "def f(a):\n    raise NotImplementedError¦\n",
         "def f(a):\n    raise NotImplementedError\n", "def f(a):\n    return a\n", ok=True),
    case("implement", "go", "package m\n\nfunc F(a int) int {\n\tpanic(\"TODO\")¦\n}\n",
         "func F(a int) int {\n\tpanic(\"TODO\")\n}\n", _GO_F, ok=True),
    case("implement", "go", "package m\n\nfunc F() {¦}\n", "func F() {}\n",
         "func F() {\n\tprintln(1)\n}\n", ok=True),
    case("implement", "rust", "fn f(a: i32) -> i32 {\n    todo!()¦\n}\n",
         "fn f(a: i32) -> i32 {\n    todo!()\n}\n", "fn f(a: i32) -> i32 {\n    a\n}\n", ok=True),
    case("implement", "typescript", "function f(a) {\n  throw new Error('not implemented');¦\n}\n",
         "function f(a) {\n  throw new Error('not implemented');\n}\n", _TS_F, ok=True),
]  # fmt: skip
