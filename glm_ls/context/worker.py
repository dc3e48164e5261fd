"""Requests as JSON lines in, context as JSON lines out: the process that owns the indexes.

Started by the server as a child (`python -m glm_ls.context.worker`), and in the foreground by
`glm-ls context --serve`. Between requests the child goes on indexing, a file at a time.

A request:  {"id", "root", "path", "text", "line", "col", "budget"}; `text` null: the file on disk,
            `line` and `col` from 0, `col` in UTF-16 units. In place of `text` an "edit" of the
            text given last: [first line, line behind the last, [new lines]]; neither: no change.
            Optional: "wall_ms", "modules" and the fields of `Surroundings`: "edits", "visits"
            ([path, line] pairs), "open", "diagnostics", "dirty" (changed files), "shown".
An answer:  {"id", "text", "tokens", "parts", "complete", "timings_ms"}; lines of parts from 1.
            {"id", "superseded": true} where a newer request for the same document waits.
Of a review: {"id", "root", "uses": {"path", "text", "spans", "budget", "modules"}}: `spans` are
            pairs of a first line and the line behind the last, `modules` tokens for whole files.
            Answered with {"id", "definitions", "defined", "modules"}: see `context.usage`.
A notice:   {"root", "open": true} begins to index; {"root", "changed": [paths]} after saving;
            {"root", "closed": [paths]}: these count as on disk again. Without answer.
What cannot be understood is answered with {"id", "error"}.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from glm_ls import log as logs
from glm_ls.config.paths import user_cache_dir
from glm_ls.context.engine import Answer, Engine, Inquiry, tokens_of
from glm_ls.context.surroundings import Spot, Surroundings
from glm_ls.index.paths import is_utf8
from glm_ls.log import logger
from glm_ls.memory import give_back
from glm_ls.text.position import column_of
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots

RECHECK_S = 10.0
"""How long an edit of an ignore file of a sub-folder may go unnoticed if no editor tells of it."""
IDLE_S = 2.0
"""How often an idle process looks whether git has checked something out."""

Json = dict[str, Any]
log = logger("context.worker")


class Worker:
    """The engines of all projects that were asked about."""

    def __init__(self, patterns: Iterable[str] = (), *, wait: bool = False) -> None:
        """`patterns` are ignored besides; `wait`: finish a project's index before answering."""
        self._patterns = tuple(patterns)
        self.waits = wait
        self._engines: dict[str, Engine] = {}
        self._texts: dict[tuple[str, str], str] = {}
        """Documents as they were last given, by root and path."""
        self._told: set[str] = set()

    def take_in(self, message: Mapping[str, Any]) -> None:
        """Keep up with the document of a request, whether it will be answered or not."""
        if "path" not in message:
            return
        key = _text(message, "root"), _path(message)
        if "edit" in message:
            start, stop, new = _edit(message)
            if key not in self._texts:
                raise ValueError("edit: the document's text has not been given yet")
            lines = self._texts[key].split("\n")
            lines[start:stop] = new
            self._texts[key] = "\n".join(lines)
        elif message.get("text") is not None:
            self._texts[key] = _text(message, "text")
        elif "text" in message:
            self._texts.pop(key, None)

    def handle(self, message: Mapping[str, Any]) -> Json | None:
        """Do what a message asks; None where there is nothing to answer."""
        began = time.perf_counter()
        root = _text(message, "root")
        engine = self._engine(root)
        if "uses" in message:
            return _usage_of(engine, message["uses"])
        if "path" not in message:
            self._note(engine, root, message)
            return None
        if self.waits and not engine.index.is_complete:
            engine.index.finish()
        waited = (time.perf_counter() - began) * 1000
        document = document_of(engine.answer(self._inquiry(message)))
        document["timings_ms"] = {"index": round(waited, 2), **document["timings_ms"]}
        if trouble := self._untold(engine.index.trouble):
            document["trouble"] = trouble
        return document

    def _note(self, engine: Engine, root: str, message: Mapping[str, Any]) -> None:
        engine.index.refresh(_texts(message, "changed"))
        for path in _texts(message, "closed"):
            self._texts.pop((root, path), None)
            engine.release(path)

    def _inquiry(self, message: Mapping[str, Any]) -> Inquiry:
        """Return the question of a request; raises ValueError that names the field."""
        path = _path(message)
        text = self._texts.get((_text(message, "root"), path))
        row, units = _number(message, "line"), _number(message, "col")
        lines = text.split("\n") if text is not None else []
        column = column_of(lines[row], units, "utf-16") if 0 <= row < len(lines) else units
        return Inquiry(
            path=path,
            text=text,
            row=row,
            column=column,
            budget=max(0, _number(message, "budget")),
            wall_s=_wall_s(message),
            surroundings=Surroundings(
                edits=_spots(message, "edits"),
                visits=_spots(message, "visits"),
                open=_texts(message, "open"),
                diagnostics=_texts(message, "diagnostics"),
                changed=_texts(message, "dirty"),
                shown=_pair(message, "shown"),
            ),
            whole_modules=bool(message.get("modules")),
        )

    def _untold(self, trouble: str) -> str:
        """Return what befell a database, once."""
        new = trouble and trouble not in self._told
        self._told.add(trouble)
        return trouble if new else ""

    def step(self) -> bool:
        """Index a little; return whether more is left to do."""
        left = [engine.step() for engine in self._engines.values()]
        return any(left)

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
            ignore = Ignore(Roots((folder,)), self._patterns, recheck_s=RECHECK_S)
            self._engines[real] = Engine(folder, ignore, user_cache_dir())
        return self._engines[real]


