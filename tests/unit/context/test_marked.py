"""Instructions in comments and the lines they are about."""

from __future__ import annotations

import pytest

from glm_ls.context.marked import marked, meant
from glm_ls.syntax.languages import language_of
from glm_ls.text.snapshot import Snapshot


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("# glm: use a set", "use a set"),
        ("    // GLM: faster", "faster"),
        ("/* glm: split */", "split"),
        ("<!-- glm: shorter -->", "shorter"),
        ("-- glm: join", "join"),
        ("; glm: loop", "loop"),
        ("# glm:", ""),
        ("# the glm: x", ""),
        ("glm: x", ""),
        ('x = "# glm: x"', ""),
        ("x = 1  # glm: x", ""),
    ],
)
def test_a_mark_is_a_comment_of_its_own(line: str, words: str) -> None:
    found = marked(Snapshot.of("file:///a", "", 1, f"{line}\nx\n"), range(1))
    assert (found.words if found else "") == words


TEXT = "a = 1\n# glm: one\n# glm: two\ndef f():\n    return 1\n\n\nb = 2\n"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (range(1, 2), range(1, 5)),
        (range(2, 3), range(1, 5)),
        (range(3, 4), range(1, 5)),
        (range(3, 5), range(1, 5)),
        (range(1, 4), range(1, 4)),
        (range(8), range(8)),
        (range(7, 8), range(7, 8)),
    ],
)
def test_a_mark_is_about_what_is_selected_or_stands_below(rows: range, lines: range) -> None:
    snapshot = Snapshot.of("file:///a.py", "python", 1, TEXT)
    assert meant(language_of("python"), snapshot, rows) == lines
