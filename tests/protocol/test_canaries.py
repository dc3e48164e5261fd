"""Canaries planted wherever a secret can lie; none is seen outside again.

One long session per kind of endpoint leaves its traces: everything the endpoint received but the
Authorization meant for it, standard error, the log file, what the editor was told and shown, the
status, and every file below the state folder. Each canary is then looked for in all of them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.protocol.editor import GHOST_TEXT, Editor, Json, at_work
from tests.protocol.texts import cursor
from tests.simulator import Script, Simulator

FLAVORS = {"openai": "openai-compatible", "vllm": "vllm"}
"""A chat, and filling in the middle."""

KEY = "canary-of-the-key-in-use-0123456789"
IN_DOCUMENT = {
    "AWS key": ('a = "{}"', "AKIACANARY00000000A1"),
    "GitHub token": ("b = '{}'", "ghp_Canary" + "a1B2" * 8),
    "GitHub fine-grained token": ('c = "{}"', "github_pat_Canary_" + "a1B2" * 6),
    "GitLab token": ('d = "{}"', "glpat-Canary" + "a1B2" * 4),
    "Slack token": ('e = "{}"', "xoxb-123456789-Canary1"),
    "Google key": ('f = "{}"', "AIzaCanary" + "a1B2c" * 5 + "a1B2"),
    "Google client secret": ('g = "{}"', "GOCSPX-Canary" + "a1B2" * 5 + "zz"),
    "OpenAI key": ('h = "{}"', "sk-proj-Canary" + "a1B2" * 5),
    "Stripe key": ('i = "{}"', "sk_live_Canary" + "a1B2" * 4),
    "JSON web token": ('j = "{}"', "eyJhbGciOiJD.eyJjYW5hcnki.c2lnbmF0dXJl"),
    "Z.ai key": ('k = "{}"', "0ca9a590" * 4 + ".CanaryCanaryCana"),
    "password in a URL": ('l = "postgres://me:{}@db/x"', "C4naryUrlPassw"),
    "password": ('password = "{}"', "C4nary!Passw0rd"),
    "key of an object": ('m = {{"api_key": "{}"}}', "c4n4ry-0bject-k3y"),
    "token in a configuration": ("access_token: {}", "C4nary5t0ken8yaml"),
    "shell variable": ("export AUTH_KEY={}", "C4nary7shell9key"),
    "private key": (
        "n = '''-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----'''",
        base64.b64encode(b"a canary in a private key block of some length").decode(),
    ),
}
"""How each kind of secret stands in code, and the secret."""

SPLIT = "C4naryAroundTheCursor88"
"""A password in which the cursor stands."""

UNFINISHED = "C4naryBeingTyped77"
"""A password whose closing quote is still to come."""

IN_FILES = {
    ".env": "denied-environment",
    "id_rsa": "denied-ssh-key",
    "deploy/prod.tfstate": "denied-state",
    "credentials.json": "denied-credentials",
    "by_git.py": "ignored-by-git",
    "inner/deep.py": "ignored-below",
    "whole/any.py": "ignored-folder",
    "excluded.py": "ignored-by-exclude",
    "by_glm.py": "ignored-by-glmignore",
    "by_client.py": "ignored-by-client",
    "by_toml.py": "ignored-by-workspace",
    "link_to_env.py": "denied-environment",
    "link_to_ignored.py": "ignored-by-git",
    "generated.py": "generated-code",
}
"""Files that are opened and asked for all the same, and the canary in each.

What is generated is not sent, but read as an example from the disk: it is no secret.
"""

UNOPENED = "neighbor-nobody-opened"
IN_ENVIRONMENT = {
    "AWS_SECRET_ACCESS_KEY": "canary/of/amazon/123456",
    "ZAI_API_KEY": "canary-key-of-another-provider",
    "COMETAPI_KEY": "canary-key-of-a-third-provider",
    "DATABASE_URL": "postgres://me:canarydb@host/x",
    "HTTPS_PROXY": "http://me:canaryproxy1@127.0.0.1:9",
    "GLM_LS_LIMITS_CONCURRENCY": "sk-canary-in-a-wrong-variable-1",
}
IN_WORKSPACE_FILE = {
    "key": "canary-of-the-workspace-key",
    "address": "canary-host.invalid",
    "proxy": "canaryproxy2",
    "header": "canary-in-a-header",
    "unknown": "canary-of-an-unknown-setting",
}
IN_CLIENT = {
    "proxy": "canaryproxy3",
    "unknown": "canary-of-a-client-setting",
    "another server's": "canary-of-another-server",
    "wrong type": "canary-of-a-wrong-type",
    "unused key": "canary-client-key-overruled-by-environment",
    "wrong word": "sk-canary-where-a-word-was-wanted",
}
MALFORMED = "canary-in-a-malformed-message"
COMMAND = "canary-in-an-argument-of-a-command"
NAME = "ghp_CanaryName" + "a1B2" * 8
"""In a file's name."""

