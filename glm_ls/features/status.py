"""What glm-ls is doing, or why it is not: one clear reason for the status line.

Trouble is a status, not a pop-up. A message is shown once per outage, and only for trouble that
the user has to mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glm_ls.errors import GlmError, KeyMissing, ProviderError
from glm_ls.provider.router import Health

Kind = Literal["Normal", "Warning", "Error", "Inactive"]
"""Kinds of Copilot's didChangeStatus, which editors' status lines already know."""


@dataclass(frozen=True, slots=True)
class Status:
    """A line for the status bar."""

    kind: Kind
    reason: str
    """Stable slug: `ready`, `embedded`, `off`, or an error's reason."""
    message: str
    manual: bool = False
    """Whether nothing is suggested unasked."""


OFF = Status("Inactive", "off", "Switched off by the setting `enabled`")


def status_of(health: Health, *, embedded: bool) -> Status:
    """Return the status for the health of the engines; `embedded`: that engine can take over."""
    error = health.error
    if error is None:
        if health.engine == "embedded":
            return Status("Normal", "embedded", "Embedded engine: completes from your own code")
        return Status("Normal", "ready", f"GLM through {health.engine}")
    words = str(error)
    advice = error.advice if isinstance(error, ProviderError) else ""
    instead = " The embedded engine completes meanwhile." if embedded else ""
    if isinstance(error, KeyMissing) and embedded:
        return Status("Warning", error.reason, f"{words}.{instead}")
    kind: Kind = "Error" if deserves_message(error) else "Warning"
    until = f" (until {error.until})" if isinstance(error, ProviderError) and error.until else ""
    return Status(kind, error.reason, f"{_sentence(words)}{until} {advice}{instead}".strip())


def deserves_message(error: GlmError | None) -> bool:
    """Whether the user has to act, so that one message is shown."""
    return error is not None and (not isinstance(error, ProviderError) or error.tell)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "。")) else words + "."
