"""Golden cases of code actions: a place in files, a model's turns, and what becomes of the files.

The words are the document's path and, perhaps, `crlf`. The place is the document's text, then
other files, each after a line `@@ path`. `«…»` is a diagnostic that another server gave, or what
is selected; `¦` is the cursor. The answer is a model's turns, parted by lines `-- turn`; `_N` in a
tag stands for the nonce, and `call NAME ARGUMENTS` is a call of a tool. What becomes is the
document, and other files after lines `@@ path`; or the text that is shown, and behind a line
`-- in short` what a message shows of it, where that differs; or, after `! `, words of the message
that says why nothing was done.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from glm_ls.features.action_table import ACTIONS
from tests.golden import Golden, read_golden
from tests.protocol.acting import COMMAND, applied, offers, run
from tests.protocol.action_cases import CASES
from tests.protocol.editor import Editor, Json
from tests.protocol.texts import cursor, edited
from tests.simulator import Script, Simulator

FOLDER = Path(__file__).parents[1] / "cases" / "actions"
SETTINGS: Json = {"glm-ls": {"actions": {"look_around": True}}}
LANGUAGES = {".py": "python", ".ts": "typescript", ".go": "go", ".rs": "rust", ".java": "java"}
INSTRUCTION = "Do as I say."
CREATED, DELETED = 1, 3
"""Of a file, in workspace/didChangeWatchedFiles."""
_IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")


def golden_cases() -> dict[str, list[Golden]]:
    """Return all cases by action, those of the table `action_cases` too."""
    found = {file.stem: read_golden(file, Golden) for file in sorted(FOLDER.glob("*.txt"))}
    suffixes = {language: suffix for suffix, language in LANGUAGES.items()}
    for one in CASES:
        answer = f"<new_N>\n{one.answer}</new_N>"
        path = f"{one.action}{suffixes[one.language]}"
        becomes = "! " if one.after is None else one.after
        made = Golden(f"{one.action}: {one.language}", (path,), one.text, answer, becomes)
        found.setdefault(one.action, []).append(made)
    return found


def files_in(text: str, first: str, end: str = "\n") -> dict[str, str]:
    """Return texts by path; what stands before the first path is the document's."""
    before, *rest = re.split(
        r"^@@ (.*)\n", text if text.endswith("\n") else text + "\n", flags=re.M
    )
    found = dict(zip(rest[::2], rest[1::2], strict=True))
    texts = {first: before, **found} if before.strip() else found
    return {path: text.replace("\n", end) for path, text in texts.items()}


def marks(text: str, encoding: str) -> Iterator[tuple[str, Json]]:
    """Yield each marked piece with its range, or the cursor's place."""
    plain = re.sub("[«»]", "", text)
    if "¦" in text:
        _, line, character = cursor(plain, encoding)
        at = {"line": line, "character": character}
        yield "", {"start": at, "end": at}
        return
    for found in re.finditer("«(.*?)»", text, re.S):
        before = re.sub("[«»]", "", text[: found.start()])
        places = []
        for offset in (len(before), len(before) + len(found[1])):
            _, line, character = cursor(f"{plain[:offset]}¦{plain[offset:]}", encoding)
            places.append({"line": line, "character": character})
        yield found[1], dict(zip(("start", "end"), places, strict=True))


def turn(text: str) -> Script:
    """Return a turn of the model."""
    if called := re.match(r"call (\w+) (.*)", text):
        return Script(reply="", tool_calls=((called[1], json.loads(called[2])),))

    def answer(body: Json) -> str:
        nonces = re.findall(r"^<new_(\w+)>$", body["messages"][1]["content"], re.M)
        return re.sub(r"(?<=[a-z]_)N(?=[ >])", nonces[0], text) if nonces else text

    return Script(reply=answer)


def turns(answer: str) -> list[Script]:
    return [turn(text) for text in re.split(r"^-- turn\n", answer, flags=re.M)]


def stage(work: Path, texts: dict[str, str]) -> None:
    """Make a repository with a first commit, and stage the files."""
    for words in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "feat: begin"),
                  ("add", "-f", "--", *texts)):  # fmt: skip
        subprocess.run(["git", *_IDENTITY, *words], cwd=work, check=True, capture_output=True)


@dataclass(frozen=True)
class Client:
    """An editor at work, with the workspace and the endpoint of its server."""

    editor: Editor
    sim: Simulator
    work: Path
    can: Json
    """The capabilities it announced."""

    @property
    def encoding(self) -> str:
        return str(self.editor.capabilities.get("positionEncoding", "utf-16"))

    @property
    def makes_files(self) -> bool:
        return "create" in self.can["workspace"]["workspaceEdit"].get("resourceOperations", ())

    @property
    def shows_documents(self) -> bool:
        """Whether it shows more than messages."""
        return "showDocument" in (self.can.get("window") or {})

    def check_takes(self, edit: Json) -> None:
        """Assert that an edit is of a kind that the editor knows."""
        can = self.can["workspace"]["workspaceEdit"]
        assert ("changes" in edit) != ("documentChanges" in edit)
        assert "changeAnnotations" not in edit or "changeAnnotationSupport" in can
        changes = edit.get("documentChanges", ())
        kinds = {change["kind"] for change in changes if "kind" in change}
        assert kinds <= set(can.get("resourceOperations", ()))
        if can.get("documentChanges"):
            assert "documentChanges" in edit

    def empty(self) -> None:
        """Take away what is left of another case."""
        files = [path for path in self.work.rglob("*") if path.is_file()]
        shutil.rmtree(self.work)
        self.work.mkdir()
        self._tell(files, DELETED)
        self.editor.forget()
        self.editor.requests.clear()
        self.sim.forget()

    def write(self, texts: dict[str, str]) -> None:
        """Write files of the workspace."""
        for path, text in texts.items():
            file = self.work / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        self._tell([self.work / path for path in texts], CREATED)

    def _tell(self, files: list[Path], what: int) -> None:
        if self.can["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"]:
            changes = [{"uri": file.as_uri(), "type": what} for file in files]
            self.editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})


