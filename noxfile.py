"""The project's verbs: fix, check, docs, test, editors, slow, bench. CI and people run the same."""

from __future__ import annotations

import nox

nox.options.sessions = ["check", "test"]
nox.options.reuse_existing_virtualenvs = True
nox.needs_version = ">=2025.2.9"

PYPROJECT = nox.project.load_toml("pyproject.toml")


def groups(*names: str) -> list[str]:
    return list(nox.project.dependency_groups(PYPROJECT, *names))


@nox.session
def fix(session: nox.Session) -> None:
    """Format, mend what can be mended, write the generated documents."""
    session.install("-e", ".", *groups("check"))
    session.run("ruff", "format", ".")
    session.run("ruff", "check", "--fix", ".")
    session.run("python", "-m", "glm_ls.config.docs")


@nox.session
def check(session: nox.Session) -> None:
    """Lint, types, that the generated documents are current, and that no link is broken."""
    session.install("-e", ".", *groups("check", "test", "docs"))
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("python", "-m", "glm_ls.config.docs", "--check")
    session.run("mkdocs", "build", "--quiet", "--strict", "--site-dir", session.create_tmp())


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site of docs/ into site/; a broken link is an error."""
    session.install(*groups("docs"))
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session
def test(session: nox.Session) -> None:
    """Everything but the slow tests and the editors: units, invariants, the server over stdio."""
    session.install("-e", ".", *groups("test"))
    fast = ("-m", "not slow", "--ignore", "tests/editors")
    session.run("pytest", "-n", "2", *fast, *session.posargs)


@nox.session
def editors(session: nox.Session) -> None:
    """The real editors, and the extension's own tests; one that is missing is passed over.

    REQUIRE_EDITORS="neovim-0.11 vscode" makes it a failure.
    """
    session.install("-e", ".", *groups("test", "editors"))
    side_by_side = ("-n", "2", "--no-loadscope-reorder")
    session.run("pytest", *side_by_side, "-rs", "tests/editors", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """The slow tests, and coverage over all of them."""
    session.install("-e", ".", *groups("test"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-n", "2", *session.posargs)
    session.run("coverage", "combine")
    session.run("coverage", "report", "--fail-under=95")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed, engine, index, filters, context, edits, reviews; asserts nothing."""
    session.install("-e", ".", *groups("test"))
    for name in ("baseline", "keystroke", "start", "loop", "embedded", "indexing"):
        session.run("python", "-m", f"bench.{name}")
    session.run("python", "-m", "bench.holes")
    session.run("python", "-m", "bench.context", "--quick")
    session.run("python", "-m", "bench.edits")
    session.run("python", "-m", "bench.code_actions")
    session.run("python", "-m", "bench.review", ".git")
    session.run("python", "-m", "bench.review_live")
