"""What reaches stderr and the log file, and what never does."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from glm_ls import log

ZAI = "0123456789abcdef0123456789abcdef.AbCdEfGh12345678"


@pytest.fixture(autouse=True)
def untouched_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(log, "_protected", {})
    levels = {name: logging.getLogger(name).level for name in ("glm_ls", "pygls", "httpx")}
    yield
    log.configure("warning")
    for handler in log._handlers:
        logging.getLogger().removeHandler(handler)
    log._handlers.clear()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"key {ZAI} used", "key [redacted] used"),
        (f"({ZAI})", "([redacted])"),
        ("sk-proj_abcdefghijkl!", "[redacted]!"),
        ("Bearer abc.def-ghi", "Bearer [redacted]"),
        ("q=Bearer%20abcdef&x=1", "q=Bearer%20[redacted]"),
        ("Authorization: Basic dXNlcjpwYXNz\nnext", "Authorization: [redacted]\nnext"),
        ("{'authorization': 'Bearer abc', 'x': '1'}", "{'authorization': '[redacted]', 'x': '1'}"),
        ("(b'Authorization', b'Bearer abc')", "(b'Authorization', b'[redacted]')"),
        (r"{\"Authorization\": \"abc\"}", r"{\"Authorization\": \"[redacted]\"}"),
        ("GLM_API_KEY=abc def", "GLM_API_KEY=[redacted] def"),
        ('{"api_key": "abc", "n": 1}', '{"api_key": "[redacted]", "n": 1}'),
        ("https://h/?api-key=abc&n=1", "https://h/?api-key=[redacted]&n=1"),
        ("http://user:p%40ss@proxy:3128/", "http://[redacted]@proxy:3128/"),
        ("http://user:p@ss@proxy:3128/", "http://[redacted]@proxy:3128/"),
    ],
)
def test_what_looks_like_a_key_is_masked(text: str, expected: str) -> None:
    assert log.redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "max_tokens=256 and 12 prompt tokens",
        "api_key_command is set",
        "risk-assessment of task-scheduling",
        "https://api.z.ai/api/paas/v4?x=a@b",
        "commit 0123456789abcdef0123456789abcdef",
        "\ud800 lone surrogate",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert log.redact(text) == text


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        ("plain-secret-1", "is plain-secret-1.", "is [redacted]."),
        ("plain-secret-1", "starts plain-se…", "starts [redacted]…"),
        ("plain-secret-1", "ends …secret-1 here", "ends …[redacted] here"),
        ("plain-secret-1", "only secret", "only secret"),
        ("a/b+c=d&e?f g", "u=a%2Fb%2Bc%3Dd%26e%3Ff%20g;", "u=[redacted];"),
        ("a/b+c=d&e?f g", "u=a%2fb%2bc%3dd%26e%3ff%20g;", "u=[redacted];"),
        ('quo"te\\d-key', r'{"k": "quo\"te\\d-key"}', '{"k": "[redacted]"}'),
        ("schlüssel-ü", r'"schl\u00fcssel-\u00fc"', '"[redacted]"'),
        ("five5", "say five5 now", "say [redacted] now"),
        ("abc", "abc is a dummy", "abc is a dummy"),
        ("", "nothing", "nothing"),
    ],
)
def test_a_protected_secret_is_masked_in_part_and_escaped(
    secret: str, text: str, expected: str
) -> None:
    log.protect(secret)
    assert log.redact(text) == expected


def test_exceptions_and_arguments_are_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info")
    try:
        raise ValueError(f"refused {ZAI}")
    except ValueError:
        log.logger("provider").exception("with %s", {"api_key": ZAI})
    output = capsys.readouterr().err
    assert "ValueError: refused [redacted]" in output
    assert ZAI not in output


def test_records_of_libraries_are_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info")
    logging.getLogger("some.library").warning("key %s", ZAI)
    assert "some.library: key [redacted]" in capsys.readouterr().err


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError(ZAI)

    __repr__ = __str__


@pytest.mark.parametrize(
    ("message", "arguments"),
    [("%d", ("x" + ZAI,)), ("%s %s", (ZAI,)), ("%s", (Unprintable(),)), (Unprintable(), ())],
)
def test_odd_arguments_neither_raise_nor_leak(
    message: object,
    arguments: tuple[object, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log.configure("info")
    # The handlers of pytest raise what a real server never sees.
    monkeypatch.setattr(logging.getLogger(), "handlers", list(log._handlers))
    log.logger("odd").info(message, *arguments)
    output = capsys.readouterr().err
    assert output.count("\n") == 1
    assert "test_log.py" in output
    assert ZAI not in output


def test_a_lone_surrogate_reaches_the_file(tmp_path: Path) -> None:
    log.configure("info", str(tmp_path / "log"))
    log.logger("x").info("\ud800")
    assert r"\ud800" in (tmp_path / "log").read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_log_file_is_private(tmp_path: Path) -> None:
    log.configure("info", str(tmp_path / "log"))
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


def test_configuring_again_moves_level_and_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    log.configure("debug", str(first))
    log.logger("x").debug("one")
    log.configure("info", str(second))
    log.logger("x").debug("two")
    log.logger("x").info("three")
    assert first.read_text().endswith("glm_ls.x: one\n")
    assert second.read_text().endswith("glm_ls.x: three\n")
    assert capsys.readouterr().err.count("\n") == 2


def test_a_file_that_cannot_be_opened_is_one_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("info", str(tmp_path))
    log.logger("x").info("goes on")
    lines = capsys.readouterr().err.splitlines()
    assert ["WARNING" in line for line in lines] == [True, False]


@pytest.mark.parametrize(
    ("level", "seen"),
    [("error", 1), ("warning", 2), ("INFO", 3), ("debug", 4), ("nonsense", 2)],
)
def test_levels(level: str, seen: int, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(level)
    for number in (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG):
        log.logger("x").log(number, "x")
    assert capsys.readouterr().err.count("\n") == seen


@pytest.mark.parametrize("name", ["pygls.protocol", "httpx", "httpcore.http11"])
def test_libraries_that_log_bodies_are_held_down(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("debug")
    logging.getLogger(name).info("a body")
    assert capsys.readouterr().err == ""


def test_what_any_client_does_is_not_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    """A cancel that comes after the answer is one of those that pygls warns of."""
    log.configure("debug")
    logging.getLogger("pygls.protocol.json_rpc").warning("Cancel notification for unknown id 1")
    assert capsys.readouterr().err == ""
    logging.getLogger("pygls.protocol.json_rpc").error("Unable to deserialize message")
    assert "Unable to deserialize" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "full"),
    [("lsp", "glm_ls.lsp"), ("glm_ls.lsp", "glm_ls.lsp"), ("glm_ls", "glm_ls")],
)
def test_every_logger_is_ours(name: str, full: str) -> None:
    assert log.logger(name).name == full


def test_importing_the_log_loads_no_network_or_json(plain_env: dict[str, str]) -> None:
    code = "import glm_ls.log, sys; print({'json', 'urllib.parse', 'asyncio'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=plain_env)
    assert run.stdout == "set()\n"
