"""Every filter has a name, and can be switched off by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glm_ls.config.filters import FILTERS as NAMES
from glm_ls.postprocess.alternatives import Alternatives
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.stream import FILTERS

BODY = Site("def f():\n    ", "\n    return 1\n", "python")
HEAD = "import os\nimport sys\n\nNAME = os.name\nPATH = sys.path\n"


def suggested(site: Site, answer: str, *off: str, chat: bool = True) -> tuple[str, list[str]]:
    answers = Alternatives(replace(site, off=frozenset(off)), 1, chat=chat)
    enough = answers.feed(answer)
    found = answers.close(whole=enough or not answer.endswith("…"))
    return (found[0].text if found else ""), answers.fired


def test_the_setting_knows_all_filters() -> None:
    assert set(NAMES) == FILTERS | {"other-language"}


@pytest.mark.parametrize(
    ("name", "site", "answer"),
    [
        ("reasoning", BODY, "<think>a</think>b()"),
        ("special-token", BODY, "b()<|user|>"),
        ("unseen", BODY, "b\u202e()"),
        ("wrapping", BODY, "```\nb()\n```"),
        ("whole-file", Site(f"{HEAD}def f():\n    ", "\n", "python"), f"{HEAD}def f():\n    b()\n"),
        ("echo", Site("total = ", "\n", "python"), "total = 1"),
        ("start", Site("x = ", "\n", "python"), "  1"),
        ("indentation", Site("def f():\n\t", "\n\tb()\n", "python"), "if a:\n        c()"),
        ("end", BODY, "b()\n    return 1\n"),
        ("single-line", Site("x = ", "\n", "python", extent="line"), "1\ny = 2\n"),
        ("foreign-closer", Site("f(a)", "\n", "python"), ")"),
        ("suffix-echo", BODY, "b()\n    return 1\n"),
        (
            "similar-line",
            Site("", "\ntotal = first + second\n", "python"),
            "total = first - second\n",
        ),
        (
            "line-above",
            Site("total = first + second\n", "\n", "python"),
            "total = first - second\n",
        ),
        ("token-loop", BODY, f"x = {'really ' * 9}\n"),
        ("foreign-script", BODY, "b()\n    # 循环\n    c()\n"),
        ("placeholder", BODY, "b()\n    # ... rest of the code\n"),
        ("long-line", BODY, f"b()\n    x = {list(range(400))}\n"),
        ("dedent", BODY, "if a:\n        b()\nc()\n"),
        ("definition-end", Site("", "\n", "python"), "def f():\n    b()\n\n\nc()\n"),
        ("loop", BODY, "b()\n    b()\n    b()\n"),
        ("speech", Site("", "\n", "python"), "b()\n\nThis calls the function b for you.\n"),
        ("too-long", BODY, "".join(f"b({n})\n    " for n in range(60))),
        ("statement-end", Site("x = ", "\n", "python", extent="statement"), "1\ny = 2\n"),
        ("junction", Site("f(", ")", "python"), "a)"),
        ("worth", Site("", "\n", "python"), "\n "),
        ("cut", Site("func f() {\n\t", "\n}\n", "go"), "if a {\n\t\tb()\n\t\tc(…"),
        (
            "other-language",
            BODY,
            "function f(): void {\n    let a = () => { b(); };\n    a.b = `${a}` || {};\n    }\n",
        ),
    ],
)
def test_a_filter_fires_by_its_name_unless_it_is_off(name: str, site: Site, answer: str) -> None:
    _, fired = suggested(site, answer)
    assert name in {part for one in fired for part in one.split(": ")}

    _, fired = suggested(site, answer, name)
    assert name not in {part for one in fired for part in one.split(": ")}
