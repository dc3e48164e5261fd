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
EXPLAIN = "glm-ls.explain"
TEXT = "# Why\n\nIt adds. See http://127.0.0.1/x and [more](command:glm-ls.restart)."
CAPABILITIES = {
    "codeActionProvider": True,
    "executeCommandProvider": {"commands": [EXPLAIN]},
}


class Server:
    """One connection."""

    def send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        sys.stdout.buffer.flush()

    def tell(self, method: str, params: Json) -> None:
        self.send({"method": method, "params": params})

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

    def on_textDocument_codeAction(self, params: Json) -> list[Json]:
        command = {"title": "Explain with GLM", "command": EXPLAIN, "arguments": []}
        return [{"title": "Explain with GLM", "kind": "refactor", "command": command}]

    def on_workspace_executeCommand(self, params: Json) -> None:
        self.tell("glm-ls/showDocument", {"title": "Explanation", "text": TEXT})


if __name__ == "__main__":
    Server().serve()
