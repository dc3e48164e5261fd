"""Take code out of what chat models wrap it in: a sentence before, a fence, a tag.

Nothing is unwrapped where natural language is what the cursor asks for: in comments and strings,
and in Markdown and other prose, unless the whole answer is one fence.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.draft import Draft
from glm_ls.postprocess.frame import Frame
from glm_ls.postprocess.speech import is_list_item, is_reasoning, is_speech

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[ \t]*")
_INLINE_FENCE = re.compile(r"[ \t]*```([^`\n]+)```[ \t]*")
_HEADING = re.compile(r"[ \t]*(?:#{2,4} |\*\*)\w")
_TAGS = "completion|answer|suggestion|response|code_middle"
_TAG = re.compile(rf"[ \t]*<({_TAGS})>", re.IGNORECASE)
# In markup these are elements like any other.
_CODE_TAG = re.compile(rf"[ \t]*<({_TAGS}|code|output|result|middle|insert|fill)>", re.IGNORECASE)
_TAG_LEFT = re.compile(rf"\n?[ \t]*</(?:{_TAGS})>", re.IGNORECASE)
_DOCUMENT_FENCES = ("markdown", "md")


def unwrap(frame: Frame, draft: Draft) -> Draft | None:
    """Return the code of a chat answer."""
    if not frame.chat:
        return cut_fence(frame, draft)
    if frame.is_prose or frame.literal:
        return _unwrap_document(frame, draft)
    body = _skip_speech(frame, draft)
    if body is None:
        return None
    tagged = _take_tag(frame, body)
    fenced = _take_fence(tagged)
    return cut_fence(frame, tagged) if fenced is tagged else _take_tag(frame, fenced)


def cut_fence(frame: Frame, draft: Draft) -> Draft:
    """End the text at a fence that nothing opened, or at a tag the prompt had opened."""
    if frame.literal or frame.is_prose or ("`" not in draft.text and "</" not in draft.text):
        return draft
    at = 0
    for line in draft.lines:
        if line.lstrip().startswith("```"):
            return draft.end(draft.text[:at].removesuffix("\n"), "fence")
        at += len(line) + 1
    left = _TAG_LEFT.search(draft.text) if frame.chat else None
    return draft.end(draft.text[: left.start()], "tag") if left else draft


def _skip_speech(frame: Frame, draft: Draft) -> Draft | None:
    """Drop sentences before the code; undecided while nothing else has come."""
    lines = draft.lines
    first = next((line for line in lines if line.strip()), "")
    said = is_speech(frame, first)
    if not said and not _HEADING.match(first):
        return draft
    code = next((at for at, line in enumerate(lines) if _opens(frame, line)), None)
    if code is None and not said:
        return draft
    if code is None:
        if not draft.final and is_reasoning(first):
            return None
        code = next((at for at, line in enumerate(lines) if not _is_said(frame, line)), None)
    if code is None:
        return draft.end("", "speech") if draft.final else None
    return draft.with_text(draft.text[sum(len(line) + 1 for line in lines[:code]) :])


def _is_said(frame: Frame, line: str) -> bool:
    return not line.strip() or is_speech(frame, line) or is_list_item(line)


def _tag_pattern(frame: Frame) -> re.Pattern[str]:
    is_markup = frame.language.style == "markup" or frame.language.id.endswith("react")
    return _TAG if is_markup else _CODE_TAG


def _opens(frame: Frame, line: str) -> bool:
    tag = _tag_pattern(frame)
    return bool(_FENCE.fullmatch(line) or tag.match(line) or _INLINE_FENCE.fullmatch(line))


def _take_fence(draft: Draft) -> Draft:
    """Return what the fence holds that the text begins with, if it does."""
    text = draft.text.lstrip("\n")
    head, newline, body = text.partition("\n")
    inline = _INLINE_FENCE.fullmatch(head)
    if inline and (newline or draft.final):
        return draft.end(inline[1].strip(), "fence")
    opening = _FENCE.fullmatch(head)
    if not opening:
        return draft
    lines = body.split("\n")
    whole = lines if draft.final else lines[:-1]
    for index, line in enumerate(whole):
        if _closes(line, opening[1]):
            return draft.end("\n".join(lines[:index]), "fence")
    return draft.with_text(body)


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return mark.startswith(fence) and not mark.strip(fence[0])


def _take_tag(frame: Frame, draft: Draft) -> Draft:
    """Return what the tag holds that the text begins with, if it does."""
    text = draft.text.lstrip("\n")
    opening = _tag_pattern(frame).match(text)
    if not opening:
        return draft
    body = text[opening.end() :].removeprefix("\n")
    closing = re.search(rf"\n?[ \t]*</{opening[1]}>", body, re.IGNORECASE)
    return draft.end(body[: closing.start()], "tag") if closing else draft.with_text(body)


def _unwrap_document(frame: Frame, draft: Draft) -> Draft:
    """Take prose out of a fence that holds all of it, and leave its own fences alone."""
    opening = _FENCE.fullmatch(draft.text.lstrip("\n").partition("\n")[0])
    if not opening:
        return draft
    names_place = opening[2].lower() in (frame.language.id, *_DOCUMENT_FENCES)
    lines = draft.text.strip("\n").split("\n")
    holds_all = draft.final and not opening[2] and len(lines) > 1 and _closes(lines[-1], opening[1])
    return _take_fence(draft) if names_place or holds_all else draft
