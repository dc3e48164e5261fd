"""Requests as JSON lines in, context as JSON lines out; in this process and in one of its own."""

from __future__ import annotations

import gc
import io
import json
import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_ls.context.engine import Engine
from glm_ls.context.worker import Worker, _answer, serve
from glm_ls.text.lines import Lines, line_body, split_lines
from tests.unit.index.conftest import write

from .projects import CHECKOUT, HIDDEN, MARKED, PYTHON, SECRETS, request

Json = dict[str, Any]
Serve = Callable[..., list[Json]]
KEYS = {"text", "tokens", "parts", "complete", "timings_ms"}
PART_KEYS = {"source", "path", "start_line", "end_line", "tokens", "score", "why", "text"}


@pytest.fixture(autouse=True)
def project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, PYTHON)
    monkeypatch.setenv("GLM_LS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("glm_ls.context.worker.IDLE_S", 0.01)


@pytest.fixture
def answers() -> Serve:
    """Serve lines until they end, and return what was said."""

    def run(*lines: Json | str, waits: bool = True, patterns: tuple[str, ...] = ()) -> list[Json]:
        out = io.StringIO()
        given_lines = [one if isinstance(one, str) else json.dumps(one) for one in lines]
        serve(Worker(patterns, wait=waits), io.StringIO("\n".join(given_lines) + "\n"), out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


# -- answers -----------------------------------------------------------------------------


def test_an_answer_says_what_and_why(root: Path, answers: Serve) -> None:
    (answer,) = answers(request(root, MARKED))
    assert set(answer) == KEYS
    assert "def parse_money(text: str) -> Money:" in answer["text"]
    assert answer["tokens"] == -(-len(answer["text"].encode()) // 4) <= 1000
    assert answer["text"] == "".join(part["text"] for part in answer["parts"])
    assert answer["complete"] is True
    assert set(answer["timings_ms"]) >= {"index", "total"}
    for part in answer["parts"]:
        assert set(part) == PART_KEYS
        lines = PYTHON[part["path"]].count("\n")
        assert 1 <= part["start_line"] <= part["end_line"] <= lines


def test_ids_come_back_and_every_request_is_answered(root: Path, answers: Serve) -> None:
    """In the order they were asked, so that a benchmark can send as many as it likes."""
    asked = [request(root, MARKED, id=number, budget=50 * number) for number in (3, 0)]
    asked += [request(root, MARKED, id="x"), request(root), request(root, id=None)]
    found = answers(*asked)
    assert [one.get("id", "none") for one in found] == [3, 0, "x", "none", None]
    assert all(set(one) >= KEYS for one in found)
    assert [one["tokens"] <= 150 for one in found[:2]] == [True, True]


def test_a_question_that_a_newer_one_makes_idle_is_not_worked_on(root: Path) -> None:
    """In the editor's child alone; its text counts all the same."""
    first = request(root, MARKED.replace("‸", "unsaved‸"), id=1)
    second = {**request(root, MARKED, id=2), "col": 8 + len("unsaved")}
    del second["text"]
    other = request(root, "‸", id=3, path="shop/money.py")
    out = io.StringIO()
    worker = Worker()
    serve(worker, io.StringIO("\n".join(map(json.dumps, (first, other, second)))), out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert found[0] == {"id": 1, "superseded": True}
    assert [one["id"] for one in found] == [1, 3, 2]
    assert set(found[1]) & set(found[2]) >= KEYS
    assert "unsaved" in worker._texts[str(root), CHECKOUT]


def test_memory_is_given_back_once_in_a_pause(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a question took and set free, the C library would keep: some hundred megabytes."""
    given: list[int] = []
    passes: queue.Queue[int] = queue.Queue()
    monkeypatch.setattr("glm_ls.context.worker.give_back", lambda: given.append(1))
    monkeypatch.setattr(Worker, "step", lambda _: passes.put(len(given)))

    def asked() -> Iterator[str]:
        for times in (1, 2):
            yield json.dumps(request(root, MARKED))
            while passes.get(timeout=10) < times:
                pass
            assert [passes.get(timeout=10) for _ in range(3)] == [times] * 3

    serve(Worker(), asked(), io.StringIO())
    assert len(given) == 2


def test_a_question_leaves_nothing_that_waits_for_the_garbage_collector(root: Path) -> None:
    """What is held in a circle is held for long: a hundred megabytes after some questions."""
    worker = Worker(wait=True)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for budget in (500, 1000):
            assert _answer(worker, request(root, MARKED, budget=budget))
            assert _answer(worker, request(root, "‸", path="shop/money.py", budget=budget))
        gc.collect()
        left = {type(one) for one in gc.garbage if type(one).__module__.startswith("glm_ls.")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left == set()


def test_the_column_counts_in_utf_16(root: Path, answers: Serve) -> None:
    """Behind characters of two units each: the receiver is the one before the cursor."""
    classes = {
        name: f"class {name}:\n" + "".join(f"    def {name}_{n}(self): ...\n" for n in range(40))
        for name in ("Left", "Right")
    }
    write(root, {"two.py": "\n\n".join(classes.values())})
    line = "x = '😀😀😀😀😀😀😀😀'; Left.; Right.;"
    text = f"from two import Left, Right\n{line}\n"
    asked = request(root) | {"path": "new.py", "text": text, "line": 1, "budget": 200}
    columns = [line.index(f"{name}.;") + len(name) + 1 for name in ("Left", "Right")]
    units = [len(line[:column].encode("utf-16-le")) // 2 for column in columns]
    left, right = (one["text"] for one in answers(*(asked | {"col": one} for one in units)))
    assert left.count("def Left_") > right.count("def Left_")
    assert left.count("def Right_") < right.count("def Right_")
    assert units[0] == columns[1]  # so that code points would give the other one


def test_hidden_files_stay_hidden(root: Path, answers: Serve) -> None:
    text = "import secrets, local_secret, hidden_by_setting\n" + MARKED
    (answer,) = answers(request(root, text, budget=20_000), patterns=(HIDDEN,))
    assert not [word for word in SECRETS if word in json.dumps(answer)]


# -- notices and texts -------------------------------------------------------------------


def test_notices_are_not_answered_but_followed(root: Path, answers: Serve) -> None:
    unsaved = PYTHON["shop/money.py"].replace("parse_money", "parse_unsaved") + "‸"
    asking = request(root, MARKED)
    found = answers(
        {"root": str(root), "open": True},
        request(root, unsaved, path="shop/money.py"),
        asking,
        {"root": str(root), "changed": ["shop/money.py", "gone.py"]},
        asking,
        {"root": str(root), "closed": ["shop/money.py"]},
        asking,
    )
    assert len(found) == 4
    assert ["parse_unsaved(" in one["text"] for one in found[1:]] == [True, True, False]


def test_a_document_without_a_text_is_the_one_on_disk(root: Path, answers: Serve) -> None:
    unsaved = PYTHON["shop/money.py"].replace("parse_money", "parse_unsaved") + "‸"
    found = answers(
        request(root, unsaved, path="shop/money.py"),
        request(root, None),
        request(root, None, path="shop/money.py", line=0, col=0),
        request(root, None),
    )
    assert ["parse_unsaved(" in one["text"] for one in (found[1], found[3])] == [True, False]


@settings(max_examples=50)
@given(st.lists(st.lists(st.sampled_from(["", "a", "b", "ü"]), min_size=1, max_size=5), min_size=2))
def test_edits_make_the_text_that_the_editor_has(versions: list[list[str]]) -> None:
    """Lines that are inserted, deleted, blank or none at all."""
    worker, before = Worker(), Lines(split_lines("\n".join(versions[0])))
    worker.take_in({"root": "r", "path": "p", "text": "\n".join(versions[0])})
    for version in versions[1:]:
        now = Lines(split_lines("\n".join(version)))
        start, old_stop, new_stop = now.difference(before)
        new = [line_body(line) for line in now.slice(start, new_stop)]
        worker.take_in({"root": "r", "path": "p", "edit": [start, old_stop, new]})
        assert worker._texts["r", "p"] == "\n".join(version)
        before = now


# -- what cannot be understood -----------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"root": None}, "root: must be a string"),
        ({"root": "/no/such/folder"}, "root: '/no/such/folder' is no folder"),
        ({"path": 3}, "path: must be a string"),
        ({"path": ""}, "path: '' must be relative to root"),
        ({"path": "/etc/passwd"}, "path: '/etc/passwd' must be relative to root"),
        ({"path": "a/../../b.py"}, "path: 'a/../../b.py' must be relative to root"),
        ({"path": "..\\b.py"}, "path: '../b.py' must be relative to root"),
        ({"path": "a\0b.py"}, r"path: 'a\x00b.py' must be relative to root"),
        ({"path": "\ud800.py"}, r"path: '\ud800.py' must be relative to root"),
        ({"text": 5}, "text: must be a string"),
        ({"edit": [0, 1, []]}, "edit: the document's text has not been given yet"),
        ({"edit": [1, 0, []]}, "edit: must be [first line, "),
        ({"edit": "x"}, "edit: must be [first line, "),
        ({"edit": [0, 1, "x"]}, "edit: must be [first line, "),
        ({"line": "1"}, "line: must be a whole number"),
        ({"line": True}, "line: must be a whole number"),
        ({"col": None}, "col: must be a whole number"),
        ({"budget": 1.5}, "budget: must be a whole number"),
        ({"wall_ms": "soon"}, "wall_ms: must be a number"),
        ({"edits": [1]}, "edits: must hold pairs of a path and a line"),
        ({"visits": "a.py"}, "visits: must be a list"),
        ({"open": True}, "open: must be a list"),
        ({"shown": 5}, "shown: must be two numbers"),
    ],
)
def test_an_error_names_the_field(root: Path, answers: Serve, wrong: Json, words: str) -> None:
    asked = request(root / "docs", "‸", id=1)
    found = answers(asked | wrong, asked | {"id": 2})
    assert found[0].keys() == {"id", "error"}
    assert found[0]["id"] == 1
    assert found[0]["error"].startswith(words)
    assert set(found[1]) >= KEYS


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", "null", '"words"', "{}", "\x00\x01", '{"root": ', "NaN", "[" * 100_000]
)
def test_a_line_of_rubbish_costs_itself_alone(root: Path, answers: Serve, line: str) -> None:
    found = answers("", line, "   ", request(root / "docs", "‸", id=2))
    assert [set(one) for one in found[:-1]] == [{"error"}]
    assert found[-1]["id"] == 2


@pytest.mark.parametrize(
    "odd",
    [{"line": -5}, {"line": 10**30}, {"col": -1}, {"col": 10**9}, {"budget": -7}, {"wall_ms": -1},
     {"wall_ms": None}, {"edits": [["../../etc/passwd", -1], ["a\0", 1]]}, {"open": ["\ud800"]},
     {"shown": [9, 3]}, {"dirty": None}, {"modules": 1}, {"unknown": {}}],
    ids=str,
)  # fmt: skip
def test_odd_values_get_an_answer(root: Path, answers: Serve, odd: Json) -> None:
    (answer,) = answers(request(root, MARKED, **odd))
    assert set(answer) == KEYS
    assert answer["tokens"] <= max(0, odd.get("budget", 1000))


def test_trouble_with_the_database_is_said_once(root: Path, answers: Serve, tmp_path: Path) -> None:
    answers(request(root))
    (database,) = (tmp_path / "cache/index").glob("*.db")
    database.write_bytes(b"no database")
    found = answers(request(root), request(root))
    assert found[0]["trouble"].startswith("the index was damaged")
    assert "trouble" not in found[1]
    assert found[0]["text"] == found[1]["text"] != ""


def test_a_fault_while_indexing_leaves_questions_answered(
    root: Path, answers: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Engine) -> bool:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Engine, "step", fail)
    found = answers(request(root, MARKED, id=1), waits=False)
    assert set(found[0]) >= KEYS
