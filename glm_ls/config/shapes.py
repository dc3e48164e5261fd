"""Tables of any spelling go in, (key, raw value) pairs with our dotted keys come out.

Clients send settings bare, nested under our name, or not at all; with dotted keys, in camelCase
or with hyphens. Traces of Neovim, Helix, VS Code and Emacs show all of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from glm_ls.config.schema import SECTIONS, SETTINGS

_OUR_NAMES = ("glm-ls", "glm_ls", "glmLs")
_COMPARED_CHARS = 80


def client_shape(raw: object) -> Mapping[str, object] | None:
    """Return our settings out of what a client sent; None: it said nothing, so ask it.

    Next to a table under our name, other keys belong to other servers and are left out.
    """
    if not isinstance(raw, Mapping):
        return None
    keys = [key for key in raw if _first_part(key) in _OUR_NAMES]
    if not keys:
        return raw or None
    table: dict[str, object] = {}
    for key in keys:
        value, inner = raw[key], str(key).partition(".")[2]
        if isinstance(value, Mapping) and not inner:
            table |= value
        else:
            # A value under our bare name that is no table keeps that name, to be reported.
            table[inner or key] = value
    return table if any(raw[key] is not None for key in keys) else None


def spread(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield each setting that a table sets, by its dotted key; unknown keys as they are spelled.

    A null is how some clients spell "not set", so it is left out.
    """
    for name, value in table.items():
        if _squash(name) in _SECTIONS and isinstance(value, Mapping):
            named: Mapping[object, object] = {f"{name}.{key}": value[key] for key in value}
        else:
            named = {name: value}
        for key, raw in named.items():
            if raw is not None:
                yield _KEYS.get(_squash(key), str(key)), raw


def nearest(name: str, names: Iterable[str], shared: str = "") -> str:
    """Return the end of a message about an unknown name: which one it resembles, if any.

    `shared` is a beginning that all have and that makes none resemble another.
    """
    import difflib

    # Comparing takes time with the square of the length; no name of ours is that long.
    bare = [known.removeprefix(shared) for known in names]
    match = difflib.get_close_matches(name[:_COMPARED_CHARS].removeprefix(shared), bare, n=1)
    return f"; did you mean {shared}{match[0]}?" if match else ""


def _first_part(key: object) -> str:
    return str(key).partition(".")[0]


def _squash(key: object) -> str:
    return str(key).replace("_", "").replace("-", "").lower()


_SECTIONS = {_squash(name) for name in SECTIONS}
_KEYS = {_squash(key): key for key in SETTINGS}
