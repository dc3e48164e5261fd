"""A prompt to code in its language, the same for the same prompt.

It stands in for a model where a test or a person at an editor wants any plausible answer.
"""

from __future__ import annotations

import re
from hashlib import sha256

SAMPLES: dict[str, tuple[str, ...]] = {
    "python": ("return total / count\n", "for item in items:\n    total += item\n", "value = 0\n"),
    "typescript": ("return total / count;\n", "const total = items.length;\n", "let i = 0;\n"),
    "javascript": ("return total / count;\n", "const total = items.length;\n", "let i = 0;\n"),
    "rust": ("total / count\n", "let total = items.iter().sum::<i64>();\n", "let mut i = 0;\n"),
    "go": ("return total / count\n", "for _, item := range items {\n\ttotal += item\n}\n"),
    "java": ("return total / count;\n", "int total = items.size();\n"),
    "cpp": ("return total / count;\n", "auto total = items.size();\n"),
    "c": ("return total / count;\n", "int total = 0;\n"),
    "ruby": ("total / count\n", "items.each { |item| total += item }\n"),
    "php": ("return $total / $count;\n", "$total = count($items);\n"),
    "bash": ('echo "$total"\n', 'for item in "$@"; do total=$((total + item)); done\n'),
}
"""Answers by language."""

_SIGNS: tuple[tuple[str, str], ...] = (
    ("python", r"\bpython\b|\.py\b|^\s*def \w+\(.*:$"),
    ("typescript", r"\btypescript\b|\.tsx?\b|^\s*export (?:interface|type) "),
    ("javascript", r"\bjavascript\b|\.jsx?\b|=> \{$|^\s*function \w+\("),
    ("rust", r"\brust\b|\.rs\b|^\s*(?:pub )?fn \w+"),
    ("go", r"\bgolang\b|\.go\b|^package \w+$|^func "),
    ("java", r"\bjava\b|^\s*public (?:final )?class "),
    ("cpp", r"c\+\+|\.(?:cpp|hpp|cc)\b|\bstd::"),
    ("ruby", r"\bruby\b|\.rb\b|^\s*def \w+$"),
    ("php", r"\bphp\b|<\?php"),
    ("bash", r"\bbash\b|\.sh\b|^#!/bin/(?:ba)?sh"),
    ("c", r"\.[ch]\b|^#include"),
)
"""Language and what gives it away in a prompt."""


def language_of(prompt: str) -> str:
    """Return the language whose signs are most frequent; Python if there are none."""
    flags = re.IGNORECASE | re.MULTILINE
    found = {name: len(re.findall(signs, prompt, flags)) for name, signs in _SIGNS}
    return max(found, key=lambda name: found[name])


def generate(prompt: str, candidate: int = 0) -> str:
    """Return code in the language of the prompt; candidates of one prompt differ."""
    samples = SAMPLES[language_of(prompt)]
    first = sha256(prompt.encode()).digest()[0]
    return samples[(first + candidate) % len(samples)]
