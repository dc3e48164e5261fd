"""Long context: whole modules in the order of imports, then outlines of what is left.

For models that read 200,000 tokens and for questions that are worth it: review, explanation,
fixes over several files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from glm_ls.context.part import Part, bytes_of

WHOLE_SHARE = 0.8
"""Part of the budget that whole modules may take; outlines of everything else get the rest."""


def whole_modules(
    paths: Iterable[str], room: int, comment: str, text_of: Callable[[str], str | None]
) -> tuple[Part, ...]:
    """Return the files that fit into `room` bytes, in the order given, each whole."""
    chosen = []
    for path in dict.fromkeys(paths):
        text = text_of(path)
        if not text:
            continue
        shown = f"{comment} {path}\n{text.rstrip()}\n"
        part = Part("modules", path, 0, text.count("\n") + 1, shown, 1.0, "imported, whole")
        if bytes_of(part) <= room:
            room -= bytes_of(part)
            chosen.append(part)
    return tuple(chosen)
