"""The health of the engines in, what the user gets to see of it out.

A status for the editor's status line at each change, and a message once per outage, when the user
has to act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from glm_ls.errors import GlmError, ProviderError
from glm_ls.log import logger

if TYPE_CHECKING:
    from glm_ls.config.schema import Settings
    from glm_ls.features.status import Status
    from glm_ls.provider.router import Health

STATUS_CHANGED = "didChangeStatus"
"""Notification in the shape of Copilot's, which status lines of editors already read."""

BROKEN = {"kind": "Error", "reason": "start", "busy": False, "manual": False}
"""The status of a server whose start failed, but for its message."""

log = logger("lsp.notices")


class Notices:
    """What was told to one client."""

    def __init__(self, notify: Callable[[str, Any], None]) -> None:
        """`notify(method, params)` sends a notification to the client."""
        self._notify = notify
        self._told: GlmError | None = None
        self.status: Status | None = None
        """None until the engines are open for the first time."""

    def report(self, health: Health, settings: Settings, *, embedded: bool) -> None:
        """Tell a health; `embedded`: the embedded engine may take over."""
        from glm_ls.features.status import OFF, deserves_message, status_of

        manual = settings.completion.mode == "manual"
        status = status_of(health, embedded=embedded) if settings.enabled else OFF
        status = replace(status, manual=manual and settings.enabled)
        if status == self.status:
            return
        self.status = status
        log.info("status: %s: %s", status.reason, status.message)
        self._notify(STATUS_CHANGED, {"busy": False, **asdict(status)})
        if health.error is None or not settings.enabled:
            self._told = None
        elif self._told is None and deserves_message(health.error):
            self._told = health.error
            final = isinstance(health.error, ProviderError) and not health.error.retry.attempts
            kind = types.MessageType.Error if final else types.MessageType.Warning
            self.show(f"glm-ls: {status.message}", kind)

    def broke(self, message: str) -> None:
        """Tell that nothing can be done, and why."""
        self._notify(STATUS_CHANGED, {**BROKEN, "message": message})
        self.show(message, types.MessageType.Error)

    def show(self, message: str, kind: types.MessageType) -> None:
        """Show the user a message in the editor."""
        self._notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(type=kind, message=message))
