"""Put placeholders in place of secrets before text goes to a model, and back in its answer.

A placeholder is one word, so code around it stays code, and says nothing about the secret: not
even a hash, which would let a short password be guessed. Equal secrets get equal placeholders,
numbered in the order of appearance. Lines stay lines: a key block is hidden line by line.

Each kind of secret is one row of `_KINDS`; its named group is what is hidden. In the 1,786 files
of CPython 3.11's library five texts are hidden, all of them passwords in tests; 10 kB take 0.9 ms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from math import log2
from typing import NamedTuple

_KINDS = (
    # The body of a private key, up to its end or as far as the text shows it. Code that merely
    # names the first and last line of a key has no 40 characters of base64 after the first.
    r"BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?=[\s\S]{0,200}?[A-Za-z0-9+/]{40})"
    r"(?P<key>[^-]*+(?:-(?!----)[^-]*+)*+(?=-----END)|[A-Za-z0-9+/=\s\\\"']{40,}+)",
    r"(?P<aws>A(?:KIA|SIA)[A-Z0-9]{16})(?![A-Za-z0-9])",
    r"(?P<github>gh[pousr]_[A-Za-z0-9]{36,}+|github_pat_\w{22,}+)",
    r"(?P<gitlab>glpat-[\w-]{20,}+)",
    r"(?P<slack>(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}+)",
    r"(?P<google>AIza[\w-]{35}|GOCSPX-[\w-]{28})(?![\w-])",
    r"(?P<openai>sk-(?=[A-Za-z_-]*+[0-9])[\w-]{20,}+)",
    r"(?P<stripe>[rs]k_(?:live|test)_[A-Za-z0-9]{16,}+)",
    r"(?P<jwt>eyJ[\w-]{8,}+\.eyJ[\w-]{8,}+\.[\w-]{8,}+)",
    r"(?P<zai>[0-9a-f]{32}\.[A-Za-z0-9]{16})(?![A-Za-z0-9])",
    r"://[^\s/:@\"'<>]*+:(?P<url>[^\s/@\"'<>{}$]+)@",
    # Any literal after a name (and type), or a bare word that ends the line as in YAML.
    # `_is_secret` judges them: looking for telling names here would take twice as long.
    r"(?P<name>\w++(?:[ :]{1,3}\w++(?=\s?=))?)[\"']?\]?\s?(?:[:!]?={1,3}>?|:)\s?"
    r"(?:[\"'`](?P<literal>[^\s\"'`{}$<>]{8,}+)[\"'`]|(?P<bare>[\w+/=!@#%^&*~-]{12,}+)(?=\s*?$))",
)
_SECRET = re.compile(
    # First a private key of which the text shows only the end.
    r"\A(?P<tail>(?:[A-Za-z0-9+/=]++\s++)++)(?=-----END [A-Z ]*PRIVATE KEY)"
    rf"|\b(?:{'|'.join(_KINDS)})",
    re.MULTILINE,
)
_TELLING_NAME = re.compile(
    r"passw|passphrase|pwd|secret|token|credential|(?:api|access|auth|private)_?key", re.IGNORECASE
)
_MIXED = re.compile(r"(?=.*[A-Za-z])(?:[^0-9!@#^&*?~]*+[0-9!@#^&*?~]){2}")
"""Letters, and at least two digits or signs: `V1TokenReview` is a name, `S3cr3tPass` is not."""
_MIN_ENTROPY = 2.7
"""Bits per character from which a literal looks random; `S3cr3tPass` has 2.9, `xxxxxx12` 1.1."""

_KEY = "PRIVATE KEY"
"""In the first and in the last line of every key block."""

_STRETCH = re.compile(r"\S(?:[^\r\n]*\S)?")
_PLACEHOLDER = re.compile(r"GLM_LS_SECRET_[0-9]+")


def hide_secrets(text: str, known: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """Return the text with placeholders, and what each placeholder stands for.

    `known` is such a mapping of text that goes into the same prompt: its placeholders are used
    again, and the mapping returned includes it.
    """
    names = _Names(known or {}, set(_PLACEHOLDER.findall(text)))
    return _hide(text, names), names.secrets


class Hider:
    """Hides the secrets of the texts of one prompt, which share their placeholders."""

    def __init__(self, *, enabled: bool = True) -> None:
        """`enabled`: whether anything is hidden at all, as the user's settings say."""
        self._enabled = enabled
        self.secrets: dict[str, str] = {}
        """What each placeholder given so far stands for."""

    def __call__(self, text: str) -> str:
        """Return a text with placeholders."""
        if self._enabled:
            text, self.secrets = hide_secrets(text, self.secrets)
        return text


