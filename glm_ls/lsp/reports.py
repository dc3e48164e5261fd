"""The command `glm-ls.report`: what the command line says of this session, for editors to show.

The command line runs as a process of its own with the settings that the editor sent, so an editor
shows what a terminal would and nothing of it is loaded into the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from glm_ls.log import logger
from glm_ls.lsp.untyped import at, untyped

if TYPE_CHECKING:
    from glm_ls.lsp.server import GlmServer
    from glm_ls.lsp.session import Session

COMMAND = "glm-ls.report"
PATIENCE_S = 60.0
"""How long the command line may take; the doctor asks the endpoint."""


class About(NamedTuple):
    """A row of the table of reports."""

    title: str
    words: tuple[str, ...]
    """What the command line is asked; it reads the editor's settings where they name `-`."""


REPORTS: Mapping[str, About] = {
    "doctor": About("GLM doctor", ("doctor", "--settings", "-")),
    "usage": About("GLM usage", ("stats",)),
}

log = logger("lsp.reports")


def register(server: GlmServer) -> None:
    """Register the command; its argument `{"about": …}` names a row of REPORTS."""
    session = server.session

    @server.command(COMMAND)
    async def report(*arguments: Any) -> dict[str, str] | None:
        about = REPORTS.get(str(at(untyped(arguments[0] if arguments else None), "about")))
        if about is None:
            log.warning("an unknown report")
            return None
        return {"title": about.title, "text": await _said(session, about.words)}


async def _said(session: Session, words: tuple[str, ...]) -> str:
    """Return what the command line says, or why it says nothing."""
    folder = next(iter(session.roots.folders), Path.home())
    # -P: what runs is never taken from the folder it runs in.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "glm_ls", *words),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=folder if folder.is_dir() else None,
        env={**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"},
    )
    try:
        settings = json.dumps(session.client_settings).encode()
        out, _ = await asyncio.wait_for(process.communicate(settings), PATIENCE_S)
    except TimeoutError:
        return f"`glm-ls {words[0]}` did not end within {PATIENCE_S:.0f} seconds."
    finally:
        if process.returncode is None:
            process.kill()
    return out.decode(errors="replace") or f"`glm-ls {words[0]}` said nothing; see the log."
