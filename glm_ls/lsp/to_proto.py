"""Suggestions in, wire values out.

An inline item covers the line from its start to the cursor, and the closers behind the cursor
where there are any, and its text begins with what is typed. Editors then show it without flashing
and leave no bracket of theirs behind; the range stays on one line, as the protocol wants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lsprotocol import types

from glm_ls.context.target import Target
from glm_ls.postprocess.suggestion import Suggestion
from glm_ls.syntax.closers import only_closers
from glm_ls.text.edit import Edit
from glm_ls.text.position import Encoding, Position, Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.text.words import is_word

ACCEPTED = "glm-ls.accepted"
Accept = Callable[[str], types.Command]
LABEL_WIDTH = 60
"""Characters of a menu item's label."""


def range_to_proto(target: Target, span: Range, encoding: Encoding) -> types.Range:
    """Return the range in the client's units."""
    snapshot = target.snapshot
    return types.Range(
        start=types.Position(span.start.line, snapshot.units(span.start, encoding)),
        end=types.Position(span.end.line, snapshot.units(span.end, encoding)),
    )


def replacement(target: Target, suggestion: Suggestion, start: Position) -> tuple[Range, str]:
    """Return what is replaced from `start` on the cursor's line, and by which text."""
    line = target.snapshot.line(target.position.line)
    column = target.position.column
    rest = line[column:]
    typed = line[start.column : column]
    covers_rest = only_closers(rest)
    end = len(line) if covers_rest else column + suggestion.replace
    kept = rest[suggestion.replace :] if covers_rest else ""
    text = typed + suggestion.text + kept
    return Range(start, Position(target.position.line, end)), text


def text_edit(snapshot: Snapshot, edit: Edit, encoding: Encoding) -> types.TextEdit:
    """Return an edit of a document in the client's units."""
    start, end = edit.range or Range(Position(0, 0), snapshot.end)
    places = (types.Position(at.line, snapshot.units(at, encoding)) for at in (start, end))
    return types.TextEdit(range=types.Range(*places), new_text=edit.text)


def workspace_edit(
    snapshot: Snapshot, edits: Iterable[Edit], encoding: Encoding, *, versioned: bool
) -> types.WorkspaceEdit:
    """Return edits of one document as one step; `versioned`: for its version and no other."""
    made = [text_edit(snapshot, edit, encoding) for edit in edits]
    if not versioned:
        return types.WorkspaceEdit(changes={snapshot.uri: made})
    document = types.OptionalVersionedTextDocumentIdentifier(
        uri=snapshot.uri, version=snapshot.version
    )
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=document, edits=list(made))]
    )


def inline_item(
    target: Target, suggestion: Suggestion, accept: Accept, encoding: Encoding, *, plain: bool
) -> types.InlineCompletionItem:
    """Return the ghost text of a suggestion.

    Where code stands behind the cursor and stays, the item is an insertion: Neovim 0.12 draws
    any other over what follows. `plain`: line ends without carriage returns, for a client that
    would draw them and puts its own when it inserts. `accept` makes an item's command from its
    suggested text.
    """
    line, column = target.snapshot.line(target.position.line), target.position.column
    stays = not suggestion.replace and not only_closers(line[column:])
    start = target.position if stays else Position(target.position.line, 0)
    span, text = replacement(target, suggestion, start)
    return types.InlineCompletionItem(
        insert_text=text if plain else _with_line_ends(target, text),
        range=range_to_proto(target, span, encoding),
        command=accept(suggestion.text),
    )


def inline_item_beside_menu(
    target: Target,
    suggestion: Suggestion,
    accept: Accept,
    menu: types.SelectedCompletionInfo,
    encoding: Encoding,
) -> types.InlineCompletionItem:
    """Return the ghost text that goes on from the menu item that is selected.

    `target` is the document as it would be with that item in it. Editors show the text only when
    it begins with the item's and replaces its range, which may reach further over closers.
    """
    snapshot, (line, column) = target.snapshot, target.position
    behind = Position(line, column + suggestion.replace)
    covered = snapshot.units(behind, encoding) - snapshot.units(target.position, encoding)
    end = menu.range.end
    return types.InlineCompletionItem(
        insert_text=menu.text + _with_line_ends(target, suggestion.text),
        range=types.Range(menu.range.start, types.Position(end.line, end.character + covered)),
        command=accept(suggestion.text),
    )


def menu_item(
    target: Target,
    suggestion: Suggestion,
    engine: str,
    accept: Accept,
    encoding: Encoding,
    *,
    markdown: bool,
) -> types.CompletionItem | None:
    """Return the completion item of a suggestion, for editors without ghost text.

    It sorts last, never reaches beyond the cursor, and matches the word being typed. None: it
    cannot be had without replacing what stands behind the cursor.
    """
    line, position = target.snapshot.line(target.position.line), target.position
    kept = _before_closers(suggestion.text, line[position.column :][: suggestion.replace])
    if not kept.strip():
        return None
    start = position.column
    while start > 0 and is_word(line[start - 1]):
        start -= 1
    word = line[start : position.column]
    text = word + kept
    first, _, more = text.partition("\n")
    label = first.strip()[:LABEL_WIDTH] + (" …" if more or len(first) > LABEL_WIDTH else "")
    span = Range(Position(position.line, start), position)
    return types.CompletionItem(
        label=label or "…",
        kind=types.CompletionItemKind.Text,
        detail=f"GLM ({engine})",
        documentation=_documentation(text, target.snapshot.language_id, markdown),
        sort_text="\U0010ffff",
        filter_text=word or first.strip() or None,
        text_edit=types.TextEdit(
            range=range_to_proto(target, span, encoding), new_text=_with_line_ends(target, text)
        ),
        command=accept(kept),
    )


def _before_closers(text: str, closers: str) -> str:
    """Return the text, or its first line, up to the closers that stay in the document."""
    ending = (part for part in (text, text.partition("\n")[0]) if part.endswith(closers))
    return next(ending, "").removesuffix(closers)


def accept_command(number: int, engine: str, chars: int) -> types.Command:
    """Return the command that a client runs on acceptance, by which it is counted locally.

    `number` is the suggestion's, `chars` how many of its characters are suggested still.
    """
    told = {"id": number, "engine": engine, "chars": chars}
    return types.Command(title="glm-ls: accepted", command=ACCEPTED, arguments=[told])


def _with_line_ends(target: Target, text: str) -> str:
    """Return the text with the line ends of its place; a last line has that of the one above."""
    lines, line = target.snapshot.lines, target.position.line
    near = lines[line] if line < len(lines) - 1 or line == 0 else lines[line - 1]
    return text.replace("\n", "\r\n") if near.endswith("\r\n") else text


def _documentation(text: str, language_id: str, markdown: bool) -> str | types.MarkupContent:
    if not markdown:
        return text
    fence = "```"
    while fence in text:
        fence += "`"
    body = f"{fence}{language_id}\n{text}\n{fence}"
    return types.MarkupContent(kind=types.MarkupKind.Markdown, value=body)
