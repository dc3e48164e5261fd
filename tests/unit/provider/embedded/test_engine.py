"""What the engine proposes: `|` is the cursor, the other sources are learned before."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from glm_ls.provider.embedded.engine import EmbeddedEngine
from glm_ls.provider.request import Chat, Delta, Fim, Message, Request


@dataclass(frozen=True)
class Case:
    document: str
    expected: str
    sources: tuple[str, ...] = ()


LOOP = "for start, stop in segments(path):\n    "
VISITOR = """
class A:
    def visit(self, node):
        self.depth += 1
        result = self.walk(node, self.depth)
        self.depth -= 1
        return result
"""
RENDER = "canvas.draw_line(start, stop, color=theme.accent)\n"

CASES = {
    "repeated statement": Case(
        RENDER * 3 + "canvas.draw_line(|\n", "start, stop, color=theme.accent)"
    ),
    "unknown code": Case("import os\n\nprint(|\n", ""),
    "empty document": Case("|", ""),
    "another file": Case(
        LOOP + "canvas.draw_line(|", "start, stop, color=theme.accent)", ((LOOP + RENDER) * 5,)
    ),
    "import": Case(
        "import os\nimport sys\n\nfrom .geometry |\n",
        "import Point, Segment",
        ("import os\nimport sys\n\nfrom .geometry import Point, Segment\n",) * 4,
    ),
    "dictionary entry": Case(
        "TABLE = {\n"
        + "".join(
            f'    "{n}": Operation("{n}", arity=2, commutes=False),\n' for n in "abcdefghijkl"
        )
        + '    "pow": Operation("pow", arity|\n}\n',
        "=2, commutes=False),",
    ),
    "mirrored branch, nested deeper": Case(
        VISITOR.replace("class A", "class B")
        + "if nested:\n    class C:\n"
        + "        def visit(self, node):\n            self.depth += 1\n            result = self"
        ".|\n",
        "walk(node, self.depth)",
        (VISITOR,),
    ),
    "other spacing": Case("draw( a,b )\n" * 3 + "draw(a,|\n", "b )"),
    "partial word": Case(RENDER * 3 + "canvas.dr|\n", "aw_line(start, stop, color=theme.accent)"),
    "partial word that nothing continues": Case(RENDER * 3 + "canvas.drx|\n", ""),
    "whole word": Case(RENDER * 3 + "canvas.draw_line|\n", "(start, stop, color=theme.accent)"),
    "closer after the cursor": Case(
        RENDER * 3 + "canvas.draw_line(|)\n", "start, stop, color=theme.accent"
    ),
    "inner closers are kept": Case(
        "emit(wrap(value), [key])\n" * 3 + "emit(|)\n", "wrap(value), [key]"
    ),
    "closer that the line never reaches": Case(RENDER * 3 + "canvas.draw_line(|]\n", ""),
    "own text after the cursor": Case(RENDER * 3 + "canvas.draw_line(| + 1)\n", ""),
    "the next line again": Case(RENDER * 3 + "canvas.|\n" + RENDER, ""),
    "two equal followers": Case(
        "send(red)\nsend(blue)\nsend(blue)\nsend(red)\n" * 3 + "stop()\nsend(|\n", ""
    ),
    "line start, sure": Case(
        "open_door()\nwalk_in()\nclose_door()\n" * 8 + "open_door()\n|\n", "walk_in()"
    ),
    "line start, less sure": Case("open_door()\nwalk_in()\n" * 2 + "open_door()\n|\n", ""),
    "carriage returns": Case(
        (RENDER * 3 + "canvas.draw_line(|\n").replace("\n", "\r\n"),
        "start, stop, color=theme.accent)",
    ),
    "words beyond ASCII": Case(
        "größe = maß.nächste(größe)\n" * 3 + "größe = ma|\n", "ß.nächste(größe)"
    ),
}


def learn(engine: EmbeddedEngine, source: str, text: str) -> None:
    for _ in engine.learn(source, text):
        pass


def easy_engine() -> EmbeddedEngine:
    return EmbeddedEngine(min_probability=0.1, min_probability_line_start=0.1)


def complete(engine: EmbeddedEngine, document: str, path: str = "") -> str:
    prefix, suffix = document.split("|")
    return engine.complete(Fim(prefix, suffix, path=path))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_completes_from_own_code_or_is_silent(case: Case) -> None:
    engine = EmbeddedEngine()
    for number, text in enumerate(case.sources):
        learn(engine, f"file:///code/{number}.py", text)
    assert complete(engine, case.document) == case.expected


async def answer(engine: EmbeddedEngine, request: Request) -> list[Delta]:
    return [delta async for delta in engine.stream(request)]


SURE = Fim(RENDER * 3 + "canvas.draw_line(", "\n")
REST = "start, stop, color=theme.accent)"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request(SURE), [Delta(REST), Delta(finish="stop")]),
        (Request(Fim("x = ", "")), [Delta(finish="stop")]),
        (Request(Chat((Message("user", RENDER),))), []),
        (Request(SURE, max_tokens=len(REST) // 4), [Delta(REST), Delta(finish="stop")]),
        (Request(SURE, max_tokens=len(REST) // 4 - 1), [Delta(finish="stop")]),
        (Request(SURE, stop=(", color",)), [Delta("start, stop"), Delta(finish="stop")]),
    ],
    ids=["sure", "unsure", "chat", "just room", "no room", "stop string"],
)
async def test_streams_one_text_and_a_stop(request_: Request, expected: list[Delta]) -> None:
    assert await answer(EmbeddedEngine(), request_) == expected


def test_text_counts_once_it_is_wholly_learned() -> None:
    engine = EmbeddedEngine()
    steps = engine.learn("a.py", (LOOP + RENDER) * 500)
    next(steps)
    assert complete(engine, LOOP + "canvas.draw_line(|") == ""
    assert len(list(steps)) > 3
    assert complete(engine, LOOP + "canvas.draw_line(|") == REST


def test_replaced_and_forgotten_text_is_no_longer_proposed() -> None:
    engine = EmbeddedEngine()
    document = LOOP + "canvas.draw_line(|"
    learn(engine, "a.py", (LOOP + RENDER) * 5)
    learn(engine, "a.py", (LOOP + RENDER).replace("accent", "shade") * 5)
    assert complete(engine, document) == REST.replace("accent", "shade")
    engine.forget("a.py")
    engine.forget("never learned")
    assert complete(engine, document) == ""


def test_newer_source_wins_a_tie() -> None:
    engine = EmbeddedEngine(min_probability=0.2)
    learn(engine, "old.py", LOOP + "pick(old)\n")
    learn(engine, "new.py", LOOP + "pick(new)\n")
    assert complete(engine, LOOP + "pick(|") == "new)"
    learn(engine, "old.py", LOOP + "pick(old)\n")
    assert complete(engine, LOOP + "pick(|") == "old)"


@pytest.mark.parametrize(
    "document",
    [
        LOOP + "pick(far)\n" + LOOP + "pick(near)\n" + LOOP + "pick(|\n",
        LOOP + "pick(|\n" + LOOP + "pick(near)\n" + LOOP + "pick(far)\n",
    ],
    ids=["before the cursor", "after the cursor"],
)
def test_nearer_place_wins_a_tie(document: str) -> None:
    assert complete(EmbeddedEngine(min_probability=0.1), document) == "near)"


def test_same_line_of_the_learned_document_is_not_its_own_evidence() -> None:
    """What was learned while the line was half typed says nothing of how it goes on."""
    engine = easy_engine()
    before = "first = 1\nsecond = first.item\n"
    learn(engine, "file:///code/my%20app/main.py", before + "third = other.thing\nlast = 4\n")
    document = before + "third = other.|\nlast = 4\n"
    assert complete(engine, document, path="my app/main.py") == ""
    # A document of another name may well be copied from.
    assert complete(engine, document, path="copy.py") == "thing"


def test_learned_document_serves_beyond_the_window() -> None:
    engine = EmbeddedEngine()
    filler = "".join(f"value_{i} = compute_{i}(input_{i})\n" for i in range(600))
    document = RENDER * 3 + filler + "canvas.draw_line(|\n" + filler
    assert complete(engine, document, path="main.py") == ""
    learn(engine, "file:///code/main.py", document.replace("canvas.draw_line(|\n", ""))
    assert complete(engine, document, path="main.py") == REST


def random_text(rng: random.Random) -> str:
    words = ["alpha", "beta", "gamma", "(", ")", " = ", ".", "\n", "\n    "]
    return "".join(rng.choice(words) for _ in range(rng.randrange(400)))


@pytest.mark.parametrize("seed", range(5))
def test_answers_depend_only_on_what_is_known_now(seed: int) -> None:
    """An engine with a past answers like one that learned the surviving texts alone."""
    rng = random.Random(seed)
    engine = easy_engine()
    known: dict[str, str] = {}
    for _ in range(40):
        name = f"{rng.randrange(6)}.py"
        known.pop(name, None)
        if rng.random() < 0.2:
            engine.forget(name)
        else:
            known[name] = random_text(rng)
            learn(engine, name, known[name])
    fresh = easy_engine()
    for name, text in known.items():
        learn(fresh, name, text)
    documents = [f"{random_text(rng)}|\n{random_text(rng)}" for _ in range(40)]
    answers = [complete(engine, document) for document in documents]
    assert answers == [complete(fresh, document) for document in documents]
    assert any(answers)
    assert engine.nbytes() == fresh.nbytes()
