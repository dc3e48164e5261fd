"""Tell natural language from code, a line at a time.

A false alarm costs a suggestion, a miss puts a sentence into the user's file, so a line counts as
speech only with an opening that chat models use, or when it is a whole sentence without a sign of
code. Comments are code.
"""

from __future__ import annotations

import re

from glm_ls.postprocess.frame import Frame

_OPENING = re.compile(
    r"(?:\*\*)?(?:"
    r"here(?:'s| is| are| it is| you go)\b|sure\b|certainly\b|of course\b"
    r"|absolutely\b|great\b|sorry\b"
    r"|(?:okay|ok|alright|yes|no|well)[,.!] |below is\b|based on\b|looking at\b|according to\b"
    r"|to (?:complete|finish|fill|implement|continue|solve|make|fix|do|add|return)\b"
    r"|in (?:this|the) |for the given |as (?:you|an?|the) |since (?:the|we|this|you)\b"
    r"|given (?:the|that|this)\b|first,? (?:we|i|let)\b|now,? (?:we|i|let)\b"
    r"|(?:so|then|therefore|note|also|next|wait|hmm|but|and so),? (?:that|the|we|i|let|this|it)\b"
    r"|i(?:'ll|'m|'ve| will| am| have| need| should| can| think| would| must| see| want)\b"
    r"|we(?:'ll|'re| need| should| can| have| are| must| want| will| could)\b"
    r"|you(?:'ll| can| should| need| may| could)\b|let me\b|let's\b|let us\b"
    r"|it(?:'s| is| looks| seems| should| will| returns)\b"
    r"|this (?:is|will|code|function|method|completes?|should|returns?|implementation|completion"
    r"|snippet|adds?|line|would|fills?)\b"
    r"|the (?:code|completion|completed|missing|user|function|answer|following|cursor|above|method"
    r"|next|correct|rest|most|context|file|snippet|line|given|above|explanation|solution|variable)\b"
    r"|(?:explanation|completion|answer|output|code|note|result|solution|completed code)(?:\*\*)?:"
    r")",
    re.IGNORECASE,
)
_REASONING = re.compile(
    r"(?:okay|ok|alright|hmm|wait|so|first|now|let me|let's|i need|i should|i have to|i will|i'll"
    r"|we need|we have|we should|the user|looking at)\b",
    re.IGNORECASE,
)
_CODE_SIGN = re.compile(r"[;{}=<>\[\]|&\\@$]|\w\(|::|->|:\s+\w+\s*$|^\s*\w+:\s")
_STATEMENT_SIGN = re.compile(r"[;{}]|^\w+:\s")
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
_SENTENCE = re.compile(r"[A-Z][\w'’]*(?:[ ,]+[\w'’()/-]+){4,}[.:!]")
_LIST_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+\S+ \S+ ")
_CJK = re.compile(r"\s*[\u3400-\u9fff]")


def is_speech(frame: Frame, line: str) -> bool:
    """Whether a line is said to the user rather than written into the file."""
    text = line.strip()
    if not text or frame.language.is_comment(text):
        return False
    if _CJK.match(text):
        return True
    # What is quoted in a sentence is code; the sentence around it decides.
    plain = _QUOTED.sub("it", text)
    words = plain.count(" ") + 1
    ends = plain.endswith((".", ":", "!", "?", "**"))
    if _OPENING.match(plain):
        if _CODE_SIGN.search(plain):
            return ends and words > 4 and not _STATEMENT_SIGN.search(plain)
        return ends or words > 3
    return _SENTENCE.fullmatch(plain) is not None and not _CODE_SIGN.search(plain)


def is_reasoning(line: str) -> bool:
    """Whether a line sounds like thinking aloud, after which more of it is likely."""
    return _REASONING.match(line.strip()) is not None


def is_list_item(line: str) -> bool:
    """Whether a line is an item of an enumeration in prose."""
    return _LIST_ITEM.match(line) is not None