async def outcome(client: Client, name: str, case: Golden) -> Any:
    """Do what a user does; return the files after it, or the text that is shown."""
    editor, work = client.editor, client.work
    path = case.words[0]
    end = "\r\n" if "crlf" in case.words else "\n"
    marked = files_in(case.place, path, end)
    texts = {each: re.sub("[«»¦]", "", text) for each, text in marked.items()}
    client.write(texts)
    scripts = turns(case.answer)
    client.sim.script = scripts[-1]
    client.sim.queue(*scripts)
    editor.choices = {"window/showMessageRequest": {"title": "Apply"}}
    if name == "commit":
        stage(work, texts)
        params = {"command": "glm-ls.commitMessage", "arguments": []}
        return (await editor.request("workspace/executeCommand", params)).result
    uri = (work / path).as_uri()
    editor.open(uri, texts[path], LANGUAGES[Path(path).suffix])
    await editor.status()
    places = list(marks(marked[path], client.encoding))
    before = len(applied(editor))
    action = await chosen(editor, uri, name, places)
    if "command" in action:
        assert (await run(editor, action)).error is None
        edits = applied(editor)[before:]
    else:
        edit = (await editor.request("codeAction/resolve", action)).result.get("edit")
        edits = [edit] if edit else []
    editor.close(uri)
    if ACTIONS[name].brings == "text":
        return shown(editor)
    for edit in edits:
        client.check_takes(edit)
        texts = after(texts, edit, work, client.encoding)
    return texts if edits else None


async def chosen(editor: Editor, uri: str, name: str, places: list[tuple[str, Json]]) -> Json:
    """Return the action that the user takes, or what a client with a prompt of its own sends."""
    row = ACTIONS[name]
    if name == "rewrite" and places[0][0]:
        told = {"action": name, "uri": uri, "range": places[0][1], "instruction": INSTRUCTION}
        return {"command": {"command": COMMAND, "arguments": [told]}}
    if row.on in ("problem", "file"):
        problems = [
            {"range": span, "message": f'"{words}" is wrong', "source": "x", "code": "rule"}
            for words, span in places
        ]
        found = await offers(editor, uri, *problems, only=[row.kind])
    else:
        found = await offers(editor, uri, only=[row.kind], at=places[0][1])
    return next(action for action in found if action["kind"] == row.kind)


def shown(editor: Editor) -> str | None:
    """Return the text that the editor shows for reading, in whichever way, without its title."""
    for told in editor.told("glm-ls/showDocument"):
        return str(told["text"])
    for method, params in reversed(editor.requests):
        if method == "window/showDocument":
            text = Path(unquote(urlparse(params["uri"]).path)).read_text("utf-8")
            return text.partition("\n\n")[2]
    said = [told["message"] for told in editor.told("window/showMessage")]
    return next((f"{one[5:]}\n" for one in said if "nothing was shown" not in one), None)


def after(texts: dict[str, str], edit: Json, work: Path, encoding: str) -> dict[str, str]:
    """Return the files after an editor has made an edit."""
    made = dict(texts)
    changes = edit.get("documentChanges") or [
        {"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit["changes"].items()
    ]
    for change in changes:
        uri = change["uri"] if "kind" in change else change["textDocument"]["uri"]
        path = Path(unquote(urlparse(uri).path)).relative_to(work).as_posix()
        made.setdefault(path, "")
        edits = change.get("edits", [])
        for one in sorted(edits, key=lambda e: tuple(e["range"]["start"].values()), reverse=True):
            made[path] = edited(made[path], one["range"], one["newText"], encoding)
    return made


def golden(client: Client, name: str, case: Golden) -> Any:
    """Return what has to come of a case in an editor."""
    if case.becomes.startswith("! "):
        return None
    if name == "commit":
        return case.becomes
    if ACTIONS[name].brings == "text":
        whole, _, short = case.becomes.partition("\n-- in short\n")
        return f"{whole if client.shows_documents else short or whole}\n"
    end = "\r\n" if "crlf" in case.words else "\n"
    texts = files_in(re.sub("[«»¦]", "", case.place), case.words[0], end)
    return {**texts, **files_in(case.becomes, case.words[0], end)}


def makes_a_file(case: Golden) -> bool:
    """Whether a case ends with a file that was not there."""
    before, becomes = (files_in(text, case.words[0]) for text in (case.place, case.becomes))
    return not becomes.keys() <= before.keys()
