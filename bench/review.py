"""How well reviews hold their places: real changes, replies with every fault, edits, commits.

Run: `python -m bench.review GIT_DIRECTORY … [--commits N] [--json FILE]`. A directory is a `.git`
or a bare repository. All texts and changes are those of its history; what a model would say is made
up: quotes of changed lines with numbers off by up to 20, typos, wrong paths, repeats and end tags
left out. Truth comes from git's own line numbers and, for edits, from tags on each character.
Where a text, alone or with what stands beside it, is the only copy in the old and the new file, the
place of that copy is right as well: git counts what has moved as gone, and may take another brace.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from glm_ls.features.batches import BATCH_TOKENS, batches
from glm_ls.features.pieces import Source, pieces_of, portions_of
from glm_ls.postprocess.findings.anchor import NOISE, Sent, locate
from glm_ls.postprocess.findings.finding import Located
from glm_ls.postprocess.findings.fingerprint import fingerprint
from glm_ls.postprocess.findings.life import found_again, moved, remapped_all, remembered
from glm_ls.postprocess.findings.reader import FindingReader
from glm_ls.text.blocks import closing, nonce_for, opening
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.changes import DIFF
from glm_ls.workspace.diff import ChangedFile, parse_diff, unreviewable
from tests.simulator.tokens import count

COMMITS = 300
BESIDE = (0, 2, 3)
"""Lines above and below with which a text may be the only one of its kind."""
MAX_FILES = 8
"""Files of a commit that are looked at, so that no commit outweighs the others."""
REPLIES_PER_FILE = 4
OWN_TOKENS = 1_000
"""What we say ourselves in a prompt."""
EDITS = 60
PLACES = 12
TYPED = ("", "x", "\n", "a\nb\n", "é😀", "\r\n", "\r", "    return x\n", "}\n")


class Pair(NamedTuple):
    """A file before and after a commit."""

    change: ChangedFile
    old: list[str]
    new: list[str]


def git(directory: Path, *arguments: str) -> bytes:
    call = ["git", "--git-dir", str(directory), *arguments]
    return subprocess.run(call, capture_output=True, check=True).stdout


def commits(directory: Path, count: int) -> Iterator[tuple[str, str]]:
    """Yield (parent, commit) spread over the history."""
    listed = git(directory, "rev-list", "--no-merges", "--parents", "HEAD").decode().splitlines()
    rows = [row.split() for row in listed]
    rows = [row for row in rows if len(row) == 2]
    yield from ((row[1], row[0]) for row in rows[:: max(1, len(rows) // count)][:count])


def text_of(directory: Path, commit: str, path: str) -> list[str] | None:
    try:
        text = git(directory, "cat-file", "blob", f"{commit}:{path}").decode()
    except (subprocess.CalledProcessError, UnicodeDecodeError):
        return None
    return [line.removesuffix("\r") for line in text.split("\n")]


def account(directory: Path, parent: str, commit: str, tally: Counter[str]) -> list[ChangedFile]:
    """Count every hunk of a diff as to be reviewed or skipped, against git's own count of lines.

    A file that becomes a link is one row to git and two files in its diff, so sums are compared.
    """
    files = parse_diff(git(directory, *DIFF, parent, commit))
    counted = git(directory, "diff", "--numstat", *DIFF[3:], parent, commit).splitlines()
    tally["diffs"] += 1
    rows = [row.split(b"\t")[:2] for row in counted if not row.startswith(b"-")]
    theirs = [sum(map(int, column)) for column in zip(*rows, strict=True)] or [0, 0]
    hunks = [hunk for file in files for hunk in file.hunks]
    ours = [sum(len(hunk.added) for hunk in hunks), sum(len(hunk.removed) for hunk in hunks)]
    tally["unaccounted"] += ours != theirs or len(files) < len(counted)
    for file in files:
        tally["hunks"] += len(file.hunks)
        tally["skipped" if unreviewable(file) else "to review"] += len(file.hunks)
    return list(files)


def pairs_of(directory: Path, parent: str, commit: str, tally: Counter[str]) -> Iterator[Pair]:
    files = [file for file in account(directory, parent, commit, tally) if not unreviewable(file)]
    for file in files[:MAX_FILES]:
        new = text_of(directory, commit, file.path)
        old = text_of(directory, parent, file.old_path) if file.status != "added" else []
        if new is not None and old is not None:
            for hunk in file.hunks:
                shown = [line.text for line in hunk.lines if line.sign != "-"]
                tally["hunks off"] += new[hunk.new.start : hunk.new.stop] != shown
            yield Pair(file, old, new)


class Said(NamedTuple):
    """A reply with one finding, and where it truly belongs."""

    reply: str
    truth: range
    faults: frozenset[str]


def said(rng: random.Random, pair: Pair, lines: range, nonce: str) -> Said:
    """Return what a faulty model says of some lines."""
    faults = {name for name in ("typo", "path", "repeat", "open") if rng.random() < 0.15}
    quote = list(pair.new[lines.start : lines.stop])
    if "typo" in faults:
        at = rng.randrange(len(quote))
        column = rng.randrange(max(1, len(quote[at])))
        quote[at] = quote[at][:column] + rng.choice("xyz_") + quote[at][column + 1 :]
    path = "src/wrong/" + pair.change.path[::-1] if "path" in faults else pair.change.path
    number = max(1, lines.start + 1 + rng.randint(-NOISE, NOISE))
    block = [
        opening("finding", nonce), f"path: {path}", f"line: {number}", "kind: bug",
        "severity: high", "confidence: 80", "title: Something is wrong", opening("quote", nonce),
        *quote, closing("quote", nonce), opening("why", nonce), "Because.", closing("why", nonce),
    ]  # fmt: skip
    block += [] if "open" in faults else [closing("finding", nonce)]
    reply = "\n".join(block * (2 if "repeat" in faults else 1)) + "\n"
    return Said(reply, lines, frozenset(faults))


def sent_of(pair: Pair) -> Sent:
    shown = tuple(range(max(0, h.new.start - 5), h.new.stop + 5) for h in pair.change.hunks)
    return Sent(pair.change.path, pair.new, shown)


def quotable(rng: random.Random, pair: Pair) -> Iterator[range]:
    """Yield lines as findings quote them: two to five, some of them changed."""
    hunks = [hunk for hunk in pair.change.hunks if hunk.added]
    for _ in range(REPLIES_PER_FILE if hunks else 0):
        hunk = rng.choice(hunks)
        start = rng.choice(hunk.added)
        stop = min(start + rng.randint(2, 5), len(pair.new), hunk.new.stop)
        start = max(0, min(start, stop - 2))
        lines = [at for at in range(start, stop) if pair.new[at].strip()]
        if len(lines) >= 2 and sum(map(str.isalnum, "".join(pair.new[start:stop]))) >= 8:
            yield range(lines[0], lines[-1] + 1)


def measure_anchors(rng: random.Random, pair: Pair, tally: Counter[str]) -> list[Located]:
    sent = {pair.change.path: sent_of(pair)}
    nonce = nonce_for(*pair.new)
    shown = []
    for lines in quotable(rng, pair):
        reply = said(rng, pair, lines, nonce)
        reader = FindingReader(nonce)
        found = [*reader.feed(reply.reply), *reader.finish()]
        placed = [locate(each, sent) for each in found]
        right = [each for each in placed if isinstance(each, Located)]
        tally["replies"] += 1
        tally["wrong"] += sum(each.lines != lines for each in right)
        well = not reply.faults & {"typo", "path"}
        tally["well quoted"] += well
        tally["well quoted shown"] += well and bool(right)
        tally["with typos"] += "typo" in reply.faults
        tally["with typos shown"] += "typo" in reply.faults and bool(right)
        tally["wrong path shown"] += "path" in reply.faults and bool(right)
        tally.update(f"refused: {e.reason}" for e in placed if well and not isinstance(e, Located))
        shown += right[:1]
    return shown


def measure_pairs(rng: random.Random, pair: Pair, tally: Counter[str]) -> None:
    """Follow places from the old to the new text; git's hunks say where they truly are."""
    if len(pair.old) < 5:
        return
    truth = git_map(pair)
    starts = [rng.randrange(len(pair.old) - 3) for _ in range(PLACES)]
    places = [range(at, at + rng.randint(1, 3)) for at in starts]
    places = [p for p in places if pair.old[p[0]].strip() and pair.old[p[-1]].strip()]
    for place, mapped in zip(places, remapped_all(places, pair.old, pair.new), strict=True):
        real = [truth[at] for at in place]
        alive = None not in real and real == list(range(real[0] or 0, (real[0] or 0) + len(real)))
        again = found_again(remembered(place, pair.old), pair.new)
        tally["places"] += 1
        tally["alive"] += alive
        for name, got in (("map", mapped), ("memory", again)):
            tally[f"{name} wrong"] += (
                got is not None
                and (not alive or got.start != real[0])
                and not any(is_only(pair, place, got, beside) for beside in BESIDE)
            )
            tally[f"{name} lost"] += got is None and alive


