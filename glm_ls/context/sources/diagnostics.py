"""What is wrong near the cursor names what the user needs: words of messages count as near."""

from __future__ import annotations

from collections.abc import Iterable

from glm_ls.index.words import IDENTIFIER

MAX_MESSAGES = 5


def words_of(messages: Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers that the first messages name."""
    found = (
        word for message in list(messages)[:MAX_MESSAGES] for word in IDENTIFIER.findall(message)
    )
    return tuple(dict.fromkeys(found))
