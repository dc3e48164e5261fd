"""An endpoint's "no" in, the matching ProviderError out.

Sorted by business code first, because the HTTP status lies: Z.ai sends 429 for an empty account
(1113) and 200 for a wrong route, CometAPI 500 for a missing field and 503 for an unknown model.
Retrying those blindly is the classic mistake of GLM clients.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

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
from glm_ls.log import redact

_BY_CODE: dict[type[ProviderError], str] = {
    # Codes of docs.z.ai/api-reference/api-code; names of CometAPI, OpenAI, llama.cpp.
    KeyRejected: "1000 1001 1002 1003 1004 1005 1110 1111 1112 1120 1121 1220 "
    "invalid_api_key invalid_token",
    BillingProblem: "1113 1309 1311 1314 1315 insufficient_quota insufficient_user_quota",
    Overloaded: "1200 1230 1234 1305 server_overloaded",
    BadParameter: "1210 1212 1213 1214 1215 1231 invalid_request",
    ModelUnknown: "1211 1221 1222 model_not_found",
    PromptTooLong: "1261 context_length_exceeded exceed_context_size_error",
    ContentRefused: "1300 1301 content_filter",
    RateLimited: "1302 1303 1313 rate_limit_exceeded",
    QuotaExhausted: "1304 1308 1310 1316 1317 1318 1319 1320 1321",
}
_CLASS_OF = {code: cls for cls, codes in _BY_CODE.items() for code in codes.split()}

_BY_TEXT: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (
        re.compile(
            r"(?i)maximum context length|longer than the model's context|context size"
            r"|exceeds max length|Prompt 超长"
        ),
        PromptTooLong,
    ),
    (re.compile(r"(?i)no available channel|model .{0,80}(not found|does not exist)"), ModelUnknown),
)

_BY_STATUS: dict[int, type[ProviderError]] = {
    400: BadParameter, 401: KeyRejected, 402: BillingProblem, 403: KeyRejected,
    404: BadAnswer, 405: BadAnswer, 408: TimedOut, 413: PromptTooLong, 422: BadParameter,
    429: RateLimited, 501: BadParameter,
}  # fmt: skip

_FINISH: dict[str, type[ProviderError]] = {
    "sensitive": ContentRefused,
    "content_filter": ContentRefused,
    "network_error": NetworkDown,
    "model_context_window_exceeded": PromptTooLong,
}

_RESET = re.compile(r"(?:reset at|将在) ?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_RANGE = re.compile(r"\[1,\s*(\d{1,9})\]")
_BEIJING = timezone(timedelta(hours=8))
_SHOWN = 300
"""Characters of an endpoint's message that are kept: enough to read, too few to flood a log."""


def failure_of(status: int, body: bytes, headers: Mapping[str, str]) -> ProviderError:
    """Return the error for an answer that is not 200, or for a 200 whose body is no answer."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return failure_in(value, status, headers)
    text = " ".join(body[:2000].decode("utf-8", "replace").split())
    if 300 <= status < 400:
        text = f"redirect to {headers.get('location', 'nowhere')}"
    html = text[:15].lower().startswith(("<!doctype", "<html"))
    cls = BadAnswer if status == 200 else _by_status(status)
    note = f"HTTP {status}" + (", an HTML page" if html else "")
    return _build(cls, f"{note}: {text}" if text else note, "", status, headers)


def failure_in(
    value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> ProviderError:
    """Return the error a JSON object tells of, in any of the envelopes seen."""
    inner = value.get("error")
    error = inner if isinstance(inner, dict) else value
    code = str(error.get("code") or error.get("type") or "")
    text = _message(error) or (inner if isinstance(inner, str) else "")
    text = text or json.dumps(value, ensure_ascii=False)
    cls = _class_of(code, str(error.get("type") or ""), text, status)
    return _build(cls, text, code, status, headers or {})


def is_failure(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object of the stream, or a 200 answer, is an error in disguise."""
    if value.get("error") or value.get("success") is False or value.get("object") == "error":
        return True
    # The flat form of Z.ai's specification.
    return bool(value.get("code")) and "choices" not in value and bool(_message(value))


def finish_failure(reason: str) -> ProviderError | None:
    """Return the error behind a finish_reason that withdraws or cuts the answer."""
    cls = _FINISH.get(reason)
    return cls(f"the answer ended with finish_reason {reason}", code=reason) if cls else None


def _message(error: Mapping[str, Any]) -> str:
    return str(error.get("message") or error.get("msg") or "")


def _class_of(code: str, kind: str, text: str, status: int) -> type[ProviderError]:
    for pattern, cls in _BY_TEXT:
        if pattern.search(text):
            return cls
    if by_code := _CLASS_OF.get(code) or _CLASS_OF.get(kind):
        return by_code
    if "404 NOT_FOUND" in text:
        return BadAnswer
    told = status != 200 or not re.fullmatch(r"[45]\d\d", code, re.ASCII)
    return _by_status(status if told else int(code))


def _by_status(status: int) -> type[ProviderError]:
    # 200: the endpoint says in so many words that it failed, but not why.
    failed = status == 200 or status >= 500
    return _BY_STATUS.get(status, Overloaded if failed else BadAnswer)


def _build(
    cls: type[ProviderError], text: str, code: str, status: int, headers: Mapping[str, str]
) -> ProviderError:
    limit = _RANGE.search(text)
    reset = _RESET.search(text)
    return cls(
        redact(text)[:_SHOWN],
        code=code,
        status=status,
        retry_after_s=_retry_after(headers.get("retry-after", "")),
        until=_utc(reset[1]) if reset else "",
        limit=int(limit[1]) if limit else None,
    )


def _retry_after(value: str) -> float | None:
    try:
        return max(0.0, float(value))
    except ValueError:
        return None


def _utc(beijing: str) -> str:
    """Return ISO 8601 UTC for a reset time, which the service gives in UTC+8 without saying so."""
    try:
        local = datetime.strptime(beijing, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING)
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):  # no date at all, whatever its digits look like
        return ""
