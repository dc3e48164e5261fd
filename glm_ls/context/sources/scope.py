"""The head of the document and of what encloses the cursor, where the prompt does not reach them.

In a long file the window around the cursor begins below the imports and the class's own line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glm_ls.context.part import Part, bytes_of

if TYPE_CHECKING:
    from glm_ls.context.question import Question
    from glm_ls.index.facts import Symbol


def parts(question: Question, room: int, comment: str) -> tuple[Part, ...]:
    """Return what encloses the cursor, and the members of its class, as far as not shown."""
    shown = question.surroundings.shown
    if shown is None:
        return ()
    symbols = [one for one in question.document.facts.outline.symbols if _helps(question, one)]
    hidden = [one for one in symbols if not shown[0] <= one.start < shown[1]]
    path = question.document.path
    lines = [f"{comment} {path} (other parts of the file that is edited)"]
    spent = len(lines[0].encode()) + 1
    taken = []
    for symbol in hidden:
        line = f"{' ' if symbol.owner else ''}{symbol.signature}"
        spent += len(line.encode("utf-8", "replace")) + 1
        if spent > room:
            break
        lines.append(line)
        taken.append(symbol)
    if not taken:
        return ()
    text = "".join(f"{line}\n" for line in lines)
    part = Part("scope", path, taken[0].start, taken[-1].end + 1, text, 1.0, "around the cursor")
    return (part,) if bytes_of(part) <= room else ()


def _helps(question: Question, symbol: Symbol) -> bool:
    """Whether a definition of the document encloses the cursor or is a member of its class."""
    encloses = symbol.start <= question.row <= symbol.end
    return encloses or (bool(question.owner) and symbol.owner == question.owner)
