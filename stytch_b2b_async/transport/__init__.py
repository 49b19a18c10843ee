"""Transports: the only package that uses aiohttp's client.

- `interface`: the `Transport` protocol, and the state of an attempt
- `slots`: limits and orders the attempts in progress
- `pool`, `borrowed`: own sessions, one per event loop, and a borrowed session
- `fast_path`, `session_path`: two ways to send, over pooled connections or through `ClientSession.request`
- `connector`, `proxies`: connection pooling, and proxies from the environment
- `aiohttp_internals`: aiohttp's private names, each with a probe
- `body`, `errors`: reading responses, and aiohttp's exceptions as this package's own
"""

from stytch_b2b_async._deprecated import Find, moved

from .borrowed import BorrowedSession
from .interface import Attempt, Transport, request_sent
from .pool import SessionPool

__all__ = ["Attempt", "BorrowedSession", "SessionPool", "Transport", "request_sent"]

__getattr__: Find = moved(__name__, f"{__name__}.interface", {"departed": "request_sent"})
