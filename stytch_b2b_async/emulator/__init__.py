"""An emulated Stytch B2B API: `async with Emulator() as stytch:`, or `python -m stytch_b2b_async.emulator`.

It needs the extra `emulator`: `pip install 'stytch-b2b-async[emulator]'`.
"""

from .outbox import Message, Outbox
from .server import Emulator
from .settings import ProjectSettings

__all__ = ["Emulator", "Message", "Outbox", "ProjectSettings"]
