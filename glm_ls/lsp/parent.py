"""End with the editor: when the parent process dies, so does the server.

The end of standard input is not enough: another process may hold the pipe open.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable

from glm_ls.log import logger

log = logger("lsp.parent")

POLL_S = 2.0
"""Between two looks, where the system has no notification."""


def watch_parent(process_id: int, on_death: Callable[[], None]) -> None:
    """Call `on_death` from a thread once the process has ended."""
    thread = threading.Thread(target=_wait, args=(process_id, on_death), daemon=True, name="parent")
    thread.start()


def _wait(process_id: int, on_death: Callable[[], None]) -> None:
    try:
        if not _alive(process_id):
            # An editor on the other side of a container or an ssh connection tells its own number.
            log.info("process %d is not of this machine and not watched", process_id)
            return
        descriptor = os.pidfd_open(process_id)
    except OverflowError:
        return  # no number of a process
    except (AttributeError, OSError):
        _poll(process_id, on_death)
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.poll()
    on_death()


def _poll(process_id: int, on_death: Callable[[], None]) -> None:
    while _alive(process_id):
        time.sleep(POLL_S)
    on_death()


def _alive(process_id: int) -> bool:
    if os.name == "nt":
        import ctypes

        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
        synchronize, timeout = 0x00100000, 0x102
        process = kernel.OpenProcess(synchronize, False, process_id)
        if not process:
            return False
        state = kernel.WaitForSingleObject(process, 0)
        kernel.CloseHandle(process)
        return bool(state == timeout)
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
