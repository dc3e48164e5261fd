"""A figure is marked where it is worse than the baseline, on a machine of any pace."""

from __future__ import annotations

import pytest

from bench.baseline import PACE, compared
from bench.figures import Figures


@pytest.mark.parametrize(
    ("now", "before", "unit", "more_is_better", "pace", "worse"),
    [
        pytest.param(10, 10, "ms", False, 1.0, False, id="the same"),
        pytest.param(16, 10, "ms", False, 1.0, True, id="slower by more than half"),
        pytest.param(16, 10, "ms", False, 2.0, False, id="on a machine half as fast"),
        pytest.param(2, 0.5, "ms", False, 1.0, False, id="by less than counts"),
        pytest.param(6, 1, "", False, 2.0, True, id="counts know no pace"),
        pytest.param(40, 98, "%", True, 1.0, True, id="less of what should be much"),
        pytest.param(98, 40, "%", True, 1.0, False, id="more of it"),
    ],
)
def test_what_is_worse_is_marked(
    now: float, before: float, unit: str, more_is_better: bool, pace: float, worse: bool
) -> None:
    figures = Figures()
    figures.add("figure", now, unit, more_is_better=more_is_better)
    line = compared(figures, 100 * pace, {PACE: 100, "figure": before})
    assert ("WORSE" in line) == worse


def test_a_figure_of_its_first_time_is_new() -> None:
    figures = Figures()
    figures.add("figure", 1, "ms")
    assert compared(figures, 100, {PACE: 100}).endswith("new")
