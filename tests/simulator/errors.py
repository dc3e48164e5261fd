"""Refusals: a business code or a name to status, text and envelope of each flavor.

Texts come in English and, where the service was seen to use it, in Chinese; the hosted service
speaks Chinese unless Accept-Language asks for English. Placeholders in braces are filled from
the refusal's `values`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .flavors import Flavor, Json


@dataclass(frozen=True, slots=True)
class Row:
    """How one error looks on the wire."""

    status: int
    en: str
    zh: str = ""
    type: str = ""
    param: str | None = None
    whole: Json | None = None
    """Replaces the envelope."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer, named by the flavor's own code."""

    code: str
    en: str = ""
    """Replaces the table's text."""
    zh: str = ""
    status: int = 0
    """Replaces the table's status."""
    param: str | None = None
    values: Json = field(default_factory=dict)


_INVALID = "Invalid API parameter, please check the documentation."
_UNAUTHORIZED = Row(401, "Unauthorized", whole={"error": "Unauthorized"})

ZAI: dict[str, Row] = {
    "1000": Row(401, "Authentication Failed", "身份验证失败。"),
    "1001": Row(
        401,
        "Authentication parameter not received in Header, unable to authenticate",
        "Header中未收到Authorization参数，无法进行身份验证。",
    ),
    "1002": Row(401, "Invalid Authentication Token", "Authorization Token非法，请确认正确传递。"),
    "1003": Row(401, "Authentication Token has expired", "令牌已过期或验证不正确"),
    "1110": Row(429, "Your account is currently inactive.", "您的账户当前处于非活动状态。"),
    "1113": Row(
        429,
        "Insufficient balance or no resource package. Please recharge.",
        "余额不足或无可用资源包,请充值。",
    ),
    "1200": Row(500, "API call failed", "API 调用失败。"),
    "1210": Row(400, _INVALID, "API 调用参数有误，请检查文档。"),
    "1211": Row(400, "Unknown Model, please check the model code.", "模型不存在，请检查模型代码。"),
    "1213": Row(
        400, "The {param} parameter was not received normally.", "未正常接收到{param}参数。"
    ),
    "1214": Row(
        400,
        "The messages parameter is illegal. Please check the documentation.",
        "messages 参数非法。请检查文档。",
    ),
    "1220": Row(403, "You do not have permission to access {model}", "您无权访问 {model}。"),
    "1221": Row(400, "API {model} has been taken offline", "API {model} 已下线。"),
    "1230": Row(500, "API call process error", "API 调用流程出错。"),
    "1231": Row(400, "You already have a request: {id}", "您已有请求：{id}。"),
    "1234": Row(
        500,
        "Network error, error id: {id}, please contact customer service",
        "网络错误，错误id：{id}，请联系客服。",
    ),
    "1261": Row(400, "Prompt exceeds max length", "Prompt 超长"),
    "1300": Row(400, "API call blocked by policy", "API 调用被策略阻止。"),
    "1301": Row(
        400,
        "System detected potentially unsafe or sensitive content in input or generation.",
        "系统检测到输入或生成内容可能包含不安全或敏感内容。",
    ),
    "1302": Row(
        429,
        "Rate limit reached for requests",
        "您的账户已达到速率限制，请您控制请求频率",
    ),
    "1303": Row(429, "Request frequency is too high", "您当前使用该API的频率过高，请降低频率。"),
    "1304": Row(429, "Daily call limit reached", "您已达到当日调用次数上限。"),
    "1305": Row(
        429,
        "The service may be temporarily overloaded, please try again later",
        "该模型当前访问量过大，请您稍后再试",
    ),
    "1308": Row(
        429,
        "Usage limit reached for 5 hour. Your limit will reset at {reset}",
        "已达到 5 小时的使用上限。您的限额将在 {reset} 重置。",
    ),
    "1309": Row(429, "Your GLM Coding Plan package has expired", "您的套餐已到期"),
    "1310": Row(
        429,
        "Weekly/Monthly Limit Exhausted. Your limit will reset at {reset}",
        "已达到每周/每月使用上限，您的限额将在 {reset} 重置。",
    ),
    "1311": Row(429, "Your plan does not include access to {model}", "当前套餐暂未开放{model}权限"),
    "1313": Row(429, "Your usage does not comply with the fair use policy", "触发公平使用策略"),
}

