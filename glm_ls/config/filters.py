"""Names of the steps from a model's answer to what is shown, for the setting that omits any."""

from __future__ import annotations

FILTERS = (
    "reasoning",
    "special-token",
    "unseen",
    "wrapping",
    "whole-file",
    "echo",
    "start",
    "indentation",
    "end",
    "single-line",
    "foreign-closer",
    "suffix-echo",
    "similar-line",
    "line-above",
    "token-loop",
    "foreign-script",
    "placeholder",
    "long-line",
    "dedent",
    "definition-end",
    "loop",
    "speech",
    "too-long",
    "statement-end",
    "junction",
    "worth",
    "cut",
    "other-language",
)
"""What can be done to an answer, in order; a test compares them with the filters there are."""
