"""What values a setting takes: a raw value goes in, the typed one or a SettingsError comes out.

A kind reads two spellings: `parse` takes what TOML and JSON can say, `read` takes the text of an
environment variable. The message of its SettingsError completes a sentence that begins with the
setting's name, and never repeats a value that could be a key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from glm_ls.errors import SettingsError

_TYPE_NAMES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "text"),
    ((list, tuple), "a list"),
    (Mapping, "a table"),
)
_SHOWN_CHARS = 40


class Kind(Protocol):
    """How values of one type are checked, described and written."""

    @property
    def name(self) -> str:
        """The type in the reader's words."""
        ...

    @property
    def allowed(self) -> str:
        """The values it takes, for people; empty: any of its type."""
        ...

    def parse(self, raw: object) -> object:
        """Return the typed value of what TOML or JSON said; raises SettingsError."""
        ...

    def read(self, text: str) -> object:
        """Return the typed value of an environment variable; raises SettingsError."""
        ...

    def schema(self) -> dict[str, object]:
        """Return the JSON Schema of the values."""
        ...


def type_name(raw: object) -> str:
    """Return what a raw value is, with its article."""
    return next((name for kind, name in _TYPE_NAMES if isinstance(raw, kind)), "a date or time")


class Switch:
    """True or false."""

    name = "boolean"
    allowed = ""

    def parse(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        raise SettingsError(f"must be true or false, not {type_name(raw)}")

    def read(self, text: str) -> bool:
        word = text.strip().lower()
        if word in ("1", "true", "yes", "on"):
            return True
        if word in ("0", "false", "no", "off"):
            return False
        raise SettingsError(f"must be 1/true/yes/on or 0/false/no/off, not {shown(text)}")

    def schema(self) -> dict[str, object]:
        return {"type": "boolean"}


class Number(NamedTuple):
    """A finite number within bounds, both included."""

    low: float
    high: float
    unit: str
    whole: bool = False

    @property
    def name(self) -> str:
        return "integer" if self.whole else "number"

    @property
    def allowed(self) -> str:
        return f"{plain(self.low)} to {plain(self.high)}"

    def parse(self, raw: object) -> int | float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise SettingsError(f"{self._wanted()}, not {type_name(raw)}")
        if not self.low <= raw <= self.high:
            raise SettingsError(f"{self._wanted()}, not {plain(raw)}")
        # Lua and JavaScript have one number type: 5.0 is how some clients write the integer 5.
        if self.whole and raw != int(raw):
            raise SettingsError(f"{self._wanted()}, not {plain(raw)}")
        return int(raw) if self.whole else float(raw)

    def read(self, text: str) -> int | float:
        try:
            return self.parse(float(text))
        except ValueError:
            raise SettingsError(f"{self._wanted()}, not {shown(text)}") from None

    def schema(self) -> dict[str, object]:
        return {"type": self.name, "minimum": self.low, "maximum": self.high}

    def _wanted(self) -> str:
        return f"must be {'an' if self.whole else 'a'} {self.name} from {self.allowed}"


class Text:
    """Any text; space around it is dropped, as it comes from copying."""

    name = "text"
    allowed = ""

    def parse(self, raw: object) -> str:
        if isinstance(raw, str):
            return raw.strip()
        raise SettingsError(f"must be text, not {type_name(raw)}")

    def read(self, text: str) -> str:
        return text.strip()

    def schema(self) -> dict[str, object]:
        return {"type": "string"}


class Secret(Text):
    """A text that no editor may keep among its plain settings."""


class FilePath:
    """The path of a file; a leading `~` is the home directory."""

    name = "path"
    allowed = ""

    def parse(self, raw: object) -> str:
        return os.path.expanduser(Text().parse(raw))

    def read(self, text: str) -> str:
        return self.parse(text)

    def schema(self) -> dict[str, object]:
        return {"type": "string"}


class Choice(NamedTuple):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def name(self) -> str:
        return "text"

    @property
    def allowed(self) -> str:
        *rest, last = (f'"{word}"' for word in self.words)
        return f"{', '.join(rest)} or {last}"

    def parse(self, raw: object) -> str:
        if raw in self.words:
            return str(raw)
        got = shown(raw) if isinstance(raw, str) else type_name(raw)
        raise SettingsError(f"must be {self.allowed}, not {got}")

    def read(self, text: str) -> str:
        return self.parse(text.strip())

    def schema(self) -> dict[str, object]:
        return {"type": "string", "enum": list(self.words)}


class Words:
    """A list of texts; a single text stands for a list of one."""

    name = "list of texts"
    allowed = ""

    def parse(self, raw: object) -> tuple[str, ...]:
        items = (raw,) if isinstance(raw, str) else raw
        if not isinstance(items, list | tuple):
            raise SettingsError(f"must be a list of texts, not {type_name(raw)}")
        for number, item in enumerate(items, 1):
            if not isinstance(item, str):
                raise SettingsError(f"must hold only texts; item {number} is {type_name(item)}")
        return tuple(items)

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(word for part in text.split(",") if (word := part.strip()))

    def schema(self) -> dict[str, object]:
        return {"type": "array", "items": {"type": "string"}}


class SomeOf(NamedTuple):
    """A list of words out of a few; a single text stands for a list of one."""

    words: tuple[str, ...]

    @property
    def name(self) -> str:
        return "list of texts"

    @property
    def allowed(self) -> str:
        return ", ".join(f'"{word}"' for word in self.words)

    def parse(self, raw: object) -> tuple[str, ...]:
        return self._known(Words().parse(raw))

    def read(self, text: str) -> tuple[str, ...]:
        return self._known(Words().read(text))

    def schema(self) -> dict[str, object]:
        return {"type": "array", "items": {"type": "string", "enum": list(self.words)}}

    def _known(self, items: tuple[str, ...]) -> tuple[str, ...]:
        unknown = next((item for item in items if item not in self.words), None)
        if unknown is not None:
            raise SettingsError(f"holds {shown(unknown)}, which is none of {self.allowed}")
        return items


class Command:
    """A program and its arguments; a single text is split into words like a shell would."""

    name = "list of texts, or text"
    allowed = ""

    def parse(self, raw: object) -> tuple[str, ...]:
        return self.read(raw) if isinstance(raw, str) else Words().parse(raw)

    def read(self, text: str) -> tuple[str, ...]:
        import shlex

        try:
            return tuple(shlex.split(text))
        except ValueError as trouble:
            raise SettingsError(f"cannot be split into words: {trouble}") from None

    def schema(self) -> dict[str, object]:
        return {"type": ["string", "array"], "items": {"type": "string"}}


class Tables:
    """Named rows of free keys; the rows are checked where they are used."""

    name = "table of tables"
    allowed = ""

    def parse(self, raw: object) -> dict[str, Mapping[str, object]]:
        if not isinstance(raw, Mapping):
            raise SettingsError(f"must be a table of tables, not {type_name(raw)}")
        for row, value in raw.items():
            if not isinstance(value, Mapping):
                raise SettingsError(
                    f"must be a table of tables; {shown(row)} is {type_name(value)}"
                )
        return {str(row): value for row, value in raw.items()}

    def read(self, text: str) -> dict[str, Mapping[str, object]]:
        raise SettingsError("is a table and cannot be written as an environment variable")

    def schema(self) -> dict[str, object]:
        return {"type": "object", "additionalProperties": {"type": "object"}}


def plain(number: float) -> str:
    """Return a number as a person would write it; huge ones, which a file may hold, stay short."""
    if not abs(number) <= 1e15:  # written so that it holds for NaN too
        return "a number out of range"
    return f"{number:.15g}" if isinstance(number, float) else str(number)


def shown(raw: object) -> str:
    """Return a value in quotes, on one line and cut to a length that fits a message."""
    start = str(raw)[: _SHOWN_CHARS + 1]
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in start)
    return f'"{text}"' if len(text) <= _SHOWN_CHARS else f'"{text[:_SHOWN_CHARS]}…"'
