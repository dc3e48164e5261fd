"""A cursor in, the project's part of the prompt out: two parts, so that prefix caches hit.

    stable    outline of what the code around the cursor needs, then examples of usage; kept while
              the cursor stays in its function, and when it moves on as long as it still serves
    volatile  what the words just typed on the line add; a seventh to a quarter, and the last

The cursor's line is blank for everything but the volatile part: an unfinished line can cost a
parser the rest of the file, and what is typed must not change the stable part's bytes.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

import numpy as np

from glm_ls.context.outline import Layout, outline_parts, select
from glm_ls.context.part import Part, bytes_of
from glm_ls.context.question import Document, Question
from glm_ls.context.rank import score
from glm_ls.context.sources import documentation, editing, examples, receiver, scope
from glm_ls.context.surroundings import NOTHING, Surroundings
from glm_ls.index.words import IDENTIFIER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glm_ls.index.corpus import Corpus
    from glm_ls.index.database import Passage

TOKEN_BYTES = 4
"""Budgets count a token per so many bytes of UTF-8."""
REACH = 8
"""Lines the cursor may move, or be added, before the stable part is looked at again."""
KEEP = 0.7
"""Share of the best selection's worth from which on the one already sent is kept."""
KEEP_BASE = 0.4
"""The same for the first half of the outline alone, while the second is chosen anew."""
BASE_SHARE = 0.6
"""Share of the outline that is kept longest."""
KEEP_VOLATILE = 0.6
"""The same for the volatile part."""
MAX_ANCHORS = 16
"""Documents whose last stable part is remembered."""

_UNFINISHED = re.compile(r"[\w$]*$")


@dataclass(frozen=True, slots=True)
class Shares:
    """How a budget is divided; the outline gets the rest."""

    examples: float
    volatile: float


def shares_of(budget: int) -> Shares:
    """Return the division of a budget in tokens: examples only where definitions have room."""
    if budget <= 1500:
        return Shares(examples=0.0, volatile=0.25)
    if budget <= 2500:
        return Shares(examples=0.10, volatile=0.25)
    return Shares(examples=0.24 if budget <= 6000 else 0.18, volatile=0.15)


@dataclass(frozen=True, eq=False)
class Place:
    """A cursor in a document whose facts are known."""

    document: Document
    row: int
    line: str
    """The cursor's line up to the cursor."""
    rest: str
    """The line behind it."""
    line_count: int
    lines_before: Sequence[str]
    """The document above the cursor's line."""
    surroundings: Surroundings = NOTHING
    modules: frozenset[str] = frozenset()
    """Files that the prompt shows whole, and that are left out here."""


@dataclass(eq=False)
class Anchor:
    """What was chosen for a place in a document, as long as it holds."""

    key: tuple[object, ...]
    """Function, class, budget."""
    corpus: ReferenceType[Corpus]
    """What it was chosen from, which need not be in memory for its sake."""
    row: int
    line_count: int
    base: list[int]
    """The first half of the outline."""
    more: list[int]
    scores: NDArray[np.float32]
    parts: tuple[Part, ...]
    volatile_key: object = None
    volatile: tuple[Part, ...] = ()
    volatile_symbols: list[int] = field(default_factory=list)


