"""A suggestion is kept while the user does what it says, and dropped when anything else happens."""

from __future__ import annotations

import pytest

from glm_ls.features.completion import WINDOW
from glm_ls.features.recent import KEPT, Place, Recent
from glm_ls.postprocess.site import Site
from glm_ls.postprocess.suggestion import Suggestion

LONG = "".join(f"value_{number} = {number}\n" for number in range(1000))


def place(marked: str, *, uri: str = "file:///a.py", model: str = "glm", others: int = 0) -> Place:
    """Return the place of the cursor `¦`."""
    before, after = marked.split("¦")
    return Place(uri, model, others, Site(before[-WINDOW:], after[:WINDOW], "python", "a.py"))


def left(suggestion: Suggestion, then: str, now: str) -> Suggestion | None:
    recent = Recent()
    recent.keep(place(then), suggestion, "zai")
    found = recent.find(place(now))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("then", "text", "now", "expected"),
    [
        pytest.param("x = ¦\n", "f(1)", "x = ¦\n", "f(1)", id="the same place"),
        pytest.param("x = ¦\n", "f(1)", "x = f(¦\n", "1)", id="typed through"),
        pytest.param("x = ¦\n", "f(1)", "x = f(1¦\n", ")", id="gone back by backspace"),
        pytest.param("x = ¦\n", "f(1)", "x = g¦\n", None, id="something else typed"),
        pytest.param("x = ¦\n", "f(1)", "x =¦\n", None, id="gone back before it"),
        pytest.param("x = ¦\n", "f(1)", "x = f(1)¦\n", None, id="typed to its end"),
        pytest.param("x = ¦\n", "f(1)", "y = 2\nx = ¦\n", None, id="changed above"),
        pytest.param("x = ¦\n", "f(1)", "x = ¦\ny = 2\n", None, id="changed below"),
        pytest.param("x = ¦", "f(1)", "x = ¦)", None, id="a closer that nothing opened"),
        pytest.param("x = ¦\n", "f(g(1), 2)", "x = f(¦)\n", "g(1), 2)", id="an inserted closer"),
        pytest.param("x = ¦\n", "f(g(1), 2)", "x = f(g(¦))\n", "1), 2)", id="two closers"),
        pytest.param("x = [¦]\n", "f(1)]", "x = [f(¦)]\n", "1)]", id="a closer before a closer"),
        pytest.param("x = ¦\n", "'ab'", "x = '¦'\n", "ab'", id="an inserted quote"),
        pytest.param(LONG + "x = ¦\n", "f(1)", LONG + "x = f¦\n", "(1)", id="a long file"),
        pytest.param(
            LONG + "x = ¦\n" + LONG, "f(1)", LONG + "x = f¦\n" + LONG, "(1)", id="in its middle"
        ),
        pytest.param(
            "if x:\n¦\n",
            "    a()\n    b()",
            "if x:\n    ¦\n",
            "a()\n    b()",
            id="indented as suggested",
        ),
        pytest.param(
            "if x:\n    ¦\n",
            "a()\n    b()",
            "if x:\n        ¦\n",
            "a()\n        b()",
            id="indented deeper",
        ),
        pytest.param(
            "if x:\n        ¦\n",
            "a()\n\n        b()",
            "if x:\n    ¦\n",
            "a()\n\n    b()",
            id="indented less",
        ),
        pytest.param(
            "if x:\n    ¦\n",
            "a()\nelse:\n    b()",
            "if x:\n        ¦\n",
            None,
            id="not all of it can be indented",
        ),
        pytest.param(
            "if x:\n\t¦\n", "a()\n\tb()", "if x:\n\t\t¦\n", "a()\n\t\tb()", id="indented by tabs"
        ),
    ],
)
def test_what_is_left_of_a_suggestion(then: str, text: str, now: str, expected: str | None) -> None:
    suggestion = left(Suggestion(text), then, now)
    assert (suggestion.text if suggestion else None) == expected


