r"""The lines of an ignore file become rules that judge one file or folder at a time, as git does.

Only the entry itself is judged: that everything in an ignored folder is ignored too is for the
caller, who asks for the folders first. A rule that re-includes a folder then says nothing about
the files in it, which other rules may still ignore.

The regular expressions never backtrack over more than one wildcard: `*a*a*a*a*b` against a long
name would otherwise take minutes, and ignore files come with repositories nobody has read. After
each `*` the shortest match of what follows up to the next wildcard is final (an atomic group),
which loses no match, because what follows has a fixed length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?:^|(?<=/)) \*\*+ (?P<deep>/)      # any number of folders, also none
    | (?:^|(?<=/)) (?P<inside>\*\*+) $    # everything in a folder
    | (?P<star>\*+)
    | (?P<any>\?)
    | \[ (?P<set> [!^]?+ \]?+ (?:\[:\w+:\] | \\. | [^\]\\])* ) \]
    | \\(?P<escaped>.)
    | (?P<literal>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_SET_ITEM = re.compile(
    r"\[:(?P<name>\w+):\]|(?P<low>\\.|.)-(?P<high>\\.|[^\]])|(?P<one>\\.|.)", re.DOTALL
)

_NAMED_SETS = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\ \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file."""

    pattern: str | re.Pattern[str]
    """A string where the line has no wildcards; most have none."""
    negated: bool
    """A match is not ignored."""
    folders_only: bool
    by_name: bool
    """The pattern is matched against the name alone, at any depth."""

    def matches(self, path: str, is_folder: bool) -> bool:
        """Say whether the rule speaks of `path`, which is relative to the ignore file's folder."""
        if self.folders_only and not is_folder:
            return False
        subject = path.rpartition("/")[2] if self.by_name else path
        if isinstance(self.pattern, str):
            return self.pattern == subject
        return self.pattern.match(subject) is not None


def parse_rules(lines: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of an ignore file, in order; lines git would skip are left out."""
    return tuple(rule for line in lines if (rule := _rule(line)))


def is_ignored(rules: tuple[Rule, ...], path: str, is_folder: bool) -> bool | None:
    """Return what the last rule that speaks of `path` says; None when no rule does."""
    for rule in reversed(rules):
        if rule.matches(path, is_folder):
            return not rule.negated
    return None


def _rule(line: str) -> Rule | None:
    if line.startswith("#"):
        return None
    text = re.sub(r"(?<!\\) +\Z", "", line.rstrip("\r\n"))
    negated = text.startswith("!")
    body = text[negated:]
    folders_only = body.endswith("/")
    body = body[: len(body) - folders_only]
    pattern = _compile(body.removeprefix("/"))
    return Rule(pattern, negated, folders_only, "/" not in body) if pattern else None


def _compile(glob: str) -> str | re.Pattern[str] | None:
    """Return what matches the paths of a glob; None when it matches nothing."""
    if not re.search(r"[*?[\\]", glob):
        return glob or None
    pieces: list[str] = []
    for piece in _pieces(glob):
        if piece is None:
            return None  # At once: looking for the end of each open set takes quadratic time.
        pieces.append(piece)
    return re.compile("".join(pieces), re.DOTALL)


def _pieces(glob: str) -> Iterator[str | None]:
    """Yield the parts of the regular expression; None for what can never match."""
    # The ends of the atomic groups that are open; the one of a star never spans a slash.
    star = deep = ""
    for token in _TOKEN.finditer(glob):
        kind, text = token.lastgroup, token[token.lastgroup or 0]
        if kind == "star":
            yield f"{star}(?>[^/]*?"
            star = ")"
        elif kind == "deep":
            yield f"{deep}(?>(?:[^/]+/)*?"
            deep = ")"
        elif kind == "inside":
            yield ".+"
        elif kind == "any":
            yield "[^/]"
        elif kind == "set":
            yield _set(text)
        elif kind == "literal" and text in "[\\":
            yield None  # An open set, or a backslash at the end.
        else:
            yield re.escape(text)
            if text == "/":
                yield star
                star = ""
    yield rf"\Z{star}{deep}"


def _set(text: str) -> str | None:
    negated = text[0] in "!^"
    items = [_set_item(item) for item in _SET_ITEM.finditer(text[negated:])]
    if None in items:
        return None
    return f"(?!/)[{'^' * negated}{''.join(filter(None, items))}]"


def _set_item(item: re.Match[str]) -> str | None:
    """Return the item as `re` spells it; None for a name that spoils the set."""
    if item["name"]:
        return _NAMED_SETS.get(item["name"])
    if item["one"]:
        return re.escape(item["one"][-1])
    low, high = item["low"][-1], item["high"][-1]
    # The low end always counts, also when the range runs backwards.
    return re.escape(low) + (f"-{re.escape(high)}" if low <= high else "")
