"""Pieces of tool calls in, whole calls out, also where a model wrote them into its text.

Endpoints without a parser for them, or with one that fails, pass on GLM's own form:

    <tool_call>read_file
    <arg_key>path</arg_key>
    <arg_value>a.py</arg_value>
    </tool_call>
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from glm_ls.provider.request import ToolCall

_CALL = re.compile(r"<tool_call>\s*(?P<name>[\w-]+)(?P<rest>.*?)</tool_call>", re.DOTALL)
_ARGUMENT = re.compile(
    r"<arg_key>\s*(?P<key>.*?)\s*</arg_key>\s*<arg_value>(?P<value>.*?)</arg_value>", re.DOTALL
)


def whole_calls(pieces: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """Return the calls that pieces make up, in order; one without an id gets one."""
    made: dict[int, ToolCall] = {}
    for piece in pieces:
        known = made.get(piece.index, ToolCall("", "", "", piece.index))
        made[piece.index] = ToolCall(
            known.id or piece.id,
            # A name comes whole, in parts, or again with each piece.
            known.name if known.name == piece.name else known.name + piece.name,
            known.arguments + piece.arguments,
            piece.index,
        )
    calls = (call for _, call in sorted(made.items()))
    return tuple(
        ToolCall(call.id or f"call_{call.index}", call.name, call.arguments, call.index)
        for call in calls
        if call.name
    )


def calls_in_text(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """Return a text without the calls written into it, and those calls."""
    return _CALL.sub("", text), tuple(_written(text))


def _written(text: str) -> Iterator[ToolCall]:
    for index, call in enumerate(_CALL.finditer(text)):
        arguments = {found["key"]: _value(found["value"]) for found in
                     _ARGUMENT.finditer(call["rest"])}  # fmt: skip
        yield ToolCall(f"call_{index}", call["name"], json.dumps(arguments), index)


def _value(text: str) -> object:
    """Return an argument, which is JSON unless it is a text."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool | list | dict) else text
