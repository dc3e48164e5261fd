"""The estimate against the vocabulary it stands for."""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import typing
from types import ModuleType

import pytest
from rs_bpe.bpe import openai

from glm_ls.text.tokens import estimate_tokens

EXACT = openai.cl100k_base()


@pytest.mark.parametrize("text", ["", "a", "hello world", "x = 1\n", "    return self.value\n"])
def test_short_texts_are_within_two_tokens(text: str) -> None:
    assert EXACT.count(text) <= estimate_tokens(text) <= EXACT.count(text) + 2


@pytest.mark.parametrize("module", [argparse, typing, inspect, json])
def test_python_is_counted_a_little_high(module: ModuleType) -> None:
    source = inspect.getsource(module)
    assert 1.0 <= estimate_tokens(source) / EXACT.count(source) <= 1.2


@pytest.mark.parametrize(
    "text",
    [
        'const userName = (await fetchUser(id))?.profile ?? "anonymous";\n',
        'fn main() -> Result<(), Box<dyn Error>> { println!("{}", x); Ok(()) }\n',
        '{"name": "value", "list": [1, 22, 333, 4444], "nested": {"ok": true}}\n',
        "The quick brown fox jumps over the lazy dog, and internationalization is hard.\n",
        "補完モデルは十分な文脈を必要とします。\n",
        f"{hashlib.sha256().hexdigest()}\n",
    ],
)
def test_other_texts_are_near_enough(text: str) -> None:
    assert 0.8 <= estimate_tokens(text * 20) / EXACT.count(text * 20) <= 1.4


def test_lone_surrogates_count_too() -> None:
    assert estimate_tokens("\ud83d\ude00") >= 2
