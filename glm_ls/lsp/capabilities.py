"""The client's tree of capabilities, boiled down to the questions that are asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

from glm_ls.lsp.untyped import at, untyped

FREEZES = frozenset({"helix", "eglot", "emacs"})
"""Names, in lower case, of clients in which nothing can be typed while an action is resolved."""

ADDS_LATE_ITEMS = (25, 7)
"""The first Helix that shows a menu before the slowest server has answered."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the connected editor can do."""

    name: str = ""
    inline_completion: bool = False
    configuration: bool = False
    """Answers workspace/configuration."""
    watched_files: bool = False
    """Watches files for the server (dynamic registration)."""
    debounces: bool = False
    """Waits for a pause in typing before it asks, so the server must not wait again."""
    draws_carriage_returns: bool = False
    """Shows a carriage return in ghost text as `^M`."""
    adds_late_items: bool = False
    """Adds the items of a slow server to a menu, and asks once for a word that is being typed."""
    markdown: bool = False
    """Shows Markdown in a completion item's documentation."""
    versioned_edits: bool = False
    """Takes edits that say for which version of a document they are."""
    resolves_actions: bool = False
    """Waits for the edit of a code action without freezing meanwhile."""
    shows_progress: bool = False
    """Shows that the server works on something."""
    code_lens: bool = False
    """Shows lines above the code that can be clicked."""
    refreshes_lenses: bool = False
    """Asks for code lenses again when it is told to."""
    action_tags: bool = False
    """Shows that a code action was made by a model."""
    annotates: bool = False
    """Has the user confirm edits that ask for it."""
    creates_files: bool = False
    """Makes files as a part of an edit."""
    opens_documents: bool = False
    """Opens a file when the server asks (window/showDocument)."""
    shows_answers: bool = False
    """Shows a text of the server as a read-only document (glm-ls/showDocument)."""


def client_of(params: types.InitializeParams) -> Client:
    """Return what `initialize` tells about the client."""
    told = params.capabilities
    document, workspace = told.text_document, told.workspace
    inline = document.inline_completion if document else None
    item = document.completion.completion_item if document and document.completion else None
    watching = workspace.did_change_watched_files if workspace else None
    name = params.client_info.name if params.client_info else ""
    actions = document.code_action if document else None
    tags = actions.tag_support if actions else None
    resolving = actions.resolve_support if actions and actions.data_support else None
    edit = workspace.workspace_edit if workspace else None
    creates = types.ResourceOperationKind.Create
    showing = told.window.show_document if told.window else None
    own = at(untyped(told.experimental), "glmLs", "showDocument")
    formats = (item.documentation_format if item else None) or []
    return Client(
        name=name,
        inline_completion=inline is not None,
        configuration=bool(workspace and workspace.configuration),
        watched_files=bool(watching and watching.dynamic_registration),
        # Neovim 0.12's vim.lsp.inline_completion waits 200 ms by itself.
        debounces=name == "Neovim" and inline is not None,
        draws_carriage_returns=name == "Neovim",
        adds_late_items=name.lower() == "helix" and _version(params) >= ADDS_LATE_ITEMS,
        markdown=types.MarkupKind.Markdown in formats,
        versioned_edits=bool(edit and edit.document_changes),
        resolves_actions=bool(
            resolving and "edit" in resolving.properties and name.lower() not in FREEZES
        ),
        shows_progress=bool(told.window and told.window.work_done_progress),
        code_lens=bool(document and document.code_lens),
        refreshes_lenses=bool(
            workspace and workspace.code_lens and workspace.code_lens.refresh_support
        ),
        action_tags=bool(tags and types.CodeActionTag.LlmGenerated in tags.value_set),
        annotates=bool(edit and edit.change_annotation_support),
        creates_files=bool(edit and creates in (edit.resource_operations or ())),
        opens_documents=bool(showing and showing.support),
        shows_answers=own is True,
    )


def _version(params: types.InitializeParams) -> tuple[int, ...]:
    """Return the numbers that a client's version begins with."""
    told = (params.client_info.version if params.client_info else None) or ""
    parts = told.partition("+")[0].split(".")
    return tuple(int(part) for part in parts if part.isdecimal())
