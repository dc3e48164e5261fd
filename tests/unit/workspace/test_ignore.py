"""Who may hide a file, what nobody can bring back, and when an edit of an ignore file counts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from glm_ls.workspace.ignore import RECHECK_S, Ignore
from glm_ls.workspace.roots import Roots, path_to_uri


class Clock:
    """Time that passes when the test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "w"
    root.mkdir()
    return root


def ignore_for(*roots: Path, patterns: tuple[str, ...] = ()) -> Ignore:
    return Ignore(Roots.of(map(path_to_uri, roots)), patterns)


@pytest.mark.parametrize(
    ("files", "patterns", "path", "expected"),
    [
        ({}, (), "a.py", None),
        ({}, (), ".env", "denied: environment file"),
        ({".gitignore": "*.log"}, (), "b/c.log", "ignored by .gitignore"),
        ({".gitignore": "*.log", "b/.gitignore": "!c.log"}, (), "b/c.log", None),
        ({".gitignore": "b/", "b/.gitignore": "!c.py"}, (), "b/c.py", "ignored by .gitignore"),
        ({".gitignore": "*\n!*.py"}, (), "a.py", None),
        ({".gitignore": "*.log", "b/.gitignore": "!k/"}, (), "b/k/x.log", "ignored by .gitignore"),
        ({".gitignore": "\ufeffa.py\r\n"}, (), "a.py", "ignored by .gitignore"),
        ({".glmignore": "a.py"}, (), "a.py", "ignored by .glmignore"),
        ({"b/.glmignore": "/a.py"}, (), "b/a.py", "ignored by .glmignore"),
        ({"b/.glmignore": "/a.py"}, (), "a.py", None),
        ({".glmignore": "*.py\n!a.py"}, (), "a.py", None),
        # Nobody brings back what another authority hides.
        ({".glmignore": "!*"}, (), ".env", "denied: environment file"),
        ({".glmignore": "!a.log", ".gitignore": "*.log"}, (), "a.log", "ignored by .gitignore"),
        ({".gitignore": "!a.py"}, ("*.py",), "a.py", "ignored by privacy.ignore"),
        ({}, ("!.env",), ".env", "denied: environment file"),
        ({}, ("/gen/", "*.sql"), "gen/a.py", "ignored by privacy.ignore"),
        ({}, ("/gen/", "*.sql"), "b/gen/a.py", None),
        ({}, ("*.sql", "!ok.sql"), "ok.sql", None),
        # What does not exist yet is judged by its name.
        ({".gitignore": "new/"}, (), "new/x/y.py", "ignored by .gitignore"),
        ({}, (), "b/../.env", "denied: environment file"),
    ],
)
def test_each_authority_narrows(
    root: Path, files: dict[str, str], patterns: tuple[str, ...], path: str, expected: str | None
) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    ignore = ignore_for(root, patterns=patterns)
    assert ignore.refusal(f"{root}/{path}") == expected
    assert ignore.refusal(path_to_uri(f"{root}/{path}")) == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("untitled:Untitled-1", None),
        ("untitled:.env", "denied: environment file"),
        ("git:{root}/a.log?%7B%22ref%22%3A%22HEAD%22%7D", "ignored by .gitignore"),
        ("vscode-notebook-cell:{root}/a.ipynb#W0sZmlsZQ%3D%3D", None),
        ("jdt://contents/rt.jar/java.lang/String.class?x", None),
        ("file://server/share/a.py", "denied: not a local file"),
        ("file:///a%00b", "denied: not a local file"),
        ("git:/a%00b", "denied: not a local file"),
        ("relative/a.py", "denied: not a local file"),
        ("", "denied: not a local file"),
    ],
)
def test_other_uris_are_judged_by_the_path_in_them(
    root: Path, uri: str, expected: str | None
) -> None:
    (root / ".gitignore").write_text("*.log")
    assert ignore_for(root).refusal(uri.format(root=root)) == expected


def test_links_have_to_pass_on_both_sides(root: Path) -> None:
    (root / ".gitignore").write_text("hidden/\nhidden_link.py\n")
    (root / "hidden").mkdir()
    for name in ("hidden/a.py", "plain.py", ".env"):
        (root / name).touch()
    for link, target in {
        "to_hidden.py": "hidden/a.py",
        "to_env.py": ".env",
        "hidden_link.py": "plain.py",
        "to_plain.py": "plain.py",
    }.items():
        (root / link).symlink_to(root / target)
    ignore = ignore_for(root)
    assert {link: ignore.refusal(root / link) for link in os.listdir(root) if "_" in link} == {
        "to_hidden.py": "ignored by .gitignore",
        "to_env.py": "denied: environment file",
        "hidden_link.py": "ignored by .gitignore",
        "to_plain.py": None,
    }


