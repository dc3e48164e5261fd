"""The real server with a few commands more, by which tests reach what no feature shows.

Run as `python probing_server.py`; it speaks LSP on standard input and output.
"""

from __future__ import annotations

import asyncio

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from glm_ls.lsp.server import GlmServer, main

REQUEST_FAILED = -32803


class ProbingServer(GlmServer):
    """Registers commands that wait, fail, and ask the client in vain."""

    def __init__(self) -> None:
        super().__init__()

        @self.command("test.wait")
        async def wait() -> None:
            self.protocol.notify("test/waiting", None)
            try:
                await asyncio.Event().wait()
            finally:
                self.protocol.notify("test/ended", None)

        @self.command("test.fail")
        async def fail() -> None:
            raise ValueError("words of the user")

        @self.command("test.refuse")
        async def refuse() -> None:
            raise JsonRpcException("not now", REQUEST_FAILED)

        @self.command("test.give-up")
        async def give_up() -> None:
            item = types.ConfigurationItem(section="test")
            params = types.ConfigurationParams(items=[item])
            asking = asyncio.ensure_future(self.workspace_configuration_async(params))
            await asyncio.sleep(0)
            asking.cancel()

        @self.feature("test/fail")
        def failing_notification(_: object) -> None:
            raise ValueError("words of the user")


if __name__ == "__main__":
    main(ProbingServer)
