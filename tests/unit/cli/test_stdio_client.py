"""The client of the demo, against servers that misbehave."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from glm_ls.cli.stdio_client import ServerTrouble, StdioClient

from .conftest import KEY

ANSWER = r"""
import json, sys
def read():
    size = int(sys.stdin.buffer.readline().split(b":")[1])
    sys.stdin.buffer.readline()
    return json.loads(sys.stdin.buffer.read(size))
def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()
"""


@asynccontextmanager
async def server(script: str) -> AsyncIterator[StdioClient]:
    client = await StdioClient.start(os.environ, (sys.executable, "-c", ANSWER + script))
    try:
        yield client
    finally:
        await client.close()


async def test_requests_of_the_server_are_answered() -> None:
    script = """
asked = read()
send({"method": "told", "params": 7})
send({"id": 1, "method": "workspace/configuration", "params": {"items": [{}, {}]}})
send({"id": asked["id"], "result": read()["result"]})
"""
    async with server(script) as client:
        assert await client.request("hello", None) == [None, None]
        assert client.notifications == {"told": 7}


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("sys.exit()", "the server has ended"),
        ("sys.stderr.write('first\\nlast word\\n'); sys.exit(3)", "the server has ended"),
        ("read(); sys.stdout.write('no header\\r\\n\\r\\n')", "the server has ended"),
        (
            f"send({{'id': read()['id'], 'error': {{'message': 'api_key={KEY}\\nno'}}}}); read()",
            "answered an error: api_key=[redacted] no",
        ),
    ],
)
async def test_trouble_is_told_in_one_line(script: str, words: str) -> None:
    async with server(script) as client:
        with pytest.raises(ServerTrouble) as caught:
            await client.request("hello", None)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
