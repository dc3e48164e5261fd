"""glm-ls in a real Helix, set up by the files that we give, as a person who types sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from glm_ls.syntax.languages import LANGUAGES, language_of
from tests.editors.answers import (
    Answer,
    count_generating,
    finding,
    going_on,
    playing,
    predicting,
    replacing,
)
from tests.editors.helix import PARTS, Helix, health, start_helix
from tests.editors.neovim import environment, make_workspace
from tests.editors.service import running_endpoint
from tests.simulator import Script, Simulator

TEXT = "def total(values):\n    return sum(values)\n"
SLOW_S = 3.0
ADD = ("def add(a, b):", "    return a + b")


def script(endpoint: Simulator, *, ttfb_s: float = 0, **parts: Answer) -> None:
    endpoint.script = Script(reply=playing(**parts), ttfb_s=ttfb_s)


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, endpoint: Simulator, workspace: Path
) -> Iterator[Helix]:
    home = tmp_path_factory.mktemp("helix")
    with start_helix(home, workspace, environment(endpoint.base_url)) as helix:
        helix.open(workspace / "first.py", "")
        helix.until(helix.serves)
        yield helix


@pytest.fixture
def helix(shared: Helix) -> Iterator[Helix]:
    """The editor that most tests share, with no document left over."""
    yield shared
    shared.run("buffer-close-all!")
    shared.until_shows("[scratch]")


# -- settings ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["python", "rust", "tsx", "c-sharp", "git-commit", "proto"])
def test_helix_takes_our_settings(tmp_path: Path, language: str) -> None:
    name = {"proto": "protobuf"}.get(language, language)
    assert "glm-ls" in health(tmp_path, name)


# -- typing --------------------------------------------------------------------------------


def test_a_menu_item_is_seen_followed_and_taken(
    helix: Helix, endpoint: Simulator, workspace: Path
) -> None:
    script(endpoint, ghost=going_on("\n".join(ADD)))
    file = workspace / "a.py"
    helix.open(file, "import math\n")
    helix.keys("o")
    helix.terminal.type("def a")
    helix.terminal.type("d")
    helix.until_shows("add(a, b): …")
    asked = count_generating(endpoint)
    helix.terminal.type("d")
    helix.until_shows("def add")
    helix.until_shows("add(a, b): …")
    assert count_generating(endpoint) == asked
    helix.take("return a + b")
    helix.holds(file, "import math\n" + "\n".join(ADD) + "\n")


@pytest.mark.parametrize(
    ("typed", "label", "whole"),
    [
        ("print(", "total, count", "print(total, count)"),
        ("if total:\n    pr", "print(total) …", "if total:\n    print(total)\n    count = 0"),
        ("größe = 'é🎉' + na", "name", "größe = 'é🎉' + name"),
    ],
)
def test_exactly_the_suggestion_is_left(
    helix: Helix, endpoint: Simulator, workspace: Path, typed: str, label: str, whole: str
) -> None:
    script(endpoint, ghost=going_on(whole, whole.partition("\n")[2].strip()))
    file = workspace / f"b{len(typed)}.py"
    helix.open(file, "total = count = 1\n")
    helix.keys("geo")
    helix.terminal.type(typed)
    helix.until_shows(f" {label} ")
    helix.take(label.removesuffix(" …"))
    helix.holds(file, f"total = count = 1\n{whole}\n")


def test_the_next_edit_is_an_action(helix: Helix, endpoint: Simulator, workspace: Path) -> None:
    script(endpoint, next_edit=predicting("sum(values)", "sum(prices)"))
    file = workspace / "c.py"
    helix.open(file, TEXT)
    helix.keys("wwwe")
    helix.keys("c")
    helix.terminal.type("prices")
    helix.act("predict next edit")
    helix.holds(file, TEXT.replace("values", "prices"))


# -- actions -------------------------------------------------------------------------------


def test_an_action_lands_while_the_user_types_elsewhere(
    helix: Helix, endpoint: Simulator, workspace: Path
) -> None:
    script(endpoint, ttfb_s=SLOW_S, action=replacing("sum(values)", "max(values)"))
    file = workspace / "d.py"
    helix.open(file, "# glm: take the greatest\n" + TEXT)
    start = time.monotonic()
    helix.act("rewrite as the comment says")
    helix.until(lambda: endpoint.log and endpoint.log[-1].generating)
    helix.keys("geo")
    helix.terminal.type("first = 1")
    helix.until_shows("max(values)")
    assert time.monotonic() - start >= SLOW_S
    changed = TEXT.replace("sum(", "max(")
    helix.holds(file, f"# glm: take the greatest\n{changed}    first = 1\n")


def test_an_explanation_opens(helix: Helix, endpoint: Simulator, workspace: Path) -> None:
    script(endpoint, action=lambda _: "It adds up what it is given.\n\nNothing else.")
    helix.open(workspace / "k.py", TEXT)
    helix.act("explain")
    helix.until_shows("It adds up what it is given.")
    helix.run("buffer-close!")
    helix.holds(workspace / "k.py", TEXT)


def test_what_the_user_has_changed_is_left_alone(
    helix: Helix, endpoint: Simulator, workspace: Path
) -> None:
    script(endpoint, ttfb_s=SLOW_S, action=replacing("sum(values)", "max(values)"))
    file = workspace / "e.py"
    helix.open(file, "# glm: take the greatest\n" + TEXT)
    before = len(endpoint.log)
    helix.act("rewrite as the comment says")
    helix.until(lambda: len(endpoint.log) > before)
    helix.keys("geA")
    helix.terminal.type("  # mine")
    helix.until_shows("nothing was changed")
    helix.holds(file, "# glm: take the greatest\n" + TEXT.rstrip("\n") + "  # mine\n")


def test_work_is_shown_while_it_goes_on(helix: Helix, endpoint: Simulator, workspace: Path) -> None:
    doc = '    """Add up."""\n'
    script(endpoint, ttfb_s=1.0, action=replacing("    return", f"{doc}    return"))
    file = workspace / "f.py"
    helix.open(file, TEXT)
    helix.act("GLM: document")
    helix.until_shows("glm-ls: ")
    helix.until_shows("Add up.")
    helix.holds(file, TEXT.replace("    return", f"{doc}    return"))


# -- review --------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a change in its working tree."""
    place = make_workspace(tmp_path)
    (place / "g.py").write_text("x = 1\n")
    git = ["git", "-C", str(place), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"]):
        subprocess.run([*git, *words], check=True)
    (place / "g.py").write_text("x = 1\n" + TEXT)
    return place


def test_a_finding_is_shown_fixed_and_gone(
    tmp_path: Path, endpoint: Simulator, repository: Path
) -> None:
    script(
        endpoint,
        review=finding(3, "    return sum(values)", "The total is a sum"),
        action=replacing("sum(", "total_of("),
    )
    home = tmp_path / "home"
    file = repository / "g.py"
    with start_helix(home, repository, environment(endpoint.base_url)) as helix:
        helix.open(file, file.read_text())
        helix.until(helix.serves)
        helix.run("lsp-workspace-command glm-ls.review")
        helix.until_shows("The total is a sum")
        helix.keys("gg]d")
        helix.act("Fix with GLM")
        helix.until_shows("total_of(values)")
        helix.terminal.until_gone("The total is a sum")
        helix.keys("u")
        helix.until_shows("return sum(values)")
        helix.run("lsp-workspace-command glm-ls.review")
        helix.until_shows("The total is a sum")
        helix.keys("gg]d")
        helix.act("dismiss")
        helix.terminal.until_gone("The total is a sum")


# -- trouble -------------------------------------------------------------------------------


def test_a_wrong_key_is_told_once(tmp_path: Path, endpoint: Simulator, workspace: Path) -> None:
    env = environment(endpoint.base_url, key="bad-key")
    with start_helix(tmp_path, workspace, env) as helix:
        helix.open(workspace / "h.py", "import math\n")
        helix.until(helix.serves)
        helix.keys("o")
        helix.terminal.type("math.f")
        helix.until_shows("key")
        helix.terminal.type("loor")
        helix.normal()
        log = helix.log.read_text()
        assert log.count("status: key-rejected") == 1


def test_manual_mode_sends_nothing(tmp_path: Path, workspace: Path) -> None:
    with running_endpoint() as alone:
        script(alone, ghost=going_on("value = 1"))
        env = {**environment(alone.base_url), "GLM_LS_COMPLETION_MODE": "manual"}
        with start_helix(tmp_path, workspace, env) as helix:
            helix.open(workspace / "i.py", "")
            helix.until(helix.serves)
            helix.keys("i")
            helix.terminal.type("value = ")
            helix.normal()
            helix.holds(workspace / "i.py", "value = \n")
        assert count_generating(alone) == 0


def test_a_server_that_dies_is_restarted_by_hand(
    tmp_path: Path, endpoint: Simulator, workspace: Path
) -> None:
    script(endpoint, ghost=going_on("value = other"))
    file = workspace / "j.py"
    with start_helix(tmp_path, workspace, environment(endpoint.base_url)) as helix:
        helix.open(file, "")
        helix.until(helix.serves)
        os.kill(server_of(tmp_path), signal.SIGKILL)
        helix.keys("i")
        helix.terminal.type("val")
        helix.log.unlink()
        helix.run("lsp-restart glm-ls")
        helix.until(helix.serves)
        helix.keys("A")
        helix.terminal.type("ue")
        helix.until_shows("value = other ")
        helix.take("value = other")
        helix.holds(file, "value = other\n")


def server_of(home: Path) -> int:
    """Return the server that was started with a home."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            variables = (process / "environ").read_bytes().split(b"\0")
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"HOME={home}".encode() in variables and words[1:3] == [b"-m", b"glm_ls"]:
            return int(process.name)
    pytest.fail("no server runs")


def test_without_a_server_helix_works_on(tmp_path: Path, workspace: Path) -> None:
    file = workspace / "k.py"
    with start_helix(tmp_path, workspace, {}, program="/no/such/glm-ls") as helix:
        helix.open(file, "")
        helix.keys("i")
        helix.terminal.type("value")
        helix.holds(file, "value\n")


def test_two_workspaces_are_served(helix: Helix, endpoint: Simulator, tmp_path: Path) -> None:
    script(endpoint, ghost=going_on("value = other"))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        file = make_workspace(tmp_path / name) / f"{name}.py"
        helix.open(file, "")
        helix.keys("i")
        helix.terminal.type("value")
        helix.until_shows("value = other ")
        helix.take("value = other")
        helix.holds(file, "value = other\n")


RENAMED = {
    "c-sharp": "csharp",
    "common-lisp": "lisp",
    "hcl": "terraform",
    "jsx": "javascriptreact",
    "make": "makefile",
    "rst": "restructuredtext",
    "tsx": "typescriptreact",
}
"""Helix's names of languages that we know by another."""
UNKNOWN = {"objective-c", "plaintext"}
"""What Helix itself does not know."""


def test_every_language_has_its_entry() -> None:
    told = tomllib.loads((PARTS / "languages.toml").read_text())["language"]
    assert all(entry["language-servers"][-1] == "glm-ls" for entry in told)
    served = {language_of(RENAMED.get(name, name)).id for name in (e["name"] for e in told)}
    assert {language.id for language in LANGUAGES} - served == UNKNOWN
