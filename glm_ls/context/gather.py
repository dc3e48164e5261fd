"""A Target in, a Bundle within its budgets out.

The text around the cursor and the snippets of other files have a budget each, so that what is
known of the project does not depend on how much stands around the cursor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from glm_ls.context.bundle import Bundle, Snippet
from glm_ls.context.target import Target
from glm_ls.context.window import coarse, prefix_of, suffix_of


def gather(target: Target, *, max_tokens: int, suffix_share: float) -> Bundle:
    """Return the text around the cursor; `max_tokens` is for code, without instructions."""
    suffix, after = suffix_of(target, int(max_tokens * suffix_share))
    prefix, before = prefix_of(target, max_tokens - coarse(after, max_tokens))
    return Bundle(
        path=target.path,
        language_id=target.snapshot.language_id,
        prefix=prefix,
        suffix=suffix,
        snippets=(),
        tokens=before + after,
    )


def shown_rows(target: Target, bundle: Bundle) -> tuple[int, int]:
    """Return the document's first line in a bundle, and the line behind its last."""
    row = target.position.line
    return row - bundle.prefix.count("\n"), row + bundle.suffix.count("\n") + 1


def with_snippets(bundle: Bundle, snippets: Iterable[Snippet], max_tokens: int) -> Bundle:
    """Return the bundle with the snippets that fit into a budget of their own, in their order."""
    spent = 0
    chosen = []
    for snippet in snippets:
        if spent + snippet.tokens <= max_tokens:
            chosen.append(snippet)
            spent += snippet.tokens
    return replace(bundle, snippets=tuple(chosen), tokens=bundle.tokens + spent)
