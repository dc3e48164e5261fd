"""The imports that an answer wants besides its lines: a second small edit, in one place only.

They come in a block of their own and go below the file's imports. What is there already is left
out, and a block that holds anything but imports is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from glm_ls.postprocess.edits.landing import Replacement, land
from glm_ls.postprocess.edits.refusal import Refusal
from glm_ls.postprocess.frame import to_newlines
from glm_ls.syntax.imports import HEAD, goes_first, import_row, is_import, statements
from glm_ls.syntax.languages import Language
from glm_ls.text.blocks import IMPORTS
from glm_ls.text.edit import Edit
from glm_ls.text.lines import line_body
from glm_ls.text.snapshot import Snapshot

MOST = 20
"""Lines of imports that one answer may add."""


def split_imports(reply: str, nonce: str) -> tuple[str, tuple[str, ...]] | Refusal:
    """Return a reply without its blocks of imports, and the lines that stood in them."""
    block = re.compile(rf"[ \t]*<{IMPORTS}_{nonce}>(.*?)</{IMPORTS}_{nonce}>", re.DOTALL)
    found = "\n".join(block.findall(reply))
    rest = block.sub("", reply)
    if f"<{IMPORTS}_{nonce}>" in rest:
        return Refusal("unclosed", "a block has no end of its 'imports' part")
    lines = (line.rstrip() for line in to_newlines(found).split("\n"))
    return rest, tuple(line for line in lines if line.strip() and not line.startswith("```"))


def import_edits(
    language: Language, snapshot: Snapshot, wanted: Sequence[str], above: int
) -> tuple[Edit, ...] | Refusal:
    """Return the edits that add imports to a document, above a row and nowhere else."""
    head = [line_body(line) for line in snapshot.lines.slice(0, min(len(snapshot.lines), HEAD))]
    known = _text(head)
    new = [each for each in statements(wanted) if _text(each) not in known]
    missing = tuple(line for each in new for line in each)
    if not missing:
        return ()
    row = import_row(language, snapshot.lines)
    if row is None or row > above:
        return Refusal("imports", "there is no place for imports above the lines")
    if len(missing) > MOST or not all(is_import(language, each[0]) for each in new):
        return Refusal("imports", "the block of imports holds something else")
    if any(map(goes_first, missing)):
        return Refusal("imports", "an import has to stand above all others")
    end = snapshot.lines[0][len(head[0]) :] or "\n"
    return land(snapshot, [Replacement(range(row, row), tuple(f"{line}{end}" for line in missing))])


def _text(lines: Sequence[str]) -> str:
    return "".join(f"\n{line}" for line in (*lines, ""))
