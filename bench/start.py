"""How long an editor waits for `initialize`, beside a bare pygls server, and memory when idle.

Pairs in turn, A B A B …, so that a machine that gets faster or slower hits both alike.
Run: `python -m bench.start [PAIRS]`. Linux only (reads /proc for memory).
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

BARE = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer("bare", "1")
@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline(params):
    return None
server.start_io()
"""
SERVERS = {
    "bare pygls": (sys.executable, "-c", BARE),
    "glm-ls": (sys.executable, "-m", "glm_ls"),
}
CAPABILITIES = {
    "textDocument": {"inlineCompletion": {}},
    "general": {"positionEncodings": ["utf-16"]},
}


async def start(command: tuple[str, ...], home: str) -> tuple[float, float]:
    """Return milliseconds from start to the `initialize` answer, and idle RSS in MiB."""
    env = {**os.environ, **{f"GLM_LS_{k}_DIR": home for k in ("CONFIG", "STATE", "CACHE")}}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, env=env,
    )  # fmt: skip
    send(process, {"id": 1, "method": "initialize", "params": {"capabilities": CAPABILITIES}})
    await answer(process, 1)
    took = (time.perf_counter() - began) * 1000
    text = Path(tempfile.__file__).read_text("utf-8")
    item = {"uri": "file:///tmp/x.py", "languageId": "python", "version": 1, "text": text}
    send(process, {"method": "initialized", "params": {}})
    send(process, {"method": "textDocument/didOpen", "params": {"textDocument": item}})
    await asyncio.sleep(2)
    memory = rss_mib(process.pid)
    process.kill()
    await process.wait()
    return took, memory


def send(process: asyncio.subprocess.Process, message: dict[str, object]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    assert process.stdin is not None
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


async def answer(process: asyncio.subprocess.Process, number: int) -> None:
    assert process.stdout is not None
    while True:
        head = await process.stdout.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if json.loads(await process.stdout.readexactly(length)).get("id") == number:
            return


def rss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def main(pairs: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in SERVERS}
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(pairs):
            for name, command in SERVERS.items():
                took, memory[name] = await start(command, home)
                times[name].append(took)
    for name, values in times.items():
        print(
            f"{name:12} initialize: median {statistics.median(values):6.1f} ms, "
            f"min {min(values):6.1f}, max {max(values):6.1f}; "
            f"idle with a document {memory[name]:.1f} MiB"
        )
    bare, ours = times["bare pygls"], times["glm-ls"]
    ratios = sorted(b / a for a, b in zip(bare, ours, strict=True))
    print(
        f"ratio of medians {statistics.median(ours) / statistics.median(bare):.3f}, median of "
        f"{pairs} pairs {statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
