"""Actions that ask a model, as a menu shows them: what fits a place, from what is known already.

Offering asks nothing. An action carries what was chosen where; clients that wait for an edit
without freezing resolve it, the others run the command, whose edit comes by workspace/applyEdit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.features.action_table import ACTIONS, Action
from glm_ls.lsp.findings import SOURCE
from glm_ls.text.position import Range

if TYPE_CHECKING:
    from glm_ls.lsp.code_action import Asked
    from glm_ls.lsp.session import Session

COMMAND = "glm-ls.action"
MOST_PROBLEMS = 2
"""Diagnostics of a place that get an action each."""
MOST_ALIKE = 20
"""Diagnostics of one kind that are shown to a model at once."""
MOST_LINES = 1_500
"""Lines of a file in which all problems of a kind are fixed at once."""
LONGEST = 2_000
"""Characters of a diagnostic or an instruction that are shown to a model."""
LONGEST_TITLE = 60
PROMPTS_KIND = "refactor.rewrite.glm.prompt"


def offered(action: Action, asked: Asked) -> Iterator[types.CodeAction]:
    """Yield what one row of the table offers at a place."""
    if asked.session.actor.may_ask():
        yield from _ON[action.on](action, asked)


def prompts(asked: Asked) -> Iterator[types.CodeAction]:
    """Yield the user's own prompts, for a selection or the function or class around the cursor."""
    if not asked.session.actor.may_ask() or not (rows := asked.symbol):
        return
    if asked.params.context.only or not asked.params.context.diagnostics:
        for name, row in asked.session.settings.actions.prompts.items():
            words = row.get("instruction")
            if isinstance(words, str) and words.strip():
                told = {"range": _span(rows), "instruction": words[:LONGEST]}
                title = f"GLM: {name[:LONGEST_TITLE]}"
                yield _action(ACTIONS["rewrite"], asked, told, title, kind=PROMPTS_KIND)


def _on_problem(action: Action, asked: Asked) -> Iterator[types.CodeAction]:
    problems = asked.problems
    if action.brings == "text":
        problems = [each for each in problems if each.source != SOURCE]  # they explain themselves
    if action.brings == "search" and not asked.session.settings.actions.look_around:
        return
    for problem in problems[: 1 if action.brings == "search" else MOST_PROBLEMS]:
        told = {"range": problem.range, "problems": [_shown(problem)]}
        is_one = len(asked.params.context.diagnostics) == 1
        title = action.title if is_one else _titled(action, problem)
        yield _action(action, asked, told, title, [problem])


def _on_file(action: Action, asked: Asked) -> Iterator[types.CodeAction]:
    """Yield the action on all problems of a kind; the kind is that of the first problem."""
    problems, snapshot = asked.params.context.diagnostics, asked.target.snapshot
    if not problems or problems[0].code is None or len(snapshot.lines) > MOST_LINES:
        return
    kind = _kind(problems[0])
    alike = [each for each in problems if _kind(each) == kind]
    if problems[0].source == SOURCE:
        shown = _standing(asked.session, snapshot.uri, kind)
        if len(shown) < 2:
            return  # All findings are known, and this is the only one of its kind.
    else:
        shown = list(dict.fromkeys(_shown(each) for each in alike))
    shown = shown[:MOST_ALIKE]
    told = {"range": problems[0].range, "problems": shown}
    title = f"{action.title}: {str(problems[0].code)[:LONGEST_TITLE]}"
    yield _action(action, asked, told, title, alike[:MOST_ALIKE])


def _on_instruction(action: Action, asked: Asked) -> Iterator[types.CodeAction]:
    from glm_ls.context.marked import marked

    if marked(asked.target.snapshot, asked.rows):
        yield _action(action, asked, {"range": asked.params.range}, action.title)


def _on_symbol(action: Action, asked: Asked) -> Iterator[types.CodeAction]:
    context = asked.params.context
    if (context.only or not context.diagnostics) and (rows := _fitting(action, asked)):
        yield _action(action, asked, {"range": _span(rows)}, action.title)


_ON = {
    "problem": _on_problem,
    "file": _on_file,
    "instruction": _on_instruction,
    "symbol": _on_symbol,
}


def _fitting(action: Action, asked: Asked) -> range | None:
    """Return the lines that an action on a symbol is about, None where it is not for them."""
    from glm_ls.context.symbol import has_no_body
    from glm_ls.context.tests_of import has_tests

    snapshot = asked.target.snapshot
    if action.languages and snapshot.language_id not in action.languages:
        return None
    if action.brings == "tests" and not has_tests(asked.target.path, snapshot.language_id):
        return None
    rows = asked.symbol
    return rows if rows and (not action.only_empty or has_no_body(snapshot, rows)) else None


def _action(
    action: Action,
    asked: Asked,
    told: dict[str, Any],
    title: str,
    problems: list[types.Diagnostic] | None = None,
    kind: str = "",
) -> types.CodeAction:
    """Return an action to be resolved, or with a command where that cannot be or shows a text."""
    snapshot = asked.target.snapshot
    data = {"action": action.name, "uri": snapshot.uri, "version": snapshot.version, **told}
    resolves = asked.session.client.resolves_actions and action.brings == "edit"
    return types.CodeAction(
        title=title,
        kind=kind or action.kind,
        tags=asked.tags,
        diagnostics=problems,
        data=data if resolves else None,
        command=None if resolves else types.Command(title=title, command=COMMAND, arguments=[data]),
    )


def rows_of(span: Range) -> range:
    """Return the lines of a range; an end before the first character of a line excludes it."""
    start, end = span
    return range(start.line, max(start.line, end.line - (end.column == 0)) + 1)


def _span(rows: range) -> types.Range:
    return types.Range(types.Position(rows.start, 0), types.Position(rows.stop, 0))


def _kind(problem: types.Diagnostic) -> tuple[object, object]:
    return problem.source, problem.code


def _standing(session: Session, uri: str, kind: tuple[object, object]) -> list[str]:
    """Return findings of ours of a kind in the whole document."""
    stand = session.reviewing.standing.of(uri)
    return [
        f"line {each.lines.start + 1}: {each.finding.title} ({SOURCE} {kind[1]})"
        for each in (stand.findings if stand else ())
        if (SOURCE, f"glm/{each.finding.kind}") == kind
    ]


def _titled(action: Action, problem: types.Diagnostic) -> str:
    first = problem.message.strip().partition("\n")[0]
    return f"{action.title}: {first[:LONGEST_TITLE]}"


def _shown(problem: types.Diagnostic) -> str:
    about = " ".join(str(part) for part in (problem.source, problem.code) if part is not None)
    words = f"line {problem.range.start.line + 1}: {problem.message.strip()}"
    return f"{words} ({about})"[:LONGEST] if about else words[:LONGEST]
