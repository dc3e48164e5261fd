"""Faults of the text: a candidate to what a confused model makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from .generator import language_of
from .replies import Candidate, Prompt
from .script import Script

TextFault = Callable[[Candidate, Prompt, Script], Candidate]

_THOUGHT = "The user wants code. I should be brief."


def spoil_text(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    """Apply the script's fault if it is one of the text."""
    fault = TEXT_FAULTS.get(script.fault)
    return fault(candidate, prompt, script) if fault else candidate


def _around(before: str = "", after: str = "") -> TextFault:
    return lambda candidate, prompt, script: _wrapped(candidate, before, after)


def _wrapped(candidate: Candidate, before: str, after: str) -> Candidate:
    pieces = (before, *candidate.content, after)
    return replace(candidate, content=tuple(piece for piece in pieces if piece))


def _ending(finish: str, *, half: bool = False) -> TextFault:
    def spoil(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
        kept = (len(candidate.content) + 1) // 2 if half else None
        return replace(candidate, content=candidate.content[:kept], calls=(), finish=finish)

    return spoil


def _think_leak(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    thought = script.reasoning or _THOUGHT
    return _wrapped(replace(candidate, reasoning=()), f"<think>{thought}</think>", "")


def _lone_think_end(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    thought = script.reasoning or _THOUGHT
    return _wrapped(replace(candidate, reasoning=()), f"{thought}</think>", "")


def _answer_in_reasoning(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    return replace(candidate, content=(), reasoning=candidate.reasoning + candidate.content)


def _fence(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    wanted = (prompt.body.get("response_format") or {}).get("type", "text")
    info = "json" if wanted != "text" else language_of(prompt.text)
    end = "```" if candidate.text.endswith("\n") else "\n```"
    return _wrapped(candidate, f"```{info}\n", end)


def _echo_prefix(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    return _wrapped(candidate, script.echo or prompt.before, "")


def _echo_suffix(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    return _wrapped(candidate, "", script.echo or prompt.after)


def _cjk(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    half = (len(candidate.content) + 1) // 2
    pieces = candidate.content
    return replace(candidate, content=(*pieces[:half], " 返回计算结果 ", *pieces[half:]))


def _backticks(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    return replace(candidate, content=(candidate.text.replace("```", "`"),))


def _reasoning_alias(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    # The renaming is a fault of the shape; here the model is made to think at all.
    return replace(candidate, reasoning=candidate.reasoning or (script.reasoning or _THOUGHT,))


def _tool_xml(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    return replace(_wrapped(candidate, "", _xml(script)), calls=(), finish="stop")


def _tool_xml_reasoning(candidate: Candidate, prompt: Prompt, script: Script) -> Candidate:
    reasoning = (*candidate.reasoning, _xml(script))
    return replace(candidate, reasoning=reasoning, calls=(), finish="stop")


def _xml(script: Script) -> str:
    return "".join(
        f"<tool_call>{name}\n{''.join(_argument(k, v) for k, v in arguments.items())}</tool_call>"
        for name, arguments in script.tool_calls
    )


def _argument(key: str, value: object) -> str:
    shown = value if isinstance(value, str) else json.dumps(value)
    return f"<arg_key>{key}</arg_key>\n<arg_value>{shown}</arg_value>\n"


TEXT_FAULTS: dict[str, TextFault] = {
    "think_leak": _think_leak,
    "lone_think_end": _lone_think_end,
    "answer_in_reasoning": _answer_in_reasoning,
    "fence": _fence,
    "prose_before": _around("Here is the completed code:\n\n"),
    "echo_prefix": _echo_prefix,
    "echo_suffix": _echo_suffix,
    "cjk": _cjk,
    "backticks": _backticks,
    "role_token_tail": _around(after="<|endoftext|><|user|>"),
    "fim_token_tail": _around(after="<|code_suffix|>"),
    "reasoning_alias": _reasoning_alias,
    "tool_xml": _tool_xml,
    "tool_xml_reasoning": _tool_xml_reasoning,
    "sensitive": _ending("sensitive", half=True),
    "network_error": _ending("network_error", half=True),
    "context_exceeded": _ending("model_context_window_exceeded"),
    "unknown_finish": _ending("abort_by_scheduler"),
    "empty": lambda candidate, prompt, script: replace(candidate, content=(), calls=()),
}
"""By name of FAULTS; reasoning_alias has a second half in shape_faults.py."""
