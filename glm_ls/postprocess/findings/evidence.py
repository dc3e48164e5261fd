"""Reasons against a finding that can be checked without a model.

A finding that names code nobody has written, calls undefined what is defined, or whose fix
changes nothing is refused. A fix that breaks the syntax only loses the fix: the finding may be
right all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from glm_ls.postprocess.findings.anchor import normalised
from glm_ls.postprocess.findings.finding import Located, Refused
from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import has_errors_more

AROUND = 200
"""Lines above and below that are parsed with a fix."""

_NAME = re.compile(r"[^\W\d]\w*")
_PLAIN_NAME = re.compile(r"[\w.:$@>#-]*[^\W\d]\w*(?:\(.*\))?")
_PROPOSAL = (
    r"(?:use|using|with|add|adding|call|calling|prefer|via|by|e\.g\.|like|consider|import|introduce"
    r"|define|create|to|into|as|instead|使用|添加|改为|改用|调用|例如)"
)
_UNDEFINED = re.compile(
    r"\bundefined\b|\bnot (?:\w+ )?(?:defined|imported|declared|in scope)\b|\bnever (?:defined"
    r"|imported|declared)\b|\bmissing import\b|\bunresolved\b|\bdoes(?:n't| not) exist\b"
    r"|\bno such (?:function|method|class|name|module|variable)\b|\bNameError\b"
    r"|未定义|未导入|不存在",
    re.IGNORECASE,
)
_UNIVERSAL = frozenset(
    "None True False null nil undefined true false self this super await async try except catch"
    " finally with return yield raise throw if else for while int str float bool string char void"
    " list dict set tuple object bytes error Error Exception len range print main new delete"
    " const let var static final public private protected class struct enum interface func fn def"
    " lock mutex import from in is not and or".split()
)
"""Words that need no definition."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the code a finding speaks of."""

    text: Sequence[str]
    """The reviewed text, without line ends."""
    language: Language
    known: Callable[[str], bool]
    """Whether a name occurs in what was sent, or in the project."""
    resolves: Callable[[str], bool]
    """Whether a name is defined or imported where the text can use it."""


def examine(located: Located, evidence: Evidence) -> Located | Refused:
    """Return the finding, without its fix where that breaks the syntax, or why it is refused."""
    checks = (
        ("it names what does not exist", _names_nothing),
        ("what it calls undefined is defined", _is_refuted),
        ("its fix changes nothing", _changes_nothing),
    )
    for reason, holds in checks:
        if holds(located, evidence):
            return Refused(located.finding, reason)
    if located.finding.fix is not None and not _parses(located, evidence):
        return replace(located, finding=replace(located.finding, fix=None))
    return located


def fixed(located: Located, text: Sequence[str]) -> list[str] | None:
    """Return the lines that a fix puts in place of the finding's, indented as those are.

    None where there is no fix, or the finding's lines are not whole what was quoted.
    """
    fix = located.finding.fix
    if fix is None or not located.exact:
        return None
    old = text[located.lines.start : located.lines.stop]
    want, have = _margin(old), _margin(located.finding.quote)
    if want == have:
        return list(fix)
    if not all(line.startswith(have) for line in fix if line.strip()):
        return None
    return [want + line[len(have) :] if line.strip() else "" for line in fix]


def _margin(lines: Sequence[str]) -> str:
    line = next((line for line in lines if line.strip()), "")
    return line[: len(line) - len(line.lstrip())]


def _names_nothing(located: Located, evidence: Evidence) -> bool:
    words = set(_NAME.findall("\n".join(evidence.text)))
    proposed = _NAME.findall("\n".join(located.finding.fix or ()))
    fine = words | _UNIVERSAL | set(proposed)
    return any(
        not any(part in fine or evidence.known(part) for part in _NAME.findall(name)[-1:])
        for name in located.finding.names
        if _PLAIN_NAME.fullmatch(name) and not _is_proposed(name, located)
    )


def _is_proposed(name: str, located: Located) -> bool:
    """Whether the prose suggests a name rather than speaks of one that is there."""
    prose = f"{located.finding.title}\n{located.finding.why}"
    before = rf"{_PROPOSAL}\s+(?:\w+\s+)?{re.escape(name)}"
    return re.search(before, prose, re.IGNORECASE) is not None


def _is_refuted(located: Located, evidence: Evidence) -> bool:
    finding = located.finding
    claim = finding.title if _UNDEFINED.search(finding.title) else ""
    if not claim and not (finding.kind == "bug" and _UNDEFINED.search(finding.why[:200])):
        return False
    claimed = [name for name in finding.names if _PLAIN_NAME.fullmatch(name)]
    named = [name for name in claimed if name in (claim or finding.why[:200])] or claimed
    parts = [_NAME.findall(name)[-1] for name in named if _NAME.search(name)]
    return bool(parts) and all(evidence.resolves(part) for part in parts)


def _changes_nothing(located: Located, evidence: Evidence) -> bool:
    fix = located.finding.fix
    if fix is None:
        return False
    old = evidence.text[located.lines.start : located.lines.stop]
    if [line.rstrip() for line in fix] == [line.rstrip() for line in located.finding.quote]:
        return True
    new = fixed(located, evidence.text) or list(fix)
    tidy = str.rstrip if evidence.language.style == "indent" else normalised
    return [tidy(line) for line in old if line.strip()] == [
        tidy(line) for line in new if line.strip()
    ]


def _parses(located: Located, evidence: Evidence) -> bool:
    """Whether a fix brings no syntax error that was not there."""
    new = fixed(located, evidence.text)
    if new is None:
        return False
    first = max(located.lines.start - AROUND, 0)
    stop = located.lines.stop + AROUND
    before = list(evidence.text[first:stop])
    after = [*evidence.text[first : located.lines.start], *new]
    after += evidence.text[located.lines.stop : stop]
    return not has_errors_more(evidence.language, "\n".join(before), "\n".join(after))