def restore_secrets(text: str, mapping: Mapping[str, str]) -> str:
    """Return the text with every placeholder of the mapping replaced by its secret."""
    return _PLACEHOLDER.sub(lambda match: mapping.get(match[0], match[0]), text)


def hidden_again(text: str, mapping: Mapping[str, str]) -> str:
    """Return a text in which secrets were restored with their placeholders again."""
    for placeholder, secret in sorted(mapping.items(), key=lambda item: -len(item[1])):
        text = text.replace(secret, placeholder)
    return text


def is_in_secret(before: str, after: str) -> bool:
    """Tell whether a cursor stands in a secret, of which neither side alone shows enough.

    The end of a literal counts too: its closing quote may still have to be typed.
    """
    if _KEY not in before and _KEY not in after:
        # Every other kind is in one line, and its name at most in the line before.
        before, after = _last_lines(before), after.partition("\n")[0]
    at = len(before)
    return any(
        span.start < at < span.end or (at == span.end and span.kind == "literal")
        for text in (before + after, f'{before}"')
        for span in _spans(text)
    )


def _last_lines(text: str) -> str:
    """Return the last two lines of a text."""
    return text[text.rfind("\n", 0, max(0, text.rfind("\n"))) + 1 :]


class _Names:
    """The placeholders given so far."""

    def __init__(self, known: Mapping[str, str], used: set[str]) -> None:
        self.secrets = dict(known)
        self._of = {secret: name for name, secret in known.items()}
        numbered = (f"GLM_LS_SECRET_{number}" for number in count(1))
        self._free = (name for name in numbered if name not in used and name not in self.secrets)

    def give(self, secret: str) -> str:
        if _PLACEHOLDER.fullmatch(secret):
            return secret  # Hidden before.
        if secret not in self._of:
            name = self._of[secret] = next(self._free)
            self.secrets[name] = secret
        return self._of[secret]


class _Span(NamedTuple):
    """Where a secret stands in a text."""

    start: int
    end: int
    kind: str


def _hide(text: str, names: _Names) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, _ in _spans_again(text):
        hidden = _STRETCH.sub(lambda stretch: names.give(stretch[0]), text[start:end])
        pieces += (text[at:start], hidden)
        at = end
    return "".join((*pieces, text[at:]))


@lru_cache(maxsize=64)
def _spans_again(text: str) -> tuple[_Span, ...]:
    """Return the spans of a text that comes with every prompt, such as a snippet of the project."""
    return tuple(_spans(text))


def _spans(text: str) -> Iterator[_Span]:
    at = 0
    while match := _SECRET.search(text, at):
        kind = match.lastgroup or ""
        if kind in ("literal", "bare") and not _is_secret(match["name"], match[kind]):
            at = match.start(kind)  # A harmless name may hold a token or a URL.
        else:
            yield _Span(*match.span(kind), kind)
            at = match.end()


def _is_secret(name: str, value: str) -> bool:
    if "://" in value or not (_TELLING_NAME.search(name) and _MIXED.match(value)):
        return False
    shares = [times / len(value) for times in Counter(value).values()]
    return -sum(share * log2(share) for share in shares) >= _MIN_ENTROPY
