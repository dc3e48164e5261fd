"""What is said of one setting, and the dataclass fields and sections that carry it."""

from __future__ import annotations

from dataclasses import field
from typing import Literal, NamedTuple, TypeVar, cast

from glm_ls.config.kinds import Kind

T = TypeVar("T")

Narrowing = Literal["no", "off", "on", "manual", "lower", "add", "trusted"]
"""What a workspace file may do: nothing, switch off, switch on, go manual, lower, add to a list,
or add to it where the user trusts the folder."""

METADATA = "glm-ls"
"""Where the field of a dataclass keeps its Setting."""


class Setting(NamedTuple):
    """What is known of one setting besides its name."""

    default: object
    sentence: str
    kind: Kind
    workspace: Narrowing = "no"
    """What the workspace file `.glm-ls.toml` may do to it."""
    special: str = ""
    """A value that stands for something else than its size, and for what."""


def setting(
    default: T, sentence: str, kind: Kind, workspace: Narrowing = "no", special: str = ""
) -> T:
    """Return the dataclass field of a setting."""
    about = Setting(default, sentence, kind, workspace, special)
    if isinstance(default, dict):
        return cast(T, field(default_factory=dict, metadata={METADATA: about}))
    return field(default=default, metadata={METADATA: about})


class Section:
    """Values that compare by content.

    Sections have no repr, so that no key and no header of a dialect reaches a log by accident.
    They take no slots and share this comparison because methods made by `dataclass` take most of
    the import time, and this module is on the way to the server's first answer.
    """

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)
