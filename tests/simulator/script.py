"""What the simulator is told to answer, and everything that can be wrong with an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from .errors import ERRORS
from .flavors import Json

FAULTS: dict[str, str] = {
    # The connection.
    "hang": "No byte is ever sent, not even the head.",
    "hang_mid": "The answer stops in the middle of the text; the connection stays open.",
    "reset_before": "The connection is reset (RST) instead of an answer.",
    "reset_mid": "The connection is reset (RST) in the middle of the text.",
    "close_mid": "The connection is closed (FIN) in the middle: no finish reason, body cut.",
    "end_mid": "The body ends as HTTP demands in the middle of the text, without finish reason.",
    "no_done": "The stream ends after its finish reason without `[DONE]`.",
    "linger": "The connection is kept open after `[DONE]`, the body not ended.",
    # Bytes of the stream.
    "comments": "Comment lines `: ping` stand before and between the frames.",
    "crlf": "Lines end in CRLF.",
    "glued": "Frames come in pairs without a blank line between, all in one write.",
    "interleaved": 'A frame begins twice: `data: {"id":data: {"id":"...`.',
    "truncated_frame": "A frame in the middle is cut in half; its text is lost.",
    "garbage_frame": "A frame that is no JSON stands among the others.",
    "error_in_band": "After half of the text the stream ends with a frame that is an error.",
    # Shape of the JSON.
    "choices_empty": "Frames with `choices: []` stand before and among the others.",
    "null_content": "Deltas with null text stand among the others.",
    "no_usage": "Nothing says how many tokens were used.",
    "wrong_shape": "JSON of other shapes stands among the frames, or in place of the body.",
    "reasoning_alias": "Reasoning comes in the field that the endpoint does not use.",
    "tool_no_id": "Tool calls have no id and no type.",
    "tool_name_split": "The name of a tool comes in two deltas.",
    "tool_dict_arguments": "Arguments of a tool that come whole are an object, not a string.",
    # Something else than an answer.
    "html_200": "Status 200 with an HTML page.",
    "json_200_error": "Status 200 with the JSON of a routing error.",
    # The text.
    "think_leak": "The text begins with reasoning in `<think>...</think>`.",
    "lone_think_end": "The text begins with reasoning that only `</think>` ends.",
    "answer_in_reasoning": "The whole answer comes as reasoning; the text is empty.",
    "fence": "The text is wrapped in a Markdown fence.",
    "prose_before": "A sentence stands before the text.",
    "echo_prefix": "The text repeats the last line before the cursor.",
    "echo_suffix": "The text ends with the first line after the cursor.",
    "cjk": "Chinese words stand in the middle of the text.",
    "backticks": "Fences inside the text are mangled to one backtick.",
    "role_token_tail": "The text ends with `<|endoftext|><|user|>`.",
    "fim_token_tail": "The text ends with `<|code_suffix|>`.",
    "tool_xml": "Tool calls come as XML in the text.",
    "tool_xml_reasoning": "Tool calls come as XML in the reasoning.",
    # The end.
    "sensitive": "Half of the text, then the finish reason of the safety filter.",
    "network_error": "Half of the text, then a finish reason that says inference failed.",
    "context_exceeded": "The finish reason says that the context window is full.",
    "unknown_finish": "A finish reason nobody has seen before.",
    "empty": "No text at all.",
}
"""Every fault by name. Those of the text and the JSON apply to whole answers too."""


@dataclass(frozen=True)
class Script:
    """How one generating request is answered; the default is a good answer with code."""

    reply: str | Callable[[Json], str] | None = None
    """The text; a function gets the request's body; None: code in the prompt's language."""
    reasoning: str = ""
    """Sent before the text, unless the request switches thinking off."""
    force_reasoning: bool = False
    """Sends the reasoning whatever the request says."""
    tool_calls: tuple[tuple[str, Json], ...] = ()
    """(name, arguments) of each call."""
    candidates: tuple[str, ...] = ()
    """Texts of the second and later candidates, where the request asks for several."""
    error: str = ""
    """Code of a refusal: a business code, or a name of the flavor's table in errors.py."""
    status: int = 0
    """Bare status sent with `body`; with `error`, replaces the error's status."""
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers of any answer."""
    ttfb_s: float = 0
    """Seconds before the head."""
    gap_s: float = 0
    """Seconds between two frames."""
    hold: asyncio.Event | None = None
    """A stream stops after `hold_after` frames with text until this is set; the head and any
    frame without text before them are sent. A whole answer waits before its head."""
    hold_after: int = 0
    fault: str = ""
    """A key of FAULTS."""
    echo: str = ""
    """What echo_prefix and echo_suffix repeat; empty: taken from the prompt."""
    split: int = 0
    """Writes the body in pieces of this many bytes; 0: a frame at a time."""
    piece_gap_s: float = 0
    """Seconds before each of these pieces."""
    chunks: tuple[str, ...] | None = None
    """Exact pieces of the text, one delta each."""
    finish: str = "stop"
    """Finish reason of a text that was not cut."""
    usage: bool = True

    def __post_init__(self) -> None:
        if self.fault and self.fault not in FAULTS:
            raise ValueError(f"no such fault: {self.fault}")

    def check(self, flavor: str) -> None:
        """Raise ValueError if the flavor has no such error."""
        if self.error and self.error not in ERRORS[flavor]:
            raise ValueError(f"{flavor} has no error {self.error}")
