"""The health of the engines in, what the user gets to see of it out.

A status for the editor's status line at each change, and a message once per outage, when the user
has to act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.errors import GlmError, ProviderError
from glm_ls.log import logger

if TYPE_CHECKING:
    from glm_ls.features.status import Status
    from glm_ls.provider.router import Health

STATUS_CHANGED = "didChangeStatus"
"""Notification in the shape of Copilot's, which status lines of editors already read."""

log = logger("lsp.notices")


class Notices:
    """What was told to one client."""

    def __init__(self, notify: Callable[[str, Any], None]) -> None:
        """`notify(method, params)` sends a notification to the client."""
        self._notify = notify
        self._told: GlmError | None = None
        self.status: Status | None = None
        """None until the engines are open for the first time."""

    def report(self, health: Health, *, embedded: bool) -> None:
        """Tell a health; `embedded`: the embedded engine may take over."""
        from glm_ls.features.status import deserves_message, status_of

        status = status_of(health, embedded=embedded)
        if status == self.status:
            return
        self.status = status
        log.info("status: %s: %s", status.reason, status.message)
        self._notify(STATUS_CHANGED, {"busy": False, **asdict(status)})
        if health.error is None:
            self._told = None
        elif self._told is None and deserves_message(health.error):
            self._told = health.error
            final = isinstance(health.error, ProviderError) and not health.error.retry.attempts
            kind = types.MessageType.Error if final else types.MessageType.Warning
            self.show(f"glm-ls: {status.message}", kind)

    def show(self, message: str, kind: types.MessageType) -> None:
        """Show the user a message in the editor."""
        self._notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(type=kind, message=message))
