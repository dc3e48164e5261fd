"""Which places match, how they count, and what follows from them."""

from __future__ import annotations

import pytest

from glm_ls.provider.embedded.match import AGREEMENT_WEIGHT, MAX_LENGTH, QUERY_PLACES, Matcher
from glm_ls.provider.embedded.model import predict
from glm_ls.provider.embedded.source import Source, build_slices
from glm_ls.provider.embedded.window import Window, find_span, read_window
from glm_ls.provider.request import Fim


def built(text: str) -> Source:
    source = Source(text)
    for _ in build_slices(source):
        pass
    return source


def window_at(document: str) -> Window:
    prefix, suffix = document.split("|")
    return read_window(Fim(prefix, suffix))


def look_up(document: str, *texts: str) -> list[tuple[int, str, int]]:
    """Return length, next token and weight of each candidate at the cursor `|`."""
    window = window_at(document)
    matcher = Matcher(window, [built(text) for text in texts], None)
    return [
        (c.length, c.source.token(c.position), c.weight) for c in matcher.candidates(window.context)
    ]


@pytest.mark.parametrize(
    ("document", "texts", "expected"),
    [
        ("a.|", ("x = a.b",), [(2, "b", 1)]),
        ("y = a.|", ("x = a.b\n", "y = a.c"), [(3, "b", 1), (4, "c", 1)]),
        ("a.b a.|a.c", (), [(2, "b", 1), (2, "c", 1)]),
        ("a.|", ("a.",), []),
        ("a|", ("a b",), []),
        ("f(a.b, a. |\n", ("a. b",), [(2, "b", 1), (2, " b", 1)]),
        ("x = a.|\nend()", ("x = a.b\n\n  end()\n",), [(4, "b", AGREEMENT_WEIGHT)]),
        ("x = a.|\nend()", ("x = a.b\n\n  finish()\n",), [(4, "b", 1)]),
        ("a.|\nend()", ("a.b\nend()",), [(2, "b", 1)]),
    ],
    ids=[
        "pair",
        "longer match",
        "around the cursor",
        "nothing follows",
        "one token is no context",
        "blanks before the cursor",
        "the next line agrees",
        "the next line differs",
        "short matches are not compared below",
    ],
)
def test_candidates(
    document: str, texts: tuple[str, ...], expected: list[tuple[int, str, int]]
) -> None:
    assert look_up(document, *texts) == expected


def test_length_is_bounded() -> None:
    assert max(look_up("k " * 30 + "|", "k " * 40))[0] == MAX_LENGTH


def test_work_is_bounded_and_every_step_gets_some() -> None:
    window = read_window(Fim("(" * 3_000, ""))
    matcher = Matcher(window, [built("(" * 3_000)] * 1_000, None)
    steps = [len(matcher.candidates(window.context)) for _ in range(100)]
    assert sum(steps) <= QUERY_PLACES
    assert steps == sorted(steps, reverse=True)
    assert steps[0] < QUERY_PLACES / 2
    assert steps[20] > 0


@pytest.mark.parametrize(
    ("learned", "hidden"),
    [
        ("first\nold\nlast\n", "first\nold\nlast\n"),
        ("above\nfirst\nold\nlast\nbelow\n", "first\nold\nlast\n"),
        ("something else\n", "something else\n"),
    ],
    ids=["whole", "middle", "changed beyond recognition"],
)
def test_learned_text_is_hidden_where_the_window_shows_it(learned: str, hidden: str) -> None:
    source = built(learned)
    start, stop = find_span(source, Fim("first\nne", "\nlast\n"))
    shown = "".join(source.token(i) for i in range(max(start, 1), stop))
    assert shown.strip() == hidden.strip()


def test_prediction_prefers_long_matches_and_counts_all_line_ends_as_one() -> None:
    document = "one.two.three(|"
    texts = ["three(short)\n"] * 2 + ["one.two.three(long)\n"]
    window = window_at(document)
    matcher = Matcher(window, [built(text) for text in texts], None)
    prediction = predict(matcher.candidates(window.context))
    assert prediction is not None
    assert prediction.example.source.token(prediction.example.position) == "long"
    # Length 6: one place, half escapes. Length 2: two followers in three places, two fifths do.
    assert prediction.probability == pytest.approx(1 / 2 + 1 / 2 * 3 / 5 * 1 / 3)
    ends = [built(f"end(){end}x") for end in ("\n", "\n  ", "\n\n")]
    window = read_window(Fim("end()", ""))
    prediction = predict(Matcher(window, ends, None).candidates(window.context))
    assert prediction is not None
    assert prediction.probability == pytest.approx(3 / 4)


def test_no_candidates_no_prediction() -> None:
    assert predict([]) is None
