"""What lies in the workspace, decided on real paths, and URIs as paths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glm_ls.workspace.roots import Roots, path_to_uri, real_path, uri_to_path

posix_only = pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A workspace `w` with a folder `in` in it, next to a folder that is no part of it."""
    tree = tmp_path.resolve()
    for path in ("w/in/a.py", "w/b c.py", "outside/x.py", "w-sibling/y.py"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).touch()
    (tree / "w/escape").symlink_to(tree / "outside")
    (tree / "w/alias.py").symlink_to(tree / "w/in/a.py")
    (tree / "link").symlink_to(tree / "w")
    (tree / "w/loop").symlink_to(tree / "w/loop")
    return tree


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("w/in/a.py", "in/a.py"),
        ("w/b c.py", "b c.py"),
        ("w/not yet there.py", "not yet there.py"),
        ("w", "."),
        ("link/in/a.py", "in/a.py"),
        ("w/alias.py", "in/a.py"),
        ("w/in/../b c.py", "b c.py"),
        ("outside/../w/in/a.py", "in/a.py"),
        ("w/../outside/x.py", None),
        ("w/escape/x.py", None),
        ("w/escape/../w/in/a.py", "in/a.py"),  # `..` goes up from where the link leads.
        ("w-sibling/y.py", None),
        ("", None),
    ],
)
def test_relative_follows_the_real_path(tree: Path, path: str, expected: str | None) -> None:
    roots = Roots.of([path_to_uri(tree / "link")])
    place = os.path.join(tree, path)
    assert roots.relative(place) == expected
    assert roots.relative(path_to_uri(place)) == expected


def test_the_innermost_root_counts(tree: Path) -> None:
    roots = Roots.of([path_to_uri(tree / "w"), path_to_uri(tree / "w/in")])
    assert roots.relative(tree / "w/in/a.py") == "a.py"
    assert roots.relative(tree / "w/b c.py") == "b c.py"


@pytest.mark.parametrize("odd", ["w/in/a.py", "untitled:Untitled-1", "file:///a%00b", "/a\0b", ""])
def test_what_is_no_absolute_local_path_is_outside(odd: str) -> None:
    assert Roots.of(["file:///"]).relative(odd) is None


def test_folders_that_are_no_local_path_are_left_out(tree: Path) -> None:
    folders = ["vscode-remote://host/w", "untitled:x", path_to_uri(tree / "w")]
    assert Roots.of(folders).folders == (tree / "w",)


@posix_only
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.py", "/a/b.py"),
        ("file:/a/b.py", "/a/b.py"),
        ("FILE://localhost/a", "/a"),
        ("file:///a%20b/%C3%A9%23%3F.py", "/a b/é#?.py"),
        ("file:///a b/é#x?.py", "/a b/é#x?.py"),
        ("file:///caf%E9", "/caf\udce9"),
        ("file:///c%3A/x", "C:/x"),
        ("file:///c:/x", "C:/x"),
        ("file:///C%3a", "C:/"),
        ("file:///a\nb", "/a\nb"),
    ],
)
def test_file_uris_become_paths(uri: str, path: str) -> None:
    assert uri_to_path(uri) == Path(path)


@posix_only
@pytest.mark.parametrize(
    "uri",
    [
        "untitled:a",
        "git:/a/b.py",
        "file://server/share/a",
        "file:a",
        "http://h/a",
        "/a",
        "",
        "file:",
    ],
)
def test_other_uris_have_no_path(uri: str) -> None:
    assert uri_to_path(uri) is None


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/a/b.py", "file:///a/b.py"),
        ("/a b/é#?%.py", "file:///a%20b/%C3%A9%23%3F%25.py"),
        ("/caf\udce9", "file:///caf%E9"),
        ("c:\\x\\y z", "file:///C:/x/y%20z"),
        ("C:/x", "file:///C:/x"),
        ("//server/share/a", "file://server/share/a"),
        ("/", "file:///"),
    ],
)
def test_paths_become_uris(path: str, uri: str) -> None:
    assert path_to_uri(path) == uri


@posix_only
@pytest.mark.parametrize(
    "path", ["/", "/a", "/a b/(c)/d#e?f%g&h;i=j@k!~'", "/\udcff", "/a:b", "/\n"]
)
def test_paths_survive_the_way_through_a_uri(path: str) -> None:
    assert str(uri_to_path(path_to_uri(path))) == path


def test_a_loop_of_links_is_no_trouble(tree: Path) -> None:
    assert real_path(tree / "w/loop/x") is not None
