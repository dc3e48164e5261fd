"""Find the lines a finding is about in the text that was sent: by quote and number together.

Models misread numbers, and a third of all lines stand in a file more than once. So neither is
believed alone: a finding has the one place within `NOISE` lines of its number where its quote
stands. A quote with typos counts where half of its lines are verbatim and no other place comes
near. Everything else is refused, because a finding on a wrong line is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from glm_ls.postprocess.findings.finding import Finding, Located, Refused
from glm_ls.postprocess.findings.plain import unfenced

NOISE = 20
"""Lines by which a model's numbers may be off."""
MAX_QUOTE = 60
"""Lines of a quote that are looked for."""
LINE_LIKENESS = 0.6
EXACT_SHARE = 0.5
LEAD = 0.05
"""How far the best place has to be ahead of the next one."""
MIN_LETTERS = 4
"""Letters and digits a quote needs: brackets alone stand everywhere."""

_NUMBERED = re.compile(r"\s*\d+\s*(?:[|:│]\s?|\t| {1,2})?(?=[+ \S]|$)[+]?")
_SIGNED = re.compile(r"[+ ]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Sent:
    """What a model was shown of a file."""

    path: str
    lines: Sequence[str]
    """The whole text, without line ends."""
    ranges: tuple[range, ...]
    """Lines that were shown."""

    @cached_property
    def filled(self) -> list[tuple[int, str]]:
        """Lines that were shown and are not blank, white space normalised."""
        shown = sorted({at for lines in self.ranges for at in lines if at < len(self.lines)})
        return [(at, text) for at in shown if (text := normalised(self.lines[at]))]


def normalised(line: str) -> str:
    """Return a line as quotes are compared: runs of white space as one space."""
    return _SPACE.sub(" ", line.strip())


def locate(finding: Finding, sent: Mapping[str, Sent], noise: int = NOISE) -> Located | Refused:
    """Return where a finding stands in what was sent; `noise`: how far its number may be off."""
    path = _path(finding.path, sent)
    if path is None:
        return Refused(finding, "no such file was sent")
    if finding.line is None:
        return Refused(finding, "no line number")
    source = sent[path]
    for quote in _readings(finding.quote):
        if places := list(_exact(quote, source)):
            return _chosen(finding, source, places, noise)
    return _by_likeness(finding, source, noise)


def _path(stated: str, sent: Mapping[str, Sent]) -> str | None:
    """Return the file that was sent under a path, or under one that the stated path ends."""
    path = stated.replace("\\", "/").removeprefix("./").strip("/")
    if path in sent:
        return path
    if path[:2] in ("a/", "b/") and path[2:] in sent:
        return path[2:]
    if not path:
        return next(iter(sent)) if len(sent) == 1 else None
    ending = [known for known in sent if known.endswith(f"/{path}") or path.endswith(f"/{known}")]
    return ending[0] if len(ending) == 1 else None


def _readings(quote: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the quote as it is, then without what models put around and before lines."""
    lines = tuple(line for line in quote[:MAX_QUOTE] if line.strip())
    bare = unfenced(lines)
    seen = set()
    for rows, pattern in ((lines, None), (bare, None), (bare, _NUMBERED), (bare, _SIGNED)):
        if pattern and not all(map(pattern.match, rows)):
            continue
        texts = (pattern.sub("", row, count=1) if pattern else row for row in rows)
        reading = tuple(text for text in map(normalised, texts) if text)
        if reading and reading not in seen:
            seen.add(reading)
            yield reading


def _exact(quote: tuple[str, ...], source: Sent) -> Iterator[range]:
    """Yield the places where a quote stands, blank lines left out of account."""
    if sum(map(str.isalnum, "".join(quote))) < MIN_LETTERS:
        return
    texts = source.filled
    for at in range(len(texts) - len(quote) + 1):
        if texts[at][1] == quote[0] and all(
            texts[at + step][1] == line for step, line in enumerate(quote)
        ):
            place = range(texts[at][0], texts[at + len(quote) - 1][0] + 1)
            if _is_shown(place, source):
                yield place


def _is_shown(place: range, source: Sent) -> bool:
    """Whether a place lies in one piece of what was shown: a quote does not span a gap."""
    return any(place.start >= r.start and place.stop <= r.stop for r in source.ranges)


def _chosen(
    finding: Finding, source: Sent, places: Sequence[range], noise: int
) -> Located | Refused:
    assert finding.line is not None
    near = [place for place in places if _distance(place, finding.line) <= noise]
    if not near:
        return Refused(finding, "quote and line number disagree")
    if len(set(near)) > 1:
        return Refused(finding, "the quote stands in several places")
    if len(finding.quote) == 1 and not _is_alone(finding.quote[0], source):
        return Refused(finding, "one line is too short a quote here")
    return Located(finding, source.path, near[0], finding.line - near[0].start)


def _distance(place: range, line: int) -> int:
    """Return how many lines a number is away from a place; models name any line of a quote."""
    return abs(place.start - line)


def _is_alone(line: str, source: Sent) -> bool:
    """Whether a single line stands but once in the whole file."""
    return sum(normalised(other) == normalised(line) for other in source.lines) <= 1


def _by_likeness(finding: Finding, source: Sent, noise: int) -> Located | Refused:
    assert finding.line is not None
    unknown = Refused(finding, "the quote is not in the text")
    scored: list[tuple[float, range]] = []
    for quote in _readings(finding.quote):
        if len(quote) >= 2:
            scored += _alike(quote, source, finding.line, noise + len(quote))
    scored.sort(key=lambda pair: -pair[0])
    if not scored:
        return unknown
    best, place = scored[0]
    others = [score for score, other in scored[1:] if other != place]
    if others and best - others[0] < LEAD:
        return Refused(finding, "the quote is like several places")
    if _distance(place, finding.line) > noise:
        return Refused(finding, "quote and line number disagree")
    return Located(finding, source.path, place, finding.line - place.start, exact=False)


def _alike(
    quote: tuple[str, ...], source: Sent, line: int, reach: int
) -> Iterator[tuple[float, range]]:
    """Yield (likeness, place) of the places near a line that pass for the quote."""
    texts = source.filled
    known = set(quote)
    for at in range(len(texts) - len(quote) + 1):
        if not line - reach <= texts[at][0] <= line + reach:
            continue
        rows = texts[at : at + len(quote)]
        if not any(text in known for _, text in rows):
            continue
        equal = sum(text == wanted for (_, text), wanted in zip(rows, quote, strict=True))
        place = range(rows[0][0], rows[-1][0] + 1)
        if equal < EXACT_SHARE * len(quote) or not _is_shown(place, source):
            continue
        scores = [_likeness(text, wanted) for (_, text), wanted in zip(rows, quote, strict=True)]
        if min(scores) >= LINE_LIKENESS and _says_something(rows, quote):
            yield sum(scores) / len(scores), place


def _likeness(left: str, right: str) -> float:
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def _says_something(rows: Sequence[tuple[int, str]], quote: Sequence[str]) -> bool:
    """Whether what is verbatim is more than brackets."""
    equal = "".join(text for (_, text), wanted in zip(rows, quote, strict=True) if text == wanted)
    return sum(map(str.isalnum, equal)) >= MIN_LETTERS
