"""Packets that cross on the way: what the other side sends is dropped before TCP sees it, so that it is not acknowledged."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

_ATTACH_FILTER, _DETACH_FILTER = 26, 27
_DROP = struct.pack("=HBBI", 0x06, 0, 0, 0)  # a filter of one instruction: keep no byte of a packet

AVAILABLE = sys.platform == "linux"


@contextmanager
def deaf(sock: Any) -> Generator[None]:
    """Receive nothing on a socket, as if it were still under way; TCP sends it again later."""
    code = ctypes.create_string_buffer(_DROP, len(_DROP))
    with socket.socket(fileno=os.dup(sock.fileno())) as own:
        own.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(code)))
        try:
            yield
        finally:
            own.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)
