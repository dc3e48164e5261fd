"""`glm-ls review`: from a repository with changes to what is printed, with scripted replies."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from glm_ls.cli.progress import Bar
from tests import reviews
from tests.repositories import git
from tests.simulator import Script, Simulator
from tests.unit.cli.conftest import KEY, Outcome, Run
from tests.unit.cli.review.conftest import BLOCK, NEW, OTHER, quoting, review, saying

GOLDEN = """\
reader.py:6: high security: A path from outside runs as a command
    os.system hands path to a shell.
    |     os.system("cat " + path)
    |     return open(path).read()

reviewed 1 of 1 hunk{cached}, 1 finding
"""


async def test_a_change_is_reviewed_once(run: Run, repository: Path, sim: Simulator) -> None:
    assert await review(run) == (3, GOLDEN.format(cached=""), "")
    assert len(sim.log) == 2, "the review and a second look"
    sent = str([exchange.body for exchange in sim.log])
    assert "Zx9!kP2@vQ7#mN4" not in sent, "secrets are hidden"
    assert "    6 +    os.system" in sent
    assert "thinking" not in sim.log[1].body
    assert sim.log[0].body["thinking"] == {"type": "disabled"}
    again = await review(run)
    assert again == (3, GOLDEN.format(cached=" (1 from the cache)"), "")
    (repository / "reader.py").write_text(f"# moved\n\n{NEW}")
    assert "reader.py:8: high" in (await review(run)).out
    assert len(sim.log) == 4, "what is shown around the finding is new"


@pytest.mark.parametrize(
    ("script", "arguments", "code", "words"),
    [
        (saying(severity="medium"), (), 0, "1 finding"),
        (saying(severity="medium"), ("--fail-on", "medium"), 3, "1 finding"),
        (saying(), ("--fail-on", "never"), 0, "1 finding"),
        (saying(verdict="refuted"), (), 0, "nothing found, 1 refuted on a second look"),
        (saying(verdict="unsure"), (), 0, "low security"),
        (saying(verdict=""), (), 0, "low security"),
        (saying(line=90), (), 0, "nothing found"),
        (saying(BLOCK.replace("cat", "dog")), (), 3, "1 finding"),
        (saying(BLOCK.replace("`path`", "`no_such_name`")), (), 0, "nothing found"),
        (Script(reply="LGTM"), (), 0, "reviewed 1 of 1 hunk, nothing found"),
        (Script(reply="没有发现问题。"), (), 0, "reviewed 1 of 1 hunk, nothing found"),
        (saying(BLOCK * 500), (), 3, "1 skipped: the answer was cut off, 1 finding"),
    ],
)  # fmt: skip
async def test_what_comes_of_a_reply(
    run: Run,
    repository: Path,
    sim: Simulator,
    script: Script,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    sim.script = script
    outcome = await review(run, *arguments)
    assert (outcome.code, outcome.err) == (code, "")
    assert words in outcome.out


async def test_formats_and_json(run: Run, repository: Path, sim: Simulator) -> None:
    document = (await review(run, "--json")).document
    assert document["findings"][0]["path"] == "reader.py"
    outcome = await review(run, "--format", "sarif")
    assert '"ruleId": "glm/security"' in outcome.out
    assert outcome.err == "glm-ls: reviewed 1 of 1 hunk (1 from the cache), 1 finding\n"


async def test_a_comment_keeps_a_finding_away(run: Run, repository: Path, sim: Simulator) -> None:
    kept = NEW.replace("path)\n    return", "path)  # glm: ignore[security]\n    return")
    (repository / "reader.py").write_text(kept)
    block = BLOCK.replace("path)\n    return", "path)  # glm: ignore[security]\n    return")
    sim.script = saying(block)
    assert "nothing found" in (await review(run)).out


async def test_what_is_not_sent_is_told(run: Run, repository: Path, sim: Simulator) -> None:
    (repository / ".env").write_text("A=1\n")
    (repository / "data.bin").write_bytes(b"\0\1")
    git(repository, "add", "-f", ".env")
    outcome = await review(run)
    assert "reviewed 1 of 3 hunks, 1 skipped: binary, 1 skipped: denied: environment" in outcome.out
    assert "A=1" not in str(sim.log[0].body)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--base", "nowhere"), 1, "glm-ls: git knows no revision 'nowhere' here."),
        (("--staged",), 0, "glm-ls: nothing has changed"),
        (("shapes.py",), 0, "glm-ls: nothing has changed"),
        (("..",), 2, "glm-ls: .. is outside of the repository"),
        (("--base", "HEAD", "--staged"), 2, "not allowed with argument"),
    ],
)
async def test_bad_input_is_explained(
    run: Run, repository: Path, sim: Simulator, arguments: tuple[str, ...], code: int, words: str
) -> None:
    outcome = await review(run, *arguments)
    assert outcome.code == code
    assert words in outcome.err
    assert len(sim.log) == 0


async def test_paths_limit_what_is_reviewed(run: Run, repository: Path, sim: Simulator) -> None:
    (repository / "shapes.py").write_text("x = 1\n")
    assert "reviewed 1 of 1 hunk" in (await review(run, "reader.py")).out


def test_without_a_repository(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    code, out, err = run("review")
    assert (code, out) == (1, "")
    assert "is in no git repository" in err


@pytest.mark.parametrize(
    ("key", "error", "words"),
    [
        ("", "", "the review is not complete: "),
        ("wrong-key-0123456789", "", "Check the key"),
        (KEY, "1113", "(code 1113). Recharge the account"),
    ],
)
async def test_trouble_with_the_endpoint(
    run: Run,
    repository: Path,
    sim: Simulator,
    use: Callable[..., None],
    key: str,
    error: str,
    words: str,
) -> None:
    sim.script = Script(error=error)
    use(GLM_API_KEY=key)
    outcome = await review(run)
    assert outcome.code == 1
    assert words in outcome.err
    assert "reviewed 0 of 1 hunk, 1 skipped: " in outcome.out


@pytest.mark.parametrize(
    ("line", "quote", "filters"),
    [
        (7, "    third = bad_new()\n    fourth = 4", {"added", "diff_context", "file", "nofilter"}),
        (5, "    first = 1\n    second = 2", {"diff_context", "file", "nofilter"}),
        (1, "import os", {"file", "nofilter"}),
    ],
)
@pytest.mark.parametrize("wanted", ["added", "diff_context", "file", "nofilter"])
async def test_filters(
    run: Run,
    repository: Path,
    sim: Simulator,
    line: int,
    quote: str,
    filters: set[str],
    wanted: str,
) -> None:
    (repository / "other.py").write_text(OTHER.replace("    third = bad_new()\n", ""))
    git(repository, "add", "other.py")
    git(repository, "commit", "-qm", "two", "other.py")
    (repository / "other.py").write_text(OTHER)
    sim.script = quoting(line, quote)
    outcome = await review(run, "other.py", "--filter", wanted, "--fail-on", "never")
    assert ("1 finding" in outcome.out) == (wanted in filters), outcome.out
    again = await review(run, "other.py", "--filter", "nofilter", "--fail-on", "never")
    assert "1 finding" in again.out, "what one filter keeps away is in the cache for another"


async def test_many_findings_are_held_back_unless_all_are_wanted(
    run: Run, repository: Path, sim: Simulator
) -> None:
    for name in ("one", "two", "three"):
        lines = (f"bad_{name}_{at} = {at}\n" for at in range(15))
        (repository / f"{name}.py").write_text("".join(lines))
    sim.script = Script(reply=reviews.each_bad_line())
    outcome = await review(run, "one.py", "two.py", "three.py", "--format", "json")
    document = json.loads(outcome.out)
    paths = Counter(each["path"] for each in document["findings"])
    assert (max(paths.values()), paths.total(), document["more"]) == (10, 20, 25)
    outcome = await review(run, "one.py", "two.py", "three.py", "--format", "json", "--all")
    assert (len(json.loads(outcome.out)["findings"]), json.loads(outcome.out)["more"]) == (45, 0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_and_nowhere_else() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        bar = Bar(stream, "pieces")
        bar.show(0, 0)
        bar.show(7, 14)
        bar.show(14, 14)
        bar.clear()
    assert pipe.getvalue() == ""
    shown = terminal.getvalue().split("\r")
    assert shown[1:3] == [
        "[############............] 7 of 14 pieces",
        f"[{'#' * 24}] 14 of 14 pieces",
    ]
    assert shown[3].strip() == ""


async def test_a_detached_head_is_reviewed_like_any_other(
    run: Run, repository: Path, sim: Simulator
) -> None:
    git(repository, "checkout", "-q", "--detach")
    assert (await review(run)).code == 3
    git(repository, "commit", "-qam", "two")
    assert "1 finding" in (await review(run, "--base", "HEAD~1...HEAD")).out
    assert "nothing has changed" in (await review(run)).err


async def test_alerts_stay_the_same_where_lines_have_only_moved(
    run: Run, repository: Path, sim: Simulator
) -> None:
    def prints(outcome: Outcome) -> list[str]:
        (report,) = json.loads(outcome.out)["runs"]
        return [each["partialFingerprints"]["glmFinding/v1"] for each in report["results"]]

    before = prints(await review(run, "--format", "sarif"))
    (repository / "reader.py").write_text(f"# moved\n\n{NEW}")
    sim.script = saying(line=8)
    after = await review(run, "--format", "sarif")
    assert (prints(after), len(before)) == (before, 1)
    assert '"startLine": 8' in after.out
