"""What every test run needs."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


@pytest.fixture
def plain_env() -> dict[str, str]:
    """Return an environment for a process whose imports count: coverage would add its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep captured output sendable between processes: lone surrogates are test data here."""
    report = yield
    report.sections = [(name, _printable(text)) for name, text in report.sections]
    return report


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
