"""An endpoint in, the names of the models it lists out."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from glm_ls.errors import BadAnswer, NetworkDown, TimedOut
from glm_ls.log import redact
from glm_ls.provider.answer import MAX_BODY
from glm_ls.provider.failures import failure_in, failure_of, is_failure
from glm_ls.provider.transport import open_client

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.provider.endpoint import Endpoint


async def list_models(settings: Settings, endpoint: Endpoint) -> list[str]:
    """Return the ids of GET /models without the provider's prefix; raises ProviderError.

    An endpoint may serve models that it does not list.
    """
    import httpx

    patience = settings.network.first_byte_s
    async with open_client(settings) as http:
        try:
            async with (
                asyncio.timeout(patience),
                http.stream("GET", endpoint.url("/models"), headers=endpoint.headers) as response,
            ):
                body = bytearray()
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise BadAnswer("/models answered an endless list")
        except TimeoutError:
            raise TimedOut(f"/models did not answer within {patience:g} s") from None
        except httpx.HTTPError as error:
            words = redact(str(error)) or type(error).__name__
            raise NetworkDown(f"{endpoint.base_url}: {words}") from None
    if response.status_code != 200:
        raise failure_of(response.status_code, bytes(body), response.headers)
    return _names(bytes(body), endpoint.dialect.model_prefix)


def _names(body: bytes, prefix: str) -> list[str]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswer("/models answered no JSON") from None
    if isinstance(value, dict) and is_failure(value):
        raise failure_in(value)
    rows = value.get("data") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise BadAnswer("/models answered no list")
    ids = (row.get("id") for row in rows if isinstance(row, dict))
    return [name.removeprefix(prefix) for name in ids if isinstance(name, str)]
