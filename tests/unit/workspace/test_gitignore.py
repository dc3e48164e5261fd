"""The rules of ignore files against git itself, which is asked about the same paths."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from glm_ls.workspace.gitignore import is_ignored, parse_rules
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots

TREE = [
    f"{folder}{name}"
    for folder in ("", "a/", "b/", "a/b/", "a/b/a/", "abc/c/", "a b/", "[x]/")
    for name in ("a.c", "ab", "b.log", "x y ", "#c", "!d", "é.c", "]-^")
]

PIECES = [
    *("a", "b", "ab", "a.c", "*", "**", "***", "*.c", "*.*", "?", "??", "a*", "*b*", "a**b"),
    *("*a*b*", "[ab]", "[!a]*", "[^b]", "[]^-]*", "[a-c].log", "[b-a]", "[!b-a]", "[[:alpha:]]"),
    *("[[:alnum:][:punct:]]?", "[[:nonsense:]]", "[a", "[]", "[!]", "[!]]*", "\\a", "\\*", "a\\"),
    *("\\[x\\]", "\\#c", "\\!d", "#c", "x y\\ ", "x y ", "a b", "é*", "[.]*", "a[/]b", "a\\/b"),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository").resolve()
    subprocess.run(["git", "init", "-q", root], check=True)
    for path in TREE:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return root


def ignored_by_git(root: Path) -> set[str]:
    run = subprocess.run(
        ["git", "-C", root, "check-ignore", "--no-index", "--stdin", "-z"],
        input="\0".join(TREE).encode(),
        capture_output=True,
        check=False,  # 1: none is ignored.
    )
    assert not run.stderr
    return set(run.stdout.decode().split("\0")) - {""}


def ignored_by_us(root: Path) -> set[str]:
    ignore = Ignore(Roots.of([root.as_uri()]))
    return {path for path in TREE if ignore.refusal(root / path)}


def random_pattern(chance: random.Random) -> str:
    path = "/".join(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3))))
    before, after = (
        chance.choice(("", "", "!", "/", "!/")),
        chance.choice(("", "", "/", "  ", "\r")),
    )
    return f"{before}{path}{after}"


@pytest.mark.parametrize("seed", range(40))
def test_random_ignore_files_mean_what_git_says(repository: Path, seed: int) -> None:
    chance = random.Random(seed)
    written = {}
    for folder in ("", "a", "a/b"):
        patterns = [random_pattern(chance) for _ in range(chance.randint(0, 4))]
        written[folder] = patterns
        (repository / folder / ".gitignore").write_text("\n".join(patterns))
    assert ignored_by_us(repository) == ignored_by_git(repository), written


@pytest.mark.parametrize("piece", PIECES)
def test_every_piece_alone_and_in_a_path_means_what_git_says(repository: Path, piece: str) -> None:
    for folder in ("a", "a/b"):
        (repository / folder / ".gitignore").write_text("")
    for pattern in (piece, f"{piece}/", f"a/{piece}", f"{piece}/**"):
        (repository / ".gitignore").write_text(pattern)
        assert ignored_by_us(repository) == ignored_by_git(repository), pattern


@pytest.mark.parametrize(
    ("lines", "path", "is_folder", "expected"),
    [
        (["*.log"], "a/b.log", False, True),
        (["*.log", "!b.log"], "a/b.log", False, False),
        (["*.log"], "a/b.txt", False, None),
        (["build/"], "build", True, True),
        (["build/"], "build", False, None),
        # A folder's rule says nothing about the files in it; its own entry is asked first.
        (["!keep/"], "keep/x.log", False, None),
        (["", "# comment", "/", "!"], "a", False, None),
    ],
)
def test_the_last_rule_that_names_the_entry_decides(
    lines: list[str], path: str, is_folder: bool, expected: bool | None
) -> None:
    assert is_ignored(parse_rules(lines), path, is_folder) is expected


@pytest.mark.parametrize("seed", range(20))
def test_any_line_can_be_read(seed: int) -> None:
    chance = random.Random(seed)
    lines = ["".join(chance.choices("[]!^-\\*?/:a#& |~{}()+.$\0", k=12)) for _ in range(50)]
    is_ignored(parse_rules(lines), "a/a", False)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 30 + "*b", "a" * 255),
        ("x/" + "*a" * 30 + "*b", "x/" + "a" * 255),
        ("**/a/" * 30 + "b", "a/" * 1000 + "c"),
        ("**/*a*a*a/" * 10 + "b", ("a" * 200 + "/") * 15 + "c"),
    ],
)
def test_a_hostile_pattern_takes_no_time(pattern: str, path: str) -> None:
    assert is_ignored(parse_rules([pattern]), path, False) is None


def test_undecodable_names_are_matched(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("names are Unicode there")
    (tmp_path / ".gitignore").write_bytes(b"caf\xe9.py\n")
    ignore = Ignore(Roots.of([tmp_path.as_uri()]))
    assert ignore.refusal(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py"))
    assert ignore.refusal(tmp_path.as_uri() + "/caf%E9.py")
    assert ignore.refusal(tmp_path.as_uri() + "/caf%E8.py") is None


@pytest.mark.parametrize("glob", ["[" * 60_000, "[" + "[:a" * 60_000], ids=["sets", "named sets"])
def test_sets_without_an_end_are_given_up_at_once(glob: str) -> None:
    assert parse_rules([glob]) == ()
