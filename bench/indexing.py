"""What the index costs: to build, to keep, to open again, to ask, and whether it is ever felt.

The project is the running Python's library, copied until it has 5,000 files, or one of yours.
Run: `python -m bench.indexing [--files N | --root DIR]`. Linux only (reads /proc for memory).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.context.packers import CHILD, Served, served
from bench.context.position import Cursor
from bench.context.score import percentile
from bench.loop import Probe
from bench.start import rss_mib
from glm_ls.cli.editor import Editor
from glm_ls.cli.stdio_client import StdioClient
from glm_ls.context.worker import IDLE_S
from glm_ls.text.snapshot import Snapshot

FILES = 5000
BUDGET = 4000
PLACES = 200
"""Fresh places that are asked about."""
TYPED_AT = 10
TYPED = "value = self.compute"
WALL_MS = 150
"""What the server gives the context of a completion."""
LOOP_S = 10
"""How long the event loop is watched."""
LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3", "__pycache__"}
OPEN_AGAIN = """
import sys, time
from pathlib import Path
from glm_ls.config.paths import user_cache_dir
from glm_ls.index.index import Index
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots
root = Path(sys.argv[1])
began = time.perf_counter()
index = Index(root, Ignore(Roots((root,))), user_cache_dir())
opened = time.perf_counter()
index.relist()
print((opened - began) * 1000, (time.perf_counter() - opened) * 1000, index.waiting)
"""


def make_project(folder: Path, count: int) -> None:
    """Lay out so many files of real code."""
    library = Path(sysconfig.get_path("stdlib"))
    files = [
        file
        for file in sorted(library.rglob("*.py"))
        if not LEFT_OUT & set(file.relative_to(library).parts)
    ]
    for at in range(count):
        copy, of = divmod(at, len(files))
        target = folder / f"copy{copy}" / files[of].relative_to(library)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[of], target)


def opened_first(root: Path) -> Path:
    """Return the file that is opened: argparse.py where there is one, of some 2,500 lines."""
    return next(root.rglob("argparse.py"), None) or min(root.rglob("*.py"))


def measure_machine() -> None:
    """Say how fast this machine is just now: neighbours' load alone moves figures fivefold."""
    cpu, wall, total = time.process_time(), time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"machine: ten million additions in Python take {cpu:.2f} s of CPU, {wall:.2f} s")


