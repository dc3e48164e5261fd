"""Pair the lines that a lenient comparison passed over: comments and blank lines.

They did not help to find the place, but each is a line of the text all the same: unpaired, a
comment that is to be changed would be written a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from glm_ls.postprocess.edits.forms import Searched, code, is_elision
from glm_ls.postprocess.edits.fuzzy import similarity
from glm_ls.postprocess.edits.place import Pairs
from glm_ls.text.line_map import match_lines

BEYOND = 5
"""Comment lines above and below a place that may belong to it beside those that are quoted."""


def completed(text: Searched, quote: Sequence[str], pairs: Pairs) -> Pairs:
    """Return pairs with those of the lines between, above and below them."""
    if len(pairs) == len(quote):
        return pairs
    first, last = pairs[0], pairs[-1]
    top = _beyond(text, first[1], -1, first[0])
    bottom = _beyond(text, last[1], 1, len(quote) - 1 - last[0])
    whole: list[tuple[int, int]] = []
    here, there = 0, top
    for mine, other in (*pairs, (len(quote), bottom + 1)):
        whole += _between(text, quote, range(here, mine), range(there, other))
        whole.append((mine, other))
        here, there = mine + 1, other + 1
    return tuple(whole[:-1])


def _beyond(text: Searched, at: int, step: int, quoted: int) -> int:
    """Return the last line in a direction that holds no code, if more is quoted there."""
    for _ in range(quoted + BEYOND if quoted else 0):
        following = at + step
        if not 0 <= following < len(text.lines):
            break
        if code(text.language, [text.lines[following].strip()])[0]:
            break
        at = following
    return at


def _between(
    text: Searched, quote: Sequence[str], here: range, there: range
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a gap: equal lines, then similar ones between them."""
    if not here or not there:
        return
    mine, other = [quote[at].strip() for at in here], [text.lines[at].strip() for at in there]
    a = b = 0
    for stop_a, stop_b in (*match_lines(mine, other), (len(mine), len(other))):
        for x in range(a, stop_a):
            if not mine[x] or is_elision(mine[x]):
                continue
            y = next((y for y in range(b, stop_b) if similarity(mine[x], other[y])), None)
            if y is not None:
                yield here[x], there[y]
                b = y + 1
        if stop_a < len(mine) and stop_b < len(other):
            yield here[stop_a], there[stop_b]
        a, b = stop_a + 1, stop_b + 1
