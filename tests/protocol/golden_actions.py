"""Golden cases of code actions: a place in files, a model's turns, and what becomes of the files.

The words are the document's path and, perhaps, `crlf`. The place is the document's text, then
other files, each after a line `@@ path`. `«…»` is a diagnostic that another server gave, or what
is selected; `¦` is the cursor. The answer is a model's turns, parted by lines `-- turn`; `_N` in a
tag stands for the nonce, and `call NAME ARGUMENTS` is a call of a tool. What becomes is the
document, and other files after lines `@@ path`; or the text that is shown; or, after `! `, words
of the message that says why nothing was done.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
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


async def outcome(editor: Editor, sim: Simulator, work: Path, name: str, case: Golden) -> Any:
    """Do what a user does; return the files after it, or the text that is shown."""
    path = case.words[0]
    end = "\r\n" if "crlf" in case.words else "\n"
    marked = files_in(case.place, path, end)
    texts = {each: re.sub("[«»¦]", "", text) for each, text in marked.items()}
    for each, text in texts.items():
        file = work / each
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    scripts = turns(case.answer)
    sim.script = scripts[-1]
    sim.queue(*scripts)
    editor.choices = {"window/showMessageRequest": {"title": "Apply"}}
    if name == "commit":
        stage(work, texts)
        params = {"command": "glm-ls.commitMessage", "arguments": []}
        return (await editor.request("workspace/executeCommand", params)).result
    encoding = editor.capabilities.get("positionEncoding", "utf-16")
    uri = (work / path).as_uri()
    editor.open(uri, texts[path], LANGUAGES[Path(path).suffix])
    await editor.status()
    places = list(marks(marked[path], encoding))
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
        texts = after(texts, edit, work, encoding)
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


def golden(name: str, case: Golden) -> Any:
    """Return what has to come of a case."""
    if case.becomes.startswith("! "):
        return None
    if name == "commit":
        return case.becomes
    if ACTIONS[name].brings == "text":
        return case.becomes + "\n"
    end = "\r\n" if "crlf" in case.words else "\n"
    texts = files_in(re.sub("[«»¦]", "", case.place), case.words[0], end)
    return {**texts, **files_in(case.becomes, case.words[0], end)}


def first_cases() -> dict[str, Golden]:
    """Return one case of each action, with something to land, on documents that differ."""
    return {
        name: next(case for case in cases if not case.becomes.startswith("! "))
        for name, cases in golden_cases().items()
    }
