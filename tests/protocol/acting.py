"""What tests of code actions share: a document with a problem, and the menu."""

from __future__ import annotations

from typing import Any

from tests.protocol.editor import Editor, Json, Reply
from tests.protocol.texts import edited

COMMAND = "glm-ls.action"
TEXT = (
    'x = "𝒳🙂"\n\n\ndef total(values):\n    result = sum(value)\n    return result\n\n\n'
    "def other():\n    return 1\n"
)
FIXED = TEXT.replace("sum(value)", "sum(values)")
PROBLEM: Json = {
    "range": {"start": {"line": 4, "character": 17}, "end": {"line": 4, "character": 22}},
    "message": '"value" is not defined',
    "source": "Pyright",
    "code": "reportUndefinedVariable",
    "severity": 1,
}
RESOLVING: Json = {
    "capabilities": {
        "textDocument": {
            "inlineCompletion": {},
            "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
        },
        "workspace": {"workspaceEdit": {"documentChanges": True}},
    }
}


async def offers(
    editor: Editor, uri: str, *problems: Json, only: list[str] | None = None, at: Any = None
) -> list[Json]:
    """Return the actions of ours at a problem, or in a range, but for those of reviews."""
    span = at or problems[0]["range"]
    context: Json = {"diagnostics": list(problems), "triggerKind": 1}
    params = {
        "textDocument": {"uri": uri},
        "range": span,
        "context": context if only is None else {**context, "only": only},
    }
    reply = await editor.request("textDocument/codeAction", params)
    return [action for action in reply.result if not action["kind"].startswith("source.")]


async def fix_of(editor: Editor, uri: str) -> Json:
    """Return the action that fixes the problem."""
    [action] = [one for one in await offers(editor, uri, PROBLEM) if one["kind"] == "quickfix.glm"]
    return action


async def fix_offered(editor: Editor, uri: str) -> Json:
    """Open the document and return the action that fixes its problem."""
    editor.open(uri, TEXT)
    await editor.status()
    return await fix_of(editor, uri)


async def run(editor: Editor, action: Json) -> Reply:
    params = {"command": action["command"]["command"],
              "arguments": action["command"]["arguments"]}  # fmt: skip
    return await editor.request("workspace/executeCommand", params)


def applied(editor: Editor) -> list[Json]:
    """Return the edits the server asked for."""
    return [params["edit"] for name, params in editor.requests if name == "workspace/applyEdit"]


def made(text: str, edit: Json, encoding: str = "utf-16") -> str:
    """Return the text after an editor has made a workspace edit of one document."""
    if "documentChanges" in edit:
        [document] = edit["documentChanges"]
        edits = document["edits"]
    else:
        [edits] = edit["changes"].values()

    def start(one: Json) -> tuple[int, int]:
        return one["range"]["start"]["line"], one["range"]["start"]["character"]

    for one in sorted(edits, key=start, reverse=True):
        text = edited(text, one["range"], one["newText"], encoding)
    return text


def lines(first: int, last: int) -> Json:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}
