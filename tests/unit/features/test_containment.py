"""No edit escapes: not out of the document, the range, the workspace, nor out of being code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_ls.features.containment import Contained, World, contain, file_named
from glm_ls.features.permits import Permit
from glm_ls.postprocess.edits.landing import applied
from glm_ls.postprocess.edits.plan import EditPlan, FileEdits
from glm_ls.postprocess.edits.refusal import Refusal, Rule
from glm_ls.text.edit import Edit
from glm_ls.text.position import Position, Range
from glm_ls.text.snapshot import Snapshot
from glm_ls.workspace.ignore import Ignore
from glm_ls.workspace.roots import Roots, path_to_uri, uri_to_path
from tests.unit.features.containment_cases import (
    BODY,
    CREATED,
    DECLARED,
    FINE,
    GOOD,
    OTHER_FILES,
    PLANS,
    TEXT,
    Plan,
    edit,
)

RANGE = Range(Position(BODY[0], 0), Position(BODY[1], 0))
FILES = (
    "app.py other.py pkg/declared.py ignored.py build/out.py .env .env.local id_rsa server.pem"
    " .git/config .git/hooks/pre-commit .vscode/tasks.json .github/workflows/ci.yml .glm-ls.toml"
    " .envrc"
).split()
LINKS = {
    "link_out.py": "{outside}/victim.py",
    "link_in.py": "{root}/other.py",
    "linked_folder": "{outside}",
    "linked_git": "{root}/.git",
    "loop.py": "{root}/loop.py",
    "link_env": "{root}/.env",
    "dangling.py": "{root}/undeclared.py",
}


class Place:
    """A workspace with everything in it that an edit could want to get at."""

    def __init__(self, folder: Path) -> None:
        self.root, self.outside = folder / "root", folder / "outside"
        for path in (*(self.root / name for name in FILES), self.outside / "victim.py"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(TEXT)
        (self.root / ".gitignore").write_text("ignored.py\nbuild/\n")
        for name, target in LINKS.items():
            (self.root / name).symlink_to(self.spelled(target))
        self.roots = Roots((self.root,))
        self.uri = self.spelled("file://{root}/app.py")

    def spelled(self, uri: str) -> str:
        return uri.replace("{root}", str(self.root)).replace("{outside}", str(self.outside))

    def contain(
        self,
        files: Sequence[FileEdits],
        action: str = "rewrite",
        declared: Sequence[str] = (),
        creates: Sequence[str] = (),
    ) -> Contained | Refusal:
        texts = {file.uri: Snapshot.of(file.uri, "python", 1, TEXT)
                 for file in files if not file.creates}  # fmt: skip
        permit = Permit(action, self.uri, (RANGE,), frozenset(declared), frozenset(creates))
        world = World(self.roots, Ignore(self.roots), texts)
        return contain(EditPlan(tuple(files)), permit, world)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path.resolve())


def rule_of(outcome: Contained | Refusal) -> Rule | None:
    return outcome.rule if isinstance(outcome, Refusal) else None


def test_there_are_many_hostile_cases_of_each_kind() -> None:
    files, plans = (*OTHER_FILES, *DECLARED, *CREATED), [plan.rule for plan in PLANS]
    names = [uri for uri, _ in files]
    assert len(files) + len(plans) >= 130
    for mark in ("..", "%2e%2e", "link", "untitled:", "http", "server", "PKG", ".git", "outside"):
        assert sum(mark in name for name in names) >= 1, mark
    assert {"outside-range", "overlap", "too-large", "hidden-characters"} <= set(plans)
    assert {"deletes-code", "breaks-syntax", "no-op"} <= set(plans)


@pytest.mark.parametrize(("uri", "rule"), OTHER_FILES)
def test_a_file_that_was_not_declared_is_refused(place: Place, uri: str, rule: Rule) -> None:
    declared = place.spelled("file://{root}/pkg/declared.py")
    files = (FileEdits(place.uri, 1, (GOOD,)), FileEdits(place.spelled(uri), 1, (GOOD,)))
    for plan in (files, files[1:]):
        outcome = place.contain(plan, "agent", (declared,))
        assert rule_of(outcome) == rule


@pytest.mark.parametrize(("uri", "rule"), DECLARED)
def test_a_declared_file_has_to_be_the_users_own(place: Place, uri: str, rule: Rule) -> None:
    spelled = place.spelled(uri)
    outcome = place.contain([FileEdits(spelled, 1, (GOOD,))], "agent", (spelled,))
    assert rule_of(outcome) == rule


@pytest.mark.parametrize(("uri", "rule"), CREATED)
def test_a_file_is_made_only_where_it_was_declared(place: Place, uri: str, rule: Rule) -> None:
    spelled = place.spelled(uri)
    declared = () if "undeclared" in uri else (spelled,)
    made = FileEdits(spelled, None, (Edit(None, "x = 1\n"),), creates=True)
    assert rule_of(place.contain([made], "agent", creates=declared)) == rule


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_a_hostile_edit_is_refused(place: Place, plan: Plan) -> None:
    outcome = place.contain([FileEdits(place.uri, 1, plan.edits)], plan.action)
    assert rule_of(outcome) == plan.rule


@pytest.mark.parametrize("plan", FINE, ids=lambda plan: plan.name)
def test_a_good_edit_passes_as_it_is(place: Place, plan: Plan) -> None:
    outcome = place.contain([FileEdits(place.uri, 1, plan.edits)], plan.action)
    assert isinstance(outcome, Contained), outcome
    assert outcome.plan.files[0].edits == plan.edits
    assert not outcome.needs_confirmation


def test_other_files_need_confirmation(place: Place) -> None:
    other, new = (place.spelled(f"file://{{root}}/{name}") for name in ("pkg/declared.py", "n.py"))
    files = (
        FileEdits(place.uri, 1, (GOOD,)),
        FileEdits(other, 1, (edit(0, 0, 0, 9, "import sys"),)),
        FileEdits(new, None, (Edit(None, "x = 1\n"),), creates=True),
    )
    outcome = place.contain(files, "agent", (other,), (new,))
    assert isinstance(outcome, Contained), outcome
    assert outcome.needs_confirmation
    assert rule_of(place.contain(files, "rewrite", (other,), (new,))) == "other-file"


def test_edits_of_another_version_are_refused(place: Place) -> None:
    assert rule_of(place.contain([FileEdits(place.uri, 2, (GOOD,))])) == "changed-meanwhile"


def test_a_file_named_twice_is_refused(place: Place) -> None:
    twice = [FileEdits(place.uri, 1, (GOOD,))] * 2
    assert rule_of(place.contain(twice, "agent")) == "overlap"


def test_what_changes_nothing_is_left_out(place: Place) -> None:
    nothing = edit(6, 4, 6, 7, "for")
    outcome = place.contain([FileEdits(place.uri, 1, (GOOD, nothing))])
    assert isinstance(outcome, Contained)
    assert outcome.plan.files[0].edits == (GOOD,)


def test_an_unsaved_document_may_be_worked_on(place: Place) -> None:
    place.uri = "untitled:Untitled-1"
    assert isinstance(place.contain([FileEdits(place.uri, 1, (GOOD,))]), Contained)


@pytest.mark.parametrize(
    "line_end", ["\r\n", "\r"], ids=["windows", "old mac"]
)  # fmt: skip
def test_line_ends_are_never_split(place: Place, line_end: str) -> None:
    text = TEXT.replace("\n", line_end)
    texts = {place.uri: Snapshot.of(place.uri, "python", 1, text)}
    world = World(place.roots, Ignore(place.roots), texts)
    for column in (15, 16):
        plan = EditPlan((FileEdits(place.uri, 1, (edit(5, column, 5, column, "x"),)),))
        outcome = contain(plan, Permit("rewrite", place.uri, (RANGE,)), world)
        assert rule_of(outcome) == "outside-range"


@pytest.mark.parametrize(
    ("path", "name"),
    [("", "app.py"), ("app.py", "app.py"), ("./app.py", "app.py"),
     ("pkg/declared.py", "pkg/declared.py"), ("pkg\\declared.py", "pkg/declared.py"),
     ("other.py", None), ("../root/app.py", None), ("/etc/passwd", None),
     ("pkg/../app.py", None), ("declared.py", None), ("~/app.py", None), ("APP.PY", None)],
)  # fmt: skip
def test_a_name_is_compared_and_not_followed(place: Place, path: str, name: str | None) -> None:
    declared = path_to_uri(place.root / "pkg/declared.py")
    permit = Permit("agent", place.uri, None, frozenset((declared,)))
    found = file_named(path, permit, place.roots)
    if name is None:
        assert isinstance(found, Refusal)
    else:
        assert found == path_to_uri(place.root / name)


COLUMNS = st.integers(-2, 40)
PLACES = st.builds(Position, st.integers(-2, 20), COLUMNS)
EDITS = st.builds(Edit, st.builds(Range, PLACES, PLACES), st.sampled_from(
    ["", "x", "\n", "\r\n", "a\nb", "# c", "\u202e", "("]))  # fmt: skip


@given(st.lists(EDITS, max_size=4), st.sampled_from(["rewrite", "document", "fix"]))
@settings(deadline=None)
def test_whatever_passes_changes_nothing_outside_the_range(edits: list[Edit], action: str) -> None:
    uri = "untitled:Untitled-1"
    before = Snapshot.of(uri, "python", 1, TEXT)
    world = World(Roots(()), Ignore(Roots(())), {uri: before})
    plan = EditPlan((FileEdits(uri, 1, tuple(edits)),))
    outcome = contain(plan, Permit(action, uri, (RANGE,)), world)
    if isinstance(outcome, Refusal):
        return
    after = applied(before, outcome.plan.files[0].edits, 2).text
    lines = TEXT.splitlines(keepends=True)
    assert after != TEXT
    assert after.startswith("".join(lines[: BODY[0]]))
    assert after.endswith("".join(lines[BODY[1] :]))
    assert "\u202e" not in after


SEGMENTS = (
    ".. . pkg PKG linked_folder linked_git .git .vscode outside root ~ %2e%2e %2f %5c %00 C: "
    "declared.py other.py app.py victim.py link_out.py link_in.py .env id_rsa new.py hooks"
).split()
SCHEMES = (
    "file://{root}/",
    "file://{outside}/",
    "file:///",
    "file://host/",
    "untitled:",
    "{root}/",
)


@given(
    st.sampled_from(SCHEMES),
    st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=5),
    st.booleans(),
    st.booleans(),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)
def test_whatever_file_passes_is_one_of_the_workspace_and_nobodys_secret(
    place: Place, scheme: str, segments: list[str], creates: bool, declares: bool
) -> None:
    """However its URI is spelled, and also where the action itself was talked into naming it."""
    uri = place.spelled(scheme + "/".join(segments))
    declared = (uri,) if declares else (place.spelled("file://{root}/pkg/declared.py"),)
    change = Edit(None, "x = 1\n") if creates else GOOD
    file = FileEdits(uri, None if creates else 1, (change,), creates=creates)
    outcome = place.contain([file], "agent", declared, declared if creates else ())
    if isinstance(outcome, Refusal) or uri == place.uri:
        return
    real = Path(os.path.realpath(uri_to_path(uri) or "/"))
    assert real.is_relative_to(place.root)
    assert not {".git", ".vscode"} & set(real.parts)
    assert real.name not in (".env", "id_rsa")
    assert declares or real == place.root / "pkg/declared.py"
    assert creates != real.exists()
    assert outcome.needs_confirmation
