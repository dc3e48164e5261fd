"""Who applies edits: glm-ls, and two plain rules that show what the cases are worth."""

from __future__ import annotations

from collections.abc import Callable

from bench.edits.cases import Case
from glm_ls.postprocess.edits.blocks import read_blocks
from glm_ls.postprocess.edits.landing import applied
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.edits.resolve import Sent, resolve
from glm_ls.syntax.languages import language_of
from glm_ls.text.blocks import NEW, OLD, edit_closing, edit_opening
from glm_ls.text.edit import Edit
from glm_ls.text.lines import line_body

NONCE = "7f3a"

Engine = Callable[[Case, int | None], tuple[str | None, str]]
"""A case and a hint to the resulting text, None where nothing was applied, and why."""


def reply(case: Case, line: int | None) -> str:
    """Return what a model answers; `line` is the 0-based line that it gives."""
    about = {} if line is None else {"line": line + 1}
    body = "".join(f"{text}\n" for text in case.old)
    new = "".join(f"{text}\n" for text in case.new)
    return (
        f"{edit_opening(OLD, NONCE, **about)}\n{body}{edit_closing(OLD, NONCE)}\n"
        f"{edit_opening(NEW, NONCE)}\n{new}{edit_closing(NEW, NONCE)}\n"
    )


def edits_of(case: Case, line: int | None) -> tuple[Edit, ...] | Refusal:
    """Return what glm-ls makes of a reply."""
    every = range(len(case.sent.lines))
    sent = Sent(case.sent, language_of(case.sent.language_id), every, range(0))
    blocks = []
    for block in read_blocks(reply(case, line), NONCE):
        if isinstance(block, Refusal):
            return block
        blocks.append(block)
    return resolve(sent, blocks, case.live)


def glm_ls(case: Case, line: int | None) -> tuple[str | None, str]:
    """Locate in the text that was sent, carry over to the live one, refuse what is in doubt."""
    edits = edits_of(case, line)
    if isinstance(edits, Refusal):
        return None, edits.rule
    return applied(case.live, edits, 9).text, ""


def first_match(case: Case, _: int | None) -> tuple[str | None, str]:
    """Replace the first exact occurrence in the live text."""
    text, quote = case.live.text, "\n".join(case.old)
    plain = "\n" + text.replace("\r\n", "\n")
    if f"\n{quote}\n" not in plain:
        return None, "missing"
    new = "".join(f"\n{line}" for line in case.new)
    made = plain.replace(f"\n{quote}\n", f"{new}\n", 1)[1:]
    return made.replace("\n", "\r\n") if "\r\n" in text else made, ""


def unique_match(case: Case, _: int | None) -> tuple[str | None, str]:
    """Replace the only occurrence in the live text, compared without indentation."""
    lines = [line_body(line) for line in case.live.lines]
    quote = [line.strip() for line in case.old]
    there = [line.strip() for line in lines]
    size = len(quote)
    starts = [at for at in range(len(there)) if there[at : at + size] == quote]
    if len(starts) != 1:
        return None, "ambiguous" if starts else "missing"
    at = starts[0]
    end = "\r\n" if "\r\n" in case.live.text else "\n"
    return end.join([*lines[:at], *case.new, *lines[at + size :]]), ""


ENGINES: dict[str, Engine] = {
    "glm-ls": glm_ls,
    "first exact match": first_match,
    "unique, stripped": unique_match,
}
