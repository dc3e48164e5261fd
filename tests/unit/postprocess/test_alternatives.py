"""Several answers to one request: told apart, the same ones once, the best first."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.alternatives import Alternatives
from glm_ls.postprocess.site import Site
from glm_ls.text.blocks import ALTERNATIVE

BODY = Site("def f(a, b):\n    ", "\n\n\nx = f(1, 2)\n", "python")


def texts(site: Site, answers: list[str]) -> list[str]:
    """Return what is shown of answers that come as candidates of one stream."""
    alternatives = Alternatives(site, len(answers), chat=False)
    for index, answer in enumerate(answers):
        alternatives.feed(answer, index)
    return [one.text for one in alternatives.close(whole=True)]


@pytest.mark.parametrize(
    ("site", "answers", "order"),
    [
        (BODY, ["return a", "return a + b"], [0, 1]),
        (BODY, ["return a", "return a"], [0]),
        (BODY, ["return (a", "return a"], [1, 0]),
        (BODY, ["return a b", "return b"], [1, 0]),
        (BODY, ["return a", "if a:\n        return a\n    return b"], [1, 0]),
        (BODY, ["if a\n        return a\n    return b", "return a"], [1]),
        (
            Site("total = 1\ncount = 2\n", "\n", "python"),
            ["total = 1\nmean = 3", "mean = 4"],
            [1, 0],
        ),
        (Site("# one ", "\n", "python"), ["two", "three"], [0, 1]),
        (Site("x ", "\n", "plaintext"), ["one", "two\nthree"], [1, 0]),
    ],
)
def test_the_best_comes_first(site: Site, answers: list[str], order: list[int]) -> None:
    assert texts(site, answers) == [answers[at] for at in order]


def test_answers_of_a_chat_are_told_apart_by_their_line() -> None:
    alternatives = Alternatives(BODY, 3, chat=True)
    for character in f"return a\n{ALTERNATIVE}\nreturn b\n{ALTERNATIVE}\nreturn a":
        alternatives.feed(character)

    assert [one.text for one in alternatives.close(whole=True)] == ["return a", "return b"]


@pytest.mark.parametrize(
    "answer",
    [
        "if (a == null) {\n        throw new Error('a');\n    }\n    return a + b;\n",
        "function f(): void {\n    let c = () => { a(); };\n    a.b = `${a}` || {};\n    }\n",
        "for i := range a {\n        fmt.Println(i)\n    }\n    return nil\n",
    ],
)
def test_an_answer_in_another_language_is_dropped(answer: str) -> None:
    alternatives = Alternatives(BODY, 1, chat=True)
    alternatives.feed(answer)

    assert alternatives.close(whole=True) == ()
    assert "other-language" in alternatives.fired


def test_code_that_was_broken_before_is_no_sign_of_another_language() -> None:
    broken = Site("def g(:\n    x = = (\n\ndef f(a, b):\n    ", "\n]]\n", "python")

    assert texts(broken, ["c = a + b\n    return c"]) == ["c = a + b\n    return c"]