class Packer:
    """Chooses the context of cursors in one project, and remembers what it chose."""

    def __init__(
        self,
        lines_of: Callable[[str], Sequence[str] | None],
        search: Callable[[Sequence[str]], Sequence[Passage]],
    ) -> None:
        """`lines_of` gives the lines of a file that may be shown, `search` passages with words."""
        self._lines_of = lines_of
        self._search = search
        self._anchors: OrderedDict[str, Anchor] = OrderedDict()
        self._lineage: object = None
        self._answered: deque[tuple[Question, NDArray[np.float32]]] = deque(maxlen=2)
        """The last questions: one with the line blank, one with what is typed."""

    def pack(self, corpus: Corpus, place: Place, budget: int) -> tuple[Part, ...]:
        """Return the parts within `budget` tokens, the stable ones first."""
        if budget <= 0:
            return ()
        if corpus.lineage is not self._lineage:
            # Numbers mean something else now, and the old corpus would stay in memory.
            self._lineage = corpus.lineage
            self._anchors.clear()
            self._answered.clear()
        anchor = self._anchor(corpus, place, budget)
        self._typed(corpus, place, budget, anchor)
        return (*anchor.parts, *anchor.volatile)

    # -- the stable part ---------------------------------------------------------------

    def _anchor(self, corpus: Corpus, place: Place, budget: int) -> Anchor:
        path = place.document.path
        function = place.document.function_at(place.row)
        key = (
            budget,
            place.document.class_at(place.row),
            function.name if function else "",
            place.document.taken,
            place.modules,
        )
        old = self._anchors.get(path)
        if old is not None and _holds(old, key, corpus, place):
            return old
        question, scores = self._scored(_question(corpus, place))
        anchor = self._chosen(question, scores, budget, key, place, old)
        self._anchors[path] = anchor
        self._anchors.move_to_end(path)
        while len(self._anchors) > MAX_ANCHORS:
            self._anchors.popitem(last=False)
        return anchor

    def _known(self, question: Question) -> Question:
        """Return the same question with what is known of it already."""
        return next((known for known, _ in self._answered if known.is_like(question)), question)

    def _scored(self, question: Question) -> tuple[Question, NDArray[np.float32]]:
        """Return the scores of a question; the last ones are kept for other budgets."""
        for known, scores in self._answered:
            if known.is_like(question):
                return known, scores
        scores = score(question)
        self._answered.append((question, scores))
        return question, scores

    def _chosen(
        self,
        question: Question,
        scores: NDArray[np.float32],
        budget: int,
        key: tuple[object, ...],
        place: Place,
        old: Anchor | None,
    ) -> Anchor:
        corpus, shares = question.corpus, shares_of(budget)
        layout = Layout(corpus, question.document.facts.row, question.document.comment)
        whole = int(budget * TOKEN_BYTES * (1 - shares.volatile))
        room = whole - int(budget * TOKEN_BYTES * shares.examples)
        anchor = Anchor(key, ref(corpus), place.row, place.line_count, [], [], scores, ())
        reusable = old if old is not None and _comparable(old, anchor) else None
        if reusable is not None and _worth(scores, [*reusable.base, *reusable.more]) >= (
            KEEP * _worth(scores, select(layout, scores, room))
        ):
            anchor.base, anchor.more, anchor.parts = reusable.base, reusable.more, reusable.parts
            anchor.volatile = reusable.volatile
            anchor.volatile_symbols = reusable.volatile_symbols
            return anchor
        base_room = int(room * BASE_SHARE)
        anchor.base = select(layout, scores, base_room)
        if reusable is not None and _worth(scores, reusable.base) >= (
            KEEP_BASE * _worth(scores, anchor.base)
        ):
            anchor.base = reusable.base
        parts = outline_parts(layout, anchor.base, scores, "definitions")
        spent = sum(map(bytes_of, parts))
        anchor.more = select(layout, scores, room - spent, without=set(anchor.base))
        parts += outline_parts(layout, anchor.more, scores, "definitions")
        spent = sum(map(bytes_of, parts))
        if shares.examples:
            parts += self._texts(question, whole - spent)
        anchor.parts = parts
        return anchor

    def _texts(self, question: Question, room: int) -> tuple[Part, ...]:
        """Return source text within `room` bytes: what is edited, resembles this, or explains."""
        comment = question.document.comment
        found = scope.parts(question, room // 2, comment)
        room -= sum(map(bytes_of, found))
        found += editing.parts(question, room // 2, comment, self._lines_of)
        room -= sum(map(bytes_of, found))
        if question.document.facts.row is None:
            found += documentation.parts(question, room // 2, comment, self._search)
            room -= sum(map(bytes_of, found))
        return found + self._examples(question, room, comment)

    def _examples(self, question: Question, room: int, comment: str) -> tuple[Part, ...]:
        chosen = examples.choose(question, room, comment, self._lines_of)
        return tuple(
            Part("examples", one.path, one.start, one.stop, one.text, one.value, "similar code")
            for one in chosen
        )

    # -- the volatile part -------------------------------------------------------------

    def _typed(self, corpus: Corpus, place: Place, budget: int, anchor: Anchor) -> None:
        """Choose what the words typed on the cursor's line add, where they add anything."""
        done = _UNFINISHED.sub("", place.line)
        question = self._known(_question(corpus, place))
        keywords = place.document.facts.row.keywords if place.document.facts.row else frozenset()
        words = tuple(
            word
            for word in dict.fromkeys(IDENTIFIER.findall(f"{done} {place.rest}"))
            if word not in keywords and len(word) > 1
        )
        types: tuple[str, ...] = ()
        if name := receiver.receiver_before(done):
            asked = question.asked_with(words, (), None)
            types = receiver.types_of(asked, name, [*place.lines_before, done])
        near = question.near_words
        news = tuple(word for word in words if near.get(word, 0.0) < 1.0)
        dotted = receiver.awaits_member(place.line)
        key = (news, types, bool(dotted))
        if anchor.volatile_key == key:
            return
        anchor.volatile_key = key
        scores = anchor.scores
        if news or dotted is not None:
            _, scores = self._scored(question.asked_with(words, types, dotted))
        layout = Layout(corpus, question.document.facts.row, question.document.comment)
        room = budget * TOKEN_BYTES - sum(map(bytes_of, anchor.parts))
        taken = {*anchor.base, *anchor.more}
        chosen = select(layout, scores, room, without=taken)
        kept = anchor.volatile_symbols
        if kept and _worth(scores, kept) >= KEEP_VOLATILE * _worth(scores, chosen):
            return
        anchor.volatile_symbols = chosen
        anchor.volatile = outline_parts(layout, chosen, scores, "definitions")


def _holds(anchor: Anchor, key: tuple[object, ...], corpus: Corpus, place: Place) -> bool:
    """Whether a choice is still good without looking at it again."""
    return (
        anchor.key == key
        and anchor.corpus() is corpus
        and abs(anchor.row - place.row) <= REACH
        and abs(anchor.line_count - place.line_count) <= REACH
    )


def _comparable(old: Anchor, new: Anchor) -> bool:
    """Whether an older choice can be weighed against new scores."""
    if old.key[0] != new.key[0]:
        return False
    symbols = [*old.base, *old.more]
    return bool((new.scores[symbols] > -np.inf).all())


def _worth(scores: NDArray[np.float32], symbols: Collection[int]) -> float:
    """Return what symbols are worth together, as the square roots of their odds."""
    if not len(symbols):
        return 0.0
    return float(np.exp(np.minimum(scores[list(symbols)], 60) / 2).sum())


def _question(corpus: Corpus, place: Place) -> Question:
    return Question(
        corpus, place.document, place.row, surroundings=place.surroundings, without=place.modules
    )
