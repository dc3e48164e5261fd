"""Requests as JSON lines in, context as JSON lines out: the process that owns the indexes.

Started by the server as a child (`python -m glm_ls.context.worker`), and in the foreground by
`glm-ls context --serve`. Between requests the child goes on indexing, a file at a time.

A request:  {"id", "root", "path", "text", "line", "col", "budget"}; `text` null: the file on disk,
            `line` and `col` from 0, `col` in UTF-16 units. Optional: "wall_ms", "modules",
            "edits", "visits" ([path, line] pairs), "open", "diagnostics", "changed", "shown".
An answer:  {"id", "text", "tokens", "parts", "complete", "timings_ms"}; lines of parts from 1.
A notice:   {"root", "changed": [paths]}, {"root", "open": true} (begin to index), without answer.
What cannot be understood is answered with {"id", "error"}.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from glm_ls.config.paths import user_cache_dir
from glm_ls.context.engine import Answer, Engine, Inquiry
from glm_ls.context.surroundings import Spot, Surroundings
from glm_ls.log import logger
from glm_ls.text.position import column_of
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots

IDLE_S = 2.0
"""How often an idle process looks whether git has checked something out."""

Json = dict[str, Any]
log = logger("context.worker")


class Worker:
    """The engines of all projects that were asked about."""

    def __init__(self, patterns: Iterable[str] = (), *, wait: bool = False) -> None:
        """`patterns` are ignored besides; `wait`: finish a project's index before answering."""
        self._patterns = tuple(patterns)
        self._wait = wait
        self._engines: dict[str, Engine] = {}

    def handle(self, message: Mapping[str, Any]) -> Json | None:
        """Do what a message asks; None where there is nothing to answer."""
        began = time.perf_counter()
        engine = self._engine(_text(message, "root"))
        if "path" not in message:
            engine.index.refresh(_texts(message, "changed"))
            return None
        if self._wait and not engine.index.is_complete:
            engine.index.finish()
        waited = (time.perf_counter() - began) * 1000
        answer = engine.answer(inquiry_of(message))
        document = document_of(answer)
        document["timings_ms"] = {"index": round(waited, 2), **document["timings_ms"]}
        return {"id": message["id"], **document} if "id" in message else document

    def step(self) -> bool:
        """Index a little; return whether more is left to do."""
        left = [engine.step() for engine in self._engines.values()]
        return any(left)

    def trouble(self) -> list[str]:
        """Return what befell the databases."""
        return [engine.index.trouble for engine in self._engines.values() if engine.index.trouble]

    def close(self) -> None:
        """Keep what was read."""
        for engine in self._engines.values():
            engine.close()

    def _engine(self, root: str) -> Engine:
        real = os.path.realpath(root)
        if real not in self._engines:
            if not os.path.isdir(real):
                raise ValueError(f"root: {root!r} is no folder")
            folder = Path(real)
            ignore = Ignore(Roots((folder,)), self._patterns)
            self._engines[real] = Engine(folder, ignore, user_cache_dir())
        return self._engines[real]


def inquiry_of(message: Mapping[str, Any]) -> Inquiry:
    """Return the question of a request; raises ValueError that names the field."""
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise ValueError("text: must be a string or null")
    row, units = _number(message, "line"), _number(message, "col")
    lines = text.split("\n") if text is not None else []
    column = column_of(lines[row], units, "utf-16") if 0 <= row < len(lines) else units
    return Inquiry(
        path=_path(message),
        text=text,
        row=row,
        column=column,
        budget=max(0, _number(message, "budget")),
        wall_s=message["wall_ms"] / 1000 if "wall_ms" in message else float("inf"),
        surroundings=Surroundings(
            edits=_spots(message, "edits"),
            visits=_spots(message, "visits"),
            open=_texts(message, "open"),
            diagnostics=_texts(message, "diagnostics"),
            changed=_texts(message, "dirty"),
            shown=tuple(message["shown"]) if message.get("shown") else None,
        ),
        whole_modules=bool(message.get("modules")),
    )


def document_of(answer: Answer) -> Json:
    """Return an answer as JSON; lines count from 1 and are inclusive."""
    return {
        "text": answer.text,
        "tokens": answer.tokens,
        "parts": [
            {
                "source": part.source,
                "path": part.path,
                "start_line": part.start + 1,
                "end_line": max(part.stop, part.start + 1),
                "tokens": -(-len(part.text.encode("utf-8", "replace")) // 4),
                "score": round(part.score, 3),
                "why": part.why,
                "text": part.text,
            }
            for part in answer.parts
        ],
        "complete": answer.complete,
        "timings_ms": dict(answer.timings_ms),
    }


def serve(worker: Worker, lines: TextIO, out: TextIO) -> None:
    """Answer line by line until the input ends; the index waits for nothing between them."""
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines, inbox), daemon=True).start()
    busy = False
    while True:
        try:
            line = inbox.get(timeout=0 if busy else IDLE_S)
        except queue.Empty:
            busy = worker.step()
            continue
        if line is None:
            worker.close()
            return
        if line.strip():
            reply = _reply(worker, line)
            if reply is not None:
                out.write(json.dumps(reply, separators=(",", ":")) + "\n")
                out.flush()
            busy = True


def _reply(worker: Worker, line: str) -> Json | None:
    message: Any = None
    try:
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("a request is one JSON object a line")
        return worker.handle(message)
    except (ValueError, TypeError) as error:
        words = str(error)
    except Exception as error:
        log.exception("a question was not answered")
        words = f"{type(error).__name__}, see the log"
    number = message.get("id") if isinstance(message, dict) else None
    return {"id": number, "error": words} if number is not None else {"error": words}


def _read(lines: TextIO, inbox: queue.SimpleQueue[str | None]) -> None:
    for line in lines:
        inbox.put(line)
    inbox.put(None)


def _text(message: Mapping[str, Any], key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key}: must be a string")
    return value


def _path(message: Mapping[str, Any]) -> str:
    path = _text(message, "path").replace("\\", "/").removeprefix("./")
    if not path or path.startswith("/") or ".." in path.split("/"):
        raise ValueError(f"path: {path!r} must be relative to root, without '..'")
    return path


def _number(message: Mapping[str, Any], key: str) -> int:
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{key}: must be a whole number")
    return value


def _texts(message: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text for text in message.get(key) or () if isinstance(text, str))


def _spots(message: Mapping[str, Any], key: str) -> tuple[Spot, ...]:
    return tuple(Spot(str(path), int(row)) for path, row in message.get(key) or ())


def main() -> None:
    """Run as the server's child: standard input and output carry the requests."""
    patterns = json.loads(sys.argv[1]) if len(sys.argv) > 1 else []
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    serve(Worker(patterns), sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
