"""Each kind of value: what it takes from TOML, JSON and variables, and what it refuses."""

from __future__ import annotations

from datetime import date

import pytest

from glm_ls.config.kinds import (
    Choice,
    Command,
    FilePath,
    Kind,
    Number,
    Secret,
    SomeOf,
    Switch,
    Tables,
    Text,
    Words,
)
from glm_ls.errors import SettingsError

TOKENS = Number(1, 100, "tokens", whole=True)
SHARE = Number(0.0, 1.0, "share")
MODE = Choice(("auto", "manual"))
STEPS = SomeOf(("echo", "loop"))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Switch(), False, False),
        (TOKENS, 100, 100),
        (TOKENS, 5.0, 5),
        (SHARE, 1, 1.0),
        (SHARE, 0.25, 0.25),
        (Text(), " https://api.z.ai\n", "https://api.z.ai"),
        (Secret(), "key\n", "key"),
        (FilePath(), "~/ca.pem", "/home/ada/ca.pem"),
        (MODE, "manual", "manual"),
        (Words(), ["a", "b"], ("a", "b")),
        (Words(), "a, b", ("a, b",)),
        (STEPS, ["loop"], ("loop",)),
        (STEPS, "echo", ("echo",)),
        (Command(), ["pass", "show", "my key"], ("pass", "show", "my key")),
        (Command(), "pass show 'my key' $(id)", ("pass", "show", "my key", "$(id)")),
        (Tables(), {"mine": {"base_url": "x"}}, {"mine": {"base_url": "x"}}),
    ],
)
def test_parse(kind: Kind, raw: object, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("USERPROFILE", "/home/ada")
    parsed = kind.parse(raw)
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "raw", "message"),
    [
        (Switch(), "yes", "must be true or false, not text"),
        (Switch(), 1, "must be true or false, not an integer"),
        (TOKENS, "5", "must be an integer from 1 to 100, not text"),
        (TOKENS, True, "must be an integer from 1 to 100, not a boolean"),
        (TOKENS, 0, "must be an integer from 1 to 100, not 0"),
        (TOKENS, 2.5, "must be an integer from 1 to 100, not 2.5"),
        pytest.param(
            TOKENS,
            10**5000,
            "must be an integer from 1 to 100, not a number out of range",
            id="longer than int() and str() take",
        ),
        (SHARE, 1.5, "must be a number from 0 to 1, not 1.5"),
        (SHARE, float("nan"), "must be a number from 0 to 1, not a number out of range"),
        (SHARE, date(2026, 1, 1), "must be a number from 0 to 1, not a date or time"),
        (Text(), 5, "must be text, not an integer"),
        (Secret(), ["sk-1"], "must be text, not a list"),
        (MODE, "atuo", 'must be "auto" or "manual", not "atuo"'),
        (MODE, "x" * 99, f'must be "auto" or "manual", not "{"x" * 40}…"'),
        (MODE, ["auto"], 'must be "auto" or "manual", not a list'),
        (Words(), {"a": 1}, "must be a list of texts, not a table"),
        (STEPS, ["echo", "lop"], 'holds "lop", which is none of "echo", "loop"'),
        (STEPS, 1, "must be a list of texts, not an integer"),
        (Words(), ["a", 5], "must hold only texts; item 2 is an integer"),
        (Command(), "pass 'show", "cannot be split into words: No closing quotation"),
        (Command(), 5, "must be a list of texts, not an integer"),
        (Tables(), [], "must be a table of tables, not a list"),
        (Tables(), {"mine": 5}, 'must be a table of tables; "mine" is an integer'),
    ],
)
def test_parse_refuses(kind: Kind, raw: object, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        kind.parse(raw)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        *((Switch(), text, True) for text in ("1", "true", "YES", " on ")),
        *((Switch(), text, False) for text in ("0", "False", "no", "off")),
        (TOKENS, " 5 ", 5),
        (SHARE, "1", 1.0),
        (Secret(), "key\n", "key"),
        (FilePath(), "/etc/ca.pem ", "/etc/ca.pem"),
        (MODE, "auto ", "auto"),
        (Words(), "a, b,,c", ("a", "b", "c")),
        (STEPS, "echo, loop", ("echo", "loop")),
        (Command(), "pass show key", ("pass", "show", "key")),
    ],
)
def test_read(kind: Kind, text: str, value: object) -> None:
    read = kind.read(text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Switch(), "maybe", 'must be 1/true/yes/on or 0/false/no/off, not "maybe"'),
        (TOKENS, "five", 'must be an integer from 1 to 100, not "five"'),
        (TOKENS, "500", "must be an integer from 1 to 100, not 500"),
        (SHARE, "inf", "must be a number from 0 to 1, not a number out of range"),
        (Tables(), "{}", "is a table and cannot be written as an environment variable"),
    ],
)
def test_read_refuses(kind: Kind, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        kind.read(text)
    assert str(caught.value) == message
