"""What endpoints say no with, and what becomes of it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import httpx
import pytest

from glm_ls.errors import (
    BadAnswer,
    BadParameter,
    BillingProblem,
    ContentRefused,
    KeyRejected,
    ModelUnknown,
    NetworkDown,
    Overloaded,
    PromptTooLong,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    TimedOut,
)
from glm_ls.provider.failures import failure_in, failure_of, finish_failure, is_failure
from tests.simulator.errors import ERRORS, Refusal, error_body
from tests.simulator.flavors import FLAVORS

ZAI_CODES: dict[type[ProviderError], str] = {
    KeyRejected: "1000 1001 1002 1003 1004 1005 1110 1111 1112 1120 1121 1220",
    BillingProblem: "1113 1309 1311 1314 1315",
    Overloaded: "1200 1230 1234 1305",
    BadParameter: "1210 1212 1213 1214 1215 1231",
    ModelUnknown: "1211 1221 1222",
    PromptTooLong: "1261",
    ContentRefused: "1300 1301",
    RateLimited: "1302 1303 1313",
    QuotaExhausted: "1304 1308 1310 1316 1317 1318 1319 1320 1321",
}
CODES = [(code, cls) for cls, codes in ZAI_CODES.items() for code in codes.split()]


def failed(body: object, status: int = 400, **headers: str) -> ProviderError:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return failure_of(status, data, httpx.Headers(headers))


@pytest.mark.parametrize(("code", "cls"), CODES)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_the_code_decides_not_the_status(code: str, cls: type[ProviderError], status: int) -> None:
    envelopes: list[dict[str, Any]] = [
        {"error": {"code": code, "message": "some words"}},
        {"error": {"code": int(code), "message": "some words"}},
        {"error": {"type": code, "message": "some words"}},
        {"error": {"code": code, "message": "some words", "type": "comet_api_error", "param": ""}},
        {"code": int(code), "message": "some words"},
        {"code": int(code), "msg": "some words", "success": False},
    ]
    for envelope in envelopes:
        error = failed(envelope, status)
        assert (type(error), error.code, error.message) == (cls, code, "some words")
        assert is_failure(envelope)


class Case(NamedTuple):
    body: object
    cls: type[ProviderError]
    says: str
    status: int = 400


CASES = [
    # vLLM, SGLang, llama.cpp, OpenAI, CometAPI, FastAPI, Ollama.
    Case({"error": "Unauthorized"}, KeyRejected, "Unauthorized", 401),
    Case({"error": {"message": "x", "type": "BadRequestError", "code": 400}}, BadParameter, "x"),
    Case({"object": "error", "message": "x", "type": "BadRequestError", "code": 400}, BadParameter,
         "x"),
    Case({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
         Overloaded, "Loading model", 503),
    Case({"error": {"code": 501, "message": "no infill", "type": "not_supported_error"}},
         BadParameter, "no infill", 501),
    Case({"error": {"message": "x", "type": "invalid_request_error", "code": None}}, KeyRejected,
         "x", 401),
    Case({"error": {"message": "x", "type": "insufficient_quota", "code": None}}, BillingProblem,
         "x", 429),
    Case({"error": {"message": "field messages is required", "code": "invalid_request"}},
         BadParameter, "messages", 500),
    Case({"error": {"message": "no available channel for group default and model x",
                    "code": "model_not_found"}}, ModelUnknown, "no available", 503),
    Case({"detail": "Not Found"}, BadAnswer, "Not Found", 404),
    Case({"error": "model 'x' not found, try pulling it first"}, ModelUnknown, "pulling", 404),
    # Prompts that are too long, in each dialect's words.
    Case({"error": {"message": "Prompt exceeds max length"}}, PromptTooLong, "exceeds"),
    Case({"error": {"message": "Prompt 超长"}}, PromptTooLong, "超长"),
    Case({"error": {"message": "This model's maximum context length is 16384 tokens. However, …",
                    "code": 400}}, PromptTooLong, "16384"),
    Case({"object": "error", "message": "The input (9 tokens) is longer than the model's context "
          "length (8 tokens).", "code": 400}, PromptTooLong, "longer"),
    Case({"error": {"code": 400, "message": "request exceeds the available context size",
                    "type": "exceed_context_size_error"}}, PromptTooLong, "context size"),
    # Errors inside a 200.
    Case({"code": 500, "msg": "404 NOT_FOUND", "success": False}, BadAnswer, "NOT_FOUND", 200),
    Case({"error": "the runner has stopped"}, Overloaded, "runner", 200),
    Case({"error": {"message": "x", "code": 400}}, BadParameter, "x", 200),
    Case({"error": {"message": "x", "code": 503}}, Overloaded, "x", 200),
    Case({"success": False}, Overloaded, "success", 200),
    # No JSON object at all.
    Case(b"", BadAnswer, "HTTP 404", 404),
    Case(b"", Overloaded, "HTTP 502", 502),
    Case(b"", TimedOut, "HTTP 408", 408),
    Case(b"", Overloaded, "HTTP 524", 524),
    Case(b"", PromptTooLong, "HTTP 413", 413),
    Case(b"", BadAnswer, "HTTP 418", 418),
    Case(b"slow down", RateLimited, "slow down", 429),
    Case(b"<!DOCTYPE html><p>Sign in", BadAnswer, "HTTP 200, an HTML page", 200),
    Case(b"  <html>Bad gateway", Overloaded, "HTTP 502, an HTML page", 502),
    Case(b"\xff\xfe\x00", BadParameter, "HTTP 400"),
    Case(b'{"a":' * 100_000, BadParameter, "HTTP 400"),
    Case([{"error": 1}], BadParameter, "HTTP 400"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.status} {case.says}")
def test_bodies(case: Case) -> None:
    error = failed(case.body, case.status)
    assert (type(error), error.status) == (case.cls, case.status)
    assert case.says in error.message


SIMULATED = {
    "unauthorized": KeyRejected, "model_not_found": ModelUnknown, "not_found": BadAnswer,
    "invalid_request": BadParameter, "context": PromptTooLong, "context_total": PromptTooLong,
    "rate_limit": RateLimited, "insufficient_quota": BillingProblem, "overloaded": Overloaded,
    "internal": Overloaded, "loading": Overloaded, "suffix": BadParameter, "infill": BadParameter,
    **dict(CODES),
}  # fmt: skip


@pytest.mark.parametrize("flavor", ERRORS)
@pytest.mark.parametrize("english", [True, False])
def test_every_error_of_the_simulator(flavor: str, english: bool) -> None:
    for code in ERRORS[flavor]:
        reset = "2026-09-16 06:28:10"
        refusal = Refusal(code, values={"id": "i", "model": "m", "reset": reset})
        status, body = error_body(FLAVORS[flavor], refusal, english=english)
        error = failed(body, status)
        assert type(error) is SIMULATED[code], (code, body)
        if reset in body.decode():
            assert error.until == "2026-09-15T22:28:10Z"


@pytest.mark.parametrize(
    ("message", "until"),
    [
        ("Your limit will reset at 2026-09-16 06:28:10", "2026-09-15T22:28:10Z"),
        ("您的限额将在 2026-01-01 00:00:00 重置。", "2025-12-31T16:00:00Z"),
        ("Your limit will reset at 2026-13-45 99:99:99", ""),
        ("Your limit will reset at 0001-01-01 00:00:00", ""),
        ("Your limit will reset soon", ""),
    ],
)
def test_the_reset_time_is_told_in_utc(message: str, until: str) -> None:
    assert failed({"error": {"code": "1308", "message": message}}).until == until


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("max_tokens参数非法：限制数值范围[1,131072]", 131072),
        ("out of range [1, 16384]", 16384),
        (f"[1,{'9' * 5000}]", None),
        ("invalid", None),
    ],
)
def test_the_limit_is_read(message: str, limit: int | None) -> None:
    assert failed({"error": {"code": "1210", "message": message}}).limit == limit


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("-1", 0.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    error = failed(b"", 429, **{"Retry-After": header})
    assert error.retry_after_s == seconds


def test_a_redirect_says_where_to() -> None:
    error = failed(b"<html>moved</html>", 301, location="https://other.example/")
    assert isinstance(error, BadAnswer)
    assert error.message == "HTTP 301: redirect to https://other.example/"


@pytest.mark.parametrize(
    "leak",
    [
        "0123456789abcdef0123456789abcdef.0123456789abcdef",
        "sk-abcdefghijklmnop",
        "Bearer whatever-it-was",
    ],
)
def test_keys_are_taken_out_of_messages(leak: str) -> None:
    secret = leak.removeprefix("Bearer ")
    for body in ({"error": {"message": f"bad key {leak}!"}}, {"x": leak}, f"no {leak}".encode()):
        assert secret not in failed(body).message
    assert secret not in failed(b"", 302, location=f"https://x/?k={leak}").message


def test_a_long_message_is_cut() -> None:
    assert len(failed({"error": {"message": "x" * 10_000}}).message) == 300


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": []},
        {"choices": [], "code": 7, "message": "x"},
        {"error": None, "choices": []},
        {"success": True},
        {"content": "x", "stop": False},
        {"code": 0, "message": "ok"},
    ],
)
def test_an_answer_is_no_failure(answer: dict[str, Any]) -> None:
    assert not is_failure(answer)


@pytest.mark.parametrize("odd", [{}, [], 7, "²", {"a": 1}])
def test_odd_codes_and_messages_do_no_harm(odd: object) -> None:
    error = failure_in({"error": {"code": odd, "message": odd, "type": odd}})
    assert isinstance(error, ProviderError)


def test_finish_reasons_that_are_failures() -> None:
    kinds = {
        "sensitive": ContentRefused,
        "content_filter": ContentRefused,
        "network_error": NetworkDown,
        "model_context_window_exceeded": PromptTooLong,
    }
    for reason, cls in kinds.items():
        assert type(finish_failure(reason)) is cls
    assert finish_failure("stop") is None
