"""The parts of a fill-in-the-middle prompt; the template that joins them is the model's."""

from __future__ import annotations

from glm_ls.context.bundle import Bundle
from glm_ls.prompt.value import FimPrompt


def fim_prompt(bundle: Bundle) -> FimPrompt:
    """Return the FIM prompt for a completion."""
    return FimPrompt(
        prefix=bundle.prefix,
        suffix=bundle.suffix,
        path=bundle.path,
        language=bundle.language_id,
        # The path goes along in a form of its own; see Snippet.text for the line that names it.
        extra=tuple((s.path, s.text.partition("\n")[2]) for s in bundle.snippets),
    )
