"""Which endpoint is asked, and with which key: a key goes nowhere but to its own house."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from glm_ls.config.schema import build_settings
from glm_ls.errors import SettingsError
from glm_ls.provider.endpoint import Endpoint, resolve_endpoint
from glm_ls.provider.request import Usage

SECRET = "a-secret-key-of-mine"


def resolved(
    environ: dict[str, str] | None = None, config_dir: Path = Path("/nowhere"), **settings: Any
) -> Endpoint | None:
    return resolve_endpoint(build_settings(settings), environ or {}, config_dir)


def endpoint_of(*args: Any, **settings: Any) -> Endpoint:
    endpoint = resolved(*args, **settings)
    assert endpoint is not None
    return endpoint


@pytest.mark.parametrize(
    ("variable", "dialect", "url"),
    [
        ("GLM_API_KEY", "zai", "https://api.z.ai/api/paas/v4"),
        ("ZAI_API_KEY", "zai", "https://api.z.ai/api/paas/v4"),
        ("Z_AI_API_KEY", "zai", "https://api.z.ai/api/paas/v4"),
        ("ZAI_CODING_API_KEY", "zai-coding", "https://api.z.ai/api/coding/paas/v4"),
        ("ZHIPUAI_API_KEY", "bigmodel", "https://open.bigmodel.cn/api/paas/v4"),
        ("BIGMODEL_API_KEY", "bigmodel", "https://open.bigmodel.cn/api/paas/v4"),
        ("COMETAPI_KEY", "cometapi", "https://api.cometapi.com/v1"),
        ("OPENROUTER_API_KEY", "openrouter", "https://openrouter.ai/api/v1"),
    ],
)
def test_a_key_in_the_environment_chooses_its_provider(
    variable: str, dialect: str, url: str
) -> None:
    endpoint = endpoint_of({variable: f" {SECRET}\n"})
    assert (endpoint.dialect.name, endpoint.base_url) == (dialect, url)
    assert endpoint.headers["Authorization"] == f"Bearer {SECRET}"
    assert endpoint.key.origin == f"environment {variable}"


@pytest.mark.parametrize("environ", [{}, {"GLM_API_KEY": " "}, {"VLLM_API_KEY": SECRET}])
def test_without_a_hosted_key_the_embedded_engine_answers(environ: dict[str, str]) -> None:
    assert resolved(environ) is None


def test_embedded_is_embedded_whatever_keys_there_are() -> None:
    assert resolved({"ZAI_API_KEY": SECRET}, provider="embedded") is None


class Case(NamedTuple):
    settings: dict[str, Any]
    variable: str
    dialect: str
    sent: bool


def at(base_url: str, **settings: Any) -> dict[str, Any]:
    return {"base_url": base_url, **settings}


ROW = {"mine": {"base_url": "https://glm.example:8443/v1", "key_env": ["MY_KEY"]}}
HOSTS = [
    # The address chooses the provider, and only its keys go there.
    Case(at("https://api.z.ai/api/paas/v4"), "ZAI_API_KEY", "zai", True),
    Case(at("https://API.Z.AI/api/paas/v4/"), "ZAI_API_KEY", "zai", True),
    Case(at("https://api.z.ai/api/coding/paas/v4"), "ZAI_CODING_API_KEY", "zai-coding", True),
    Case(at("https://api.z.ai/api/coding/paas/v4"), "ZAI_API_KEY", "zai-coding", False),
    Case(at("https://api.cometapi.com/v1/chat/completions"), "COMETAPI_KEY", "cometapi", True),
    Case(at("https://api.cometapi.com/v1"), "ZAI_API_KEY", "cometapi", False),
    Case(at("https://api.cometapi.com/v1"), "GLM_API_KEY", "cometapi", False),
    Case(at("https://openrouter.ai/api/v1"), "GLM_API_KEY", "openrouter", False),
    Case(at("http://127.0.0.1:8000/v1"), "VLLM_API_KEY", "vllm", True),
    Case(at("http://127.0.0.1:8000/v1"), "ZAI_API_KEY", "vllm", False),
    Case(at("https://glm.example:8443/v1", dialects=ROW), "MY_KEY", "mine", True),
    Case(at("https://glm.example:8443/v1", dialects=ROW), "ZAI_API_KEY", "mine", False),
    # Anybody else gets the variable that names no provider.
    Case(at("https://llm.example/v1"), "GLM_API_KEY", "openai-compatible", True),
    Case(at("https://llm.example/v1"), "ZAI_API_KEY", "openai-compatible", False),
    Case(at("https://api.z.ai.llm.example/api/paas/v4"), "ZAI_API_KEY", "openai-compatible", False),
    Case(at("https://llm.example/api.z.ai"), "ZAI_API_KEY", "openai-compatible", False),
    Case(at("https://api.z.ai:8443/api/paas/v4"), "ZAI_API_KEY", "openai-compatible", False),
    Case(at("https://llm.example/v1", provider="zai"), "GLM_API_KEY", "zai", True),
    Case(at("https://llm.example/v1", provider="zai"), "ZAI_API_KEY", "zai", False),
    Case(at("https://llm.example/v1", provider="cometapi"), "COMETAPI_KEY", "cometapi", False),
    Case(at("https://llm.example/v1", provider="cometapi"), "GLM_API_KEY", "cometapi", True),
    # Whoever serves a model has an address of his own.
    Case(at("https://gpu.example/v1", provider="vllm"), "VLLM_API_KEY", "vllm", True),
    Case(at("https://gpu.example/v1", provider="vllm"), "ZAI_API_KEY", "vllm", False),
]


@pytest.mark.parametrize("case", HOSTS, ids=lambda c: f"{c.variable} at {c.settings['base_url']}")
def test_a_key_goes_only_where_it_belongs(case: Case) -> None:
    endpoint = endpoint_of({case.variable: SECRET}, **case.settings)
    assert endpoint.dialect.name == case.dialect
    assert (endpoint.key.secret == SECRET) is case.sent
    assert (SECRET in str(endpoint.headers)) is case.sent


def test_a_missing_key_is_named_by_what_may_hold_it() -> None:
    trouble = endpoint_of(provider="cometapi").key_trouble
    assert "COMETAPI_KEY, COMETAPI_API_KEY" in str(trouble)
    away = endpoint_of({"COMETAPI_KEY": SECRET}, **at("https://x.example/v1", provider="cometapi"))
    assert away.key_missing
    assert str(away.key_trouble) == "no key: set GLM_API_KEY"
    assert endpoint_of(provider="vllm").key_trouble is None


@pytest.mark.parametrize(
    "base_url",
    [
        "api.z.ai/v1", "ftp://host/v1", "https://", "https:///v1", "//host/v1", "data:,v1",
        "https://user:pass@host/v1", "https://api.z.ai@evil.example/v1", "https://host/v1?key=x",
        "https://host/v1#x", "https://[::1/v1", "https://host:99999/v1", "https://host:port/v1",
        "https://ho st/v1", "https://host/v1\r\nX-Evil: 1", "https://host/\u2028v1", "http://host:0/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("provider", ["auto", "zai", "vllm"])
def test_addresses_that_cannot_be_used(base_url: str, provider: str) -> None:
    with pytest.raises(SettingsError, match="base_url") as caught:
        resolved({"GLM_API_KEY": SECRET}, base_url=base_url, provider=provider)
    assert "pass" not in str(caught.value)


def test_a_provider_without_an_address_needs_one() -> None:
    with pytest.raises(SettingsError, match="'openai-compatible' needs base_url"):
        resolved(provider="openai-compatible")


def test_an_unknown_provider_is_told_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'zia' is unknown; known are: zai, .*embedded"):
        resolved(provider="zia")


@pytest.mark.parametrize("secret", ["two words", "line\nbreak", "ключ", "nul\0", "tab\there"])
def test_what_cannot_be_a_key_is_refused_unseen(secret: str) -> None:
    with pytest.raises(SettingsError, match="holds characters") as caught:
        resolved({"GLM_API_KEY": secret})
    assert secret not in str(caught.value)


@pytest.mark.parametrize("show", [repr, str, "{0!r}".format, "{0}".format])
def test_the_key_is_shown_nowhere(show: Any) -> None:
    headers = {"zai": {"headers": {"X-Gateway": SECRET}}}
    endpoint = endpoint_of({"ZAI_API_KEY": SECRET}, dialects=headers)
    assert SECRET in endpoint.headers["Authorization"]
    for value in (endpoint, endpoint.key, endpoint.dialect, [endpoint.key], endpoint.key_trouble):
        assert SECRET not in show(value)


def test_names_and_addresses_on_the_wire() -> None:
    router = endpoint_of({"OPENROUTER_API_KEY": SECRET})
    assert router.wire_model == "z-ai/glm-4.6"
    named = endpoint_of({"OPENROUTER_API_KEY": SECRET}, model="z-ai/glm-4.5-air")
    assert (named.wire_model, named.model.name) == ("z-ai/glm-4.5-air", "glm-4.5-air")
    llama = endpoint_of(provider="llamacpp")
    assert llama.url("/chat/completions") == "http://127.0.0.1:8080/v1/chat/completions"
    assert llama.url("/infill") == "http://127.0.0.1:8080/infill"


def test_one_does_not_pay_oneself() -> None:
    usage = Usage(1_000_000)
    hosted = endpoint_of({"ZAI_API_KEY": SECRET}).cost(usage)
    assert hosted is not None
    assert hosted.amount == pytest.approx(0.6)
    assert endpoint_of(provider="vllm").cost(usage) is None
    priced = {"glm-4.6": {"prices": {"vllm": [0.1, 0.1, 0.1]}}}
    own = endpoint_of(provider="vllm", models=priced).cost(usage)
    assert own is not None
    assert own.amount == pytest.approx(0.1)
