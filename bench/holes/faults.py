"""What models do to a right answer: the truth in, the same with one fault out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from bench.holes.sample import Hole
from glm_ls.syntax.brackets import scan
from glm_ls.syntax.languages import language_of


def truncated(hole: Hole, rng: random.Random) -> str:
    """Cut at a token, as a limit does."""
    tokens = [found.end() for found in re.finditer(r"\w+|\s+|.", hole.truth)]
    return hole.truth[: rng.choice(tokens[len(tokens) // 2 :])]


def fenced(hole: Hole, rng: random.Random) -> str:
    """Put a Markdown fence around it, with or without the language's name."""
    return f"```{rng.choice((hole.language, ''))}\n{hole.truth}\n```"


def repeated_suffix(hole: Hole, rng: random.Random) -> str:
    """Go on with lines that stand below the cursor already."""
    line, _, below = hole.after.partition("\n")
    lines = below.split("\n")
    count = next((at + 1 for at, one in enumerate(lines) if re.search(r"\w{3}", one)), len(lines))
    rest = "" if hole.kind in ("arguments",) else line
    return "\n".join((hole.truth + rest, *lines[: max(count, rng.randint(1, 4))]))


def extra_closers(hole: Hole, rng: random.Random) -> str:
    """Close once more what is closed already; in a text that may leave something open, nothing."""
    language = language_of(hole.language)
    read = scan(language, hole.truth)
    if hole.kind in ("comment", "within") or read.opened or read.literal:
        return hole.truth
    indent = re.match(r"[ \t]*", hole.before.rpartition("\n")[2])
    blank = indent[0][:-4] if indent else ""
    if hole.language == "python" or "\n" not in hole.truth:
        return hole.truth + rng.choice((")", "]", "))"))
    return hole.truth + rng.choice((f"\n{blank}}}", "}", f"\n{blank}}}\n}}"))


def wrong_indentation(hole: Hole, rng: random.Random) -> str:
    """Indent lines as if counted from the margin, with the other character, or deeper."""
    blank = re.match(r"[ \t]*", hole.before.rpartition("\n")[2])
    own = blank[0] if blank else ""
    first, *below = hole.truth.split("\n")
    if not below:
        return own + first if not hole.before.rpartition("\n")[2].strip() else hole.truth
    unit = 2 if re.search(r"^  \S", hole.whole, re.MULTILINE) else 4
    swapped = [_swap(line, unit) for line in below]
    if hole.before.rpartition("\n")[2].strip() or not own:
        return "\n".join((first, *swapped))
    margin = [line.removeprefix(own) for line in below]
    deeper = [own + line if line.strip() else line for line in below]
    return "\n".join((first, *rng.choice((swapped, margin, deeper))))


def _swap(line: str, unit: int) -> str:
    body = line.lstrip(" \t")
    blank = line[: len(line) - len(body)]
    if "\t" in blank:
        return "    " * len(blank) + body
    return "\t" * (len(blank) // unit) + " " * (len(blank) % unit) + body


FAULTS: dict[str, Callable[[Hole, random.Random], str]] = {
    "truncated": truncated,
    "fence": fenced,
    "suffix": repeated_suffix,
    "closers": extra_closers,
    "indentation": wrong_indentation,
}
