"""Log records become lines on stderr and in an optional file, with every secret taken out.

The two handlers sit on the root logger, so records of libraries pass the same redaction as ours.
Redaction works on the finished line: message, arguments and exception text alike.
A log line that cannot be written or formatted never disturbs the server.
"""

from __future__ import annotations

import logging
import os
import re
from io import TextIOWrapper
from typing import TextIO

_ROOT = "glm_ls"

_QUIET = {
    "pygls": logging.WARNING,
    # Below it are what any client does: a cancel that comes too late, a notification of its own.
    "pygls.protocol.json_rpc": logging.ERROR,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
}
"""The least that libraries may log: below it they log whole messages or requests."""

_LEVELS = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_MASK = "[redacted]"

_PART = 8
"""Characters of a protected secret that give it away; shorter runs may stay."""

_SHORTEST = 4
"""A secret shorter than this is a dummy, and masking it would eat ordinary words."""

_SHAPES = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # A Z.ai or BigModel key: id and secret.
        (r"\b[0-9a-f]{32}\.[0-9a-z]{16}\b", _MASK),
        # The key shape of OpenAI, which most gateways copy.
        (r"\bsk-[\w-]{8,}", _MASK),
        # A header, also as a repr, a JSON member or an httpcore pair; its value ends at a quote.
        (r"""\b(authorization(?:\\?["'])?\s*[:=,]\s*(?:b?\\?["'])?)[^"'\\\r\n]+""", rf"\1{_MASK}"),
        # The scheme and its token without the header's name.
        (r"""\b(bearer(?:\s|%20|\+)+)[^\s"',;\\]+""", rf"\1{_MASK}"),
        # An assignment: query string, environment, TOML, JSON.
        (
            r"""((?:api[_-]?key|(?:access|auth)[_-]?token|client[_-]?secret|password)"""
            r"""(?:\\?["'])?\s*[:=]\s*(?:\\?["'])?)[^\s"',;&}\\]+""",
            rf"\1{_MASK}",
        ),
        # User and password in a URL, as proxies have them.
        (r"""(://)[^/\s"']+@""", rf"\1{_MASK}@"),
    )
)

_protected: dict[str, re.Pattern[str]] = {}
"""For each secret, what matches any run of `_PART` or more of its characters."""

_handlers: list[logging.Handler] = []


def logger(name: str) -> logging.Logger:
    """Return the logger of a module; every name ends up under `glm_ls`."""
    inside = name == _ROOT or name.startswith(f"{_ROOT}.")
    return logging.getLogger(name if inside else f"{_ROOT}.{name}")


def configure(level: str, file: str = "") -> None:
    """Log to stderr, and to `file` when it is named; may be called again at any time.

    `level` is one of error, warning, info, debug; anything else counts as warning.
    """
    root = logging.getLogger()
    while _handlers:
        handler = _handlers.pop()
        root.removeHandler(handler)
        handler.close()
    logging.getLogger(_ROOT).setLevel(_LEVELS.get(level.lower(), logging.WARNING))
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    _install(_Stream())
    if file:
        try:
            _install(_File(os.path.expanduser(file), encoding="utf-8", errors="backslashreplace"))
        except (OSError, ValueError) as error:
            logger("log").warning("the log file cannot be opened: %s", error)


def protect(secret: str) -> None:
    """Take `secret` out of every log line from now on, plain, URL-escaped and JSON-escaped."""
    if len(secret) < _SHORTEST or secret in _protected:
        return
    from json import dumps
    from urllib.parse import quote

    escaped = quote(secret, safe="", errors="replace")
    forms = {secret, escaped, escaped.lower(), dumps(secret)[1:-1], repr(secret)[1:-1]}
    size = min(_PART, len(secret))
    parts = {form[at : at + size] for form in forms for at in range(len(form) - size + 1)}
    starts = "|".join(map(re.escape, sorted(parts)))
    # A run of places at each of which a part starts, and the rest of the last part.
    _protected[secret] = re.compile(f"(?:(?={starts}).)+.{{{size - 1}}}", re.DOTALL)


def redact(text: str) -> str:
    """Return `text` with protected secrets and everything of a key's shape masked."""
    for secret in list(_protected.values()):
        text = secret.sub(_MASK, text)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        try:
            line = super().format(record)
        except Exception as error:  # Whatever an argument's __str__ raises.
            place = f"{record.pathname}:{record.lineno}"
            line = f"{record.levelname} {record.name}: {type(error).__name__} in the log of {place}"
        return redact(line)


class _Stream(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: the default prints the record's arguments, unredacted."""


class _File(logging.FileHandler):
    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors=self.errors, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing, as for stderr; a full disk is no reason to stop."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _install(handler: logging.Handler) -> None:
    handler.setFormatter(_Formatter(_LINE))
    logging.getLogger().addHandler(handler)
    _handlers.append(handler)
