"""What a model may look at while it looks for a cause: a table of tools, all of which only read.

No tool writes, starts a process or opens a connection. A path is looked for among the files of the
workspace that may be shown; one that is hidden, outside or missing is not there, whichever it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from glm_ls.features.files import Files, uri_below
from glm_ls.index.extract import facts_of
from glm_ls.postprocess.findings.plain import plain
from glm_ls.provider.request import Tool, ToolCall
from glm_ls.syntax.faults import faults_in
from glm_ls.syntax.languages import indexed_suffixes, language_of
from glm_ls.syntax.parser import parse
from glm_ls.text.snapshot import Snapshot

MOST_LINES = 300
"""Lines of a file that one call returns."""
MOST_CHARS = 12_000
"""Characters that one call returns."""
MOST_LISTED, MOST_FOUND = 200, 50
MOST_SEARCHED = 2_000
"""Files that a search looks at."""
LONGEST_LINE = 400
MISSING = "There is no such file."

Arguments = Mapping[str, object]


class _Row(NamedTuple):
    about: str
    parameters: dict[str, tuple[str, str]]
    """Name to JSON type and meaning; all but those of type `integer` are required."""
    says: str
    """What a user sees while it runs."""


TOOLS: Mapping[str, _Row] = {
    "read_file": _Row(
        "Read lines of a file of the project, with their numbers.",
        {"path": ("string", "path from the project's root"),
         "first_line": ("integer", "from 1; the beginning if left out"),
         "last_line": ("integer", f"at most {MOST_LINES} lines on")},
        "reads",
    ),
    "list_files": _Row(
        "List files of the project.",
        {"pattern": ("string", "with * and ?, such as src/*.py; * for all")},
        "lists",
    ),
    "find_symbol": _Row(
        "Find where a function, class or constant is defined.",
        {"name": ("string", "the bare name")},
        "looks for",
    ),
    "find_references": _Row(
        "Find lines in which a name occurs.",
        {"name": ("string", "the bare name")},
        "looks for uses of",
    ),
    "diagnostics": _Row(
        "Tell what is known to be wrong in a file.",
        {"path": ("string", "path from the project's root")},
        "checks",
    ),
}  # fmt: skip


def tools() -> tuple[Tool, ...]:
    """Return the tools as a model is told of them."""
    return tuple(Tool(name, row.about, _schema(row)) for name, row in TOOLS.items())


def _schema(row: _Row) -> dict[str, object]:
    properties = {
        name: {"type": kind, "description": about} for name, (kind, about) in row.parameters.items()
    }
    required = [name for name, (kind, _) in row.parameters.items() if kind != "integer"]
    return {"type": "object", "properties": properties, "required": required}


@dataclass(slots=True)
class Toolbox:
    """The tools at work on one problem; for threads, since files are read."""

    files: Files
    root: Path
    problems: Mapping[str, Sequence[str]]
    """What is known to be wrong, by URI."""
    seen: dict[str, Snapshot] = field(default_factory=dict)
    """Texts that were shown, as they were then; only these can be changed."""

    def step_of(self, call: ToolCall) -> str:
        """Return what a call does, for the user: our words, and the model's made plain."""
        row, values = TOOLS.get(call.name), list(_arguments(call).values())
        about = plain(str(values[0]), 60) if values else ""
        return f"{row.says if row else 'tries'} {about}".strip()

    def run(self, call: ToolCall) -> str:
        """Return what a tool tells; a call that makes no sense is told so."""
        if call.name not in TOOLS:
            return f"There is no such function; there are {', '.join(TOOLS)}."
        given = _arguments(call)
        wanted = TOOLS[call.name].parameters
        if any(kind == "string" and not isinstance(given.get(name), str)
               for name, (kind, _) in wanted.items()):  # fmt: skip
            return f"{call.name} needs {', '.join(wanted)}."
        told = "\n".join(_RUNS[call.name](self, given))
        if len(told) > MOST_CHARS:
            return f"{told[:MOST_CHARS]}\n[cut here]"
        return told or "Nothing was found."

    # -- the tools ---------------------------------------------------------------------

    def read_file(self, given: Arguments) -> Iterator[str]:
        snapshot = self._text(str(given["path"]))
        if snapshot is None:
            yield MISSING
            return
        first = max(_number(given.get("first_line"), 1), 1)
        last = min(_number(given.get("last_line"), first + MOST_LINES), first + MOST_LINES - 1)
        count = len(snapshot.lines)
        for at in range(first - 1, min(last, count)):
            yield f"{at + 1}|{snapshot.line(at)[:LONGEST_LINE]}"
        if last < count:
            yield f"[{count} lines in all]"

    def list_files(self, given: Arguments) -> Iterator[str]:
        pattern = str(given["pattern"])
        found = [path for path in self.files.listed(self.root) if fnmatchcase(path, pattern)]
        yield from sorted(found)[:MOST_LISTED]
        if len(found) > MOST_LISTED:
            yield f"[{len(found)} files in all]"

    def find_symbol(self, given: Arguments) -> Iterator[str]:
        name = str(given["name"])
        found = 0
        for path, text in self._holding(name):
            facts = facts_of(language_of("", path), text)
            for symbol in facts.outline.symbols:
                if symbol.name == name and found < MOST_FOUND:
                    found += 1
                    owner = f" in {symbol.owner}" if symbol.owner else ""
                    yield f"{path}:{symbol.start + 1}: {symbol.signature[:LONGEST_LINE]}{owner}"

    def find_references(self, given: Arguments) -> Iterator[str]:
        name = str(given["name"])
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        found = 0
        for path, text in self._holding(name):
            for at, line in enumerate(text.split("\n")):
                if found < MOST_FOUND and word.search(line):
                    found += 1
                    yield f"{path}:{at + 1}: {line.strip()[:LONGEST_LINE]}"

    def diagnostics(self, given: Arguments) -> Iterator[str]:
        snapshot = self._text(str(given["path"]))
        if snapshot is None:
            yield MISSING
            return
        yield from self.problems.get(snapshot.uri, ())
        tree = parse(language_of(snapshot.language_id, snapshot.uri), snapshot.text)
        rows = {node.start_point[0] for node in faults_in(tree.root_node)} if tree else set()
        yield from (f"line {row + 1}: syntax error" for row in sorted(rows)[:MOST_FOUND])

    # -- files -------------------------------------------------------------------------

    def _text(self, path: str) -> Snapshot | None:
        """Return the text of a file, as it was when it was first shown."""
        parts = PurePosixPath(path.replace("\\", "/"))
        if "\0" in path or parts.is_absolute() or ".." in parts.parts:
            return None
        uri = uri_below(self.root, parts.as_posix())
        if uri not in self.seen:
            snapshot = self.files.text(uri)
            if snapshot is None:
                return None
            self.seen[uri] = snapshot
        return self.seen[uri]

    def _holding(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the source files that hold a word, with their texts."""
        suffixes = indexed_suffixes()
        paths = (path for path in self.files.listed(self.root) if path.endswith(suffixes))
        for at, path in enumerate(paths):
            if at >= MOST_SEARCHED or not name.strip():
                return
            snapshot = self.files.text(uri_below(self.root, path))
            if snapshot is not None and name in snapshot.text:
                yield path, snapshot.text


_RUNS: Mapping[str, Callable[[Toolbox, Arguments], Iterator[str]]] = {
    "read_file": Toolbox.read_file,
    "list_files": Toolbox.list_files,
    "find_symbol": Toolbox.find_symbol,
    "find_references": Toolbox.find_references,
    "diagnostics": Toolbox.diagnostics,
}


def _arguments(call: ToolCall) -> dict[str, object]:
    try:
        value = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _number(value: object, default: int) -> int:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:9])
    return min(value, 10**9) if isinstance(value, int) else default
