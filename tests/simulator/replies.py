"""A script and a request to the candidates a model would give: drafted, then cut to size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from . import tokens
from .flavors import Flavor, Json
from .generator import generate
from .script import Script

Kind = Literal["chat", "text", "infill"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to a request, in the pieces it is streamed in."""

    content: tuple[str, ...]
    reasoning: tuple[str, ...] = ()
    calls: tuple[tuple[str, Json], ...] = ()
    finish: str = ""
    """Empty until it is known how the answer ends."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.content)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a request shows of itself to a model."""

    kind: Kind
    body: Json
    text: str
    """All of it."""
    before: str
    """The line before the cursor, or the last line of a chat."""
    after: str
    """The line after the cursor, or the last line of a chat."""
    ids: list[int]


def read_prompt(kind: Kind, body: Json, *, fim: bool) -> Prompt:
    """Return the prompt of a valid request; `fim` says whether code tokens are known."""
    if kind == "chat":
        text = "\n".join(map(tokens.message_text, body["messages"]))
        line = _last_line(text)
        return Prompt(kind, body, text, line, line, tokens.prompt_ids(body))
    if kind == "text":
        text = str(body.get("prompt", ""))
        prefix, suffix = _fim_parts(text)
    else:
        prefix, suffix = str(body.get("input_prefix", "")), str(body.get("input_suffix", ""))
        text = _infill_text(body, prefix, suffix)
    ids = [*tokens.BEGINNING, *tokens.tokenize(text, fim=fim)]
    return Prompt(kind, body, text, _last_line(prefix), _first_line(suffix), ids)


def draft(prompt: Prompt, script: Script, flavor: Flavor) -> list[Candidate]:
    """Return what the model has in mind, before stops and token limits."""
    wanted = int(prompt.body.get("n") or 1) if flavor.candidates else 1
    thinks = prompt.kind == "chat" and (script.force_reasoning or _may_think(prompt.body, flavor))
    reasoning = tokens.split(script.reasoning) if thinks else ()
    return [
        Candidate(_content(prompt, script, index), reasoning, script.tool_calls)
        for index in range(wanted)
    ]


def trim(candidate: Candidate, prompt: Prompt, script: Script, flavor: Flavor) -> Candidate:
    """Cut a candidate at the first stop string and at the request's token limit."""
    content, stopped = _until_stop(candidate.content, _stops(prompt.body, flavor))
    finish = "stop" if stopped else ("tool_calls" if candidate.calls else script.finish)
    limit = _limit(prompt)
    thought = candidate.reasoning[:limit]
    left = max(0, limit - len(thought) - 1) if thought else limit
    if len(candidate.reasoning) >= limit or len(content) > left:
        content, finish = content[:left], "length"
    calls = () if finish == "length" else candidate.calls
    return replace(
        candidate,
        content=content,
        reasoning=thought,
        calls=calls,
        finish=candidate.finish or finish,
    )


def completion_tokens(candidate: Candidate, prompt: Prompt) -> int:
    """Return what a candidate costs; outside a chat there is no thinking to end."""
    if prompt.kind != "chat":
        return min(tokens.count(candidate.text) + 1, _limit(prompt))
    reasoning = "".join(candidate.reasoning)
    whole = tokens.completion_count(reasoning, candidate.text, candidate.calls)
    return min(whole, _limit(prompt))


def _content(prompt: Prompt, script: Script, index: int) -> tuple[str, ...]:
    if index and index <= len(script.candidates):
        return tokens.split(script.candidates[index - 1])
    if script.chunks is not None:
        return script.chunks
    if script.reply is None:
        return () if script.tool_calls else tokens.split(generate(prompt.text, index))
    reply = script.reply if isinstance(script.reply, str) else script.reply(prompt.body)
    return tokens.split(reply)


def _may_think(body: Json, flavor: Flavor) -> bool:
    path, off = flavor.thinking_off
    value: object = body
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value != off


def _limit(prompt: Prompt) -> int:
    for name in ("max_tokens", "max_completion_tokens", "n_predict"):
        value = prompt.body.get(name)
        if isinstance(value, int) and value >= 0:
            return value
    return 1 << 30


def _stops(body: Json, flavor: Flavor) -> list[str]:
    stop = body.get("stop") or []
    return ([stop] if isinstance(stop, str) else list(stop))[: flavor.max_stops]


def _until_stop(pieces: tuple[str, ...], stops: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    text = "".join(pieces)
    found = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    if not found:
        return pieces, False
    kept: list[str] = []
    room = min(found)
    for piece in pieces:
        if room <= 0:
            break
        kept.append(piece[:room])
        room -= len(piece)
    return tuple(kept), True


def _fim_parts(text: str) -> tuple[str, str]:
    """Return prefix and suffix of a prompt in GLM's tokens, in either order."""
    parts: dict[str, str] = {}
    for part in text.split("<|code_")[1:]:
        name, _, content = part.partition("|>")
        parts[name] = content
    return parts.get("prefix", text), parts.get("suffix", "")


def _infill_text(body: Json, prefix: str, suffix: str) -> str:
    extra = "".join(str(part.get("text", "")) for part in body.get("input_extra") or [])
    return (
        f"{extra}<|code_prefix|>{prefix}<|code_suffix|>{suffix}"
        f"<|code_middle|>{body.get('prompt', '')}"
    )


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")
