"""Where keys are looked for, in which order, and what is not taken for one."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from glm_ls.config.schema import build_settings
from glm_ls.errors import SettingsError
from glm_ls.log import redact
from glm_ls.provider import keys
from glm_ls.provider.dialect import load_dialects
from glm_ls.provider.endpoint import resolve_endpoint
from glm_ls.provider.keys import Key, find_key

DIALECTS = load_dialects({})
EVERYWHERE = {"ZAI_API_KEY": "from-environment"}


def command(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def found(
    config_dir: Path, environ: dict[str, str] | None = None, dialect: str = "zai", **settings: Any
) -> Key | None:
    return find_key(DIALECTS[dialect], build_settings(settings), environ or {}, config_dir)


def key_file(config_dir: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = config_dir / "keys"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "find_spec", lambda name: None)


def test_the_order_of_the_sources(tmp_path: Path) -> None:
    key_file(tmp_path, "zai = from-file\n")
    printing: dict[str, Any] = {"api_key_command": command("print('from-command')")}
    everything = {"api_key": "from-settings", **printing}
    assert found(tmp_path, EVERYWHERE, **everything) == ("from-settings", "settings")
    assert found(tmp_path, EVERYWHERE, **printing) == (
        "from-environment",
        "environment ZAI_API_KEY",
    )
    assert found(tmp_path, **printing) == ("from-command", f"command {sys.executable}")
    assert found(tmp_path) == ("from-file", f"file {tmp_path / 'keys'}")
    assert found(tmp_path, dialect="cometapi") is None


def test_a_later_source_is_not_asked(tmp_path: Path) -> None:
    mark = tmp_path / "asked"
    asking = command(f"open({str(mark)!r}, 'w'); print('k')")
    assert found(tmp_path, EVERYWHERE, api_key_command=asking)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("import sys; sys.stderr.write('my secret'); raise SystemExit(1)", "exit code 1"),
        ("pass", "printed nothing"),
        ("print('  \\n ')", "printed nothing"),
        (r"import sys; sys.stdout.buffer.write(b'\xff\xfe\x00k')", "holds characters"),
        ("print('two words')", "holds characters"),
    ],
)
def test_a_command_that_gives_no_key(tmp_path: Path, code: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        found(tmp_path, api_key_command=command(code))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("argv", [("/no/such/program",), ("nul\0",), ("/",)])
def test_a_command_that_cannot_be_run(tmp_path: Path, argv: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="gave no key"):
        found(tmp_path, api_key_command=argv)


def test_a_command_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "COMMAND_TIMEOUT_S", 0.05)
    with pytest.raises(SettingsError, match="TimeoutExpired"):
        found(tmp_path, api_key_command=command("import time; time.sleep(60)"))


def test_a_command_gets_no_standard_input_and_its_first_line_counts(tmp_path: Path) -> None:
    code = "import sys; print(repr(sys.stdin.read()) + 'k'); print('more')"
    key = found(tmp_path, api_key_command=command(code))
    assert key is not None
    assert key.secret == "''k"


def test_a_file_of_keys(tmp_path: Path) -> None:
    key_file(tmp_path, "# zai = no\nvllm=v\n  zai =  a=b  \nzai = second\nbigmodel =\n")
    assert [found(tmp_path, dialect=d) for d in ("vllm", "bigmodel")] == [
        ("v", f"file {tmp_path / 'keys'}"),
        None,
    ]
    key = found(tmp_path)
    assert key is not None
    assert key.secret == "a=b"


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o777])
def test_a_file_that_others_can_use_is_refused(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    key_file(tmp_path, "zai = from-file", mode)
    with caplog.at_level(logging.WARNING):
        assert found(tmp_path) is None
    assert "chmod 600" in caplog.text
    assert "from-file" not in caplog.text


def test_files_that_are_none(tmp_path: Path) -> None:
    key_file(tmp_path, b"zai = \xff\xfe")
    assert found(tmp_path) is None
    (tmp_path / "keys").unlink()
    (tmp_path / "keys").mkdir()
    assert found(tmp_path) is None


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in directories")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "keys", 0o600)
    assert found(tmp_path) is None


class Keyring(ModuleType):
    """Stands for the optional library."""

    def __init__(self, secret: str | None, error: bool = False) -> None:
        super().__init__("keyring")
        self.errors = ModuleType("keyring.errors")
        self.errors.__dict__["KeyringError"] = LookupError
        self._secret, self._error = secret, error

    def get_password(self, service: str, name: str) -> str | None:
        if self._error:
            raise LookupError("locked, and a-secret")
        return self._secret if (service, name) == ("glm-ls", "zai") else None


@pytest.mark.parametrize(
    ("ring", "key"),
    [
        (Keyring("from-keyring"), ("from-keyring", "keyring")),
        (Keyring(None), None),
        (Keyring("x", error=True), None),
    ],
)
def test_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Keyring, key: tuple[str, str] | None
) -> None:
    monkeypatch.setattr(keys, "find_spec", lambda name: ring)
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", ring.errors)
    assert found(tmp_path) == key


def test_slower_sources_choose_a_provider_too(tmp_path: Path) -> None:
    key_file(tmp_path, "bigmodel = from-file")
    endpoint = resolve_endpoint(build_settings({}), {}, tmp_path)
    assert endpoint is not None
    assert (endpoint.dialect.name, endpoint.key.secret) == ("bigmodel", "from-file")


def test_a_found_key_is_kept_out_of_the_log(tmp_path: Path) -> None:
    found(tmp_path, {"ZAI_API_KEY": "odd-looking-key-7"})
    assert "odd-looking-key-7" not in redact("it said odd-looking-key-7 to me")
