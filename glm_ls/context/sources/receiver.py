"""Members of what stands before the dot: the one place where a type decides alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from glm_ls.context.types import CLASS, TYPE
from glm_ls.index.facts import KINDS
from glm_ls.index.words import IDENTIFIER, code_of

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.context.signals import Signals
    from glm_ls.index.facts import Symbol

_RECEIVER = re.compile(
    r"([A-Za-z_$][\w$]*)(?:\([^()]*\)|\[[^\[\]]*\])?[?!]?\s*(?:\.|::|->)\s*[\w$]*$"
)
_DOT = re.compile(r"(?:\.|::|->)\s*[\w$]*$")
METHOD, FIELD = KINDS.index("method"), KINDS.index("field")
OWN = frozenset({"self", "this", "cls", "Self", "super", "base", "parent", "static"})
LOOK_BACK = 40
"""Lines above the cursor that are read where no function is around it."""
MAX_TYPES = 12
MAX_EXPRESSIONS = 4
"""The last ones that said what the receiver is."""

_TYPED = (
    # name: Type, name?: Type;  Type name, Type<X> name;  name Type, name *Type (Go);  Type $name
    r"(?<![\w$.]){0}\s*\??:\s*(?P<of>[^=,;)\n]{{1,80}})",
    r"\b(?P<of>[A-Z]\w*(?:<[^;=()]{{0,60}}>)?)[\s*&]+{0}\b",
    r"(?:[(,]|\bvar)\s*{0}\s+(?P<of>\*?[\w.\[\]]+)",
)
_ASSIGNED = r"(?<![\w$.]){0}(?:\s*,\s*\w+)?\s*:?=\s*(?P<of>[^\n;]{{1,120}})"
_RENAMED = r"(?P<of>[^\n]{{1,120}})\bas\s+{0}\b"


def receiver_before(text: str) -> str:
    """Return the name before the last dot of a line that ends there; "" for none."""
    match = _RECEIVER.search(text[-300:])
    return match[1] if match else ""


def awaits_member(text: str) -> bool | None:
    """Whether a line up to the cursor ends behind a dot; None for a blank one."""
    return bool(_DOT.search(text)) if text.strip() else None


def types_of(question: Question, name: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Return the types that a receiver may have, most likely first; `lines` is the document."""
    if name in OWN:
        return (question.owner,) if question.owner else ()
    found = [name] if _is_class(question, name) else []
    for expression, assigned in _said(question, name, lines):
        found += _types_in(question, expression, assigned)
    if not found:
        # What is called so where it is defined: a field, a function's result.
        for mentions in _mentions_of(question, name):
            found += [mention for mention in mentions if _has_members(question, mention)]
    if not found:
        # A variable called like its type: request, http_request.
        spelled = (name[:1].upper() + name[1:], "".join(map(str.capitalize, name.split("_"))))
        found = [one for one in spelled if _has_members(question, one)]
    return tuple(dict.fromkeys(found))[:MAX_TYPES]


def score(question: Question, signals: Signals) -> None:
    """Tell members from the rest, behind a dot and elsewhere; `types` lifts the receiver's."""
    if question.dotted is not None:
        kinds = question.corpus.columns["kinds"]
        members = (kinds == METHOD) | (kinds == FIELD)
        signals.put("dotted" if question.dotted else "undotted", members)


def _said(question: Question, name: str, lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield what is said of a name above: annotations, and what is assigned to it."""
    start = question.function.start if question.function else question.row - LOOK_BACK
    text = "\n".join(lines[max(0, start) : question.row + 1])
    patterns = [(pattern, False) for pattern in _TYPED]
    patterns += [(pattern, True) for pattern in (_ASSIGNED, _RENAMED)]
    found = [
        (match["of"], assigned)
        for pattern, assigned in patterns
        for match in re.finditer(pattern.format(re.escape(name)), text)
    ]
    yield from found[-MAX_EXPRESSIONS:]


def _types_in(question: Question, expression: str, assigned: bool) -> list[str]:
    found = []
    for word in IDENTIFIER.findall(expression)[:6]:
        if _is_class(question, word):
            found.append(word)
        elif assigned:
            for mentions in _mentions_of(question, word):
                found += [mention for mention in mentions if _has_members(question, mention)]
    return found


def _mentions_of(question: Question, name: str) -> Iterator[Sequence[str]]:
    """Yield what the signatures of the definitions of a name mention."""
    local: list[Symbol] = [s for s in question.document.local.get(name, ()) if s.kind != "class"]
    yield from (symbol.mentions for symbol in local)
    if local:
        return
    corpus = question.corpus
    symbols = corpus.symbols_by_name.get(code_of(name))
    symbols = symbols[question.usable_symbols[symbols]]
    imported = symbols[question.imported[corpus.file_of_symbol[symbols]]]
    for symbol in (imported if len(imported) else symbols)[:4]:
        yield IDENTIFIER.findall(corpus.signature(int(symbol)))


def _is_class(question: Question, name: str) -> bool:
    if any(symbol.kind == "class" for symbol in question.document.local.get(name, ())):
        return True
    symbols = question.corpus.symbols_by_name.get(code_of(name))
    kinds = question.corpus.columns["kinds"][symbols[question.usable_symbols[symbols]]]
    return bool(((kinds == CLASS) | (kinds == TYPE)).any())


def _has_members(question: Question, name: str) -> bool:
    return bool(question.usable_symbols[question.corpus.symbols_by_owner.get(code_of(name))].any())
