"""Params that lsprotocol refuses, mended where the meaning is clear.

Only looked at after a message did not structure, so it costs nothing in the ordinary case.
"""

from __future__ import annotations

from typing import Any

MOST = 2**31 - 1
"""Largest uinteger of LSP; clients send more for "end of line"."""


def loosened(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message with its params mended."""
    params = message.get("params")
    mend = _MENDS.get(message.get("method", ""), _clamped)
    return {**message, "params": mend(params)}


def _clamped(value: Any, key: str = "") -> Any:
    """Return params with positions that are null, negative or too large brought into range."""
    if isinstance(value, dict):
        return {k: _clamped(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_clamped(v) for v in value]
    if key in ("line", "character"):
        return min(max(int(value), 0), MOST) if isinstance(value, int | float) else 0
    return value


def _inline_completion(params: Any) -> Any:
    """Give a request without a context, or without a trigger kind, the automatic one."""
    params = _clamped(params)
    if not isinstance(params, dict):
        return params
    context = params.get("context")
    context = dict(context) if isinstance(context, dict) else {}
    if not isinstance(context.get("triggerKind"), int):
        context["triggerKind"] = 2
    if not isinstance(context.get("selectedCompletionInfo"), dict):
        context.pop("selectedCompletionInfo", None)
    return {**params, "context": context}


def _configuration(params: Any) -> Any:
    return {"settings": params.get("settings") if isinstance(params, dict) else None}


def _initialize(params: Any) -> Any:
    """Keep of a client's capabilities what glm-ls reads; the rest cannot stand in its way."""
    params = params if isinstance(params, dict) else {}
    capabilities = params.get("capabilities")
    told = capabilities if isinstance(capabilities, dict) else {}
    encodings = (told.get("general") or {}).get("positionEncodings")
    inline = (told.get("textDocument") or {}).get("inlineCompletion")
    window = told.get("window") or {}
    workspace = told.get("workspace") or {}
    kept = {
        "general": {"positionEncodings": encodings} if isinstance(encodings, list) else {},
        "textDocument": {"inlineCompletion": inline} if isinstance(inline, dict) else {},
        "window": {"workDoneProgress": window.get("workDoneProgress") is True},
        "workspace": {"configuration": workspace.get("configuration") is True},
    }
    number = params.get("processId")
    return {
        "processId": number if isinstance(number, int) else None,
        "rootUri": params.get("rootUri") if isinstance(params.get("rootUri"), str) else None,
        "clientInfo": params.get("clientInfo"),
        "initializationOptions": params.get("initializationOptions"),
        "workspaceFolders": params.get("workspaceFolders"),
        "capabilities": kept,
    }


_MENDS = {
    "initialize": _initialize,
    "textDocument/inlineCompletion": _inline_completion,
    "workspace/didChangeConfiguration": _configuration,
}
