"""Give back what only the start needed: memory and the garbage collector's attention."""

from __future__ import annotations

import gc
import linecache

from glm_ls.memory import give_back


def settle() -> None:
    """Free what importing left behind, and leave what was loaded out of later collections.

    attrs keeps the source of every method it generated in linecache, and glibc what was freed:
    3 MiB for lsprotocol. The first call takes about 40 ms and comes before any document; later
    ones see only what came since and take about 2 ms.
    """
    linecache.clearcache()
    gc.enable()
    gc.collect()
    gc.freeze()
    give_back()
