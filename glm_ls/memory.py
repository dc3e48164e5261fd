"""Give back memory that has become free: C libraries keep it for what may be asked for next."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Return free memory to the system where the C library waits to be told, as glibc does."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
