"""Every way an endpoint fails gives its own reason, one message at most, and heals by itself."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from tests.protocol.editor import Editor, profile, start_editor
from tests.simulator import Script, Simulator

URI = "file:///code/app.py"
TEXT = "def total(values):\n    result = "
PLACE = (1, 13)
GOOD = Script(reply="sum(values)")
BASE = {"GLM_LS_PROVIDER": "zai", "GLM_LS_API_KEY": "good-key", "GLM_LS_EMBEDDED_ENABLED": "0"}


@dataclass(frozen=True)
class Failure:
    """What goes wrong and what is said about it."""

    reason: str
    says: str
    """Part of the status message."""
    script: Script = GOOD
    env: dict[str, str] = field(default_factory=dict)
    messages: int = 1
    """Messages shown in the whole outage."""
    requests: int = 1
    """Requests the first completion made, retries included."""


FAILURES = {
    "no key": Failure("key-missing", "ZAI_API_KEY", env={"GLM_LS_API_KEY": ""}, requests=0),
    "wrong key": Failure("key-rejected", "Check the key", env={"GLM_LS_API_KEY": "bad-key"}),
    "billing": Failure("billing", "Recharge", Script(error="1113")),
    "quota": Failure("quota", "until 20", Script(error="1308")),
    "rate": Failure("rate-limited", "Rate limit", Script(error="1302"), messages=0, requests=3),
    "overload": Failure("overloaded", "overloaded", Script(error="1305"), messages=0, requests=2),
    "too long": Failure(
        "prompt-too-long", "max length", Script(error="1261"), messages=0, requests=2
    ),
    "unknown model": Failure("model-unknown", "glm-ls models", Script(error="1211")),
    "policy": Failure("content-refused", "policy", Script(error="1301"), messages=0),
    "bad parameter": Failure("bad-parameter", "parameter", Script(error="1210")),
    "silent stream": Failure(
        "timeout", "0.3 s", Script(fault="hang"), env={"GLM_LS_NETWORK_FIRST_BYTE_S": "0.3"}
    ),
    "stalled stream": Failure(
        "timeout", "in the middle", Script(fault="hang_mid"), env={"GLM_LS_NETWORK_IDLE_S": "0.3"}
    ),
    "HTML answer": Failure("bad-answer", "HTML", Script(fault="html_200")),
    "routing error": Failure("bad-answer", "NOT_FOUND", Script(fault="json_200_error")),
    "gateway page": Failure(
        "overloaded", "HTTP 524", Script(status=524, body=b"<html>", content_type="text/html"),
        messages=0, requests=2,
    ),
    "reset": Failure("network", "connection", Script(fault="reset_before"), requests=2),
    "broken stream": Failure("network", "middle", Script(fault="close_mid")),
    "error in the stream": Failure("overloaded", "", Script(fault="error_in_band"), messages=0),
}  # fmt: skip


@asynccontextmanager
async def editing(home: Path, env: dict[str, str]) -> AsyncIterator[Editor]:
    async with start_editor(home, {**BASE, **env}) as editor:
        await editor.initialize(profile("vscode-1.139.1-languageclient-11.0.0"))
        editor.open(URI, TEXT)
        yield editor
        assert await editor.leave() == 0
        assert set(editor.answers.values()) == {1}
        assert b"Traceback" not in editor.stderr, editor.stderr.decode()[-3000:]


def messages(editor: Editor) -> list[str]:
    """What was shown, but for the complaint about the profile's own option."""
    told = [params["message"] for params in editor.told("window/showMessage")]
    return [message for message in told if "is no setting" not in message]


@pytest.mark.parametrize("failure", FAILURES.values(), ids=list(FAILURES))
async def test_each_failure_has_its_reason_and_heals(tmp_path: Path, failure: Failure) -> None:
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        sim.script = failure.script
        async with editing(tmp_path, {"GLM_LS_BASE_URL": sim.base_url, **failure.env}) as editor:
            reply = await editor.inline(URI, *PLACE)
            assert reply.result == {"items": []}
            status = await editor.status()
            assert status["reason"] == failure.reason
            assert failure.says in status["message"]
            assert "good-key" not in str(status)
            assert sum(e.generating for e in sim.log) == failure.requests
            for _ in range(3):
                assert (await editor.inline(URI, *PLACE)).result == {"items": []}
            assert len(messages(editor)) == failure.messages, messages(editor)
            told = [params["reason"] for params in editor.told("didChangeStatus")]
            assert failure.reason in told

            sim.script = GOOD
            heal = {"api_key": "good-key", "network": {"connect_s": 6.0}}
            editor.notify("workspace/didChangeConfiguration", {"settings": {"glm-ls": heal}})
            if failure.env.get("GLM_LS_API_KEY", "good-key") != "good-key":
                return  # the environment stands above the client; the next test heals a key
            assert (await editor.inline(URI, *PLACE)).texts == ["    result = sum(values)"]
            assert (await editor.status())["reason"] == "ready"
            assert len(messages(editor)) == failure.messages