def test_the_path_behind_links(root: Path) -> None:
    """A link itself is followed as it is, a link to a folder as it was a second ago."""
    for name in ("one/a.py", "other/a.py"):
        (root / name).parent.mkdir()
        (root / name).touch()
    (root / "link").symlink_to(root / "one")
    (root / "b.py").symlink_to(root / "one/a.py")
    clock = Clock()
    ignore = Ignore(Roots.of([path_to_uri(root)]), clock=clock)

    def behind(*names: str) -> list[str]:
        found = (Path(ignore.real_path(str(root / name))) for name in names)
        return [path.relative_to(root).as_posix() for path in found]

    assert behind("link", "link/a.py", "b.py") == ["one", "one/a.py", "one/a.py"]
    assert behind("link/../other/a.py", "one/./a.py") == ["other/a.py", "one/a.py"]
    for link, target in {"link": "other", "b.py": "other/a.py"}.items():
        (root / link).unlink()
        (root / link).symlink_to(root / target)
    assert behind("b.py") == ["other/a.py"]
    clock.now += RECHECK_S
    assert behind("link", "link/a.py") == ["other", "other/a.py"]


def test_a_root_inside_a_repository_obeys_the_whole_repository(root: Path) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)
    inner = root / "packages/x"
    inner.mkdir(parents=True)
    (root / ".gitignore").write_text("*.gen.py")
    (root / ".git/info/exclude").write_text("private.py")
    ignore = ignore_for(inner, patterns=("/only_here.py",))
    assert ignore.refusal(inner / "a.gen.py") == "ignored by .gitignore"
    assert ignore.refusal(inner / "private.py") == "ignored by .gitignore"
    assert ignore.refusal(inner / "only_here.py") == "ignored by privacy.ignore"
    assert ignore.refusal(inner / "a.py") is None


def test_a_repository_inside_the_root_obeys_the_root(root: Path) -> None:
    subprocess.run(["git", "init", "-q", root / "nested"], check=True)
    (root / ".glmignore").write_text("*.sql")
    assert ignore_for(root).refusal(root / "nested/a.sql") == "ignored by .glmignore"


def test_a_file_outside_all_roots_is_judged_where_it_lies(root: Path) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / "deep").mkdir()
    (root / ".gitignore").write_text("*.log")
    ignore = ignore_for(patterns=("deep/",))
    assert ignore.refusal(root / "a.log") == "ignored by .gitignore"
    assert ignore.refusal(root / "deep/a.py") == "ignored by privacy.ignore"
    assert ignore.refusal(root / "a.py") is None


def test_folders_are_judged_as_folders(root: Path) -> None:
    (root / ".gitignore").write_text("gen/")
    for name in ("gen", "src", ".ssh"):
        (root / name).mkdir()
    ignore = ignore_for(root)
    assert ignore.refusal(root / "gen") == "ignored by .gitignore"
    assert ignore.refusal(root / ".ssh") == "denied: private key"
    assert ignore.refusal(root / "src") is None


def test_an_edit_counts_after_a_second_or_at_once_on_refresh(root: Path) -> None:
    clock = Clock()
    ignore = Ignore(Roots.of([path_to_uri(root)]), clock=clock)
    path = root / "a.py"
    assert ignore.refusal(path) is None
    (root / ".gitignore").write_text("*.py")
    assert ignore.refusal(path) is None
    clock.now += RECHECK_S
    assert ignore.refusal(path) == "ignored by .gitignore"
    (root / ".gitignore").write_text("*.pyc")
    ignore.refresh()
    assert ignore.refusal(path) is None
    (root / ".gitignore").unlink()
    (root / ".glmignore").write_text("a.*")
    ignore.refresh()
    assert ignore.refusal(path) == "ignored by .glmignore"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_an_ignore_file_that_is_no_file_is_not_opened(root: Path) -> None:
    os.mkfifo(root / ".gitignore")
    (root / ".glmignore").mkdir()
    assert ignore_for(root).refusal(root / "a.py") is None


def test_a_very_deep_path_is_judged(root: Path) -> None:
    (root / ".gitignore").write_text("z")
    assert ignore_for(root).refusal(f"{root}/{'d/' * 1500}z") == "ignored by .gitignore"


@pytest.mark.parametrize("lines", ["#\n" * 6000, "#" * 300_000 + "\n"], ids=["lines", "bytes"])
def test_an_ignore_file_too_large_to_obey_hides_everything(root: Path, lines: str) -> None:
    (root / "b").mkdir()
    (root / "b" / ".gitignore").write_text(f"{lines}*.log\n")
    ignore = ignore_for(root)
    assert ignore.refusal(root / "b" / "a.py") == "ignored by .gitignore"
    assert ignore.refusal(root / "a.py") is None
