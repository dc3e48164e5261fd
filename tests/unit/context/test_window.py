"""The window around the cursor: within the budget, at line bounds, steady while typing."""

from __future__ import annotations

import random

import pytest

from glm_ls.context.bundle import Snippet
from glm_ls.context.gather import gather, shown_rows, with_snippets
from glm_ls.context.target import Target
from glm_ls.context.window import STEP, line_tokens, prefix_of, suffix_of
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot

LINES = [f"    value_{n} = compute_{n % 7}(alpha, beta)\n" for n in range(2000)]


def target(text: str, line: int, column: int) -> Target:
    return Target(Snapshot.of("file:///a.py", "python", 1, text), Position(line, column), "a.py")


def test_a_small_file_is_shown_whole() -> None:
    text = "import os\n\ndef f():\n    return os.\n\nprint(f())\n"
    bundle = gather(target(text, 3, 14), max_tokens=4096, suffix_share=0.25)
    assert bundle.prefix + bundle.suffix == text
    assert bundle.prefix.endswith("return os.")


@pytest.mark.parametrize("budget", [64, 256, 1024, 4096])
@pytest.mark.parametrize("line", [0, 1, 31, 32, 33, 999, 1999])
def test_the_budget_is_never_exceeded(budget: int, line: int) -> None:
    place = target("".join(LINES), line, 7)
    bundle = gather(place, max_tokens=budget, suffix_share=0.25)
    spent = sum(line_tokens(part) for part in (bundle.prefix + bundle.suffix).splitlines(True))
    assert bundle.tokens <= budget
    assert spent <= budget + 2  # the cursor's line counts as two pieces
    assert "".join(LINES).find(bundle.prefix + bundle.suffix) >= 0


@pytest.mark.parametrize("budget", range(60, 100))
def test_a_suffix_that_takes_nearly_all_leaves_the_prefix_in_place(budget: int) -> None:
    bundle = gather(target("".join(LINES), 30, 0), max_tokens=budget, suffix_share=0.9)
    assert "".join(LINES[:30]).endswith(bundle.prefix)
    assert bundle.tokens <= budget


def test_the_start_moves_in_steps_so_that_caches_hit() -> None:
    """A new line at the cursor leaves the prompt's beginning as it was, nearly always."""
    snapshot, moved = Snapshot.of("file:///a.py", "python", 1, "".join(LINES)), 0
    before = prefix_of(Target(snapshot, Position(1000, 0), "a.py"), 2000)[0]
    for line in range(1000, 1000 + 2 * STEP):
        at = Position(line, 0)
        edit = Edit(Range(at, at), "    another = line(of, code)\n")
        snapshot = snapshot.edited(edit, line)
        now = prefix_of(Target(snapshot, Position(line + 1, 0), "a.py"), 2000)[0]
        moved += not now.startswith(before[:200])
        before = now
    assert moved <= 3


def test_typing_on_a_line_changes_only_the_end() -> None:
    text = "".join(LINES)
    first = gather(target(text, 1000, 4), max_tokens=2048, suffix_share=0.25)
    second = gather(target(text, 1000, 9), max_tokens=2048, suffix_share=0.25)
    assert second.prefix.startswith(first.prefix)


STATEMENT = "for action in self._get_positional_actions(): self.check(action)"


@pytest.mark.parametrize("max_tokens", range(1000, 1416, 13))
@pytest.mark.parametrize("closers", ["", ")", ")]}"])
def test_the_start_does_not_waver_while_a_line_is_typed(max_tokens: int, closers: str) -> None:
    """Tokens of a line go up and down with every key: words grow together, closers appear."""
    above, below, starts = LINES[:300], LINES[300:600], []
    for typed in range(len(STATEMENT)):
        tail = closers if "(" in STATEMENT[:typed] else ""
        text = "".join((*above, STATEMENT[:typed], tail, "\n", *below))
        prefix = gather(target(text, 300, typed), max_tokens=max_tokens, suffix_share=0.25).prefix
        starts.append(prefix[:40])
    assert len(set(starts)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_any_place_gives_text_that_meets_at_the_cursor(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(
        chance.choice(["a b\n", "\n", "漢字😀\n", "x" * 3000 + "\n"]) for _ in range(300)
    )
    line = chance.randrange(300)
    place = target(text, line, 0)
    prefix, _ = prefix_of(place, 500)
    suffix, _ = suffix_of(place, 200)
    clipped = "".join(part[:2000] for part in text.split("\n"))
    assert (prefix + suffix).replace("\n", "")[:50] in clipped


def test_snippets_have_a_budget_of_their_own() -> None:
    snippets = [Snippet("definitions", f"m{n}.py", "def f(): ...\n", 40) for n in range(10)]
    around = gather(target("x = 1\n", 0, 5), max_tokens=130, suffix_share=0.25)
    bundle = with_snippets(around, snippets, 130)
    assert bundle.snippets == tuple(snippets[:3])
    assert bundle.tokens == around.tokens + 120


@pytest.mark.parametrize(
    ("line", "column", "budget", "rows"),
    [(0, 0, 4096, (0, 4)), (2, 3, 4096, (0, 4)), (2, 3, 4, (2, 4))],
)
def test_the_rows_that_are_shown(
    line: int, column: int, budget: int, rows: tuple[int, int]
) -> None:
    place = target("a = 1\nb = 2\nc = 3\n", line, column)
    assert shown_rows(place, gather(place, max_tokens=budget, suffix_share=0.25)) == rows
