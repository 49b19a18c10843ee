"""An emulated Stytch B2B API: `async with Emulator() as stytch:`, or `python -m stytch_b2b_async.emulator`.

It needs the extra `emulator`: `pip install 'stytch-b2b-async[emulator]'`.
"""

from .calls import CallLog, CallRecord
from .faults import Fault, Faults
from .outbox import Message, Outbox
from .rate_limits import DOCUMENTED_RATE_LIMITS, RateLimit
from .server import Emulator
from .settings import ProjectSettings, TrustedTokenProfile

__all__ = [
    "DOCUMENTED_RATE_LIMITS",
    "CallLog",
    "CallRecord",
    "Emulator",
    "Fault",
    "Faults",
    "Message",
    "Outbox",
    "ProjectSettings",
    "RateLimit",
    "TrustedTokenProfile",
]
