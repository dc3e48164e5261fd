"""The tables of dialects and models, the user's rows over them, and what a request costs."""

from __future__ import annotations

from typing import Any

import pytest

from glm_ls.errors import SettingsError
from glm_ls.provider.dialect import load_dialects
from glm_ls.provider.models import find_model, load_models
from glm_ls.provider.request import Usage

DIALECTS, MODELS = load_dialects({}), load_models({})


def test_the_dialects_that_come_with_it() -> None:
    assert list(DIALECTS) == [
        "zai", "zai-coding", "bigmodel", "cometapi", "openrouter", "vllm", "sglang", "llamacpp",
        "ollama", "lmstudio", "openai-compatible",
    ]  # fmt: skip
    for name, dialect in DIALECTS.items():
        assert (dialect.name, dialect.default_model) == (name, "glm-4.6")
        assert dialect.title
        assert not dialect.key_required or dialect.base_url.startswith("https://")


def test_the_models_that_come_with_it() -> None:
    assert {"glm-4.6", "glm-5.3", "glm-4.5-air", "codegeex4-all-9b"} <= set(MODELS)
    for name, model in MODELS.items():
        assert model.name == name
        assert model.max_output <= model.context
    assert {name for name, m in MODELS.items() if m.thinking == "always"} == {
        "glm-5.3", "glm-5.3-flash", "glm-5.3-flashx",
    }  # fmt: skip


def test_no_variable_holds_the_key_of_two_hosted_providers() -> None:
    names = [name for d in DIALECTS.values() if d.key_required for name in d.key_env]
    assert len(names) == len(set(names))


def test_a_users_row_lies_over_the_built_in_one() -> None:
    zai = load_dialects({"zai": {"debounce_ms": 9}})["zai"]
    assert (zai.debounce_ms, zai.base_url) == (9, DIALECTS["zai"].base_url)
    model = load_models({"glm-4.6": {"context": 9_000, "max_output": 8_000}})["glm-4.6"]
    assert (model.context, model.price) == (9_000, MODELS["glm-4.6"].price)


def test_a_users_own_row() -> None:
    row = {"base_url": "https://glm.example/v1", "key_env": ["MY_KEY"], "headers": {"X-Team": "a"}}
    mine = load_dialects({"mine": row})["mine"]
    assert (mine.title, mine.key_env, mine.headers) == ("mine", ("MY_KEY",), {"X-Team": "a"})
    assert load_models({"mine": {"price": [1, 0.5, 2]}})["mine"].price == (1, 0.5, 2)


def test_a_row_like_another() -> None:
    rows = load_dialects({"mine": {"like": "sglang", "stops": 2}, "ours": {"like": "mine"}})
    assert rows["mine"].fim == rows["ours"].fim == "tokens"
    assert (rows["ours"].stops, rows["sglang"].stops) == (2, 4)


BAD_DIALECTS: list[tuple[dict[str, Any], str]] = [
    ({"x": {"base_ulr": "https://x"}}, "dialects.x has no field 'base_ulr'"),
    ({"x": {"name": "zai"}}, "dialects.x has no field 'name'"),
    ({"x": {"base_url": 7}}, "dialects.x.base_url must be text"),
    ({"x": {"stops": "4"}}, "dialects.x.stops must be a whole number"),
    ({"x": {"stops": True}}, "dialects.x.stops must be a whole number"),
    ({"x": {"key_required": 1}}, "dialects.x.key_required must be true or false"),
    ({"x": {"max_temperature": "hot"}}, "dialects.x.max_temperature must be a number"),
    ({"x": {"key_env": "KEY"}}, "dialects.x.key_env must be a list, each entry text"),
    ({"x": {"key_env": [1]}}, "dialects.x.key_env must be a list, each entry text"),
    ({"x": {"fim": "maybe"}}, "dialects.x.fim must be 'none' or 'tokens' or 'infill'"),
    ({"x": {"headers": ["a"]}}, "dialects.x.headers must be a table, each value text"),
    ({"x": {"headers": {"X": 5}}}, "dialects.x.headers must be a table, each value text"),
    ({"x": {"headers": {"X": "a\nb"}}}, "dialects.x.headers: 'X' is no usable HTTP header"),
    ({"x": {"headers": {"X": "ключ"}}}, "dialects.x.headers: 'X' is no usable HTTP header"),
    ({"x": {"headers": {"a\r\nb": "x"}}}, "dialects.x.headers"),
    ({"x": {"extra_body": "x"}}, "dialects.x.extra_body must be a table"),
    ({"x": {"like": "nobody"}}, "dialects.x.like must name another provider"),
    ({"x": {"like": 7}}, "dialects.x.like must name another provider"),
    ({"x": {"like": "x"}}, "dialects.x.like must name another provider"),
    ({"x": {"like": "y"}, "y": {"like": "x"}}, "like must name another provider"),
    ({"x": "zai"}, "dialects.x must be a table"),
]
BAD_MODELS: list[tuple[dict[str, Any], str]] = [
    ({"m": {"contxt": 1}}, "models.m has no field 'contxt'"),
    ({"m": {"context": 1.5}}, "models.m.context must be a whole number"),
    ({"m": {"context": 0}}, "models.m: context and max_output must be positive"),
    ({"m": {"thinking": "never"}}, "models.m.thinking must be 'toggle' or 'always' or 'none'"),
    ({"m": {"price": 3}}, "models.m.price must be a list"),
    ({"m": {"price": [1, 2]}}, "models.m: price must be"),
    ({"m": {"prices": {"zai": "abc"}}}, "models.m.prices must be a table"),
    ({"m": {"prices": {"zai": [1]}}}, "models.m: zai must be"),
    ({"m": {"fim_template": "{prefix}{sufix}"}}, "models.m.fim_template may hold"),
    ({"m": {"fim_template": "{prefix"}}, "models.m.fim_template may hold"),
    ({"m": {"fim_template": "{} {0}"}}, "models.m.fim_template may hold"),
    ({"m": 1}, "models.m must be a table"),
]


