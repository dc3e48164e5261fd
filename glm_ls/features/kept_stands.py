"""The findings of a document to what is kept of them, and back in whatever the text is then.

Where the old text is known (the same one, or a blob that git has) a line map tells the places; else
what stood around them does. What cannot be told for certain is gone: it is in the review's cache.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from glm_ls.features.standing import Stand
from glm_ls.postprocess.findings.finding import Located
from glm_ls.postprocess.findings.life import (
    Memory,
    bodies,
    found_again,
    remapped_all,
    remembered,
)
from glm_ls.postprocess.findings.written import from_json, to_json
from glm_ls.text.snapshot import Snapshot

OldText = Callable[[str], str | None]
"""The text that git keeps under an object name, None where it has none."""


def text_id(text: str) -> str:
    """Return the object name that git gives a text."""
    content = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def kept(stand: Stand) -> str:
    """Return the findings of a document as text to keep; "" where there are none."""
    lines = bodies(stand.snapshot)
    rows = [
        {
            "finding": to_json([each.finding]),
            "path": each.path,
            "lines": [each.lines.start, each.lines.stop],
            "offset": each.offset,
            "exact": each.exact,
            "fingerprint": each.fingerprint,
            "held": each.fingerprint in stand.held,
            "memory": asdict(remembered(each.lines, lines)),
        }
        for each in stand.findings
    ]
    return json.dumps({"text": text_id(stand.snapshot.text), "rows": rows}) if rows else ""


def restored(text: str, now: Snapshot, old_text: OldText) -> Stand:
    """Return what is left of kept findings in a text; raises ValueError where they are none."""
    try:
        document = json.loads(text)
        rows = [(_located(row), _memory(row["memory"])) for row in document["rows"]]
        held = frozenset(row["fingerprint"] for row in document["rows"] if row["held"])
        name = str(document["text"])
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"no findings: {error}") from error
    places = _places(rows, name, now, old_text)
    found = (
        replace(each, lines=place)
        for (each, _), place in zip(rows, places, strict=True)
        if place is not None
    )
    return Stand(now, tuple(found), held)


def _places(
    rows: Sequence[tuple[Located, Memory]], name: str, now: Snapshot, old_text: OldText
) -> Sequence[range | None]:
    new = bodies(now)
    old = now.text if text_id(now.text) == name else old_text(name)
    if old is not None:
        before = bodies(Snapshot.of(now.uri, now.language_id, 0, old))
        if all(each.lines.stop <= len(before) for each, _ in rows):
            return remapped_all([each.lines for each, _ in rows], before, new)
    return [found_again(memory, new) for _, memory in rows]


def _located(row: dict[str, Any]) -> Located:
    (finding,) = from_json(row["finding"])
    start, stop = (int(at) for at in row["lines"])
    if not 0 <= start < stop:
        raise ValueError("no findings: lines that are none")
    return Located(
        finding,
        str(row["path"]),
        range(start, stop),
        int(row["offset"]),
        bool(row["exact"]),
        str(row["fingerprint"]),
    )


def _memory(row: dict[str, Any]) -> Memory:
    parts = {name: tuple(map(str, row[name])) for name in ("lines", "above", "below")}
    if not parts["lines"]:
        raise ValueError("no findings: lines that are none")
    return Memory(**parts, copies=int(row["copies"]), rank=int(row["rank"]))
