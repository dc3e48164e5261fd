"""The answer to a prompt for the next edit, read: text in, the new lines of each window out.

Only whole windows between their own tags count. Whatever else stands in an answer (sentences,
fences, windows with another nonce, a window that breaks off or comes twice) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from glm_ls.postprocess.markers import THINK_CLOSE, THINK_OPEN
from glm_ls.text.blocks import NO_CHANGE, window_tag
from glm_ls.text.lines import split_lines

MOST_CHARS = 40_000
"""An answer that is not over by then has lost its way."""

_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[\w+#.-]*[ \t]*")


class WindowReader:
    """One answer on its way."""

    def __init__(self, nonce: str, count: int) -> None:
        """Read windows 1 to `count` of a prompt with this nonce."""
        self._tags = {number: window_tag(nonce, number) for number in range(1, count + 1)}
        self._raw = ""

    def feed(self, text: str) -> bool:
        """Take a piece of the answer; True: enough has come, the connection can be closed."""
        self._raw += text[: MOST_CHARS - len(self._raw)]
        if len(self._raw) >= MOST_CHARS:
            return True
        if ">" not in text:
            return False
        said = _said(self._raw)
        opened = any(f"<{tag}>" in said for tag in self._tags.values())
        ends = sum(f"</{tag}>" in said for tag in self._tags.values())
        return ends == len(self._tags) or (not opened and NO_CHANGE in said)

    @property
    def text(self) -> str:
        """What has come."""
        return self._raw

    def close(self, answer: str) -> dict[int, list[str]]:
        """Return the lines of each window in an answer, without their ends."""
        return read_windows(answer, self._tags)


def read_windows(answer: str, tags: Mapping[int, str]) -> dict[int, list[str]]:
    """Return the lines between the tags of each number; a tag must have a line of its own."""
    lines = [line.rstrip("\r\n") for line in split_lines(_said(answer))]
    marks = [line.strip() for line in lines]
    found = {}
    for number, tag in tags.items():
        starts = [at for at, mark in enumerate(marks) if mark == f"<{tag}>"]
        ends = [at for at, mark in enumerate(marks) if mark == f"</{tag}>"]
        if len(starts) == len(ends) == 1 and starts[0] < ends[0]:
            inside = range(starts[0] + 1, ends[0])
            if not any(mark in _foreign(tags, number) for mark in marks[inside.start : ends[0]]):
                found[number] = _unfenced(lines[inside.start : ends[0]])
    return found


def _said(answer: str) -> str:
    """Return the answer without reasoning that leaked into it; "" while that goes on."""
    said = answer.rpartition(THINK_CLOSE)[2]
    return said.partition(THINK_OPEN)[0]


def _foreign(tags: Mapping[int, str], number: int) -> set[str]:
    """Return the tags that cannot stand inside a window."""
    others = (tag for at, tag in tags.items() if at != number)
    return {mark for tag in others for mark in (f"<{tag}>", f"</{tag}>")}


def _unfenced(lines: list[str]) -> list[str]:
    """Return the lines without a Markdown fence around all of them."""
    shown = [at for at, line in enumerate(lines) if line.strip()]
    if len(shown) < 2:
        return lines
    first, last = shown[0], shown[-1]
    is_fenced = _FENCE.fullmatch(lines[first]) and lines[last].strip() in ("```", "~~~")
    return lines[first + 1 : last] if is_fenced else lines
