"""A model's reply, as it streams in, to blocks of code.

The prompt asks for blocks whose tags carry a nonce of the request, each tag on a line of its own:

    <old_7f3a path="src/app.py" line="12">      quoted lines; left out when a given range is
    </old_7f3a>                                 to be replaced as a whole
    <new_7f3a>
    </new_7f3a>                                 here the block is complete and can be used

Text of a file cannot close a block, because the nonce was drawn when the file was read. Code is
taken as it stands: nothing is escaped and nothing has to be. Models add Markdown fences inside
the tags, leave out the tag between quote and replacement, write code on a tag's line and copy
line numbers: all of that is understood. A block without its last tag may have been cut off
anywhere and is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.frame import to_newlines
from glm_ls.text.blocks import NEW, OLD

MAX_CHARS = 200_000
"""Characters of a reply that are looked at; a longer one has lost its way."""

_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*[\w+#.-]*\s*")
_CLOSING_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*["']?([^"'>]*)""")
_NUMBER = re.compile(r"\s*(\d+)([|:\t]) ?")
_FIRST_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Block:
    """What a model wants: lines instead of lines."""

    new: tuple[str, ...]
    """Lines without their ends."""
    old: tuple[str, ...] | None = None
    """The quoted lines; None: the range that the request was about."""
    path: str = ""
    """As the model wrote it; "" for the document that the request was about."""
    line: int | None = None
    """0-based line at which the quote begins, according to the model."""


class BlockReader:
    """One reply on its way to blocks."""

    def __init__(self, nonce: str, *, unfence: bool = True) -> None:
        """Prepare for a reply to a request with this nonce.

        `unfence`: a Markdown fence around all of a part is the model's; not so in Markdown.
        """
        self._unfence = unfence
        self._tag = re.compile(
            rf"[ \t]*<(?P<end>/?)(?P<part>{OLD}|{NEW})_{re.escape(nonce)}(?P<rest>[^>\n]*)>",
            re.IGNORECASE,
        )
        self._raw = ""
        self._read = 0
        self._part: str | None = None
        self._began = 0
        self._quote: tuple[str, ...] | None = None
        self._about: dict[str, str] = {}
        self._found: list[Block | Refusal] = []

    def feed(self, text: str) -> list[Block | Refusal]:
        """Take a piece of the reply; return what became complete with it."""
        self._raw += text[: MAX_CHARS - len(self._raw)]
        self._found = []
        # A tag that stands on the last line may still go on.
        while tag := self._tag.search(self._raw, self._read):
            self._read = tag.end()
            if tag["end"]:
                self._close(tag["part"].lower(), tag.start())
            else:
                self._open(tag["part"].lower(), tag)
        self._read = max(self._read, self._raw.rfind("\n") + 1)
        return self._found

    def close(self) -> list[Block | Refusal]:
        """Return what the end of the reply leaves: a refusal of a block that was not closed."""
        if len(self._raw) >= MAX_CHARS:
            return [Refusal("too-long", f"the reply is longer than {MAX_CHARS} characters")]
        if self._part is None and self._quote is None:
            return []
        return [_unclosed(self._part or NEW)]

    def _open(self, part: str, tag: re.Match[str]) -> None:
        if self._part == OLD and part == NEW:  # The tag in between was left out.
            self._close(OLD, tag.start())
        elif self._part is not None or (part == OLD and self._quote is not None):
            self._found.append(_unclosed(self._part or NEW))
            self._quote = None
        if part == OLD or self._quote is None:
            self._about = dict(_ATTRIBUTE.findall(tag["rest"]))
        self._part, self._began = part, tag.end()

    def _close(self, part: str, at: int) -> None:
        if self._part != part:  # Closes what was not open: no text to be had.
            return
        self._part = None
        lines, line = _without_numbers(_lines(self._raw[self._began : at], unfence=self._unfence))
        if part == OLD:
            self._quote = lines
            if line is not None:
                self._about.setdefault("line", str(line))
            return
        quote, self._quote = self._quote, None
        if quote is not None and not any(text.strip() for text in quote):
            self._found.append(Refusal("empty-quote", "a block quotes no line"))
            return
        number = _FIRST_NUMBER.search(self._about.get("line", "") or self._about.get("lines", ""))
        hint = int(number[0]) - 1 if number else None
        self._found.append(Block(lines, quote, self._about.get("path", "").strip(), hint))


def read_blocks(reply: str, nonce: str, *, unfence: bool = True) -> list[Block | Refusal]:
    """Return the blocks of a whole reply, refusals in their places; never an empty list."""
    reader = BlockReader(nonce, unfence=unfence)
    found = reader.feed(reply) + reader.close()
    return found or [Refusal("no-block", "the reply holds no block")]


def read_replacement(reply: str, nonce: str, *, unfence: bool = True) -> Block | Refusal:
    """Return the one block that replaces a given range as a whole.

    A reply that is nothing but one Markdown fence counts as that block: there is no doubt about
    what it holds nor where it ends.
    """
    found = read_blocks(reply, nonce, unfence=unfence)
    refused = next((each for each in found if isinstance(each, Refusal)), None)
    if refused is not None:
        text = f"\n{reply.strip()}\n"
        whole, inner = (_lines(text, unfence=each) for each in (False, True))
        is_fence = refused.rule == "no-block" and len(inner) < len(whole)
        return Block(inner) if is_fence else refused
    if len(found) > 1:
        return Refusal("too-many-blocks", f"{len(found)} blocks where one is due")
    block = found[0]
    assert isinstance(block, Block)
    return replace(block, old=None)


def _unclosed(part: str) -> Refusal:
    return Refusal("unclosed", f"a block has no end of its {part!r} part")


def _lines(text: str, *, unfence: bool) -> tuple[str, ...]:
    """Return the lines between two tags without those of a fence that holds all of them."""
    lines = to_newlines(text).split("\n")
    if len(lines) == 1:
        return tuple(lines) if text.strip() else ()
    # What stands on the lines of the tags themselves is code only where it is more than blank.
    lines = lines[not lines[0].strip() : len(lines) - (not lines[-1].strip())]
    if unfence and len(lines) > 1 and (opened := _FENCE.fullmatch(lines[0])):
        closed = _CLOSING_FENCE.fullmatch(lines[-1])
        if closed and closed[1].startswith(opened[1]):
            return tuple(lines[1:-1])
    return tuple(lines)


def _without_numbers(lines: tuple[str, ...]) -> tuple[tuple[str, ...], int | None]:
    """Return lines without the numbers that were copied with them, and the first number."""
    marks = [_NUMBER.match(line) for line in lines if line.strip()]
    numbers = [int(mark[1]) for mark in marks if mark]
    alike = len({mark[2] for mark in marks if mark}) == 1
    rising = all(b > a for a, b in pairwise(numbers))
    if len(numbers) < len(marks) or len(numbers) < 2 or not alike or not rising:
        return lines, None
    return tuple(_NUMBER.sub("", line, count=1) for line in lines), numbers[0]
