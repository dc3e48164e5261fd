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
    told = _table(params, "capabilities")
    encodings = _table(told, "general").get("positionEncodings")
    document, workspace = _table(told, "textDocument"), _table(told, "workspace")
    watching = _table(workspace, "didChangeWatchedFiles")
    item = _table(document, "completion", "completionItem")
    kept: dict[str, Any] = {
        "general": {"positionEncodings": _texts(encodings)} if encodings else {},
        "textDocument": {
            "completion": {
                "completionItem": {"documentationFormat": _texts(item.get("documentationFormat"))}
            }
        },
        "workspace": {
            "configuration": workspace.get("configuration") is True,
            "didChangeWatchedFiles": {
                "dynamicRegistration": watching.get("dynamicRegistration") is True
            },
        },
    }
    if isinstance(document.get("inlineCompletion"), dict):
        kept["textDocument"]["inlineCompletion"] = {}
    about, params = _table(params, "clientInfo"), _table(params)
    number, root = params.get("processId"), params.get("rootUri")
    return {
        "processId": number if isinstance(number, int) else None,
        "rootUri": root if isinstance(root, str) else None,
        "clientInfo": {"name": str(about["name"])} if "name" in about else None,
        "initializationOptions": params.get("initializationOptions"),
        "workspaceFolders": [
            {"uri": folder["uri"], "name": ""}
            for folder in _list(params.get("workspaceFolders"))
            if isinstance(_table(folder).get("uri"), str)
        ],
        "capabilities": kept,
    }


def _table(value: Any, *names: str) -> dict[str, Any]:
    """Return the table at a path, an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [text for text in _list(value) if isinstance(text, str)]


_MENDS = {
    "initialize": _initialize,
    "textDocument/inlineCompletion": _inline_completion,
    "workspace/didChangeConfiguration": _configuration,
}
