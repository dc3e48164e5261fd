"""The stream of a review to findings, each as soon as its end tag has arrived.

    <finding a1b2c3>
    path: src/a.py
    line: 12
    kind: bug
    severity: high
    confidence: 80
    title: One sentence
    <quote a1b2c3>
    lines, verbatim
    </quote a1b2c3>
    <why a1b2c3>
    …
    </why a1b2c3>
    <fix a1b2c3>
    lines in place of the quoted ones; optional
    </fix a1b2c3>
    </finding a1b2c3>

Only the opening tag with the request's nonce begins a finding: one that a file under review holds
does not. Within it models forget the nonce and end tags; a section ends where the next one opens,
and a finding whose end never comes counts if its quote and reason are there. What cannot be
understood is refused with a reason. Prose around blocks is no finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from glm_ls.postprocess.findings.finding import Finding
from glm_ls.postprocess.findings.plain import MAX_TITLE, code_in, plain, unfenced
from glm_ls.postprocess.findings.words import (
    FIELDS,
    confidence_of,
    kind_of,
    line_of,
    severity_of,
)
from glm_ls.text.blocks import FINDING, SECTIONS
from glm_ls.text.lines import line_body, split_lines

MAX_FINDINGS = 100
"""Findings read from one reply: a model that reports more has lost the thread."""
MAX_BLOCK_CHARS = 40_000
MAX_LINE_CHARS = 20_000
MAX_SAID = 2000
"""Characters of prose that are kept."""

_FIELD = re.compile(r"\s*[-*]?\s*\**\s*([\w-]+?)\s*\**\s*[:：]\s*\**\s*(.*?)\s*$")


class FindingReader:
    """Reads one reply."""

    def __init__(self, nonce: str) -> None:
        names = "|".join((FINDING, *SECTIONS))
        self._tag = re.compile(rf"\s*<(/?)({names})(?:[ _:-]*({re.escape(nonce)}))?\s*>\s*$", re.I)
        self._rest = ""
        self._block: _Block | None = None
        self._found = 0
        self._said: list[str] = []
        self.refused: list[str] = []
        """Why blocks were no findings."""

    @property
    def full(self) -> bool:
        """Whether no further finding is read, so that the stream can be closed."""
        return self._found >= MAX_FINDINGS

    @property
    def said(self) -> str:
        """What stood around the findings, as plain text."""
        return plain("\n".join(self._said), MAX_SAID)

    def feed(self, text: str) -> list[Finding]:
        """Return the findings that a piece of the stream completes."""
        text = self._rest + text
        lines = split_lines(text)
        # The last line has no end yet; a tag that ends the stream's piece need not wait for one.
        # After a lone \r the other half of the line's end may follow.
        self._rest = "" if self._closes_finding(lines[-1]) else lines.pop()
        if not self._rest and lines and lines[-1].endswith("\r"):
            self._rest = lines.pop()
        if len(self._rest) > MAX_LINE_CHARS:
            self._rest = self._rest[:MAX_LINE_CHARS]
        return list(self._read(line_body(line) for line in lines))

    def finish(self) -> list[Finding]:
        """Return the findings that are complete enough when the stream has ended."""
        found = list(self._read([line_body(self._rest)] if self._rest else []))
        self._rest = ""
        return [*found, *self._completed(ended=False)]

    def _closes_finding(self, line: str) -> bool:
        tag = self._tag.match(line)
        return bool(tag and tag[1] and tag[2].lower() == FINDING)

    def _read(self, lines: Iterable[str]) -> Iterator[Finding]:
        for line in lines:
            if self.full:
                return
            yield from self._take(line)

    def _take(self, line: str) -> Iterator[Finding]:
        tag = self._tag.match(line)
        closes, name, marked = (tag[1], tag[2].lower(), tag[3]) if tag else ("", "", "")
        if name == FINDING and marked and not closes:
            yield from self._completed(ended=False)
            self._block = _Block()
        elif self._block is None:
            self._say(line)
        elif name == FINDING and (marked or not self._block.marked):
            yield from self._completed(ended=bool(closes))
        elif not (name in SECTIONS and self._block.turn(name, bool(closes), bool(marked))):
            self._block.add(line)

    def _completed(self, *, ended: bool) -> Iterator[Finding]:
        block, self._block = self._block, None
        if block is None:
            return
        finding = block.finding(ended=ended)
        if isinstance(finding, str):
            self.refused.append(finding)
            return
        self._found += 1
        yield finding

    def _say(self, line: str) -> None:
        if line.strip() and sum(map(len, self._said)) < MAX_SAID:
            self._said.append(line[:MAX_SAID])


class _Block:
    """A finding that is being read."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.marked = False
        """Whether its sections carry the nonce, so that tags without it are text."""
        self._sections: dict[str, list[str]] = {}
        self._closed: set[str] = set()
        self._open = ""
        self._chars = 0

    def turn(self, name: str, closes: bool, marked: bool) -> bool:
        """Open or close a section; return whether the tag is one rather than text."""
        if (self.marked and not marked) or (closes and self._open != name):
            return False
        self.marked = self.marked or marked
        if self._open:
            self._closed.add(self._open)
        self._open = "" if closes else name
        if not closes:
            self._sections[name] = []
        return True

    def add(self, line: str) -> None:
        self._chars += len(line)
        if self._open:
            if self._chars <= MAX_BLOCK_CHARS:
                self._sections[self._open].append(line)
        elif found := _FIELD.match(line[:MAX_LINE_CHARS]):
            name = FIELDS.get(found[1].lower())
            if name:
                self.fields.setdefault(name, found[2])

    def finding(self, *, ended: bool) -> Finding | str:
        """Return the finding, or why it is none; not `ended`: its end tag is missing."""
        if self._chars > MAX_BLOCK_CHARS:
            return "too long"
        if ended:
            self._closed.add(self._open)
        quote = _lines(self._sections.get("quote", ()))
        why = "\n".join(self._sections.get("why", ()))
        title = self.fields.get("title", "")
        if not quote or "quote" not in self._closed:
            return "no quote"
        if not (title.strip() or why.strip()):
            return "no reason"
        if not ended and not why.strip():
            return "cut off"
        fix = self._sections.get("fix") if "fix" in self._closed else None
        if fix is not None:
            fix = list(_lines(fix) if _is_fenced(quote) else unfenced(_lines(fix)))
        return self._built(quote, title, why, None if fix is None else tuple(fix))

    def _built(
        self, quote: tuple[str, ...], title: str, why: str, fix: tuple[str, ...] | None
    ) -> Finding:
        shown = plain(title, MAX_TITLE) or plain(why, MAX_TITLE)
        return Finding(
            path=self.fields.get("path", "").strip("`'\" "),
            line=line_of(self.fields.get("line", "")),
            kind=kind_of(self.fields.get("kind", "")),
            severity=severity_of(self.fields.get("severity", "")),
            confidence=confidence_of(self.fields.get("confidence", "")),
            title=shown,
            why=plain(why),
            quote=quote,
            fix=fix,
            names=code_in(f"{title}\n{why}"),
        )


def _lines(section: Iterable[str]) -> tuple[str, ...]:
    """Return the lines without blank ones around them."""
    lines = list(section)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return tuple(lines[filled[0] : filled[-1] + 1]) if filled else ()


def _is_fenced(lines: tuple[str, ...]) -> bool:
    return unfenced(lines) != lines
