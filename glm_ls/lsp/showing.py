"""A text for reading, shown in the best way the client has.

    announces `experimental.glmLs.showDocument`   notification glm-ls/showDocument {title, text}
    opens files for the server                    a read-only file in the user's cache directory
    neither                                       a short message

The text is harmless in each of them: see `postprocess.explanation`.
"""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from glm_ls.config.paths import user_cache_dir
from glm_ls.log import logger
from glm_ls.workspace.roots import path_to_uri

if TYPE_CHECKING:
    from glm_ls.features.explaining import Explanation
    from glm_ls.lsp.server import GlmServer

SHOW = "glm-ls/showDocument"
FOLDER = "answers"
"""In the cache directory."""
KEPT = 20
"""Files that stay; an editor may still show one."""
ANSWER_S = 5.0
READ_ONLY = 0o400

log = logger("lsp.showing")


async def show(server: GlmServer, explanation: Explanation) -> None:
    """Show a text to the user."""
    session = server.session
    if session.client.shows_answers:
        told = {"title": explanation.title, "text": explanation.markdown}
        session.notify(SHOW, told)
    elif not (session.client.opens_documents and await _opened(server, explanation)):
        session.notices.show(f"GLM: {explanation.short}", types.MessageType.Info)


async def _opened(server: GlmServer, explanation: Explanation) -> bool:
    """Write the text to a file and have the client open it; False where that did not work."""
    try:
        file = await asyncio.to_thread(_written, user_cache_dir() / FOLDER, explanation)
        params = types.ShowDocumentParams(uri=path_to_uri(file), external=False, take_focus=True)
        result = await asyncio.wait_for(server.window_show_document_async(params), ANSWER_S)
    except (OSError, JsonRpcException, TimeoutError) as error:
        log.info("the text is not shown as a document: %s", type(error).__name__)
        return False
    return getattr(result, "success", None) is not False


def _written(folder: Path, explanation: Explanation) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(folder.glob("*.md"))[: -KEPT + 1]:
        old.unlink(missing_ok=True)
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", explanation.title).strip("-.")[:60]
    file = folder / f"{time.time_ns()}-{slug}.md"
    file.write_text(f"# {explanation.title}\n\n{explanation.markdown}", encoding="utf-8")
    file.chmod(READ_ONLY)
    return file
