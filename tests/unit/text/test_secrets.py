"""Each kind of secret is hidden, nothing else is, and everything comes back.

The samples are put together here so that no line of this file looks like a secret to a scanner.
"""

from __future__ import annotations

import argparse
import inspect
import ssl
import typing
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_ls.text.secrets import hide_secrets, is_in_secret, restore_secrets

KEY_LINES = ["MIIEpAIBAAKCAQEA7" + "bq9Zk3+/xYtR2" * 4, "Qm7tY0" + "uJ4vN8sLpW1eXc" * 4, "k9Zg=="]
HEX = "0123456789abcdef"

TOKENS = {
    "aws": "AKIA" + "Z7QX2M4N" * 2,
    "aws temporary": "ASIA" + "Z7QX2M4N" * 2,
    "github": "ghp_" + "a1B2c3D4e" * 4,
    "github fine-grained": "github_pat_" + "11ABCDEFG0" * 3,
    "gitlab": "glpat-" + "x7Yz-" * 4,
    "slack": "xoxb-" + "123456789012-abcDEF",
    "google": "AIza" + "Sy7-_" * 7,
    "google client": "GOCSPX-" + "aB3-_x9" * 4,
    "openai": "sk-" + "T3BlbkFJ" * 6,
    "openai project": "sk-proj-" + "a1_B2-c3D4" * 5,
    "anthropic": "sk-ant-api03-" + "Zx9_Yw8-" * 5,
    "stripe": "sk_" + "live_" + "4eC39HqLyjWD" * 2,
    "jwt": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3.dBjftJeZ4CVP-mB92K27",
    "zai": HEX * 2 + "." + "AbCdEfGh12345678",
}

GIVEN = {
    'password = "{}"': "S3cr3t-Pass",
    "DB_PASSWORD = '{}'": "S3cr3t-Pass",
    'self.api_key="{}",': "q8Zr2LmX0a",
    'password: str = "{}"': "S3cr3t-Pass",
    'const apiKey: string = "{}";': "q8Zr2LmX0a",
    'var clientSecret string = "{}"': "q8Zr2LmX0a",
    '"access_token": "{}"': "q8Zr2LmX0a",
    ':credential => "{}"': "q8Zr2LmX0a",
    'os.environ["API_KEY"] = "{}"': "q8Zr2LmX0a",
    'if token == "{}":': "q8Zr2LmX0a",
    'if (token !== "{}")': "q8Zr2LmX0a",
    'secret := "{}"': "q8Zr2LmX0a",
    "POSTGRES_PASSWORD: {}\n": "S3cr3t-Password!",
    "export API_KEY={}\n": "q8Zr2LmX0aPw",
    'url = "postgres://app:{}@db.example/app"': "hunter",
    'secret_url = "https://app:{}@host/"': "hunter",
}

HARMLESS = [
    'password = getpass("Password: ")',
    'password = os.environ["DB_PASSWORD"]',
    'password = "{password}"',
    'password = "${DB_PASSWORD}"',
    'password = "xxxxxxxx"',
    'password = "xxxxxx12"',
    'token = "access_token"',
    '"secret": "V1SecretReference"',
    'TOKEN_URL = "https://example.org/oauth2/v3/token"',
    'token = "short1"',
    'name = "q8Zr2LmX0aPw"',
    'class="sk-folding-cube sk-cube-grid-animation-delay"',
    "AKIA" + "Z7QX2M4N" * 3,
    HEX * 2 + ".AbCdEfGh1234567890",
    'sha256 = "' + HEX * 4 + '"',
    "http://localhost:8080/user@example",
    'HEAD = "-----BEGIN PRIVATE KEY-----"\nTAIL = "-----END PRIVATE KEY-----"\n',
    "-----BEGIN CERTIFICATE-----\n" + KEY_LINES[0] + "\n-----END CERTIFICATE-----\n",
    "def f(token: str, password: str | None = None) -> None: ...",
]


def private_key(kind: str) -> str:
    lines = "\n".join(KEY_LINES)
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
@pytest.mark.parametrize("around", ['x = "{}"', "# see {} here", "{}", "f('{}')\n", "<{}>"])
def test_a_token_is_hidden_wherever_it_stands(token: str, around: str) -> None:
    text = around.format(token)
    hidden, mapping = hide_secrets(text)
    assert hidden == around.format("GLM_LS_SECRET_1")
    assert mapping == {"GLM_LS_SECRET_1": token}
    assert restore_secrets(hidden, mapping) == text


@pytest.mark.parametrize(("around", "value"), GIVEN.items())
def test_a_literal_with_a_telling_name_is_hidden(around: str, value: str) -> None:
    hidden, mapping = hide_secrets(around.replace("{}", value))
    assert hidden == around.replace("{}", "GLM_LS_SECRET_1")
    assert mapping == {"GLM_LS_SECRET_1": value}


