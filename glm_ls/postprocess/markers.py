"""Take reasoning and special tokens out of an answer.

Hosted GLM sends reasoning apart from the answer, but self-hosted templates let `<think>` leak into
it, or open it in the prompt so that only `</think>` arrives. Tokens of roles and of
fill-in-the-middle show that the model has gone on to another turn or another file.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame

THINK_OPEN = "<think>"
THINK_CLOSE = "</think>"

# The blank lines behind it go along, the indentation of the code does not.
_THOUGHT = re.compile(r"<think>.*?</think>(?:[ \t]*\n)*", re.DOTALL)

START_TOKENS = (
    "[gMASK]",
    "<sop>",
    "<|assistant|>",
    "<|code_middle|>",
    "<|fim_middle|>",
    "<fim_middle>",
)
"""What a template puts in front of an answer: skipped there, an end anywhere else."""
END_TOKENS = (
    "<|code_prefix|>",
    "<|code_suffix|>",
    "<|user|>",
    "<|observation|>",
    "<|system|>",
    "<|endoftext|>",
    "<|begin_of_image|>",
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|file_sep|>",
    "<|repo_name|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|cursor|>",
    "<fim_prefix>",
    "<fim_suffix>",
    "<eop>",
    "<eos>",
    "[sMASK]",
    "[MASK]",
)

_PROMPT_TAG = r"</?(?:before_cursor|after_cursor|other_file)\w*(?: [^>\n]*)?>"
"""What the chat prompt puts around the file; models copy it when they do not know how to stop."""

_SPECIAL = re.compile("|".join([*map(re.escape, (*START_TOKENS, *END_TOKENS)), _PROMPT_TAG]))
_LEADING = re.compile(rf"(?:\s*(?:{'|'.join(map(re.escape, START_TOKENS))}))+\n?")

_FIRST_WORD = r"(?<=\n)[ \t]*+\w++(?=\W)"
TRIGGER = re.compile(rf"\n|</?think>|{_SPECIAL.pattern}")
"""Where an answer can turn out to be complete, so where it is worth looking."""
CODE_TRIGGER = re.compile(rf"{_FIRST_WORD}|{TRIGGER.pattern}")
"""The same where nothing but code is expected: the first word of a line can be enough."""


def drop_reasoning(frame: Frame, draft: Draft) -> Draft | None:
    """Remove `<think>…</think>`, and all that stands before a lone `</think>`."""
    if "think>" not in draft.text:
        return draft
    text = _THOUGHT.sub("", draft.text)
    _, closed, after = text.rpartition(THINK_CLOSE)
    text, opened, _ = (after.lstrip("\n") if closed else text).partition(THINK_OPEN)
    if opened and not draft.final:
        return None
    return draft.with_text(text)


def cut_special(frame: Frame, draft: Draft) -> Draft:
    """End the text at the first special token that is not a template's lead-in."""
    if "<" not in draft.text and "[" not in draft.text:
        return draft
    leading = _LEADING.match(draft.text)
    text = draft.text[leading.end() :] if leading else draft.text
    found = _SPECIAL.search(text)
    return draft.end(text[: found.start()], "special token") if found else draft.with_text(text)
