"""Transports: the only package that uses aiohttp's client.

- `interface`: the `Transport` protocol, and the state of an attempt
- `slots`: limits concurrent attempts, first come, first served
- `pool`, `borrowed`: the package's own sessions, one per event loop, and a session that the caller owns
- `fast_path`, `session_path`: sending directly over pooled connections, or through `ClientSession.request`
- `guarded`, `adopted`, `acknowledgement`, `listening`: make sure that a response belongs to its request
- `connector`, `proxies`: the connection pool, and proxies from the environment
- `aiohttp_internals`: aiohttp's private names, each with a probe
- `body`, `errors`: reading bodies, and converting aiohttp's exceptions
"""

from stytch_b2b_async._deprecated import Find, moved

from .borrowed import BorrowedSession
from .interface import Attempt, Transport, request_sent
from .pool import SessionPool

__all__ = ["Attempt", "BorrowedSession", "SessionPool", "Transport", "request_sent"]

__getattr__: Find = moved(__name__, f"{__name__}.interface", {"departed": "request_sent"})
