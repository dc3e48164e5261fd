"""The way to the endpoint: proxies, certificates, and what is told when one is of no use."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from glm_ls.config.schema import build_settings
from glm_ls.errors import NetworkDown, ProviderError, SettingsError, TlsFailed
from glm_ls.provider.answer import Timing
from glm_ls.provider.client import HttpClient
from glm_ls.provider.request import Usage
from glm_ls.provider.transport import open_client
from glm_ls.provider.wire import Call
from tests.simulator import Simulator
from tests.unit.provider.conftest import endpoint_at

pytestmark = pytest.mark.usefixtures("no_proxy", "nothing_is_left")

ANSWER = b'data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n"
SECRET = "hunter2-hunter2"


async def asked(base_url: str, **settings: object) -> str:
    """Return the text of an answer; raises ProviderError."""
    values = build_settings(settings)
    async with open_client(values) as http:
        client = HttpClient(http, endpoint_at(base_url), Timing(10, 10))
        text = ""
        async for delta in client.stream(Call("/chat/completions", {"messages": []}), _forget):
            text += delta.text
        await client.close()
    return text


def _forget(usage: Usage | None) -> None:
    pass


@asynccontextmanager
async def server(context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Serve the one answer on localhost; yields the port and the heads that arrived."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(HEAD % len(ANSWER) + ANSWER)
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with listening:
        yield listening.sockets[0].getsockname()[1], heads


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    def context(name: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(made)
        return made

    return context


async def test_an_unknown_certificate_is_not_accepted(
    tls: Callable[[str], ssl.SSLContext],
) -> None:
    async with server(tls("localhost")) as (port, heads):
        with pytest.raises(TlsFailed, match=f"https://localhost:{port}"):
            await asked(f"https://localhost:{port}/v1")
        assert heads == []


async def test_a_bundle_names_whom_to_trust(
    tls: Callable[[str], ssl.SSLContext], authority: trustme.CA, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(str(bundle))
    trusting = {"network.ca_bundle": str(bundle)}
    async with server(tls("localhost")) as (port, _):
        assert await asked(f"https://localhost:{port}/v1", **trusting) == "hi"
    async with server(tls("other.example")) as (port, heads):
        with pytest.raises(TlsFailed):
            await asked(f"https://localhost:{port}/v1", **trusting)
        assert heads == []


async def test_speaking_tls_to_a_server_that_does_not() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(TlsFailed):
            await asked(f"https://localhost:{port}/v1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("how", ["setting", "environment"])
async def test_no_proxy_for_what_runs_here(
    monkeypatch: pytest.MonkeyPatch, host: str, how: str
) -> None:
    async with server() as (proxy, at_proxy), server() as (port, heads):
        address = f"http://127.0.0.1:{proxy}"
        settings = {"network.proxy": address} if how == "setting" else {}
        if how == "environment":
            monkeypatch.setenv("HTTP_PROXY", address)
            monkeypatch.setenv("ALL_PROXY", address)
        assert await asked(f"http://{host}:{port}/v1", **settings) == "hi"
        assert (len(heads), at_proxy) == (1, [])


@pytest.mark.parametrize("how", ["setting", "environment"])
async def test_a_proxy_for_everything_else(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    async with server() as (proxy, at_proxy):
        address = f"http://127.0.0.1:{proxy}"
        settings = {"network.proxy": address} if how == "setting" else {}
        if how == "environment":
            monkeypatch.setenv("HTTP_PROXY", address)
        assert await asked("http://glm.example/v1", **settings) == "hi"
        assert at_proxy[0].startswith(b"POST http://glm.example/v1/chat/completions HTTP/1.1\r\n")


async def test_a_proxy_that_is_down_is_named_by_its_trouble() -> None:
    async with Simulator() as sim:
        await sim.down()
        with pytest.raises(ProviderError) as caught:
            await asked("http://glm.example/v1", **{"network.proxy": sim.url})
        assert type(caught.value) is NetworkDown


@pytest.mark.parametrize(
    "proxy",
    [
        f"ftp://me:{SECRET}@proxy:1",
        f"socks5://me:{SECRET}@proxy:1",
        f"me:{SECRET}@proxy:port",
        f"http://me:{SECRET}@proxy:port",
        "http://[::1",
    ],
)
@pytest.mark.parametrize("how", ["network.proxy", "environment"])
def test_proxies_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str, how: str) -> None:
    if how == "environment":
        monkeypatch.setenv("ALL_PROXY", proxy)
    settings = {} if how == "environment" else {"network.proxy": proxy}
    with pytest.raises(SettingsError, match=how) as caught:
        open_client(build_settings(settings))
    assert SECRET not in str(caught.value)


def test_bundles_that_cannot_be_read(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.pem"
    garbage.write_text("no certificate")
    for bundle in (str(garbage), str(tmp_path / "missing.pem"), str(tmp_path)):
        with pytest.raises(SettingsError, match=r"network\.ca_bundle"):
            open_client(build_settings({"network.ca_bundle": bundle}))


@pytest.mark.parametrize(("keepalive", "connections"), [(0, 2), (1, 1)])
async def test_idle_connections_are_kept_as_told(keepalive: int, connections: int) -> None:
    peers = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.add(writer.get_extra_info("peername"))
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(HEAD % 0)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with open_client(build_settings({"network.keepalive": keepalive})) as http:
            for _ in range(2):
                await http.get(f"http://127.0.0.1:{port}/")
        assert len(peers) == connections
