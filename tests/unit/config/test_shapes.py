"""Settings as clients send them, and as people spell them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from glm_ls.config.schema import SETTINGS
from glm_ls.config.shapes import client_shape, nearest, spread

COMPLETION = {"completion": {"max_tokens": 5}}


@pytest.mark.parametrize(
    ("raw", "shape"),
    [
        pytest.param(COMPLETION, COMPLETION, id="bare: Helix"),
        pytest.param({"glm-ls": COMPLETION}, COMPLETION, id="nested: Neovim, VS Code"),
        pytest.param({"glm_ls": COMPLETION}, COMPLETION, id="nested, with underscore"),
        pytest.param({"glmLs": COMPLETION}, COMPLETION, id="nested, camelCase"),
        pytest.param({"glm-ls": COMPLETION, "pylsp": {"a": 1}}, COMPLETION, id="other servers"),
        pytest.param({"glm-ls": COMPLETION, "glm-ls.model": "m"}, COMPLETION | {"model": "m"}),
        pytest.param({"glm-ls.completion.mode": "auto"}, {"completion.mode": "auto"}, id="dotted"),
        pytest.param({"glm-ls": {}}, {}, id="nested, all at their defaults"),
        pytest.param({"glm-ls": 5}, {"glm-ls": 5}, id="no table, left to be reported"),
        pytest.param({}, None, id="empty: Emacs"),
        pytest.param(None, None, id="null"),
        pytest.param({"glm-ls": None}, None, id="nested null"),
        pytest.param([COMPLETION], None, id="no table"),
    ],
)
def test_client_shape(raw: object, shape: Mapping[str, object] | None) -> None:
    assert client_shape(raw) == shape
    assert client_shape(client_shape(raw)) == (shape or None)


@pytest.mark.parametrize(
    ("table", "pairs"),
    [
        ({"completion": {"max_tokens": 5}}, [("completion.max_tokens", 5)]),
        ({"completion": {"maxTokens": 5}}, [("completion.max_tokens", 5)]),
        ({"completion": {"max-tokens": 5}}, [("completion.max_tokens", 5)]),
        ({"completion.maxTokens": 5}, [("completion.max_tokens", 5)]),
        ({"baseURL": "x", "apiKeyCommand": "y"}, [("base_url", "x"), ("api_key_command", "y")]),
        ({"models": {"glm-4.6": {"maxOutput": 1}}}, [("models", {"glm-4.6": {"maxOutput": 1}})]),
        ({"completion": {"mode": None}, "model": None}, []),
        ({"next_edit": {"enabled": False}}, [("next_edit.enabled", False)]),
        ({"nextEdit": {"enabled": False}}, [("next_edit.enabled", False)]),
        ({"completion": 5}, [("completion", 5)]),
        (
            {"completion": {"Token_s": 5}, "Foo": {"bar": 1}},
            [("completion.Token_s", 5), ("Foo", {"bar": 1})],
        ),
        ({5: 6}, [("5", 6)]),
    ],
)
def test_spread(table: Mapping[str, object], pairs: list[tuple[str, object]]) -> None:
    assert list(spread(table)) == pairs


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("completion.max_token", "; did you mean completion.max_tokens?"),
        ("max_tokens", "; did you mean context.max_tokens?"),
        ("baseurll", "; did you mean base_url?"),
        ("pylsp", ""),
        pytest.param("x" * 1_000_000, "", id="a megabyte"),
    ],
)
def test_nearest(name: str, hint: str) -> None:
    assert nearest(name, SETTINGS) == hint