def _usage_of(engine: Engine, asked: Any) -> Json:
    """Return what a file under review uses, as JSON."""
    if not isinstance(asked, dict):
        raise ValueError("uses: must be an object")
    path, text = _path(asked), _text(asked, "text")
    spans = [range(*pair) for pair in asked.get("spans", ())]
    found = engine.uses(path, text, spans, _number(asked, "budget"))
    room = _number(asked, "modules")
    modules = engine.modules(path, text, room) if room else ()
    return {
        "definitions": [[[d.path, d.start, d.text] for d in of] for of in found.definitions],
        "defined": sorted(found.defined),
        "modules": [[part.path, part.text] for part in modules],
    }


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
                "tokens": tokens_of(part.text),
                "score": round(part.score, 3),
                "why": part.why,
                "text": part.text,
            }
            for part in answer.parts
        ],
        "complete": answer.complete,
        "timings_ms": dict(answer.timings_ms),
    }


def serve(worker: Worker, lines: Iterable[str], out: TextIO) -> None:
    """Answer line by line until the input ends; between requests the index goes on.

    In a pause free memory is given back: after some questions it is more than what is kept.
    """
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines, inbox), daemon=True).start()
    busy, has_worked = False, True
    while True:
        waiting = _waiting(inbox, 0 if busy else IDLE_S)
        for message, reply in _replies(worker, [line for line in waiting if line]):
            if reply is not None:
                number = {"id": message["id"]} if "id" in message else {}
                out.write(json.dumps({**number, **reply}, separators=(",", ":")) + "\n")
                out.flush()
        if None in waiting:
            worker.close()
            return
        if has_worked and not (waiting or busy):
            give_back()
        has_worked = bool(waiting) or busy
        busy = _stepped(worker)


def _stepped(worker: Worker) -> bool:
    """Index a little; a fault there leaves questions to be answered."""
    try:
        return worker.step()
    except Exception:
        log.exception("a file was not indexed")
        return False


def _waiting(inbox: queue.SimpleQueue[str | None], timeout_s: float) -> list[str | None]:
    """Return the lines that have come; wait for the first one."""
    waiting: list[str | None] = []
    try:
        while True:
            waiting.append(inbox.get(timeout=0 if waiting else timeout_s))
    except queue.Empty:
        return waiting


