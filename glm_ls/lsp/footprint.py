"""Give back what only the start needed: memory and the garbage collector's attention."""

from __future__ import annotations

import gc
import linecache
import sys


def settle() -> None:
    """Free what importing left behind; called once, when the server is ready.

    attrs keeps the source of every method it generated in linecache, 1.5 MB for lsprotocol; glibc
    keeps what was freed, 3 MB. What was loaded stays loaded, so later collections skip it.
    """
    linecache.clearcache()
    gc.enable()
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        _trim()


def _trim() -> None:
    import ctypes

    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return  # another C library, which has no such call
