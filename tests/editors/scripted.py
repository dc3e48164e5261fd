"""A language server that plays a part: what the extension shows is then known to the letter.

It offers what the protocol between extension and server has beyond LSP, and writes every message
it gets as a line of JSON to the file that SCRIPTED_LOG names.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]

LOG = Path(os.environ["SCRIPTED_LOG"])
COMMANDS = ["glm-ls.accepted", "glm-ls.rewrite", "glm-ls.explain"]
GHOST = "total = first + second"
FINDINGS = ((0, 2, "This name says nothing."), (2, 3, "This is never used."))
CAPABILITIES = {
    "textDocumentSync": 1,
    "inlineCompletionProvider": {},
    "codeActionProvider": True,
    "executeCommandProvider": {"commands": COMMANDS},
}


def at(line: int, start: int = 0, end: int = 0) -> Json:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


class Server:
    """One connection."""

    def __init__(self) -> None:
        self.text = ""
        self.uri = ""
        self.sent = 0

    def send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        sys.stdout.buffer.flush()

    def tell(self, method: str, params: Json) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Json) -> None:
        self.sent += 1
        self.send({"id": f"scripted-{self.sent}", "method": method, "params": params})

    def serve(self) -> None:
        """Answer until the end of the input."""
        source = sys.stdin.buffer
        while head := source.readline():
            size = int(head.split(b":")[1])
            while source.readline().strip():
                pass
            message = json.loads(source.read(size))
            with LOG.open("a") as log:
                log.write(json.dumps(message) + "\n")
            if message.get("method") == "exit":
                return
            self.take(message.get("method", ""), message.get("params") or {}, message.get("id"))

    def take(self, method: str, params: Json, number: object) -> None:
        name = method.replace("/", "_").replace("-", "_").replace("$", "")
        handler = getattr(self, f"on_{name}", None)
        result = handler(params) if handler else None
        if number is not None and method:
            self.send({"id": number, "result": result})

    def on_initialize(self, params: Json) -> Json:
        return {"capabilities": CAPABILITIES}

    def on_initialized(self, params: Json) -> None:
        status = {"kind": "Normal", "reason": "ready", "message": "Scripted", "busy": False}
        self.tell("didChangeStatus", status)

    def on_textDocument_didOpen(self, params: Json) -> None:
        self.uri, self.text = params["textDocument"]["uri"], params["textDocument"]["text"]
        found = [
            {
                "range": at(line, 0, 5),
                "severity": severity,
                "source": "glm",
                "message": message,
            }
            for line, severity, message in FINDINGS
        ]
        if "review" in self.uri:
            self.tell("textDocument/publishDiagnostics", {"uri": self.uri, "diagnostics": found})

    def on_textDocument_didChange(self, params: Json) -> None:
        self.text = params["contentChanges"][-1]["text"]

    def on_textDocument_inlineCompletion(self, params: Json) -> Json:
        line, column = params["position"]["line"], params["position"]["character"]
        typed = self.text.split("\n")[line][:column].rstrip("\r")
        if not typed or not GHOST.startswith(typed) or typed == GHOST:
            return {"items": []}
        command = {"title": "", "command": "glm-ls.accepted", "arguments": [{"chars": 1}]}
        item = {"insertText": GHOST, "range": at(line, 0, column), "command": command}
        return {"items": [item]}

    def on_glm_ls_nextEdit(self, params: Json) -> Json:
        lines = self.text.split("\n")
        if "old_name" not in lines[0] or "new_name" not in self.text:
            return {"edits": []}
        start = lines[0].index("old_name")
        edit = {
            "text": "new_name",
            "textDocument": params["textDocument"],
            "range": at(0, start, start + len("old_name")),
            "command": {"title": "", "command": "glm-ls.accepted", "arguments": [{"edit": 1}]},
        }
        return {"edits": [edit]}

    def on_textDocument_codeAction(self, params: Json) -> list[Json]:
        where = {"uri": self.uri, "range": params["range"]}
        return [
            {
                "title": title,
                "kind": kind,
                "command": {"title": title, "command": command, "arguments": [where]},
            }
            for title, kind, command in (
                ("Rewrite with GLM…", "refactor.rewrite", "glm-ls.rewrite"),
                ("Explain with GLM", "refactor", "glm-ls.explain"),
            )
        ]

    def on_workspace_executeCommand(self, params: Json) -> None:
        told = (params.get("arguments") or [{}])[0]
        if params["command"] == "glm-ls.explain":
            text = "# Why\n\nIt adds. See http://127.0.0.1/x and [more](command:glm-ls.restart)."
            self.tell("glm-ls/showDocument", {"title": "Explanation", "text": text})
        if params["command"] == "glm-ls.rewrite":
            edit = {"range": at(0, 0, 0), "newText": f"# {told['instruction']}\n"}
            self.ask("workspace/applyEdit", {"edit": {"changes": {self.uri: [edit]}}})


if __name__ == "__main__":
    Server().serve()
