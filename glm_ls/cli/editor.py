"""An editor without a window: opens a document in a server, types into it, asks for ghost text."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glm_ls import __version__
from glm_ls.cli.places import Place
from glm_ls.cli.stdio_client import StdioClient
from glm_ls.text.position import units_of
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.roots import path_to_uri

AUTOMATIC = 2
"""InlineCompletionTriggerKind of LSP 3.18: asked because of typing."""
LEARNING_S = 30.0
"""How long the embedded engine is waited for."""
POLL_S = 0.02
"""Between two looks whether it has learned."""

CAPABILITIES = {
    "general": {
        "positionEncodings": ["utf-16"],
        "staleRequestSupport": {"cancel": True, "retryOnContentModified": []},
    },
    "window": {
        "workDoneProgress": True,
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
    },
    "workspace": {
        "applyEdit": True,
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "executeCommand": {"dynamicRegistration": True},
        "workspaceFolders": True,
    },
    "textDocument": {
        "synchronization": {"dynamicRegistration": True, "didSave": True},
        "completion": {
            "contextSupport": True,
            "completionItem": {"snippetSupport": True, "insertReplaceSupport": True},
        },
        "inlineCompletion": {"dynamicRegistration": True},
        "publishDiagnostics": {"versionSupport": True, "dataSupport": True},
    },
}
"""The part of VS Code's capabilities that decides how a completion server behaves."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What came back for a place."""

    text: str
    """Ghost text behind the cursor; empty: silent."""
    engine: str
    keystrokes_ms: tuple[float, ...]
    """How long the editor was kept from going on, per key."""
    answer_ms: float


@dataclass(frozen=True, slots=True)
class Start:
    """How long the start took, in milliseconds."""

    initialize_ms: float
    open_ms: float
    """From didOpen until the server has the document and its engines."""
    learn_ms: float
    """From there until the embedded engine has read the workspace, where it answers."""


class Editor:
    """One document in one server."""

    def __init__(self, client: StdioClient, snapshot: Snapshot) -> None:
        self._client = client
        self.snapshot = snapshot
        self._version = snapshot.version

    async def start(self, workspace: Path) -> Start:
        """Greet the server, open the document and wait until all is warm."""
        begun = time.perf_counter()
        await self.greet(workspace)
        greeted = time.perf_counter()
        opened, learned = await self.open()
        return Start((greeted - begun) * 1e3, (opened - greeted) * 1e3, (learned - opened) * 1e3)

    async def greet(self, workspace: Path) -> None:
        """Exchange the first messages."""
        await self._client.request("initialize", initialize_params(workspace))
        await self._client.notify("initialized", {})

    async def open(self) -> tuple[float, float]:
        """Open the document; return when the engines were open and when all was learned."""
        snapshot = self.snapshot
        await self._client.notify(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": snapshot.uri,
                    "languageId": snapshot.language_id,
                    "version": snapshot.version,
                    "text": snapshot.text,
                }
            },
        )
        status = await self.status()
        opened = time.perf_counter()
        while status.get("learning") and time.perf_counter() - opened < LEARNING_S:
            await asyncio.sleep(POLL_S)
            status = await self.status()
        return opened, time.perf_counter()

    async def status(self) -> Mapping[str, Any]:
        """Return what `glm-ls.status` tells, once the engines are open."""
        params = {"command": "glm-ls.status", "arguments": []}
        result: Mapping[str, Any] = await self._client.request("workspace/executeCommand", params)
        return result

    async def play(self, place: Place) -> Shown:
        """Type at a place, ask, and put the text back as it was."""
        line, column = place.line, place.column
        whole = len(self.snapshot.line(line))
        await self._change(line, column, whole, "")
        times = []
        for offset, key in enumerate(place.typed):
            begun = time.perf_counter()
            await self._change(line, column + offset, column + offset, key)
            times.append((time.perf_counter() - begun) * 1e3)
        cursor = column + len(place.typed)
        begun = time.perf_counter()
        result = await self._client.request(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": self.snapshot.uri},
                "position": {"line": line, "character": self._units(line, cursor)},
                "context": {"triggerKind": AUTOMATIC},
            },
        )
        ms = (time.perf_counter() - begun) * 1e3
        await self._change(line, column, cursor, self.snapshot.line(line)[column:])
        items = _items(result)
        text = self._ghost(items[0], line, cursor) if items else ""
        return Shown(text, _engine(items), tuple(times), ms)

    def _units(self, line: int, column: int) -> int:
        # What is typed again is what was there, so that the original line counts for all columns.
        return units_of(self.snapshot.line(line), column, "utf-16")

    async def _change(self, line: int, start: int, end: int, text: str) -> None:
        self._version += 1
        span = {
            "start": {"line": line, "character": self._units(line, start)},
            "end": {"line": line, "character": self._units(line, end)},
        }
        await self._client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.snapshot.uri, "version": self._version},
                "contentChanges": [{"range": span, "text": text}],
            },
        )

    def _ghost(self, item: Mapping[str, Any], line: int, cursor: int) -> str:
        """Return what an editor shows behind the cursor: the item's text without what is typed."""
        start = cursor
        if span := item.get("range"):
            start = self.snapshot.locate(line, span["start"]["character"], "utf-16").column
        typed = self.snapshot.line(line)[start:cursor]
        return str(item["insertText"]).removeprefix(typed)


def initialize_params(workspace: Path) -> dict[str, object]:
    """Return the parameters of `initialize` for a workspace of one folder."""
    uri = path_to_uri(workspace)
    return {
        "processId": os.getpid(),
        "clientInfo": {"name": "glm-ls demo", "version": __version__},
        "locale": "en",
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": workspace.name}],
        "capabilities": CAPABILITIES,
        "trace": "off",
    }


def _items(result: Any) -> list[Mapping[str, Any]]:
    if isinstance(result, Mapping):
        return list(result.get("items") or [])
    return list(result or [])


def _engine(items: list[Mapping[str, Any]]) -> str:
    command = items[0].get("command") if items else None
    arguments = (command or {}).get("arguments") or [{}]
    return str(arguments[0].get("engine", ""))