def is_only(pair: Pair, place: range, got: range, beside: int) -> bool:
    """Whether lines, with some beside them, stand once in each text: in the new one at `got`."""
    above = min(beside, place.start)
    lines = pair.old[place.start - above : place.stop + beside]
    old, new = (
        [at for at in range(len(text)) if text[at : at + len(lines)] == lines]
        for text in (pair.old, pair.new)
    )
    return len(old) == 1 and new == [got.start - above]


def git_map(pair: Pair) -> list[int | None]:
    """Return the new number of each old line, as the hunks tell."""
    found: list[int | None] = [None] * len(pair.old)
    at = shift = 0
    for hunk in pair.change.hunks:
        found[at : hunk.old.start] = range(at + shift, hunk.old.start + shift)
        old = hunk.old.start
        for line in hunk.lines:
            if line.sign == " ":
                found[old] = line.number
            old += line.sign != "+"
        at, shift = hunk.old.stop, hunk.new.stop - hunk.old.stop
    found[at:] = range(at + shift, len(pair.old) + shift)
    return found


def measure_edits(rng: random.Random, text: list[str], tally: Counter[str]) -> None:
    """Edit a text at random; each character remembers the line it came from."""
    document = Snapshot.of("file:///a", "", 0, "\n".join(text[:200]))
    origin = [at for at, line in enumerate(document.lines) for _ in line]
    starts = range(0, len(document.lines), 7)
    places = {at: range(at, min(at + 3, len(document.lines))) for at in starts}
    live: dict[int, range] = dict(places)
    original = document
    for version in range(EDITS):
        start = Position(rng.randrange(len(document.lines)), rng.randrange(60))
        end = (
            start
            if rng.random() < 0.6
            else Position(start.line + rng.randrange(4), rng.randrange(60))
        )
        if rng.random() < 0.3:
            start, end = Position(start.line, 0), Position(start.line + rng.randrange(3), 0)
        edit = Edit(Range(*sorted((document.clamp(start), document.clamp(end)))), rng.choice(TYPED))
        changed = document.edited(edit, version)
        live = {key: to for key, at in live.items() if (to := moved(at, edit, document, changed))}
        assert edit.range is not None
        first, last = (offset(document, place) for place in edit.range)
        # What is typed as it stood there has not changed.
        pairs = zip(document.text[first:last], edit.text, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        origin[first + same : last] = [-1] * (len(edit.text) - same)
        document = changed
        tally["edits"] += 1
        tally["edit wrong"] += sum(
            not stands(document, at, origin, original, places[key]) for key, at in live.items()
        )
    tally["edit survivors"] += len(live)
    tally["edit places"] += len(places)


def offset(document: Snapshot, place: Position) -> int:
    return sum(map(len, document.lines.slice(0, place.line))) + place.column


def stands(
    document: Snapshot, at: range, origin: list[int], original: Snapshot, place: range
) -> bool:
    """Whether lines are made of the very characters of the place they came from."""
    begin = offset(document, Position(at.start, 0))
    for line, source in zip(at, place, strict=True):
        size = len(document.line(line))
        came = set(origin[begin : begin + size])
        if document.line(line) != original.line(source) or came - {source}:
            return False
        begin += len(document.lines[line])
    return True


def measure_dismissals(
    rng: random.Random, pair: Pair, shown: Sequence[Located], tally: Counter[str]
) -> None:
    """Say dismissed findings again: other words, other lines, other indentation, other file."""
    for each in shown:
        known = fingerprint(each, pair.new)
        gap = rng.randint(1, 9)
        text = [""] * gap + ["\t  " + line.strip() for line in pair.new]
        words = replace(each.finding, title="Put differently", why="Other words", severity="low")
        lines = range(each.lines.start + gap, each.lines.stop + gap)
        again = replace(each, finding=words, path="renamed.py", lines=lines)
        tally["dismissed"] += 1
        tally["dismissed shown again"] += fingerprint(again, text) != known
        other = replace(each, finding=replace(each.finding, kind="security"))
        tally["different shown"] += fingerprint(other, pair.new) != known


def measure_prompts(pairs: Sequence[Pair], tally: Counter[str]) -> None:
    """Build the prompts of a commit: every hunk in one, within the budget, rightly estimated."""
    pieces = []
    for pair in pairs:
        source = Source(pair.change, "\n".join(pair.new), "\n".join(pair.old))
        portions = portions_of(source, lambda _: None, hide=True, max_chars=5_000_000)
        tally["hunks in prompts"] += sum(bool(portion.pieces) for portion in portions)
        tally["hunks kept back"] += sum(not portion.pieces for portion in portions)
        tally["hunks lost"] += len(portions) != len(pair.change.hunks)
        pieces += pieces_of(portions)
    for batch in batches(pieces):
        prompt = batch.prompt()
        counted = count(prompt.chat.system) + count(prompt.chat.user)
        tally["prompts"] += 1
        tally["prompts over budget"] += counted > BATCH_TOKENS + OWN_TOKENS
        tally["estimates within 10 %"] += 0.9 <= prompt.tokens / counted <= 1.1


def figures(tally: Counter[str]) -> dict[str, object]:
    """Return what is printed: counts, and the shares that have a bar."""

    def share(part: str, whole: str) -> float:
        return round(100 * tally[part] / max(tally[whole], 1), 3)

    return {
        **dict(sorted(tally.items())),
        "% well quoted shown": share("well quoted shown", "well quoted"),
        "% typos shown": share("with typos shown", "with typos"),
        "% map wrong": share("map wrong", "places"),
        "% memory wrong": share("memory wrong", "places"),
        "% map lost": share("map lost", "alive"),
        "% memory lost": share("memory lost", "alive"),
        "% edit survivors": share("edit survivors", "edit places"),
        "% estimates within 10 %": share("estimates within 10 %", "prompts"),
        "% different shown": share("different shown", "dismissed"),
    }


def measure(directories: Sequence[Path], count: int, seed: int = 1) -> dict[str, object]:
    """Return all figures over the histories of some repositories."""
    rng, tally = random.Random(seed), Counter[str]()
    for directory in directories:
        for parent, commit in commits(directory, count):
            pairs = list(pairs_of(directory, parent, commit, tally))
            measure_prompts(pairs, tally)
            for at, pair in enumerate(pairs):
                shown = measure_anchors(rng, pair, tally)
                measure_dismissals(rng, pair, shown, tally)
                measure_pairs(rng, pair, tally)
                if at == 0 and tally["diffs"] % 5 == 0:
                    measure_edits(rng, pair.new, tally)
    return figures(tally)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how reviews hold their places.")
    parser.add_argument("directories", nargs="+", type=Path, metavar="GIT_DIRECTORY")
    parser.add_argument("--commits", type=int, default=COMMITS, help="of each repository")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    found = measure(options.directories, options.commits)
    for name, value in found.items():
        print(f"{name:32} {value:>10}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
