"""What is tracked speaks of the project alone: no foreign folders, no package registries."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

# Joined here, so that this file does not mention what it looks for.
FOREIGN = {
    "a folder beside the repository": re.escape("../" + "shared"),
    "an absolute working folder": r"(?<![\w.~}-])/" + r"work/",
    "the registry of Python": re.escape("py" + "pi.org"),
    "the registry of Node": re.escape("registry." + "npmjs.org"),
    "the archive of Debian": re.escape("deb." + "debian.org"),
}


def mentions(root: Path) -> list[str]:
    """Return where the tracked files below `root` mention what is foreign: path, line, what."""
    listing = subprocess.run(
        ["git", "-C", root, "ls-files", "-z"], capture_output=True, text=True, check=True
    )
    tracked = [root / name for name in listing.stdout.split("\0") if name]
    return [
        f"{path.relative_to(root).as_posix()}:{number}: {what}"
        for path in tracked
        if path.is_file()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        for what, pattern in FOREIGN.items()
        if re.search(pattern, line)
    ]


@pytest.mark.skipif(not (REPOSITORY / ".git").exists(), reason="no checkout")
def test_tracked_files_mention_nothing_foreign() -> None:
    assert mentions(REPOSITORY) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("see ../" + "shared/design.md", 1),
        ("cd /" + "work/main", 1),
        ("file:///" + "work/a.py", 1),
        ("pip install -i https://py" + "pi.org/simple x", 1),
        ("https://registry." + "npmjs.org/x\nhttp://deb." + "debian.org/x", 2),
        ("/home/u/work/a.py ~/work/x {root}/work/x network/x", 0),
        ("../share/x", 0),
    ],
)
def test_a_planted_mention_is_found(tmp_path: Path, text: str, count: int) -> None:
    (tmp_path / "page.md").write_text(text)
    (tmp_path / "untracked.md").write_text("/" + "work/")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "page.md"], check=True)
    assert len(mentions(tmp_path)) == count
