"""What is known of one source file: the values that language walks make and everything else reads.

Lines are 0-based, paths are relative to the project's root with forward slashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["class", "type", "function", "method", "field", "const"]
"""A `class` has members (interfaces, traits, structs and enums too), a `type` is an alias."""

KINDS: tuple[Kind, ...] = ("class", "type", "function", "method", "field", "const")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition that other files could use; what is local to a function is none."""

    name: str
    kind: Kind
    owner: str
    """Name of the class, type or receiver it is a member of; "" at the top level."""
    start: int
    """First line of the definition itself; decorators stand above it."""
    body: int
    """First line of the body; `start` where there is none."""
    end: int
    """Last line."""
    signature: str
    """One line without the body, spaces collapsed, visibility words left out."""
    mentions: tuple[str, ...] = ()
    """Identifiers its signature uses besides its own name: where types are found."""
    doc: str = ""
    """First line of its documentation."""
    private: bool = False
    """Whether the language or its conventions hide it from other files."""


@dataclass(frozen=True, slots=True)
class Import:
    """One thing a file takes from another."""

    module: str
    """As the language spells it: `..pkg.mod`, `./x.js`, `crate::a::b`, `util.h`."""
    names: tuple[str, ...] = ()
    """What is taken by name, before renaming; () for a whole module or everything in it."""
    reexport: bool = False
    """Whether others can take it from this file in turn."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a walk over a file's tree finds."""

    symbols: tuple[Symbol, ...] = ()
    """In the order of the file."""
    imports: tuple[Import, ...] = ()
    bases: tuple[tuple[str, str], ...] = ()
    """(type, one that it extends or implements), also where that is said apart from the type."""
    package: str = ""
    """The package or namespace the file says it belongs to."""
