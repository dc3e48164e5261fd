"""Settings files as they are found on disks: fine, broken, hostile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glm_ls.config.files import MAX_BYTES, read_settings_file
from glm_ls.errors import SettingsError

posix = pytest.mark.skipif(os.name == "nt", reason="file modes and pipes are of POSIX")


@pytest.mark.parametrize("data", [b"model = 'm'", b"\xef\xbb\xbfmodel = 'm'\r\n"])
def test_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    file = read_settings_file(path)
    assert file is not None
    assert file.table == {"model": "m"}


def test_no_file_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert read_settings_file(tmp_path / "none.toml") is None
    assert read_settings_file(tmp_path / "file" / "config.toml") is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a = 1\nb = \n", "is not TOML: Invalid value (at line 2, column 5)"),
        (b"a = 1\nb = '", 'is not TOML: Expected "\'" (at line 2, the end of the file)'),
        (b"a = 1\na = 2\n", "is not TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"a = 1\nb = '\xff'\n", "line 2: is not UTF-8"),
        (b"a = " + b"[" * 50_000, "is nested too deeply"),
        (b"#" * (MAX_BYTES + 1), "is larger than 65536 bytes"),
    ],
)
def test_refuses(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        read_settings_file(path)
    assert str(caught.value) == message


def test_refuses_a_directory(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^is not a file$"):
        read_settings_file(tmp_path)


@posix
def test_refuses_a_pipe_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match=r"^is not a file$"):
        read_settings_file(tmp_path / "pipe")


@posix
def test_unreadable_file_says_why(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(SettingsError, match=r"^cannot be read: .*symbolic links$"):
        read_settings_file(tmp_path / "loop")


@posix
@pytest.mark.parametrize(
    ("mode", "is_private"),
    [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o620, False)],
)
def test_privacy_of_the_file(tmp_path: Path, mode: int, is_private: bool) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    path.chmod(mode)
    file = read_settings_file(path)
    assert file is not None
    assert file.is_private is is_private


@pytest.mark.skipif(not os.path.isfile("/proc/kallsyms"), reason="there is no /proc")
def test_a_link_to_what_says_it_is_empty_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / ".glm-ls.toml"
    path.symlink_to("/proc/kallsyms")
    assert path.stat().st_size == 0
    with pytest.raises(SettingsError, match="is larger than"):
        read_settings_file(path)
