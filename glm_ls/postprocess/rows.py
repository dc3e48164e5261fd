"""Lines that a model gives for a window, made to fit it.

Models drop or add blank lines at the ends, count indentation from the window's own, write spaces
where the file has tabs, and repeat what stands above and below, up to the whole file. Each of
these is mended where it is plain; what is meant as an edit stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from glm_ls.text.lines import line_body
from glm_ls.text.snapshot import Snapshot

TAB_WIDTHS = (4, 2, 8)


def fitted(snapshot: Snapshot, rows: range, lines: list[str]) -> list[str]:
    """Return the new lines of some rows of a snapshot, without their ends."""
    old = [line_body(line) for line in snapshot.lines.slice(rows.start, rows.stop)]
    inner = _without_surroundings(snapshot, rows, old, lines)
    best = max(_variants(old, inner), key=lambda one: _shared(old, one))  # the first of equals
    return _with_ends_of(old, best)


def _without_surroundings(
    snapshot: Snapshot, rows: range, old: list[str], lines: list[str]
) -> list[str]:
    """Drop what repeats the lines above the window, and those below it."""
    if len(lines) <= len(old):
        return lines
    most = len(lines)
    above = [snapshot.line(at) for at in range(max(0, rows.start - most), rows.start)]
    below = [
        snapshot.line(at) for at in range(rows.stop, min(len(snapshot.lines), rows.stop + most))
    ]
    head = _overlap(above, lines)
    rest = lines[head:]
    tail = _overlap(below[::-1], rest[::-1])
    return rest[: len(rest) - tail]


def _overlap(before: Sequence[str], lines: Sequence[str]) -> int:
    """Return how many lines at the beginning repeat the end of `before`; blanks prove nothing."""
    ends, starts = [line.rstrip() for line in before], [line.rstrip() for line in lines]
    for count in range(min(len(ends), len(starts)), 0, -1):
        if ends[-count:] == starts[:count] and any(map(_tells, starts[:count])):
            return count
    return 0


def _tells(line: str) -> bool:
    return sum(map(str.isalnum, line)) > 2


def _variants(old: list[str], lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines as they are, and with other readings of their indentation."""
    yield lines
    tabs = {line[:1] == "\t" for line in old if line[:1].isspace()}
    styles = [lines]
    if tabs == {True}:
        styles += [[_with_tabs(line, width) for line in lines] for width in TAB_WIDTHS]
    elif tabs == {False}:
        styles += [[_with_spaces(line, width) for line in lines] for width in TAB_WIDTHS]
    for styled in styles:
        yield styled
        missing = _indent(old).removesuffix(_indent(styled))
        if missing:
            yield [missing + line if line.strip() else line for line in styled]


def _indent(lines: Iterable[str]) -> str:
    """Return the smallest indentation of the lines."""
    indents = [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]
    return min(indents, key=len, default="")


def _with_tabs(line: str, width: int) -> str:
    body = line.lstrip(" \t")
    blank = len(line[: len(line) - len(body)].expandtabs(width))
    return "\t" * (blank // width) + " " * (blank % width) + body


def _with_spaces(line: str, width: int) -> str:
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].expandtabs(width) + body


def _shared(old: Iterable[str], new: Iterable[str]) -> int:
    """Return how many lines that are not blank both have."""
    counts = (Counter(line.rstrip() for line in lines if line.strip()) for lines in (old, new))
    return (next(counts) & next(counts)).total()


def _with_ends_of(old: list[str], new: list[str]) -> list[str]:
    """Return the lines with the blank lines at both ends that the window has."""
    first, last = _core(new)
    if first == last:
        return new
    start, stop = _core(old)
    return old[:start] + new[first:last] + old[stop:]


def _core(lines: list[str]) -> tuple[int, int]:
    """Return where the first line that is not blank stands, and where the last one ends."""
    shown = [at for at, line in enumerate(lines) if line.strip()]
    return (shown[0], shown[-1] + 1) if shown else (0, 0)