def measure_cold(root: Path, env: dict[str, str]) -> None:
    """Index everything in a process of its own; numbers of threads are held to one."""
    one = {**env, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = (sys.executable, "-m", "glm_ls", "index", str(root), "--json")
    done = subprocess.run(command, env=one, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = json.loads(done.stdout)
    files, wall = said["files"], said["seconds"]
    size = Path(said["database"]).stat().st_size / 2**20
    text = sum(file.stat().st_size for file in root.rglob("*.py")) / 1e6
    print(f"cold index: {files} files of {text:.1f} MB, {said['definitions']} definitions")
    print(f"  wall {wall:.2f} s, {files / wall:.0f} files/s, {text / wall:.2f} MB/s")
    print(f"  CPU {cpu:.2f} s, {files / cpu:.0f} files/s, {text / cpu:.2f} MB/s")
    print(f"  database {size:.0f} MiB")


def measure_open(root: Path, env: dict[str, str]) -> None:
    """Open the warm database, in new processes."""
    runs = []
    for _ in range(5):
        command = (sys.executable, "-c", OPEN_AGAIN, str(root))
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        runs.append([float(word) for word in done.stdout.split()])
    opened, listed = (percentile([run[at] for run in runs], 0.5) for at in (0, 1))
    print(f"warm database: open {opened:.0f} ms, list the files {listed:.0f} ms, medians of 5")
    print(f"  files to read again: {runs[-1][2]:.0f}")


def measure_first(root: Path, home: Path, name: str) -> None:
    """Ask at once after the start, as when an editor opens a file of a project."""
    file = opened_first(root)
    text = file.read_text("utf-8")
    row = text.count("\n") // 2
    began = time.perf_counter()
    with served(root, home, CHILD) as child:
        child.tell(open=True)
        path = file.relative_to(root).as_posix()
        answer = child.ask(path=path, text=text, line=row, col=8, budget=BUDGET, wall_ms=WALL_MS)
        took = (time.perf_counter() - began) * 1000
        spent = answer["timings_ms"]["total"]
        print(
            f"first answer, {name}: {took:.0f} ms after the child's start ({spent:.0f} ms in it),"
            f" {answer['tokens']} tokens, {len(answer['parts'])} parts"
        )


def measure_queries(root: Path, home: Path) -> None:
    """Ask a warm child about fresh places, and key by key."""
    rng = random.Random(2611)
    files = sorted(root.rglob("*.py"))
    with served(root, home, CHILD) as child:
        wait_until_complete(child, files[0].relative_to(root).as_posix())
        cursors = [_place(root, rng.choice(files), rng) for _ in range(PLACES)]
        fresh = [_asked(child, cursor) for cursor in cursors]
        keys = []
        for cursor in cursors[:: PLACES // TYPED_AT]:
            before, after = _halves(cursor)
            child.pack(cursor, BUDGET)
            for count in range(1, len(TYPED) + 1):
                text = before + TYPED[:count] + after
                typed = Cursor(cursor.path, text, cursor.row, cursor.column + count)
                keys.append(_asked(child, typed))
        print(f"fresh place at {BUDGET:,} tokens: {_spread(fresh)}")
        print(f"next key: {_spread(keys)}")
        busy = rss_mib(child.pid)
        time.sleep(2 * IDLE_S)
        print(f"RSS of the child: {busy:.0f} MiB, after a pause {rss_mib(child.pid):.0f} MiB")


def wait_until_complete(child: Served, path: str) -> None:
    """Ask until the index knows every file; what is asked about comes first, so it ends."""
    while not child.ask(path=path, text=None, line=0, col=0, budget=0)["complete"]:
        time.sleep(0.1)


def _place(root: Path, file: Path, rng: random.Random) -> Cursor:
    """Return a place at the end of some line's indentation."""
    text = file.read_text("utf-8", "replace")
    lines = text.split("\n")
    row = rng.randrange(len(lines))
    column = len(lines[row]) - len(lines[row].lstrip())
    return Cursor(file.relative_to(root).as_posix(), text, row, column)


def _halves(cursor: Cursor) -> tuple[str, str]:
    lines = cursor.text.split("\n")
    before = "\n".join((*lines[: cursor.row], lines[cursor.row][: cursor.column]))
    return before, cursor.text[len(before) :]


def _asked(child: Served, cursor: Cursor) -> float:
    began = time.perf_counter()
    child.pack(cursor, BUDGET)
    return (time.perf_counter() - began) * 1000


def _spread(values: list[float]) -> str:
    half, most = percentile(values, 0.5), percentile(values, 0.95)
    return f"p50 {half:.1f} ms, p95 {most:.1f}, max {max(values):.1f} of {len(values)}"


async def measure_loop(name: str, root: Path, env: dict[str, str]) -> None:
    """Watch the server's event loop while a document is open and its child indexes the project."""
    client = await StdioClient.start(env)
    try:
        file = opened_first(root)
        text = file.read_text("utf-8")
        editor = Editor(client, Snapshot.of(file.as_uri(), "python", 1, text))

        async def open_and_wait() -> None:
            await editor.open()
            await asyncio.sleep(LOOP_S)

        await editor.greet(root)
        await Probe(client).during(f"server, {name}", open_and_wait)
    finally:
        await client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES, help="of the project (%(default)s)")
    parser.add_argument("--root", type=Path, help="a project with Python in it, in place of that")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="glm-ls-bench-") as scratch:
        root = options.root.resolve() if options.root else Path(scratch).resolve() / "project"
        if not options.root:
            make_project(root, options.files)
        measure_machine()
        home: Callable[[str], Path] = Path(scratch).joinpath
        env = {f"GLM_LS_{k}_DIR": str(home("warm")) for k in ("CONFIG", "STATE", "CACHE")}
        measure_first(root, home("cold"), "nothing indexed")
        measure_cold(root, {**os.environ, **env})
        measure_open(root, {**os.environ, **env})
        measure_first(root, home("warm"), "warm database")
        measure_queries(root, home("warm"))
        alone = home("alone") / "project"
        make_project(alone, 5)
        shutil.copyfile(opened_first(root), alone / "argparse.py")
        for name, folder in (("5 files", alone), ("the project", root)):
            cold = {f"GLM_LS_{k}_DIR": str(home(name)) for k in ("CONFIG", "STATE", "CACHE")}
            asyncio.run(measure_loop(name, folder, {**os.environ, **cold}))


if __name__ == "__main__":
    main()
