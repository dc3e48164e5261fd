"""Where tests of a file belong."""

from __future__ import annotations

import pytest

from glm_ls.context.tests_of import has_tests, place_of_tests

CASES = [
    # (file, language, other files, place, whether it exists)
    ("src/a.py", "python", [], "tests/test_a.py", False),
    ("src/a.py", "python", ["tests/test_a.py"], "tests/test_a.py", True),
    ("pkg/x/a.py", "python", ["tests/x/test_a.py", "tests/y/test_a.py"], "tests/x/test_a.py", True),
    ("pkg/y/a.py", "python", ["tests/x/test_a.py", "tests/y/test_a.py"], "tests/y/test_a.py", True),
    ("pkg/x/b.py", "python", ["pkg/x/a.py", "tests/unit/x/test_a.py"],
     "tests/unit/x/test_b.py", False),
    ("pkg/y/b.py", "python", ["pkg/x/a.py", "tests/unit/x/test_a.py"],
     "tests/unit/y/test_b.py", False),
    ("pkg/b.py", "python", ["pkg/a.py", "pkg/a_test.py"], "pkg/b_test.py", False),
    ("pkg/b.py", "python", ["pkg/a.py", "pkg/tests/test_a.py"], "pkg/tests/test_b.py", False),
    ("b.py", "python", ["a.py", "test_a.py"], "test_b.py", False),
    ("pkg/b.py", "python", ["tests/data/sample.py", "docs/conf.py"], "tests/test_b.py", False),
    ("pkg/b.py", "python", ["pkg/a.ts", "pkg/a.test.ts"], "tests/test_b.py", False),
    ("m/b.go", "go", [], "m/b_test.go", False),
    ("b.go", "go", [], "b_test.go", False),
    ("src/b.ts", "typescript", [], "src/b.test.ts", False),
    ("src/b.ts", "typescript", ["src/a.ts", "src/a.spec.ts"], "src/b.spec.ts", False),
    ("src/b.ts", "typescript", ["src/a.ts", "src/__tests__/a.test.ts"],
     "src/__tests__/b.test.ts", False),
    ("src/x.y.ts", "typescript", ["src/x.y.test.ts"], "src/x.y.test.ts", True),
    ("src/main/java/p/User.java", "java", [], "src/test/java/p/UserTest.java", False),
    ("src/main/java/p/User.java", "java",
     ["src/main/java/q/Item.java", "src/test/java/q/ItemTest.java"],
     "src/test/java/p/UserTest.java", False),
    ("src/lib.rs", "rust", [], "tests/lib.rs", False),
    ("lib/user.rb", "ruby", [], "spec/user_spec.rb", False),
]  # fmt: skip


@pytest.mark.parametrize(("path", "language", "others", "place", "exists"), CASES)
def test_the_layout_says_where(
    path: str, language: str, others: list[str], place: str, exists: bool
) -> None:
    found = place_of_tests(path, language, [path, *others])
    assert found is not None
    assert (found.path, found.exists) == (place, exists)


@pytest.mark.parametrize(
    ("path", "language"),
    [("tests/test_a.py", "python"), ("a_test.go", "go"), ("a.md", "markdown"), ("a.x", "")],
)
def test_some_files_have_no_tests(path: str, language: str) -> None:
    assert not has_tests(path, language)
    assert place_of_tests(path, language, [path]) is None


def test_the_example_is_the_nearest_other_test() -> None:
    files = ["p/x/a.py", "tests/x/test_b.py", "tests/y/test_c.py", "tests/x/test_a.py"]
    found = place_of_tests("p/x/a.py", "python", files)
    assert found is not None
    assert found.example == "tests/x/test_b.py"
