"""Review, actions and texts in a real VS Code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.editors.answers import count_generating, finding, playing, replacing
from tests.editors.vscode.window import PLACE, Code
from tests.simulator import Script, Simulator

pytestmark = pytest.mark.timeout(900)

TEXT = """\
def average(values):
    total = sum(values)
    return total / len(value)


def first(values):
    return values[0]
"""
TITLE = "`value` is not defined"
REVIEW = finding(3, "    total = sum(values)\n    return total / len(value)", TITLE)
FIX = replacing("len(value)", "len(values)")
TREE = ".pane-body .monaco-list-row"
SQUIGGLE = ".squiggly-warning, .squiggly-info, .squiggly-hint"
"""Of any severity: a review may think less of a finding when it looks again."""


@pytest.fixture
def reviewed(code: Code, service: Simulator, folder: Path) -> Code:
    """A window with a file that has one finding."""
    service.script = Script(reply=playing(review=REVIEW, action=FIX))
    code.open(folder / "statistics.py", TEXT)
    code.run("GLM: Review File")
    code.until(lambda: code.exists(SQUIGGLE))
    (told,) = code.until(code.messages)
    assert told.startswith("glm-ls: reviewed 1 of 1 hunk")
    assert told.endswith(", 1 finding")
    code.press("F7")
    return code


def test_findings_are_counted_and_gone_through(reviewed: Code) -> None:
    reviewed.run("View: Show GLM")
    reviewed.until(lambda: re.search("1 (warning|note|hint)", reviewed.text_of(TREE)))
    assert "value is not defined" in reviewed.text_of(TREE)
    reviewed.run("GLM: Next Finding")
    reviewed.until(lambda: "Ln 2, Col 5" in reviewed.text_of(PLACE))
    reviewed.picture("vscode-review", whole=True)
    reviewed.run("View: Show Explorer")


def test_a_finding_is_fixed(reviewed: Code) -> None:
    reviewed.run("GLM: Next Finding")
    choose_action(reviewed, "Fix with GLM")
    reviewed.until(lambda: reviewed.lines()[2] == "    return total / len(values)")
    reviewed.until(lambda: not reviewed.exists(SQUIGGLE))


def choose_action(code: Code, title: str, picture: str = "") -> None:
    rows = ".action-widget .monaco-list-row:visible"

    def is_offered() -> bool:
        if not code.exists(rows):  # a widget that closes swallows the key
            code.press("Control+.")
            code.page.wait_for_timeout(300)
        return title in code.text_of(rows)

    code.until(is_offered)
    if picture:
        code.picture(picture)
    code.page.locator(rows, has_text=title).first.click()


def select_line(code: Code, line: int) -> None:
    code.press("Control+Home", *["ArrowDown"] * (line - 1), "Shift+End")
    code.until(lambda: f"Ln {line}," in code.text_of(PLACE) and "selected" in code.text_of(PLACE))


def test_a_selection_is_rewritten_while_the_user_types(
    code: Code, service: Simulator, folder: Path
) -> None:
    service.script = Script(reply=playing(action=FIX), ttfb_s=4)
    code.open(folder / "rewrite.py", TEXT)
    select_line(code, 3)
    asked = count_generating(service)
    choose_action(code, "Rewrite with GLM…", "vscode-code-action")
    code.answer("divide by the right length")
    code.until(lambda: count_generating(service) > asked)
    assert "divide by the right length" in service.log[-1].body["messages"][-1]["content"]
    code.press("Control+Home")
    code.type("import math\n")
    code.press("Control+End")
    code.type("# done\n")
    code.until(lambda: "    return total / len(values)" in code.lines())
    changed = TEXT.replace("len(value)", "len(values)")
    assert code.lines() == ["import math", *changed.splitlines(), "# done", ""]


def test_no_instruction_asks_nothing(code: Code, service: Simulator, folder: Path) -> None:
    code.open(folder / "instruct.py", "x = 1\n")
    select_line(code, 1)
    asked = count_generating(service)
    choose_action(code, "Rewrite with GLM…")
    code.page.wait_for_selector(".quick-input-widget input:visible")
    code.press("Escape")
    code.until(lambda: not code.exists(".quick-input-widget input:visible"))
    assert count_generating(service) == asked


EXPLANATION = "## Why\n\nIt *adds*: see https://example.com/why and [this](command:workbench.quit)."


def test_an_explanation_cannot_be_changed_and_has_no_links(
    code: Code, service: Simulator, folder: Path
) -> None:
    service.script = Script(reply=playing(action=lambda _: EXPLANATION))
    code.open(folder / "explained.py", TEXT)
    select_line(code, 2)
    choose_action(code, "GLM: explain")
    code.until(lambda: "It *adds*" in code.text_of(".view-lines").replace("\xa0", " "))
    assert not code.exists(".detected-link")
    code.page.locator(".view-line", has_text="It").last.click()
    code.type("x")
    code.until(lambda: "read-only" in code.text_of(".monaco-editor-overlaymessage"))
