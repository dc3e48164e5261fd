"""The project's verbs: fix, check, test, editors, slow, bench. CI and people run the same."""

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
    """Lint, types, and that the generated documents are current."""
    session.install("-e", ".", *groups("check", "test"))
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("python", "-m", "glm_ls.config.docs", "--check")


@nox.session
def test(session: nox.Session) -> None:
    """Everything but the slow tests: units, invariants, the server over stdio, Neovim."""
    session.install("-e", ".", *groups("test"))
    session.run("pytest", "-n", "2", "-m", "not slow", *session.posargs)


@nox.session
def editors(session: nox.Session) -> None:
    """The real editors: Neovim and VS Code, with the extension's own tests."""
    session.install("-e", ".", *groups("test", "editors"))
    session.run("pytest", "-rs", "tests/editors", *session.posargs)


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
    for name in ("keystroke", "start", "loop", "embedded", "indexing"):
        session.run("python", "-m", f"bench.{name}")
    session.run("python", "-m", "bench.holes")
    session.run("python", "-m", "bench.context", "--quick")
    session.run("python", "-m", "bench.edits")
    session.run("python", "-m", "bench.review", ".git")
    session.run("python", "-m", "bench.review_live")
