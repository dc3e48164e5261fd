"""How broken a text is to a parser: what tells an edit that breaks code from one that does not."""

from __future__ import annotations

from glm_ls.syntax.languages import Language
from glm_ls.syntax.parser import parse
from glm_ls.syntax.queries import captured


def count_faults(language: Language, text: str) -> int:
    """Return how many errors and missing parts a parser finds; 0 where no grammar can tell."""
    tree = parse(language, text)
    if tree is None or not tree.root_node.has_error:
        return 0
    return len(captured(language.id, "[(ERROR) (MISSING)] @it", tree.root_node))