@pytest.mark.parametrize(("rows", "words"), BAD_DIALECTS, ids=lambda value: str(value)[:60])
def test_dialects_that_cannot_be_used(rows: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_dialects(rows)
    assert words in str(caught.value)


@pytest.mark.parametrize(("rows", "words"), BAD_MODELS, ids=lambda value: str(value)[:60])
def test_models_that_cannot_be_used(rows: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_models(rows)
    assert words in str(caught.value)


def test_a_header_is_shown_nowhere() -> None:
    for value in ("hidden\n", "hidden-value"):
        try:
            text = repr(load_dialects({"x": {"headers": {"X": value}}})["x"])
        except SettingsError as error:
            text = str(error)
        assert "hidden" not in text


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("glm-4.6", "glm-4.6"),
        ("GLM-4.6", "glm-4.6"),
        ("z-ai/glm-4.6", "glm-4.6"),
        ("zai-org/GLM-4.6-FP8", "glm-4.6"),
        ("/models/GLM-4.5-Air-Q4_K_M.gguf", "glm-4.5-air"),
        ("glm-4.6:cloud", "glm-4.6"),
        ("glm-4.7-flash-2026", "glm-4.7-flash"),
        ("glm-5.3-flashx", "glm-5.3-flashx"),
        ("THUDM/codegeex4-all-9b", "codegeex4-all-9b"),
        # Other models, although their names begin like known ones.
        ("glm-4.6v", None),
        ("glm-5.10", None),
        ("glm-5.4", None),
        ("glm", None),
        ("qwen3-coder", None),
        ("", None),
    ],
)
def test_a_model_is_found_by_its_name(name: str, found: str | None) -> None:
    model = find_model(name, MODELS)
    assert model.name == (found or name)
    assert found or (model.price, model.context) == ((), 131_072)


def test_a_users_model_is_found_as_it_is_written() -> None:
    models = load_models({"Team/My-Model": {"context": 5}, "MyGLM": {"context": 6}})
    assert find_model("Team/My-Model", models).context == 5
    assert find_model("x/myglm", models).context == 6


USAGE = Usage(prompt=1_000_000, cached=400_000, completion=100_000)


@pytest.mark.parametrize(
    ("model", "dialect", "amount", "currency"),
    [
        ("glm-4.6", "zai", 0.6 * 0.60 + 0.4 * 0.11 + 0.1 * 2.20, "USD"),
        ("glm-4.6", "cometapi", 0.64 + 0.1 * 2.56, "USD"),
        ("glm-5.2", "bigmodel", 0.6 * 8 + 0.4 * 2 + 0.1 * 28, "CNY"),
        ("glm-4.7-flash", "zai", 0.0, "USD"),
    ],
)
def test_costs(model: str, dialect: str, amount: float, currency: str) -> None:
    cost = find_model(model, MODELS).cost(USAGE, dialect)
    assert cost is not None
    assert cost.amount == pytest.approx(amount)
    assert cost.currency == currency


def test_an_unknown_price_is_no_price() -> None:
    assert find_model("unheard-of", MODELS).cost(USAGE, "zai") is None


def test_more_cached_than_asked_costs_no_less_than_nothing() -> None:
    cost = MODELS["glm-4.6"].cost(Usage(prompt=0, cached=1_000_000), "zai")
    assert cost is not None
    assert cost.amount == pytest.approx(0.11)