HOME = "canary-home"
"""In the absolute path of everything; an editor knows it, an endpoint must not."""

CONTROL = "control_canary_that_arrives"
CANARIES = {
    "key in use": KEY,
    **{name: secret for name, (_, secret) in IN_DOCUMENT.items()},
    "around the cursor": SPLIT[:10],
    "behind the cursor": SPLIT[10:],
    "being typed": UNFINISHED,
    **{f"file {name}": text for name, text in IN_FILES.items()},
    "file nobody opened": UNOPENED,
    **{f"environment {name}": text for name, text in IN_ENVIRONMENT.items()},
    **{f"workspace {name}": text for name, text in IN_WORKSPACE_FILE.items()},
    **{f"client {name}": text for name, text in IN_CLIENT.items()},
    "malformed message": MALFORMED,
    "command": COMMAND,
}
ECHOES = (
    Script(status=401, body=json.dumps({"error": {"message": f"bad key {KEY}"}}).encode()),
    Script(status=400, body=json.dumps({"error": {"code": KEY, "message": KEY}}).encode()),
    Script(status=502, body=f"<html>{KEY}</html>".encode(), content_type="text/html"),
    Script(status=302, headers=(("Location", f"http://127.0.0.1:9/?key={KEY}"),)),
    Script(finish=f"no {KEY}"),
    Script(status=200, body=json.dumps({KEY: 1}).encode(), content_type="application/json"),
)
"""Answers that repeat the key."""


@dataclass(frozen=True)
class Traces:
    """What a session left behind, by place."""

    sent: bytes
    """All that the endpoint received."""
    seen: dict[str, bytes]
    """The rest."""


def line_of(canary: str) -> str:
    return f"def remember():\n    return lookup('{canary}')\n"


def plant(work: Path) -> None:
    """Lay out the workspace."""
    work.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", work], check=True)
    for name, canary in IN_FILES.items():
        path = work / name
        path.parent.mkdir(exist_ok=True)
        if name.startswith("link_to_"):
            path.symlink_to(work / (".env" if "env" in name else "by_git.py"))
        else:
            mark = "# @generated\n" if name == "generated.py" else ""
            path.write_text(mark + line_of(canary))
    (work / "neighbor.py").write_text(line_of(UNOPENED))
    (work / ".gitignore").write_text("by_git.py\nwhole/\n")
    (work / "inner" / ".gitignore").write_text("deep.py\n")
    (work / ".glmignore").write_text("by_glm.py\n")
    (work / ".git" / "info" / "exclude").write_text("excluded.py\n")
    (work / ".glm-ls.toml").write_text(
        f"""\
api_key = "{IN_WORKSPACE_FILE["key"]}"
base_url = "https://{IN_WORKSPACE_FILE["address"]}/v1"
network.proxy = "http://me:{IN_WORKSPACE_FILE["proxy"]}@127.0.0.1:9"
dialects.vllm.headers = {{ X-Canary = "{IN_WORKSPACE_FILE["header"]}" }}
made_up = "{IN_WORKSPACE_FILE["unknown"]}"
privacy.ignore = ["by_toml.py"]
privacy.hide_secrets = false
"""
    )


def client_settings() -> Json:
    return {
        "api_key": IN_CLIENT["unused key"],
        "network": {"proxy": f"http://me:{IN_CLIENT['proxy']}@127.0.0.1:9"},
        "made_up": IN_CLIENT["unknown"],
        "other-server": {"token": IN_CLIENT["another server's"]},
        "limits": {"concurrency": IN_CLIENT["wrong type"]},
        "completion": {"mode": IN_CLIENT["wrong word"]},
        "privacy": {"ignore": ["by_client.py"]},
    }


