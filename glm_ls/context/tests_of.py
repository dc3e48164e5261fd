"""Where the tests of a file belong, as the project's other files show it.

1. a test that is called after the file and nearest to it
2. where the tests of other files are: beside them, in a folder below, or in a mirrored tree
3. what is usual in the language
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath, splitext

from glm_ls.context.sources.tests import subject_of
from glm_ls.index.paths import is_test

USUAL: Mapping[str, str] = {
    "python": "tests/test_{stem}{suffix}",
    "go": "{folder}/{stem}_test{suffix}",
    "javascript": "{folder}/{stem}.test{suffix}",
    "javascriptreact": "{folder}/{stem}.test{suffix}",
    "typescript": "{folder}/{stem}.test{suffix}",
    "typescriptreact": "{folder}/{stem}.test{suffix}",
    "rust": "tests/{stem}{suffix}",
    "java": "{test_folder}/{stem}Test{suffix}",
    "kotlin": "{test_folder}/{stem}Test{suffix}",
    "csharp": "tests/{stem}Tests{suffix}",
    "php": "tests/{stem}Test{suffix}",
    "ruby": "spec/{stem}_spec{suffix}",
    "c": "tests/test_{stem}{suffix}",
    "cpp": "tests/test_{stem}{suffix}",
}
"""Language id to where tests go in a project that has none."""
MOST_TESTS = 2_000
"""Tests that are looked at."""


@dataclass(frozen=True, slots=True)
class TestPlace:
    """A test file."""

    __test__ = False

    path: str
    exists: bool
    example: str = ""
    """Another test file of the same kind, to write in its style; "" for none."""


def has_tests(path: str, language_id: str) -> bool:
    """Whether a file is one that tests are written for."""
    return language_id in USUAL and not subject_of(path)


def place_of_tests(path: str, language_id: str, files: Collection[str]) -> TestPlace | None:
    """Return where the tests of a file go; None where nothing tells, and for a test itself.

    Paths are relative to the project's root, `files` are all of its files.
    """
    if not has_tests(path, language_id):
        return None
    suffix = splitext(path)[1]
    tests = sorted(f for f in files if f.endswith(suffix) and subject_of(f) and is_test(f))
    own = [test for test in tests if subject_of(test).lower() == _stem(path).lower()]
    others = [test for test in tests if test not in own]
    example = min(others, key=lambda test: (-_shared(test, path), test), default="")
    if own:
        return TestPlace(min(own, key=lambda test: (-_shared(test, path), test)), True, example)
    subjects = [f for f in files if f.endswith(suffix) and not is_test(f) and not subject_of(f)]
    made = _like_others(path, tests[:MOST_TESTS], subjects) or _usual(path, language_id)
    return TestPlace(made, made in files, example)


def _like_others(path: str, tests: Sequence[str], subjects: Sequence[str]) -> str:
    """Return where most of the other tests would be if they were about this file; "" for none."""
    by_stem: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        by_stem[_stem(subject).lower()].append(subject)
    votes: Counter[str] = Counter()
    for test in tests:
        about = by_stem.get(subject_of(test).lower(), ())
        nearest = min(about, key=lambda one: (-_shared(one, test), one), default=None)
        votes.update([made for made in _moved(path, test, nearest) if made])
    return votes.most_common(1)[0][0] if votes else ""


def _moved(path: str, test: str, subject: str | None) -> Iterator[str]:
    """Yield where the tests of `path` are if they are as `test` is to `subject`."""
    name = basename(test).replace(subject_of(test), _stem(path), 1)
    if subject is None:
        return
    there, here, mine = dirname(test), dirname(subject), dirname(path)
    if there == here or there.startswith(join(here, "")):
        yield normpath(join(mine, there[len(here) :].strip("/"), name))
        return
    test_parts, parts, own = there.split("/"), here.split("/"), mine.split("/")
    while test_parts and parts and test_parts[-1] == parts[-1]:
        test_parts.pop()
        parts.pop()
    parts = [part for part in parts if part]
    if own[: len(parts)] == parts:
        yield normpath(join(*test_parts, *own[len(parts) :], name))


def _usual(path: str, language_id: str) -> str:
    stem, suffix = splitext(basename(path))
    folder = dirname(path)
    test_folder = folder.replace("src/main/", "src/test/", 1)
    if test_folder == folder:
        test_folder = join("tests", folder)
    made = USUAL[language_id].format(
        stem=stem, suffix=suffix, folder=folder or ".", test_folder=test_folder
    )
    return normpath(made)


def _stem(path: str) -> str:
    return splitext(basename(path))[0]


def _shared(one: str, other: str) -> int:
    """Return how many folders two paths have in common."""
    return len(set(dirname(one).split("/")) & set(dirname(other).split("/")))