@pytest.mark.parametrize(
    "script",
    [Script(error="1113"), Script(error="1211"), Script(error="1305"), Script(fault="html_200")],
    ids=["billing", "model", "overload", "html"],
)
async def test_the_same_place_answers_as_soon_as_the_endpoint_is_well(
    tmp_path: Path, script: Script
) -> None:
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        sim.script = script
        async with editing(tmp_path, {"GLM_LS_BASE_URL": sim.base_url}) as editor:
            assert (await editor.inline(URI, *PLACE)).result == {"items": []}
            sim.script = GOOD
            assert (await editor.inline(URI, *PLACE)).texts == ["    result = sum(values)"]
            assert (await editor.status())["reason"] == "ready"


async def test_a_refused_connection_heals(tmp_path: Path) -> None:
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        sim.script = GOOD
        await sim.down()
        async with editing(tmp_path, {"GLM_LS_BASE_URL": sim.base_url}) as editor:
            assert (await editor.inline(URI, *PLACE)).result == {"items": []}
            assert (await editor.status())["reason"] == "network"
            assert len(messages(editor)) == 1
            await sim.up()
            assert (await editor.inline(URI, *PLACE)).texts == ["    result = sum(values)"]
            assert (await editor.status())["reason"] == "ready"


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with (
        server,
        editing(tmp_path, {"GLM_LS_BASE_URL": f"https://127.0.0.1:{port}"}) as editor,
    ):
        assert (await editor.inline(URI, *PLACE)).result == {"items": []}
        status = await editor.status()
        assert status["reason"] == "tls"
        assert "ca_bundle" in status["message"]
        assert len(messages(editor)) == 1


async def test_a_cap_of_the_user_stops_requests(tmp_path: Path) -> None:
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        sim.script = GOOD
        env = {"GLM_LS_BASE_URL": sim.base_url, "GLM_LS_LIMITS_REQUESTS_PER_HOUR": "1"}
        async with editing(tmp_path, env) as editor:
            assert (await editor.inline(URI, *PLACE)).texts
            await sim.finished(1)
            editor.insert(URI, *PLACE, "x")
            while not (await editor.status())["usage_24h"]:
                pass
            assert (await editor.inline(URI, PLACE[0], PLACE[1] + 1)).result == {"items": []}
            assert (await editor.status())["reason"] == "cap"
            assert sum(e.generating for e in sim.log) == 1


async def test_a_provider_that_does_not_exist_is_said_once(tmp_path: Path) -> None:
    async with editing(tmp_path, {"GLM_LS_PROVIDER": "zia"}) as editor:
        assert (await editor.inline(URI, *PLACE)).result == {"items": []}
        status = await editor.status()
        assert status["reason"] == "settings"
        assert "zia" in status["message"]
        assert len(messages(editor)) == 1


async def test_the_embedded_engine_takes_over_and_the_status_says_so(tmp_path: Path) -> None:
    text = "".join(f"    log.info('step {n} of the run', extra=context)\n" for n in range(9))
    async with Simulator(flavor="zai", keys={"good-key": "general"}) as sim:
        sim.script = Script(error="1113")
        env = {"GLM_LS_BASE_URL": sim.base_url, "GLM_LS_EMBEDDED_ENABLED": "1"}
        async with editing(tmp_path, env) as editor:
            editor.close(URI)
            editor.open(URI, text + "    log.info('step 9 of the run', ")
            reply = await editor.inline(URI, 9, len("    log.info('step 9 of the run', "))
            assert reply.texts == ["    log.info('step 9 of the run', extra=context)"]
            status = await editor.status()
            assert status["reason"] == "billing"
            assert "embedded engine completes meanwhile" in status["message"]