async def work_in(editor: Editor, sim: Simulator, work: Path) -> list[Json]:
    """Open and ask everything; return every status seen."""
    seen = []
    secrets = [form.format(secret) for form, secret in IN_DOCUMENT.values()]
    half = len(secrets) // 2
    near = "\n".join([f"# {CONTROL}", *secrets[:half], "result = ¦", *secrets[half:], ""])
    documents = {
        f"{NAME}.py": near,
        "reversed.py": near.replace("¦", "").replace("AWS", "aws").replace("a = ", "a = ¦", 1),
        "split.py": f'password = "{SPLIT[:10]}¦{SPLIT[10:]}"\n',
        "typed.py": f'password = "{UNFINISHED}¦\n',
        **{name: line_of(canary) + "x = ¦\n" for name, canary in IN_FILES.items()},
    }
    documents["generated.py"] = "# @generated\n" + documents["generated.py"]
    for name, marked in documents.items():
        text, line, character = cursor(marked)
        uri = (work / name).as_uri()
        editor.open(uri, text)
        sim.script = Script(reply="1")
        assert (await editor.inline(uri, line, character, kind=1)).error is None
        editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    text, line, character = cursor(near)
    uri = (work / f"{NAME}.py").as_uri()
    for script in ECHOES:
        sim.script = script
        editor.insert(uri, line, character, "y")
        await editor.inline(uri, line, character + 1, kind=1)
        seen.append(await editor.status())
        editor.notify("workspace/didChangeConfiguration", {"settings": client_settings()})
    item = {"uri": [], "languageId": 5, "version": "x", "text": MALFORMED}
    editor.notify("textDocument/didOpen", {"textDocument": item})
    arguments = [{"engine": {"a": COMMAND}, "chars": COMMAND}, COMMAND]
    for command in ("glm-ls.status", "glm-ls.unknown"):
        params = {"command": command, "arguments": arguments}
        await editor.request("workspace/executeCommand", params)
    seen.append(await editor.status())
    return seen


async def session(folder: Path, flavor: str) -> Traces:
    home = folder / HOME
    work, log_file = home / "work", folder / "log"
    plant(work)
    environment = {
        **IN_ENVIRONMENT,
        "GLM_LS_PROVIDER": FLAVORS[flavor],
        "GLM_LS_API_KEY": KEY,
        "GLM_LS_LOG_LEVEL": "debug",
        "GLM_LS_LOG_FILE": str(log_file),
    }
    async with Simulator(flavor=flavor) as sim:
        environment["GLM_LS_BASE_URL"] = sim.base_url
        params = {**GHOST_TEXT, "initializationOptions": client_settings()}
        async with at_work(home, environment, params) as editor:
            status = await work_in(editor, sim, work)
        assert {exchange.key for exchange in sim.log} == {KEY}
        sent = b"".join(
            f"{exchange.path} {names_and_values}".encode() + exchange.raw
            for exchange in sim.log
            for names_and_values in [
                {k: v for k, v in exchange.headers.items() if k != "authorization"}
            ]
        )
    kept = [path.read_bytes() for path in (home / "STATE").rglob("*") if path.is_file()]
    assert kept
    for one in status:
        one.pop("documents", None)
    return Traces(
        sent,
        {
            "standard error": bytes(editor.stderr),
            "the log file": log_file.read_bytes(),
            "what the editor was told": json.dumps(editor.notifications).encode(),
            "what the editor was asked": json.dumps(editor.requests).encode(),
            "the status": json.dumps(status).encode(),
            "the state folder": b"".join(kept),
        },
    )


