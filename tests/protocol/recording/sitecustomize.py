"""Imported by Python itself at its start: writes down each host and program a process reaches for.

An audit hook hears of every look-up and connection before it is tried, whichever library asks, and
no code of the process can take it away. The server's own child processes inherit it by PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

FILE = os.environ.get("REACHED_FILE", "")
WATCHED = {
    "socket.connect": lambda told: told[1],
    "socket.sendto": lambda told: told[1],
    "socket.sendmsg": lambda told: told[1],
    "socket.getaddrinfo": lambda told: told[:2],
    "socket.gethostbyname": lambda told: told,
    "socket.gethostbyaddr": lambda told: told,
    "socket.getnameinfo": lambda told: told[0],
    "subprocess.Popen": lambda told: told[1],
    "os.system": lambda told: told,
    "os.exec": lambda told: told[1],
    "os.posix_spawn": lambda told: told[1],
    "os.startfile": lambda told: told,
    "webbrowser.open": lambda told: told,
}
"""Audit events of Python, and what of their arguments says where to."""


def note(event: str, told: tuple[Any, ...]) -> None:
    where = WATCHED.get(event)
    if where is not None:
        line = json.dumps([event, where(told)], default=str) + "\n"
        handle = os.open(FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line.encode())  # one call: lines of several processes do not mix
        os.close(handle)


if FILE:
    sys.addaudithook(note)
