"""Check whether the server's host has received any part of a request, by its TCP acknowledgements.

A response arrives in segments that also acknowledge the request. Bytes that arrive while nothing of the request has been
acknowledged were sent before it was received, and cannot be its response.
"""

import os
import socket
import sys
from typing import Any

if sys.platform == "linux":
    import fcntl
    import termios

LOOKS = 50
"""How often a request that seems unacknowledged is looked at: some network stacks note the acknowledgement just after the data."""

_NOTHING = bytes(4)


def can_tell(sock: Any) -> bool:
    """Return whether unacknowledged bytes of a socket can be counted: TCP on Linux."""
    if sys.platform != "linux" or sock is None or sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return False
    try:
        fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, _NOTHING)
    except OSError:
        return False
    return True


def is_unreceived(fileno: int, unwritten: int, size: float) -> bool:
    """Return whether none of the `size` bytes of a request has been acknowledged; `unwritten` of them are still buffered."""
    if sys.platform != "linux":
        return False
    if not unwritten and fcntl.ioctl(fileno, termios.TIOCOUTQ, _NOTHING) == _NOTHING:
        return False  # everything was acknowledged
    for _ in range(LOOKS):
        unacknowledged = int.from_bytes(fcntl.ioctl(fileno, termios.TIOCOUTQ, _NOTHING), sys.byteorder)
        if unwritten + unacknowledged < size:
            return False
        os.sched_yield()
    return True
