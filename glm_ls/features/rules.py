"""What a project wants its code to be: rules of the settings, guides for contributors as text.

Guides count in folders that the user trusts, and as the base of a change has them: a change must
not write the rules it is judged by. To the model all of it is untrusted text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from glm_ls.config.trust import is_trusted
from glm_ls.text.tokens import estimate_tokens
from glm_ls.workspace.git import run_git

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings

GUIDES = (
    "CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md", "CONTRIBUTING.rst",
    "CONTRIBUTING", "AGENTS.md",
)  # fmt: skip
"""Where projects tell contributors what they expect."""
MAX_LINES = 300
"""Lines of one guide that are read."""
MAX_BYTES = 100_000
RULES_TOKENS = 2_000
"""Room for all of it, the settings' rules first."""


def rules_of(
    settings: Settings, root: Path, base: str, refusal: Callable[[str], str | None]
) -> str:
    """Return the rules for a review below `root`; `base`: the commit whose guides count.

    Without a base, those of the last commit do; outside of a repository those on the disk.
    """
    lines = [f"- {' '.join(rule.split())}" for rule in settings.review.rules if rule.strip()]
    if is_trusted(root, settings.trusted_folders):
        for path in GUIDES:
            text = "" if refusal(path) else _text(root, base or "HEAD", path)
            lines += [f"{path}:", *text.splitlines()[:MAX_LINES]] if text.strip() else []
    return _within(lines)


def _text(root: Path, base: str, path: str) -> str:
    content = run_git(root, "cat-file", "blob", f"{base}:{path}")
    if content is None and run_git(root, "rev-parse", "--git-dir") is None:
        content = _on_disk(root / path)
    return (content or b"").decode("utf-8", "replace")


def _on_disk(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return None if path.is_symlink() else file.read(MAX_BYTES)
    except OSError:
        return None


def _within(lines: list[str]) -> str:
    kept: list[str] = []
    room = RULES_TOKENS
    for line in lines:
        room -= estimate_tokens(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "".join(f"{line}\n" for line in kept)