@pytest.mark.parametrize("kind", ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_a_private_key_is_hidden_line_by_line(kind: str) -> None:
    text = "before\n" + private_key(kind) + "after\n"
    hidden, mapping = hide_secrets(text)
    assert list(mapping.values()) == KEY_LINES
    assert hidden.splitlines() == [
        "before",
        f"-----BEGIN {kind}-----",
        *mapping,
        f"-----END {kind}-----",
        "after",
    ]
    assert restore_secrets(hidden, mapping) == text


def test_a_private_key_with_headers_is_hidden() -> None:
    key = private_key("RSA PRIVATE KEY").replace(
        "KEY-----\nMII", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\nMII", 1
    )
    hidden, _ = hide_secrets(key)
    assert not any(line in hidden for line in KEY_LINES)


def test_a_private_key_in_a_string_literal_is_hidden() -> None:
    hidden, _ = hide_secrets(f'key = "{private_key("PRIVATE KEY")!r}"')
    assert not any(line in hidden for line in KEY_LINES)


def test_a_private_key_cut_by_a_window_is_hidden() -> None:
    whole = private_key("PRIVATE KEY")
    for at in (40, 90, 120):
        for part in (whole[:at], whole[at:]):
            hidden, mapping = hide_secrets(part)
            assert restore_secrets(hidden, mapping) == part
        assert not any(line in hide_secrets(whole[at:])[0] for line in KEY_LINES)
    assert KEY_LINES[0] not in hide_secrets(whole[:-40])[0]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert hide_secrets(text) == (text, {})


@pytest.mark.parametrize("module", [argparse, typing, ssl])
def test_ordinary_code_stays(module: ModuleType) -> None:
    source = inspect.getsource(module)
    assert hide_secrets(source) == (source, {})


def test_equal_secrets_have_one_placeholder() -> None:
    a, b = TOKENS["github"], TOKENS["zai"]
    hidden, _ = hide_secrets(f"{b} {a} {b}")
    assert hidden == "GLM_LS_SECRET_1 GLM_LS_SECRET_2 GLM_LS_SECRET_1"


def test_texts_of_one_prompt_share_their_placeholders() -> None:
    a, b = TOKENS["github"], TOKENS["zai"]
    _, known = hide_secrets(a)
    hidden, mapping = hide_secrets(f"{b} {a}", known)
    assert hidden == "GLM_LS_SECRET_2 GLM_LS_SECRET_1"
    assert mapping == {"GLM_LS_SECRET_1": a, "GLM_LS_SECRET_2": b}


def test_a_placeholder_of_the_text_is_not_given_again() -> None:
    text = f"GLM_LS_SECRET_1 {TOKENS['github']}"
    hidden, mapping = hide_secrets(text)
    assert hidden == "GLM_LS_SECRET_1 GLM_LS_SECRET_2"
    assert restore_secrets(hidden, mapping) == text


def test_hidden_text_stays_as_it_is() -> None:
    text = "\n".join([*TOKENS.values(), *(a.replace("{}", v) for a, v in GIVEN.items())])
    hidden, _ = hide_secrets(text)
    assert hide_secrets(hidden) == (hidden, {})


def test_ten_placeholders_are_told_apart() -> None:
    text = " ".join(f"ghp_{n:036}" for n in range(12))
    hidden, mapping = hide_secrets(text)
    assert restore_secrets(hidden, mapping) == text


PIECES = st.one_of(
    st.sampled_from(
        [
            *TOKENS.values(),
            *(around.replace("{}", value) for around, value in GIVEN.items()),
            private_key("PRIVATE KEY"),
            private_key("EC PRIVATE KEY")[:100],
            private_key("EC PRIVATE KEY")[100:],
            "GLM_LS_SECRET_",
            "GLM_LS_SECRET_1",
        ]
    ),
    st.text(alphabet="ab1_.:@/-=\"' \r\n\u2028٣\ud83d", max_size=6),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_everything_comes_back(text: str) -> None:
    hidden, mapping = hide_secrets(text)
    assert restore_secrets(hidden, mapping) == text
    assert hidden.count("\n") == text.count("\n")
    assert not any(name in text for name in mapping)


def test_names_upon_names_are_looked_through() -> None:
    text = "a=" * 4000 + "AKIAIOSFODNN7EXAMPL1"
    assert "AKIA" not in hide_secrets(text)[0]


PEM = "-----BEGIN PRIVATE KEY-----\n" + ("Zm9vYmFy" * 8 + "\n") * 9 + "-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("marked", "inside"),
    [
        ('password = "S3cr3t¦Pass99"\n', True),
        ('password = "S3cr3tPass99¦"\n', True),
        ('password = "S3cr3tPass99¦\n', True),
        ('password = "S3cr3tPass99"¦\n', False),
        ('password = ¦"S3cr3tPass99"\n', False),
        ('password = "S3cr3tPass99"\nx = ¦\n', False),
        ('key = "ghp_a1b2c3d4e5f6¦a1b2c3d4e5f6a1b2c3d4e5f6"\n', True),
        ('password =\n"S3cr3t¦Pass99"\n', True),
        ('password = "S3cr3tPass99"\n\n¦\n', False),
        ('title = "quite har¦mless"\n', False),
        ('title = "a1b2c3¦', False),
        (PEM[:300] + "¦" + PEM[300:], True),
        (PEM + "¦", False),
    ],
)
def test_a_cursor_in_a_secret(marked: str, inside: bool) -> None:
    before, after = marked.split("¦")
    assert is_in_secret(before, after) == inside
