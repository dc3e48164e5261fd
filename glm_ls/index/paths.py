"""What a path alone says of a file."""

from __future__ import annotations

import re
from functools import lru_cache

_FOLDER = (
    r"(^|/)(tests?|__tests__|testdata|testing|specs?|fixtures?|mocks?|examples?|benches|benchmarks?"
    r"|docs?|www|runtime-tests|e2e)(/|$)"
)
_TEST_FOLDER = re.compile(_FOLDER)
_TEST = re.compile(
    rf"{_FOLDER}|^test_|^conftest\.py$"
    r"|_test\.\w+$|_spec\.\w+$|\.(test|spec)\.\w+$|Tests?\.(java|cs|php)$"
)
"""Of a name without its folder."""


def is_utf8(path: str) -> bool:
    """Whether a path can be kept and sent; names on Linux are any bytes, those of requests too."""
    try:
        return b"\0" not in path.encode()
    except UnicodeEncodeError:
        return False


def is_test(path: str) -> bool:
    """Whether a file is there to try, show or measure others: nobody imports from it."""
    folder, _, name = path.rpartition("/")
    return _is_of_tests(folder) or _TEST.search(name) is not None


@lru_cache(maxsize=1 << 10)
def _is_of_tests(folder: str) -> bool:
    return _TEST_FOLDER.search(folder) is not None
