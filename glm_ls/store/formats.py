"""How well each model answered in each form of edit, in a small file of the user's state.

    {"glm-4.6": {"whole": "1111", "quotes": "1101"}}

The file is convenience: one that cannot be read or written costs what was learned, nothing else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from glm_ls.log import logger
from glm_ls.postprocess.edits.formats import FORMATS, Format, noted

FILE = "edit-formats.json"
"""Name in `user_state_dir()`."""
MOST_MODELS = 50
MAX_BYTES = 100_000

log = logger("store.formats")


class FormatMemory:
    """What is remembered; for threads, not the event loop."""

    def __init__(self, file: Path | None) -> None:
        """`file` is read when first asked; None remembers for this process alone."""
        self._file = file
        self._seen: dict[str, dict[Format, str]] | None = None

    def of(self, model: str) -> dict[Format, str]:
        """Return the last answers of a model by form."""
        return self._all().get(model, {})

    def note(self, model: str, form: Format, *, is_good: bool) -> None:
        """Remember one more answer."""
        seen = self._all()
        answers = seen.pop(model, {})
        answers[form] = noted(answers.get(form, ""), is_good=is_good)
        seen[model] = answers
        while len(seen) > MOST_MODELS:
            seen.pop(next(iter(seen)))
        self._write(seen)

    def _all(self) -> dict[str, dict[Format, str]]:
        if self._seen is None:
            self._seen = self._read()
        return self._seen

    def _read(self) -> dict[str, dict[Format, str]]:
        try:
            text = self._file.read_bytes()[:MAX_BYTES] if self._file else b"{}"
            raw = json.loads(text)
        except (OSError, ValueError):
            return {}
        rows = raw.items() if isinstance(raw, dict) else ()
        return {model: _answers(row) for model, row in rows if isinstance(row, dict)}

    def _write(self, seen: dict[str, dict[Format, str]]) -> None:
        if self._file is None:
            return
        beside = self._file.with_suffix(f".{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(seen), encoding="utf-8")
            beside.replace(self._file)
        except OSError as error:
            log.info("the forms of edits are not remembered: %s", type(error).__name__)


def _answers(row: dict[object, object]) -> dict[Format, str]:
    found = {form: row.get(form) for form in FORMATS}
    return {
        form: seen for form, seen in found.items() if isinstance(seen, str) and not seen.strip("01")
    }
