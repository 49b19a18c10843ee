"""What a client needs of the network."""

from contextvars import ContextVar
from typing import Protocol

from stytch_b2b_async.wire import Call, Reply

departed: ContextVar[bool] = ContextVar("departed", default=True)
"""Whether the request may have left this machine. A transport that can tell sets it to False first."""


class Transport(Protocol):
    """What a client needs of the network. Write your own to record calls, to answer them in a test, or to use another library."""

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt, without a redirect or a repeat. Raises APIConnectionError when no whole answer comes."""
        ...
