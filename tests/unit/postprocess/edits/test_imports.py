"""Imports that an answer adds: in the file's import block, once, and nothing but imports."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.edits.imports import import_edits, split_imports
from glm_ls.postprocess.edits.landing import applied
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.syntax.languages import language_of
from glm_ls.text.snapshot import Snapshot

_PY = (
    '"""Doc."""\n\nimport os\nfrom a import (\n    b,\n)\n\nX = 1\n\nimport late\n\ndef f(): ...\n'
)

CASES = [
    ("python", _PY, ["import re"], _PY.replace(")\n\nX", ")\nimport re\n\nX")),
    ("python", _PY, ["import os"], _PY),
    ("python", "x = 1\n\ndef f(): ...\n", ["import re"], "import re\nx = 1\n\ndef f(): ...\n"),
    ("python", '#!/x\n"""Doc\nmore."""\nx = 1\n', ["import re"],
     '#!/x\n"""Doc\nmore."""\nimport re\nx = 1\n'),
    ("python", "import os\r\n\r\nx = 1\r\n", ["import re"],
     "import os\r\nimport re\r\n\r\nx = 1\r\n"),
    ("python", _PY, ["from c import (", "    d,", ")"],
     _PY.replace(")\n\nX", ")\nfrom c import (\n    d,\n)\n\nX")),
    ("go", 'package m\n\nimport (\n\t"fmt"\n)\n\nfunc F() {}\n', ['import "os"'],
     'package m\n\nimport (\n\t"fmt"\n)\nimport "os"\n\nfunc F() {}\n'),
    ("go", "package m\n\nfunc F() {}\n", ['import "os"'],
     'package m\nimport "os"\n\nfunc F() {}\n'),
    ("typescript", "import {\n  a,\n} from './a';\nconst x = 1;\n", ["import b from './b';"],
     "import {\n  a,\n} from './a';\nimport b from './b';\nconst x = 1;\n"),
    ("rust", "//! Doc.\nuse a::b;\n\nfn f() {}\n", ["use std::fmt;"],
     "//! Doc.\nuse a::b;\nuse std::fmt;\n\nfn f() {}\n"),
    ("java", "package a;\n\nclass A {}\n", ["import java.util.List;"],
     "package a;\nimport java.util.List;\n\nclass A {}\n"),
    ("c", "/* x\n y */\n#include <a.h>\nint x;\n", ["#include <b.h>"],
     "/* x\n y */\n#include <a.h>\n#include <b.h>\nint x;\n"),
]  # fmt: skip

REFUSED = [
    ("python", _PY, ["import re", "import_all()"]),
    ("python", _PY, ["x = 1"]),
    ("python", _PY, ["os.system('x')"]),
    ("python", _PY, ["from __future__ import annotations"]),
    ("python", _PY, [f"import m{n}" for n in range(30)]),
    ("python", _PY, ["    import re"]),
    ("lua", "x = 1\n", ["import re"]),
]


def edits(language: str, text: str, wanted: list[str]) -> str | Refusal:
    snapshot = Snapshot.of("file:///a", language, 1, text)
    made = import_edits(language_of(language), snapshot, wanted, len(snapshot.lines) - 1)
    return made if isinstance(made, Refusal) else applied(snapshot, made, 2).text


@pytest.mark.parametrize(("language", "text", "wanted", "after"), CASES)
def test_imports_go_below_the_imports(
    language: str, text: str, wanted: list[str], after: str
) -> None:
    assert edits(language, text, wanted) == after


@pytest.mark.parametrize(("language", "text", "wanted"), REFUSED)
def test_what_is_no_import_is_refused(language: str, text: str, wanted: list[str]) -> None:
    refused = edits(language, text, wanted)
    assert isinstance(refused, Refusal)
    assert refused.rule == "imports"


def test_imports_below_the_lines_are_refused() -> None:
    snapshot = Snapshot.of("file:///a", "python", 1, _PY)
    refused = import_edits(language_of("python"), snapshot, ["import re"], 2)
    assert isinstance(refused, Refusal)


@pytest.mark.parametrize(
    ("reply", "rest", "imports"),
    [
        ("<new_a1>\nx\n</new_a1>", "<new_a1>\nx\n</new_a1>", ()),
        ("<imports_a1>\nimport os\n\n</imports_a1>\nx", "\nx", ("import os",)),
        ("<imports_a1>\n```python\nimport os\n```\n</imports_a1>", "", ("import os",)),
        ("<imports_b2>\nimport os\n</imports_b2>", "<imports_b2>\nimport os\n</imports_b2>", ()),
        ("<imports_a1>\n</imports_a1>", "", ()),
    ],
)
def test_a_block_of_imports_is_taken_out(reply: str, rest: str, imports: tuple[str, ...]) -> None:
    assert split_imports(reply, "a1") == (rest, imports)


def test_an_open_block_of_imports_is_refused() -> None:
    refused = split_imports("<imports_a1>\nimport os\n<new_a1>\nx\n</new_a1>", "a1")
    assert isinstance(refused, Refusal)
    assert refused.rule == "unclosed"