@pytest.fixture(scope="module", params=FLAVORS)
def traces(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Traces:
    return asyncio.run(session(tmp_path_factory.mktemp("canaries"), request.param))


def spellings(canary: str) -> set[bytes]:
    return {canary.encode(), quote(canary, safe="").encode(), json.dumps(canary)[1:-1].encode()}


@pytest.mark.parametrize("name", CANARIES)
def test_a_canary_is_seen_nowhere(traces: Traces, name: str) -> None:
    everywhere = {"what was sent": traces.sent, **traces.seen}
    found = [
        place
        for place, data in everywhere.items()
        if any(spelling in data for spelling in spellings(CANARIES[name]))
    ]
    assert found == []


@pytest.mark.parametrize("what", [HOME, NAME])
def test_no_path_leaves_the_machine_or_is_kept(traces: Traces, what: str) -> None:
    assert what.encode() not in traces.sent
    assert what.encode() not in traces.seen["the state folder"]


def test_a_control_canary_arrives_at_each_place(traces: Traces) -> None:
    assert CONTROL.encode() in traces.sent
    for place in ("standard error", "the log file", "what the editor was told", "the status"):
        assert b"made_up" in traces.seen[place]
    assert b"glm-4.6" in traces.seen["the state folder"]


# Every source of a key.


def printing(secret: str) -> str:
    return f'["{sys.executable}", "-c", "print({secret!r})"]'


SOURCES = {
    "environment": ("GLM_API_KEY", ""),
    "setting in the environment": ("GLM_LS_API_KEY", ""),
    "user file": ("", 'api_key = "{}"'),
    "command": ("", "api_key_command = {}"),
    "key file": ("", ""),
    "client": ("", ""),
}


@pytest.mark.parametrize("source", SOURCES)
async def test_a_key_goes_to_its_host_alone(tmp_path: Path, source: str) -> None:
    key = f"canary-{source.replace(' ', '-')}-0123456789"
    variable, form = SOURCES[source]
    config = tmp_path / "CONFIG"
    config.mkdir()
    files = {
        "config.toml": form.format(printing(key) if source == "command" else key),
        "keys": f"openai-compatible = {key}" if source == "key file" else "",
    }
    for name, text in files.items():
        (config / name).write_text(text)
        os.chmod(config / name, 0o600)
    text, line, character = cursor("x = ¦\n")
    uri = (tmp_path / "work" / "a.py").as_uri()
    options = {"api_key": key} if source == "client" else {}
    params = {**GHOST_TEXT, "initializationOptions": options}
    echo = Script(status=401, body=f"no such key: {key}".encode(), content_type="text/plain")
    async with Simulator(flavor="openai", script=echo) as sim:
        environment = {
            **({variable: key} if variable else {}),
            "GLM_LS_PROVIDER": "openai-compatible",
            "GLM_LS_BASE_URL": sim.base_url,
            "GLM_LS_LOG_LEVEL": "debug",
        }
        async with at_work(tmp_path, environment, params) as editor:
            editor.open(uri, text)
            await editor.inline(uri, line, character, kind=1)
            status = await editor.status()
        assert [exchange.key for exchange in sim.log] == [key]
        assert key.encode() not in sim.log[0].raw
    assert status["reason"] == "key-rejected"
    told = json.dumps([editor.notifications, status])
    assert "no such key" in told
    assert key not in told
    assert key.encode() not in editor.stderr
    for path in (tmp_path / "STATE").rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes()


# The embedded engine.


async def test_the_embedded_engine_knows_nothing_of_hidden_files(tmp_path: Path) -> None:
    work = tmp_path / "work"
    plant(work)
    known = "def remember_all():\n    return lookup('open-secret-of-a-neighbor')\n"
    (work / "allowed.py").write_text(known * 3)
    outside = tmp_path / "outside.py"
    outside.write_text("def outer():\n    return lookup('outside-of-all')\n" * 3)
    (work / "link_out.py").symlink_to(outside)
    (work / "neighbor.py").unlink()
    uri = (work / "new.py").as_uri()
    text, line, character = cursor("def remember_it():\n    return lookup(¦\n")
    options = {
        "provider": "embedded",
        "privacy": {"ignore": ["by_client.py"]},
        "embedded": {"min_probability": 0.0, "min_probability_line_start": 0.0},
    }
    params = {**GHOST_TEXT, "initializationOptions": options}
    suggested = []
    async with at_work(tmp_path, {}, params) as editor:
        for name, canary in IN_FILES.items():
            mark = "# @generated\n" if name == "generated.py" else ""
            editor.open((work / name).as_uri(), mark + line_of(canary))
        editor.open(uri, text)
        while (await editor.status())["learning"]:
            pass
        starts = ["", *(f"'{canary[:9]}" for canary in (*IN_FILES.values(), "outside-of-all"))]
        for start in starts:
            editor.change(uri, {"text": text.replace("lookup(", f"lookup({start}")})
            reply = await editor.inline(uri, line, character + len(start), kind=1)
            suggested += reply.texts
    assert any("open-secret-of-a-neighbor" in words for words in suggested)
    hidden = {*IN_FILES.values(), "outside-of-all"} - {IN_FILES["generated.py"]}
    assert not [words for words in suggested for canary in hidden if canary in words]