@pytest.mark.parametrize(
    ("then", "text", "now", "covered"),
    [
        ("x = ¦\n", "f(g(1), 2)", "x = f(¦)\n", 1),
        ("x = ¦\n", "f(g(1), 2)", "x = f(g(¦))\n", 2),
        ("x = ¦\n", "f(g(1), 2)", "x = f(g(1)¦)\n", 1),
        ("x = ¦\n", "f(1)", "x = f¦\n", 0),
    ],
)
def test_closers_the_editor_put_in_are_replaced_by_those_of_the_text(
    then: str, text: str, now: str, covered: int
) -> None:
    suggestion = left(Suggestion(text), then, now)
    assert suggestion is not None
    assert suggestion.replace == covered


@pytest.mark.parametrize(
    ("then", "suggestion", "now", "expected"),
    [
        pytest.param(
            "def f(x):\n    ¦\n",
            Suggestion("y = x + 1", rest="\n    return y\n    more"),
            "def f(x):\n    y = x + 1¦\n",
            "\n    return y",
            id="what the stream brought behind it",
        ),
        pytest.param(
            "x = f(¦)\n",
            Suggestion("1)", replace=1, rest="\ny = g(2)\n"),
            "x = f(1)¦\n",
            "\ny = g(2)",
            id="with a closer replaced",
        ),
        pytest.param(
            "x = f(¦)\n",
            Suggestion("1)", replace=1, rest="\ny = g(2)\n"),
            "x = f(1)¦)\n",
            None,
            id="the closer is still there",
        ),
        pytest.param("x = ¦\n", Suggestion("1"), "x = 1¦\n", None, id="nothing was left"),
    ],
)
def test_after_acceptance_the_rest_of_the_stream_is_offered(
    then: str, suggestion: Suggestion, now: str, expected: str | None
) -> None:
    found = left(suggestion, then, now)
    assert (found.text if found else None) == expected


@pytest.mark.parametrize(
    "other",
    [
        {"uri": "file:///b.py"},
        {"model": "another"},
        {"others": 1},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_document_model_or_state_of_the_others_is_a_miss(
    other: dict[str, str | int],
) -> None:
    recent = Recent()
    recent.keep(place("x = ¦\n"), Suggestion("1"), "zai")
    assert recent.find(place("x = ¦\n", **other)) is None  # type: ignore[arg-type]
    assert recent.find(place("x = ¦\n")) == (Suggestion("1"), "zai")


def test_the_newest_suggestion_comes_first_and_the_oldest_is_forgotten() -> None:
    recent = Recent()
    for number in range(KEPT + 1):
        recent.keep(place(f"x{number} = ¦\n"), Suggestion(f"f({number})"), "zai")
    recent.keep(place("x5 = f¦\n"), Suggestion("oo"), "zai")
    assert recent.find(place("x0 = ¦\n")) is None
    assert recent.find(place("x5 = f¦\n")) == (Suggestion("oo"), "zai")
    recent.forget("file:///a.py")
    assert recent.find(place("x5 = f¦\n")) is None


@pytest.mark.parametrize(
    ("then", "now", "closers"),
    [
        ("\nx", "\nx", ""),
        ("\nx", ")\nx", ")"),
        ("\nx", "]})\nx", "]})"),
        (")\nx", "))\nx", ")"),
        ("", ")", ")"),
        ("", "", ""),
        ("\n" + LONG, ")\n" + LONG, ")"),
        ("\nx", "a\nx", None),
        ("\nx", ")a\nx", None),
        ("\nx", "\ny", None),
        ("\nx", ")", None),
        ("\nxyz", "\nxy", None),
    ],
)
def test_closers_are_told_from_other_changes(then: str, now: str, closers: str | None) -> None:
    count = None if closers is None else len(closers)
    assert place(f"x = f(¦{then}").inserted(place(f"x = f(¦{now}")) == count
