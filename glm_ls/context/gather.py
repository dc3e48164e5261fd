"""A Target in, a Bundle within the budget out.

The text around the cursor has the first claim; what it leaves of the budget goes to the snippets
of the context sources, in the order they are given.
"""

from __future__ import annotations

from collections.abc import Sequence

from glm_ls.context.bundle import Bundle, Snippet
from glm_ls.context.target import Target
from glm_ls.context.window import prefix_of, suffix_of


def gather(
    target: Target, *, max_tokens: int, suffix_share: float, snippets: Sequence[Snippet] = ()
) -> Bundle:
    """Return what the model is shown; `max_tokens` is the budget for code, without instructions."""
    suffix, after = suffix_of(target, int(max_tokens * suffix_share))
    prefix, before = prefix_of(target, max_tokens - after)
    spent = before + after
    chosen = []
    for snippet in snippets:
        if spent + snippet.tokens <= max_tokens:
            chosen.append(snippet)
            spent += snippet.tokens
    return Bundle(
        path=target.path,
        language_id=target.snapshot.language_id,
        prefix=prefix,
        suffix=suffix,
        snippets=tuple(chosen),
        tokens=spent,
    )
