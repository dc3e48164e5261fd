"""What a path alone says of a file."""

from __future__ import annotations

import re

_TEST = re.compile(
    r"(^|/)(tests?|__tests__|testdata|testing|specs?|fixtures?|mocks?|examples?|benches|benchmarks?"
    r"|docs?|www|runtime-tests|e2e)(/|$)"
    r"|(^|/)test_[^/]*$|_test\.\w+$|_spec\.\w+$|\.(test|spec)\.\w+$|Tests?\.(java|cs|php)$"
    r"|(^|/)conftest\.py$"
)


def is_utf8(path: str) -> bool:
    """Whether a path can be kept and sent; names on Linux are any bytes, those of requests too."""
    try:
        return b"\0" not in path.encode()
    except UnicodeEncodeError:
        return False


def is_test(path: str) -> bool:
    """Whether a file is there to try, show or measure others: nobody imports from it."""
    return _TEST.search(path) is not None
