"""From blocks of a reply to edits of the document as it is now, or to the rule that refused.

Quotes are looked for in the text that the model saw, never in the text that the user has typed
on since: what is found there is carried over line by line, and refused where one of its lines
was changed. So a block that the user deleted or rewrote is never confused with one like it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from glm_ls.postprocess.edits.adapt import Piece, Quoted, adapt
from glm_ls.postprocess.edits.blocks import Block
from glm_ls.postprocess.edits.forms import Searched
from glm_ls.postprocess.edits.landing import Replacement, land, rebase, with_ends
from glm_ls.postprocess.edits.locate import locate
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.frame import to_newlines
from glm_ls.syntax.languages import Language
from glm_ls.text.edit import Edit
from glm_ls.text.line_map import line_map
from glm_ls.text.snapshot import Snapshot


@dataclass(frozen=True)
class Sent:
    """The text that a model was shown of one document, and which of it may change."""

    # No slots: what is searched is made when first asked for and kept for all blocks of a reply.
    snapshot: Snapshot
    language: Language
    shown: range
    """Lines that the prompt held; quotes are looked for in them."""
    given: range
    """Lines that a block without a quote replaces."""

    @cached_property
    def searched(self) -> Searched:
        """The shown lines, ready to be searched."""
        text = "".join(self.snapshot.lines.slice(self.shown.start, self.shown.stop))
        lines = to_newlines(text).split("\n")
        return Searched(self.language, lines[: len(self.shown)])


def resolve(sent: Sent, blocks: Iterable[Block], live: Snapshot) -> tuple[Edit, ...] | Refusal:
    """Return the edits of the live document that make all blocks; all of them or none."""
    replacements = []
    for block in blocks:
        found = replacement(sent, block)
        if isinstance(found, Refusal):
            return found
        replacements.append(found)
    moved = rebase(replacements, line_map(sent.snapshot.lines, live.lines))
    return moved if isinstance(moved, Refusal) else land(live, moved)


def replacement(sent: Sent, block: Block) -> Replacement | Refusal:
    """Return what a block puts where, in terms of the text the model saw."""
    if block.old is None:
        return _whole(sent, block.new)
    offset = sent.shown.start
    line = None if block.line is None else block.line - offset
    place = locate(sent.searched, block.old, line)
    if isinstance(place, Refusal):
        return replace(place, lines=tuple(at + offset for at in place.lines))
    text = sent.searched.lines
    pieces = adapt(Quoted(sent.language, text, block.old, place.pairs), block.new)
    if isinstance(pieces, Refusal):
        return replace(pieces, lines=(place.lines.start + offset,), quote="\n".join(block.old))
    lines = range(place.lines.start + offset, place.lines.stop + offset)
    return with_ends(sent.snapshot, lines, [_moved(piece, offset) for piece in pieces])


def _moved(piece: Piece, offset: int) -> Piece:
    return piece._replace(source=piece.source + offset) if piece.source >= 0 else piece


def _whole(sent: Sent, new: Sequence[str]) -> Replacement | Refusal:
    """Return the given range replaced; it is merged with what the model was shown of it."""
    if not sent.given:
        at = min(sent.given.start, len(sent.snapshot.lines))
        return with_ends(sent.snapshot, range(at, at), [Piece(line, -1) for line in new])
    quote = [sent.snapshot.line(at) for at in sent.given]
    pairs = tuple(enumerate(range(len(quote))))
    pieces = adapt(Quoted(sent.language, quote, quote, pairs), _shifted(quote, new))
    if isinstance(pieces, Refusal):
        return replace(pieces, lines=(sent.given.start,))
    return with_ends(
        sent.snapshot, sent.given, [_moved(piece, sent.given.start) for piece in pieces]
    )


def _shifted(quote: Sequence[str], new: Sequence[str]) -> Sequence[str]:
    """Return a replacement that starts at the margin as deep as the lines it replaces.

    Only the first line at the margin: the model went on from where the selection starts.
    """
    was = next((_blank(line) for line in quote if line.strip()), "")
    depths = [len(_blank(line)) for line in new if line.strip()]
    if not was or not depths or depths[0]:
        return new
    least = min((len(_blank(line)) for line in quote if line.strip()), default=0)
    if len(depths) > 1 and min(depths[1:]) >= max(least, 1):
        first = next(at for at, line in enumerate(new) if line.strip())
        return [was + line if at == first else line for at, line in enumerate(new)]
    return [was + line if line.strip() else line for line in new]


def _blank(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