COMET: dict[str, Row] = {
    "unauthorized": Row(401, "invalid token"),
    "model_not_found": Row(
        503, "no available channel for group default and model {model} (distributor)"
    ),
    "invalid_request": Row(500, "field {param} is required"),
    "context": Row(400, "Prompt exceeds max length"),
    "rate_limit": Row(429, "upstream rate limit reached, please try again later"),
    "insufficient_quota": Row(403, "user quota is not enough"),
    "internal": Row(500, "upstream error"),
}

VLLM: dict[str, Row] = {
    "unauthorized": _UNAUTHORIZED,
    "model_not_found": Row(
        404, "The model `{model}` does not exist.", "", "NotFoundError", "model"
    ),
    "invalid_request": Row(400, "Invalid request", "", "BadRequestError"),
    "suffix": Row(
        *(400, "suffix is only supported for models with FIM completion rendering"),
        *("", "BadRequestError", "suffix"),
    ),
    "context": Row(
        400,
        "This model's maximum context length is {context} tokens. However, you requested "
        "{output} output tokens and your prompt contains at least {prompt} input tokens, for a "
        "total of at least {total} tokens. Please reduce the length of the input prompt or the "
        "number of requested output tokens.",
        "",
        "BadRequestError",
        "input_tokens",
    ),
    "overloaded": Row(503, "Server overloaded", "", "ServiceUnavailableError"),
    "internal": Row(500, "EngineCore encountered an issue.", "", "InternalServerError"),
    "rate_limit": Row(429, "Too many requests", "", "TooManyRequestsError"),
}

SGLANG: dict[str, Row] = {
    "unauthorized": _UNAUTHORIZED,
    "model_not_found": Row(404, "Model '{model}' not found", "", "NotFoundError"),
    "invalid_request": Row(400, "Invalid request", "", "BadRequestError"),
    "context": Row(
        400,
        "The input ({prompt} tokens) is longer than the model's context length ({context} tokens).",
        "",
        "BadRequestError",
    ),
    "context_total": Row(
        400,
        "Requested token count exceeds the model's maximum context length of {context} tokens. "
        "You requested a total of {total} tokens: {prompt} tokens from the input messages and "
        "{output} tokens for the completion.",
        "",
        "BadRequestError",
    ),
    "overloaded": Row(503, "The request queue is full.", "", "ServiceUnavailableError"),
    "internal": Row(500, "Internal error", "", "InternalServerError"),
    "rate_limit": Row(429, "Too many requests", "", "TooManyRequestsError"),
}

LLAMACPP: dict[str, Row] = {
    "unauthorized": Row(401, "Invalid API Key", "", "authentication_error"),
    "model_not_found": Row(404, "model not found", "", "not_found_error"),
    "not_found": Row(404, "File Not Found", "", "not_found_error"),
    "invalid_request": Row(400, "Invalid request", "", "invalid_request_error"),
    "infill": Row(501, "Infill is not supported by this model", "", "not_supported_error"),
    "context": Row(
        400,
        "request ({prompt} tokens) exceeds the available context size ({context} tokens), "
        "try increasing it",
        "",
        "exceed_context_size_error",
    ),
    "loading": Row(503, "Loading model", "", "unavailable_error"),
    "internal": Row(500, "Internal error", "", "server_error"),
}

