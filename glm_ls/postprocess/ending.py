"""Find where a text has said enough: rules over its lines, the earliest cut wins.

Every rule looks only at what more of the stream cannot change, so that a cut that was found stays,
and the connection can be closed at once.
"""

from __future__ import annotations

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.repeats import line_above, loop, similar_line, suffix_echo, token_loop
from glm_ls.postprocess.strangers import foreign_script, long_line, placeholder, speech
from glm_ls.postprocess.structure import (
    dedent,
    definition_end,
    foreign_closer,
    line_end,
    statement_end,
    too_long,
)
from glm_ls.postprocess.view import Lines, Rule
from glm_ls.syntax.extent import Extent

LINE: dict[str, Rule] = {
    "single-line": line_end,
    "foreign-closer": foreign_closer,
    "suffix-echo": suffix_echo,
    "similar-line": similar_line,
    "line-above": line_above,
    "token-loop": token_loop,
    "foreign-script": foreign_script,
    "placeholder": placeholder,
    "long-line": long_line,
}
BLOCK: dict[str, Rule] = {
    **{name: rule for name, rule in LINE.items() if name != "single-line"},
    "dedent": dedent,
    "definition-end": definition_end,
    "loop": loop,
    "speech": speech,
    "too-long": too_long,
}
STATEMENT: dict[str, Rule] = {**BLOCK, "statement-end": statement_end}
RULES: dict[Extent, dict[str, Rule]] = {"line": LINE, "statement": STATEMENT, "block": BLOCK}
WITH_REST = frozenset({"single-line", "statement-end", "dedent", "definition-end", "too-long"})
"""Rules behind whose cut code goes on that may be of use after acceptance."""


def end_text(frame: Frame, draft: Draft) -> Draft:
    """End the text at the first place where a rule says so."""
    if not draft.text.strip():
        return draft
    view = Lines.of(frame, draft)
    rules = RULES["line" if frame.site.is_midline else frame.site.extent]
    cuts = [
        (at, name)
        for name, rule in rules.items()
        if name not in frame.site.off and (at := rule(view)) is not None
    ]
    if not cuts:
        return draft
    # Where rules agree on the place, what one of them calls a repetition is none to keep.
    at, name = min(cuts, key=lambda cut: (cut[0], cut[1] in WITH_REST))
    kept = draft.text[:at].rstrip() if draft.text[at:].strip() else draft.text[:at]
    return draft.end(kept, name, draft.text[len(kept) :] if name in WITH_REST else "")
