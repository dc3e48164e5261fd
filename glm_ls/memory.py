"""Give back memory that has become free: C libraries keep it for what may be asked for next."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Return free memory to the system where the C library waits to be told, as glibc does."""
    if sys.platform == "linux":
        import ctypes

        try:
            ctypes.CDLL(None).malloc_trim(0)
        except (OSError, AttributeError):
            return  # another C library, which has no such call
