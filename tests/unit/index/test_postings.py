"""Keys to items, against a dictionary."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_ls.index import postings
from glm_ls.index.postings import Postings, distinct, ranges

KEYS = st.sampled_from((0, 1, 2, 7, 1 << 31, (1 << 32) - 1))
"""Few, so that they meet; the largest ones would be negative in 32 bits."""
BATCHES = st.lists(st.lists(KEYS, max_size=12), min_size=1, max_size=4)


def arrays(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    keys, items = [key for key, _ in pairs], [item for _, item in pairs]
    return np.array(keys, np.uint32), np.array(items, np.int32)


@given(BATCHES, st.sets(KEYS), st.integers(0, 15))
def test_look_ups_are_those_of_a_dictionary(
    keys_of: list[list[int]], wanted: set[int], max_tail: int
) -> None:
    """Whatever is still in the tail, items of a key are sorted."""
    numbers = count()
    batches = [[(key, next(numbers)) for key in keys] for keys in keys_of]
    model: dict[int, list[int]] = defaultdict(list)
    for key, item in (pair for batch in batches for pair in batch):
        model[key].append(item)
    with patch.object(postings, "MAX_TAIL", max_tail):
        found = Postings.of(*arrays(batches[0]))
        for batch in batches[1:]:
            found = found.with_more(*arrays(batch))
    assert len(found.tail.items) <= max_tail
    keys = sorted(wanted)
    asked = np.array(keys, np.uint32)
    which, items = found.of_each(asked)
    assert list(zip(which.tolist(), items.tolist(), strict=True)) == [
        (at, item) for at, key in enumerate(keys) for item in model[key]
    ]
    assert found.counts(asked).tolist() == [len(model[key]) for key in keys]
    for key in keys:
        assert found.get(key).tolist() == model[key]


def test_more_pairs_leave_the_old_postings_as_they_were() -> None:
    old = Postings.of(*arrays([(1, 10)]))
    new = old.with_more(*arrays([(1, 11)]))
    assert (old.get(1).tolist(), new.get(1).tolist()) == ([10], [10, 11])


@pytest.mark.parametrize(
    ("starts", "counts", "numbers"),
    [([5, 0, 9], [2, 0, 3], [5, 6, 9, 10, 11]), ([], [], []), ([3], [0], [])],
)
def test_ranges_stand_behind_one_another(
    starts: list[int], counts: list[int], numbers: list[int]
) -> None:
    assert ranges(np.array(starts, np.intp), np.array(counts, np.intp)).tolist() == numbers


@given(st.lists(KEYS))
def test_distinct_values(values: list[int]) -> None:
    found, which = distinct(np.array(values, np.uint32))
    assert found.tolist() == sorted(set(values))
    assert found[which].tolist() == values
