from __future__ import annotations

import httpx
import pytest

from tests.simulator import Script, Simulator
from tests.simulator.errors import ERRORS
from tests.simulator.flavors import FLAVORS, Json

NOW = 1773349367.0
CHAT: Json = {"model": "glm-4.6", "messages": [{"role": "user", "content": "hi"}]}
KEYS = {"good-key": "general", "plan-key": "coding", "old-key": "expired"}


@pytest.mark.parametrize(
    ("key", "path", "status", "code"),
    [
        ("", "/api/paas/v4/chat/completions", 401, "1001"),
        ("", "/no/such/path", 401, "1001"),
        ("bad-key", "/api/paas/v4/chat/completions", 401, "1000"),
        ("old-key", "/api/paas/v4/chat/completions", 401, "1003"),
        ("plan-key", "/api/paas/v4/chat/completions", 429, "1113"),
        ("good-key", "/api/coding/paas/v4/chat/completions", 429, "1113"),
    ],
)
async def test_the_key_is_looked_at_first(key: str, path: str, status: int, code: str) -> None:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with Simulator(keys=KEYS) as sim, httpx.AsyncClient(headers=headers) as client:
        answer = await client.post(sim.url + path, content=b"no json")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("key", "root"), [("good-key", "/api/paas/v4"), ("plan-key", "/api/coding/paas/v4")]
)
async def test_each_kind_of_key_has_its_endpoint(key: str, root: str) -> None:
    headers = {"authorization": f"Bearer {key}"}
    async with Simulator(keys=KEYS) as sim, httpx.AsyncClient(headers=headers) as client:
        answer = await client.post(sim.url + root + "/chat/completions", json=CHAT)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en-US,en", "Prompt exceeds max length"),
        ("zh-CN,en;q=0.5", "Prompt 超长"),
        ("", "Prompt 超长"),
    ],
)
async def test_texts_are_chinese_unless_english_is_asked_for(
    client: httpx.AsyncClient, language: str, message: str
) -> None:
    async with Simulator(script=Script(error="1261")) as sim:
        answer = await client.post(
            sim.base_url + "/chat/completions", json=CHAT, headers={"accept-language": language}
        )
    assert answer.json() == {"error": {"code": "1261", "message": message}}


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(
    client: httpx.AsyncClient, content: bytes
) -> None:
    async with Simulator() as sim:
        answer = await client.post(sim.base_url + "/chat/completions", content=content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "1210")


@pytest.mark.parametrize(
    ("flavor", "status", "text"),
    [
        ("zai", 200, '{"code":500,"msg":"404 NOT_FOUND","success":false}'),
        ("comet", 301, '<html><body><a href="/">Moved Permanently</a></body></html>\n'),
        ("vllm", 404, '{"detail":"Not Found"}'),
        ("sglang", 404, '{"detail":"Not Found"}'),
        (
            "llamacpp",
            404,
            '{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}',
        ),
        (
            "openai",
            404,
            '{"error":{"message":"Invalid URL","type":"invalid_request_error","param":null,'
            '"code":"unknown_url"}}',
        ),
    ],
)
async def test_an_unknown_path(
    client: httpx.AsyncClient, flavor: str, status: int, text: str
) -> None:
    async with Simulator(flavor=flavor) as sim:
        answer = await client.post(sim.url + "/wrong/chat/completions", json=CHAT)
    assert (answer.status_code, answer.text) == (status, text)


STAMP = "20260313050247"

