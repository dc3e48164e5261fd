"""Whether an endpoint really fills in the middle: asked once, remembered while it is used.

A row says what a kind of server can do, not what the model on it was trained on: GLM-4.x
tokenizers have the code tokens, GLM-5.1's lacks them, and llama.cpp answers 501 for a GGUF without
them. So the tokenizer is asked whether the marker is one token, which costs nothing to generate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from glm_ls.errors import BadAnswer, BadParameter, KeyRejected, ProviderError
from glm_ls.log import logger
from glm_ls.provider.dialect import FimRoute

if TYPE_CHECKING:
    from glm_ls.provider.endpoint import Endpoint

MARKER = "<|code_middle|>"
NO_QUESTION: tuple[type[ProviderError], ...] = (BadAnswer, BadParameter, KeyRejected)
"""How servers answer a route they do not have, or keep for themselves."""

log = logger("provider.probe")


class Poster(Protocol):
    """What the probe needs of a client."""

    async def post(self, path: str, body: dict[str, Any]) -> object: ...


async def probe_fim(endpoint: Endpoint, client: Poster) -> FimRoute:
    """Return the FIM route that works here, `none` where only chat does.

    Where the server has no such question, the model's row decides. Raises the ProviderError of a
    server that is not well: nothing was learned then.
    """
    route = endpoint.dialect.fim
    if route == "none":
        return "none"
    question = {"model": endpoint.wire_model, "prompt": MARKER, "add_special_tokens": False}
    if route == "infill":
        question = {"content": MARKER, "parse_special": True, "add_special": False}
    try:
        answer = await client.post("/tokenize", question)
    except NO_QUESTION as error:
        log.info("no /tokenize at %s: %s", endpoint.base_url, error.message)
        return route if endpoint.model.fim else "none"
    tokens = answer.get("tokens") if isinstance(answer, dict) else None
    known = isinstance(tokens, list) and len(tokens) == 1
    log.info("FIM at %s: %s", endpoint.base_url, "yes" if known else "no, chat is used")
    return route if known else "none"
