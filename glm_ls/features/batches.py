"""Pieces in, prompts out, as many pieces in each as its budget allows; and findings to pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from glm_ls.features.pieces import TAG_TOKENS, Piece
from glm_ls.log import logger
from glm_ls.postprocess.findings.anchor import Sent, locate
from glm_ls.postprocess.findings.finding import Finding, Located, Refused
from glm_ls.prompt.review import Background, ReviewPrompt, review_prompt
from glm_ls.text.tokens import estimate_tokens

BATCH_TOKENS = 7_000
"""Tokens of the pieces in one prompt, and of what they use; rules take up to 2,000 more, what we
say ourselves less than 1,000."""

log = logger("features.batches")


@dataclass(frozen=True)
class Batch:
    """Pieces that are asked about at once."""

    pieces: Sequence[Piece]

    @cached_property
    def sent(self) -> dict[str, Sent]:
        """What a model sees of each file, by the path it sees."""
        spans: dict[str, list[range]] = {}
        for piece in self.pieces:
            spans.setdefault(piece.shown.path, []).append(piece.span)
        subjects = {piece.shown.path: piece.subject for piece in self.pieces}
        return {
            path: Sent(subject.path, subject.sent, tuple(spans[path]))
            for path, subject in subjects.items()
        }

    @property
    def modules(self) -> dict[str, str]:
        """Whole files that are shown, by path, but for those that are under review themselves."""
        found = dict(module for piece in self.pieces for module in piece.modules)
        return {path: text for path, text in sorted(found.items()) if path not in self.sent}

    @property
    def definitions(self) -> dict[str, str]:
        """What the pieces use of other files that are not shown whole, by path."""
        return definitions_of(self.pieces, without=self.modules)

    def prompt(self, rules: str = "", focus: str = "") -> ReviewPrompt:
        """Return what is asked."""
        modules, definitions = self.modules, self.definitions
        background = Background(rules, tuple(modules.items()), tuple(definitions.items()))
        return review_prompt([piece.shown for piece in self.pieces], background, focus)

    def halves(self) -> tuple[Batch, Batch]:
        """Return two batches with half of the pieces each."""
        half = len(self.pieces) // 2
        return Batch(self.pieces[:half]), Batch(self.pieces[half:])


def definitions_of(pieces: Sequence[Piece], without: dict[str, str]) -> dict[str, str]:
    """Return what pieces use of other files, by path, each definition once."""
    found = {(d.path, d.start): d.text for piece in pieces for d in piece.definitions}
    files: dict[str, str] = {}
    for path, start in sorted(found):
        if path not in without:
            files[path] = files.get(path, "") + found[path, start]
    return files


def batches(pieces: Sequence[Piece], most: int = 0) -> Iterator[Batch]:
    """Yield the pieces in order, as many at once as the budget allows; 0: the usual budget."""
    budget = most or BATCH_TOKENS
    batch: list[Piece] = []
    modules: set[str] = set()
    size = 0
    for piece in pieces:
        new = {path: text for path, text in piece.modules if path not in modules}
        cost = piece.tokens + sum(estimate_tokens(text) + TAG_TOKENS for text in new.values())
        if batch and size + cost > budget:
            yield Batch(tuple(batch))
            batch, modules, size = [], set(), 0
            new = dict(piece.modules)
            cost = piece.tokens + sum(estimate_tokens(text) + TAG_TOKENS for text in new.values())
        batch.append(piece)
        modules.update(new)
        size += cost
    if batch:
        yield Batch(tuple(batch))


def take(findings: Sequence[Finding], batch: Batch) -> Iterator[tuple[Piece, Located]]:
    """Yield the findings that stand in what was sent, each with its piece."""
    for finding in findings:
        located = locate(finding, batch.sent)
        if isinstance(located, Refused):
            log.info("not shown: %s", located.reason)
        elif (piece := _piece_of(located, batch.pieces)) is not None:
            yield piece, located


def _piece_of(located: Located, pieces: Sequence[Piece]) -> Piece | None:
    """Return the piece that a finding is about: on a change of it, or else just shown in it."""
    there = [
        piece
        for piece in pieces
        if piece.subject.path == located.path
        and piece.span.start <= located.lines.start
        and located.lines.stop <= piece.span.stop
    ]
    on_change = (piece for piece in there if piece.is_on_change(located.lines))
    return next(on_change, there[0] if there else None)
