"""What happened between a client and the simulator, one record per request."""

from __future__ import annotations

from dataclasses import dataclass, field

from .flavors import Json


@dataclass(eq=False)
class Exchange:
    """One request and its answer. Times are of time.monotonic(), None until it happened."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    raw: bytes
    """The request's body as it came."""
    body: Json
    """The request's body; empty if it is no JSON object."""
    key: str
    """The bearer key; empty without one."""
    t_received: float
    """When the whole request was there."""
    generating: bool = False
    """Asks for text; only these count in received, finished and live."""
    admitted: bool = False
    """Passed authentication, validation and the concurrency limit."""
    stream: bool = False
    status: int = 0
    """0 until the head of the answer is sent."""
    t_first_byte: float | None = None
    t_last_byte: float | None = None
    t_gone: float | None = None
    """When the client left before the answer was whole."""
    text_sent: str = ""
    """Text of the first candidate that was written, without reasoning."""
    usage: Json = field(default_factory=dict)
    """Tokens of the whole answer, as the endpoint counts them."""
    whole: bool = False
    """The answer was written to its end, which a fault may have moved."""
    ended: bool = False
    """Nothing more happens: the answer is whole, or the client has left."""

    @property
    def gone(self) -> bool:
        """The client left before the answer was whole."""
        return self.t_gone is not None
