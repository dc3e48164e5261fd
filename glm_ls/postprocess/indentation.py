r"""Make the beginning of a text and the indentation of its lines fit the cursor.

Models start a line again that is already indented, begin with a line break where none can stand,
count indentation from the cursor instead of the margin, and use spaces in files with tabs.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame, indent_width
from glm_ls.syntax.brackets import scan
from glm_ls.syntax.statements import carries_on, goes_on, opens_block, wants_more

_STARTS_DEFINITION = re.compile(
    r"\s*(?:@|#\s*include|(?:async |export |public |private |static |pub )*"
    r"(?:def|class|func|fn|function|import|from|interface|struct|impl|package|module)\b)"
)


def fit_start(frame: Frame, draft: Draft) -> Draft:
    """Remove line breaks and spaces at the beginning that the cursor's line has no room for."""
    text = draft.text
    if not frame.line_prefix.strip():
        lines = text.split("\n")
        blank = next((at for at, line in enumerate(lines) if line.strip()), len(lines) - 1)
        return draft.with_text("\n".join(lines[blank:]))
    if frame.line_prefix[-1].isspace():
        text = text.lstrip(" \t")
    if text.startswith("\n") and wants_more(frame.line_prefix) and not frame.literal:
        text = text.lstrip()
    elif text[:2] in ("  ", "\t") or text[:1] == "\t":
        text = f"\n{text}" if opens_block(frame.language, frame.line_prefix) else text.lstrip(" \t")
    return draft.with_text(text)


def fit_indent(frame: Frame, draft: Draft) -> Draft:
    """Write indentation as the file does, and shift lines that were counted from the cursor."""
    if frame.literal or not draft.text:
        return draft
    lines = _to_file_style(frame, draft.text.split("\n"))
    own = frame.width(frame.line_prefix)
    if frame.line_prefix.strip():
        own = frame.statement_width
        shift = _missing_shift(frame, frame.line_prefix + lines[0], lines[1:], own)
        return draft.with_text("\n".join([lines[0], *_shifted(frame, lines[1:], shift)]))
    given = frame.width(lines[0])
    if not given:
        shift = _missing_shift(frame, lines[0], lines[1:], own)
        return draft.with_text("\n".join([lines[0], *_shifted(frame, lines[1:], shift)]))
    if own and given != own and not _is_deeper_due(frame, given):
        lines = [lines[0], *_shifted(frame, lines[1:], own - given)]
        given = own
    extra = _blanks(frame, given - own) if given > own else ""
    if not own and frame.tabs is None:
        extra = lines[0][: len(lines[0]) - len(lines[0].lstrip())]  # the file shows no style yet
    return draft.with_text("\n".join([extra + lines[0].lstrip(), *lines[1:]]))


def _is_deeper_due(frame: Frame, given: int) -> bool:
    """Whether the line above opens a block that the cursor's line has not been indented for."""
    above = [line for line in frame.site.prefix.split("\n")[:-1] if line.strip()]
    return bool(above) and opens_block(frame.language, above[-1]) and frame.width(above[-1]) < given


def _missing_shift(frame: Frame, first: str, below: list[str], own: int) -> int:
    """Return the columns by which the lines below the first are too far left.

    Less than 0: they are too far right, since the cursor's own indentation was counted twice.
    """
    line = next((line for line in below if line.strip()), "")
    if not frame.chat or not own or not line:
        return 0
    width = frame.width(line)
    if line.startswith("{") and frame.language.style == "brace":
        return own  # Where blocks open on lines of their own, none opens outside the block.
    if _stands_anywhere(frame, line):
        return 0
    if surplus := _surplus(frame, first, below, own):
        return -surplus
    if opens_block(frame.language, first):
        # One level deeper than the cursor's line is due, not one level from the margin.
        return own + frame.unit * (width == 0) if width <= min(own, frame.unit) else 0
    if 0 < width <= own and _goes_on(frame, first, line):
        return own  # What continues a statement stands deeper than its beginning.
    follows_at_once = bool(below[0].strip())
    is_margin = width == 0 and follows_at_once and not _STARTS_DEFINITION.match(line)
    return own if is_margin and frame.language.style != "prose" else 0


def _goes_on(frame: Frame, first: str, line: str) -> bool:
    """Whether a line continues the statement on the one before it."""
    read = scan(frame.language, first)
    joins = carries_on(first) and not first.rstrip().endswith(",")
    return not read.literal and (bool(read.opened) or joins or goes_on(line))


def _surplus(frame: Frame, first: str, below: list[str], own: int) -> int:
    """Return the columns by which all lines below the first are too far right, 0 for none."""
    lines = [line for line in below if line.strip()]
    widths = [frame.width(line) for line in lines]
    due = own
    if opens_block(frame.language, first):
        # The line that closes what the first one opens stands below its beginning.
        closing = next((at for at, line in enumerate(lines) if _closes(line, widths, at)), None)
        if closing is None and frame.language.style != "indent":
            return 0
        due = own if closing is not None else own + frame.unit
        surplus = widths[closing or 0] - due
    elif carries_on(first) or goes_on(lines[0]) or scan(frame.language, first).opened:
        return 0
    else:
        surplus = widths[0] - due
    fits = surplus > 0 and surplus % own == 0
    return surplus if fits and min(widths) - surplus >= own else 0


def _closes(line: str, widths: list[int], at: int) -> bool:
    return at > 0 and line.lstrip()[0] in ")]}" and widths[at] < min(widths[:at])


def _stands_anywhere(frame: Frame, line: str) -> bool:
    """Whether a line's indentation says nothing about that of the others."""
    language = frame.language
    ends = line.lstrip()[0] in "{)]}" or language.ends_with_word(line)
    return ends or language.is_directive(line) or line.rstrip() == frame.next_line.rstrip()


def _shifted(frame: Frame, lines: list[str], columns: int) -> list[str]:
    if not columns:
        return lines
    return [
        _blanks(frame, max(0, frame.width(line) + columns)) + line.lstrip() if line.strip() else ""
        for line in lines
    ]


def _blanks(frame: Frame, columns: int) -> str:
    if not frame.tabs:
        return " " * columns
    return "\t" * (columns // frame.unit) + " " * (columns % frame.unit)


def _to_file_style(frame: Frame, lines: list[str]) -> list[str]:
    """Replace tabs by spaces or spaces by tabs, where the file uses the other throughout."""
    if frame.tabs is None:
        return lines
    if frame.tabs:
        unit = 2 if any(indent_width(line, 4) % 4 == 2 for line in lines) else 4
        return [_with_tabs(line, unit) for line in lines]
    return [
        _blanks(frame, frame.width(line)) + line.lstrip() if line.startswith("\t") else line
        for line in lines
    ]


def _with_tabs(line: str, unit: int) -> str:
    body = line.lstrip(" \t")
    blank = line[: len(line) - len(body)]
    if " " not in blank:
        return line
    width = indent_width(blank + ".", unit)
    return "\t" * (width // unit) + " " * (width % unit) + body
