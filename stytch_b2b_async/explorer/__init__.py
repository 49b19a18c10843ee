"""Pages in the browser with a form for every endpoint, its code, and the emulator's mailbox: `stytch-b2b explorer`."""

from .server import Explorer

__all__ = ["Explorer"]
