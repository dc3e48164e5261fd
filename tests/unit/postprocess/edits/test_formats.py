"""Which form of answer a model is asked for, as it learns."""

from __future__ import annotations

import pytest

from glm_ls.postprocess.edits.formats import WINDOW, Format, form_of, noted, share

BAD, GOOD = "0" * 60, "1" * 60


@pytest.mark.parametrize(
    ("lines", "seen", "form"),
    [
        (5, {}, "whole"),
        (120, {}, "whole"),
        (121, {}, "quotes"),
        (5, {"whole": BAD}, "whole"),
        (100, {"whole": BAD}, "quotes"),
        (100, {"whole": BAD, "quotes": BAD}, "whole"),
        (100, {"whole": "0"}, "whole"),
        (100, {"whole": "01" * 30, "quotes": GOOD}, "quotes"),
        (200, {"quotes": BAD}, "whole"),
        (200, {"quotes": BAD, "whole": BAD}, "whole"),
        (200, {"quotes": "01" * 50, "whole": BAD}, "quotes"),
        (401, {"quotes": BAD}, "quotes"),
    ],
)
def test_the_form_follows_from_size_and_success(
    lines: int, seen: dict[Format, str], form: Format
) -> None:
    assert form_of(lines, seen) == form


def test_only_the_last_answers_count() -> None:
    seen = BAD
    for _ in range(WINDOW):
        seen = noted(seen, is_good=True)
    assert seen == "1" * WINDOW
    assert share("whole", seen) > share("whole", BAD)