OPENAI: dict[str, Row] = {
    "unauthorized": Row(401, "Incorrect API key provided", "", "invalid_request_error"),
    "model_not_found": Row(
        404,
        "The model `{model}` does not exist or you do not have access to it.",
        "",
        "invalid_request_error",
    ),
    "not_found": Row(404, "Invalid URL", "", "invalid_request_error"),
    "invalid_request": Row(400, "Invalid request", "", "invalid_request_error"),
    "context": Row(
        400,
        "This model's maximum context length is {context} tokens. However, your messages "
        "resulted in {prompt} tokens. Please reduce the length of the messages.",
        "",
        "invalid_request_error",
        "messages",
    ),
    "rate_limit": Row(429, "Rate limit reached", "", "requests"),
    "insufficient_quota": Row(429, "You exceeded your current quota", "", "insufficient_quota"),
    "internal": Row(500, "The server had an error", "", "server_error"),
}

_OPENAI_CODES = {
    "unauthorized": "invalid_api_key",
    "context": "context_length_exceeded",
    "rate_limit": "rate_limit_exceeded",
    "not_found": "unknown_url",
    "internal": None,
    "invalid_request": None,
}

ERRORS: dict[str, dict[str, Row]] = {
    "zai": ZAI,
    "comet": ZAI | COMET,  # an upstream's code comes through in the reseller's envelope
    "vllm": VLLM,
    "sglang": SGLANG,
    "llamacpp": LLAMACPP,
    "openai": OPENAI,
}

Envelope = Callable[[str, Row, str, Json], Json]


def _zai(code: str, row: Row, text: str, values: Json) -> Json:
    return {"error": {"code": code, "message": text}}


def _comet(code: str, row: Row, text: str, values: Json) -> Json:
    message = f"{text} (request id: {values['id']})"
    error = {"message": message, "type": "comet_api_error", "param": "", "code": code}
    return {"error": error}


def _vllm(code: str, row: Row, text: str, values: Json) -> Json:
    error = {"message": text, "type": row.type, "param": row.param, "code": row.status}
    return {"error": error}


def _sglang(code: str, row: Row, text: str, values: Json) -> Json:
    error = {"message": text, "type": row.type, "param": row.param, "code": row.status}
    return {"object": "error", **error}


def _llamacpp(code: str, row: Row, text: str, values: Json) -> Json:
    error: Json = {"code": row.status, "message": text, "type": row.type}
    if code == "context":
        error |= {"n_prompt_tokens": values["prompt"], "n_ctx": values["context"]}
    return {"error": error}


def _openai(code: str, row: Row, text: str, values: Json) -> Json:
    error = {"message": text, "type": row.type, "param": row.param}
    return {"error": error | {"code": _OPENAI_CODES.get(code, code)}}


_ENVELOPES: dict[str, Envelope] = {
    "zai": _zai,
    "comet": _comet,
    "vllm": _vllm,
    "sglang": _sglang,
    "llamacpp": _llamacpp,
    "openai": _openai,
}


def error_body(flavor: Flavor, refusal: Refusal, *, english: bool = True) -> tuple[int, bytes]:
    """Return status and JSON body of a refusal."""
    row = ERRORS[flavor.name][refusal.code]
    row = replace(row, status=refusal.status or row.status, param=refusal.param or row.param)
    en, zh = refusal.en or row.en, refusal.zh or (not refusal.en and row.zh)
    values = _SCRIPTED | refusal.values
    text = (en if english else zh or en).format_map(values)
    body = row.whole or _ENVELOPES[flavor.name](refusal.code, row, text, values)
    return row.status, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def in_stream(flavor: Flavor, body: bytes) -> bytes:
    """Return an error body as it stands inside a stream: SGLang wraps its flat form there."""
    return b'{"error":' + body + b"}" if flavor.name == "sglang" else body


_SCRIPTED: Json = {
    "param": "model",
    "context": 8192,
    "prompt": 9001,
    "output": 256,
    "total": 9257,
}
"""Fills texts of scripted errors, which no real request caused."""