ENVELOPES: list[tuple[str, str, int, Json]] = [
    (
        "zai",
        "1308",
        429,
        {
            "error": {
                "code": "1308",
                "message": "Usage limit reached for 5 hour. "
                "Your limit will reset at 2026-03-13 06:02:47",
            }
        },
    ),
    (
        "zai",
        "1302",
        429,
        {"error": {"code": "1302", "message": "Rate limit reached for requests"}},
    ),
    (
        "comet",
        "model_not_found",
        503,
        {
            "error": {
                "message": "no available channel for group default and model glm-4.6 "
                f"(distributor) (request id: {STAMP}ad1b9de910513527)",
                "type": "comet_api_error",
                "param": "",
                "code": "model_not_found",
            }
        },
    ),
    (
        "vllm",
        "model_not_found",
        404,
        {
            "error": {
                "message": "The model `glm-4.6` does not exist.",
                "type": "NotFoundError",
                "param": "model",
                "code": 404,
            }
        },
    ),
    ("vllm", "unauthorized", 401, {"error": "Unauthorized"}),
    (
        "sglang",
        "invalid_request",
        400,
        {
            "object": "error",
            "message": "Invalid request",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
    ),
    (
        "llamacpp",
        "loading",
        503,
        {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
    ),
    (
        "openai",
        "unauthorized",
        401,
        {
            "error": {
                "message": "Incorrect API key provided",
                "type": "invalid_request_error",
                "param": None,
                "code": "invalid_api_key",
            }
        },
    ),
]


@pytest.mark.parametrize(
    ("flavor", "code", "status", "body"), ENVELOPES, ids=[f"{f}-{c}" for f, c, *_ in ENVELOPES]
)
async def test_an_error_comes_in_the_flavors_envelope(
    client: httpx.AsyncClient, flavor: str, code: str, status: int, body: Json
) -> None:
    async with Simulator(flavor=flavor, now=lambda: NOW, script=Script(error=code)) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize("flavor", FLAVORS)
async def test_every_error_of_a_flavor_can_be_scripted(
    client: httpx.AsyncClient, flavor: str
) -> None:
    async with Simulator(flavor=flavor) as sim:
        for code, row in ERRORS[flavor].items():
            sim.queue(Script(error=code))
            answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
            assert answer.status_code == row.status, code
            assert "{" not in str(answer.json()).replace("{'", ""), f"{code}: placeholder left"


async def test_a_status_replaces_that_of_an_error(client: httpx.AsyncClient) -> None:
    async with Simulator(script=Script(error="1305", status=200)) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, "1305")


async def test_a_bare_status_has_the_scripts_body_and_headers(client: httpx.AsyncClient) -> None:
    page = Script(
        status=524,
        body=b"<html>A timeout occurred</html>",
        content_type="text/html",
        headers=(("retry-after", "7"),),
    )
    async with Simulator(script=page) as sim:
        answer = await client.post(sim.base_url + "/chat/completions", json=CHAT)
    assert (answer.status_code, answer.content) == (524, page.body)
    assert (answer.headers["content-type"], answer.headers["retry-after"]) == ("text/html", "7")


def test_a_script_with_an_unknown_code_or_fault_is_refused() -> None:
    with pytest.raises(ValueError):
        Simulator(flavor="vllm").queue(Script(error="1302"))
    with pytest.raises(ValueError):
        Script(fault="no such fault")


async def test_models_are_listed(client: httpx.AsyncClient) -> None:
    async with Simulator() as sim:
        hosted = (await client.get(sim.base_url + "/models")).json()
    async with Simulator(flavor="vllm", models=("GLM-4.6",), context=4096) as sim:
        own = (await client.get(sim.base_url + "/models")).json()
    assert hosted["object"] == "list"
    assert len(hosted["data"]) == 11
    assert [(m["id"], m["max_model_len"]) for m in own["data"]] == [("GLM-4.6", 4096)]


@pytest.mark.parametrize("flavor", ["vllm", "sglang", "llamacpp"])
async def test_health_needs_no_key(flavor: str) -> None:
    async with (
        Simulator(flavor=flavor, keys={"good-key": "general"}) as sim,
        httpx.AsyncClient() as client,
    ):
        assert (await client.get(sim.url + "/health")).status_code == 200
        assert (await client.post(sim.base_url + "/completions")).status_code == 401


@pytest.mark.parametrize(("fim", "several"), [(True, False), (False, True)])
@pytest.mark.parametrize("flavor", ["vllm", "sglang"])
async def test_tokenize_tells_whether_code_tokens_are_known(
    client: httpx.AsyncClient, flavor: str, fim: bool, several: bool
) -> None:
    body = {"model": "glm-4.6", "prompt": "<|code_prefix|>", "add_special_tokens": False}
    async with Simulator(flavor=flavor, fim_tokens=fim, context=2048) as sim:
        answer = (await client.post(sim.url + "/tokenize", json=body)).json()
    assert answer["count"] == len(answer["tokens"])
    assert (answer["count"] > 1) is several
    assert answer["max_model_len"] == 2048


async def test_llamacpp_tokenizes_content_and_infills_only_with_code_tokens(
    client: httpx.AsyncClient,
) -> None:
    infill = {"input_prefix": "x = ", "input_suffix": "\n"}
    async with Simulator(flavor="llamacpp", fim_tokens=False) as sim:
        body = {"content": "<|code_prefix|>", "parse_special": True}
        ids = (await client.post(sim.url + "/tokenize", json=body)).json()["tokens"]
        refused = await client.post(sim.url + "/infill", json=infill)
    assert len(ids) > 1
    assert refused.status_code == 501
    assert refused.json() == {
        "error": {
            "code": 501,
            "message": "Infill is not supported by this model",
            "type": "not_supported_error",
        }
    }


async def test_the_hosted_service_counts_tokens(client: httpx.AsyncClient) -> None:
    async with Simulator(now=lambda: NOW) as sim:
        answer = (await client.post(sim.base_url + "/tokenizer", json=CHAT)).json()
    assert answer["usage"]["prompt_tokens"] == 6
    assert answer["id"] == answer["request_id"] == f"{STAMP}ad1b9de910513527"