def _replies(worker: Worker, lines: Iterable[str]) -> Iterator[tuple[Json, Json | None]]:
    """Yield messages and their replies; of several questions about a document the last counts."""
    messages = [message for line in lines if (message := _parsed(line)) is not None]
    last = {_subject(message): at for at, message in enumerate(messages)}
    for at, message in enumerate(messages):
        is_late = "id" in message and "path" in message and last[_subject(message)] != at
        if is_late and not worker.waits:
            failed = _guarded(partial(worker.take_in, message))
            yield message, failed or {"superseded": True}
        else:
            yield message, _guarded(partial(_answer, worker, message))


def _answer(worker: Worker, message: Json) -> Json | None:
    if "invalid" in message:
        raise ValueError(message["invalid"])
    worker.take_in(message)
    return worker.handle(message)


def _parsed(line: str) -> Json | None:
    if not line.strip():
        return None
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"invalid": f"no JSON: {error}"}
    return message if isinstance(message, dict) else {"invalid": "a request is one object a line"}


def _subject(message: Json) -> tuple[str, str]:
    return str(message.get("root")), str(message.get("path"))


def _guarded(act: Callable[[], Json | None]) -> Json | None:
    """Return what an action returns; an error becomes an answer that says so."""
    try:
        return act()
    except (ValueError, TypeError) as error:
        return {"error": str(error)}
    except Exception as error:
        log.exception("a question was not answered")
        return {"error": f"{type(error).__name__}, see the log"}


def _read(lines: Iterable[str], inbox: queue.SimpleQueue[str | None]) -> None:
    try:
        for line in lines:
            inbox.put(line)
    finally:
        inbox.put(None)


def _text(message: Mapping[str, Any], key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key}: must be a string")
    return value


def _path(message: Mapping[str, Any]) -> str:
    path = _text(message, "path").replace("\\", "/").removeprefix("./")
    if not path or path.startswith("/") or ".." in path.split("/") or not is_utf8(path):
        raise ValueError(f"path: {path!r} must be relative to root, without '..'")
    return path


def _number(message: Mapping[str, Any], key: str) -> int:
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{key}: must be a whole number")
    return value


def _edit(message: Mapping[str, Any]) -> tuple[int, int, list[str]]:
    match message["edit"]:
        case [int(start), int(stop), [*new]] if 0 <= start <= stop and all(
            isinstance(line, str) for line in new
        ):
            return start, stop, new
    raise ValueError("edit: must be [first line, line behind the last, [new lines]]")


def _wall_s(message: Mapping[str, Any]) -> float:
    value = message.get("wall_ms")
    if value is None:
        return float("inf")
    if not isinstance(value, int | float):
        raise ValueError("wall_ms: must be a number")
    return value / 1000


def _pair(message: Mapping[str, Any], key: str) -> tuple[int, int] | None:
    match message.get(key):
        case None:
            return None
        case [int(first), int(second)]:
            return first, second
    raise ValueError(f"{key}: must be two numbers")


def _texts(message: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = message.get(key)
    if not isinstance(value, list | tuple | None):
        raise ValueError(f"{key}: must be a list")
    return tuple(text for text in value or () if isinstance(text, str))


def _spots(message: Mapping[str, Any], key: str) -> tuple[Spot, ...]:
    value = message.get(key)
    if not isinstance(value, list | tuple | None):
        raise ValueError(f"{key}: must be a list")
    spots = []
    for one in value or ():
        match one:
            case [str(path), int(row)]:
                spots.append(Spot(path, row))
            case _:
                raise ValueError(f"{key}: must hold pairs of a path and a line")
    return tuple(spots)


def main() -> None:
    """Run as the server's child: standard input and output carry the requests."""
    options = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    logs.configure(options.get("level", "warning"), "")
    for stream in (sys.stdin, sys.stdout):
        # What is no UTF-8 costs a line, not the reader of all lines.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    serve(Worker(options.get("ignore", ())), sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
