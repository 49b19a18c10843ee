"""Listening to a new connection."""

import asyncio

from .errors import SpokeFirstError
from .guarded import GuardedHandler

LISTEN = 0.001
"""Seconds for which a new connection must stay silent before the first request is written on it."""

_MIN_TURNS, _MAX_TURNS = 4, 20
"""Turns of the event loop for reading what has come by then."""


async def listen(protocol: GuardedHandler) -> None:
    """Refuse a connection on which the server speaks before it was asked: that would pass for the first answer."""
    try:
        await asyncio.sleep(LISTEN)
        for turn in range(_MAX_TURNS):
            await asyncio.sleep(0)  # in a busy loop the timer comes before anything that has happened meanwhile is looked at
            if turn >= _MIN_TURNS and not protocol.is_readable():  # TLS says things of its own after the handshake: tickets
                silent = protocol.enter_service()
                break
        else:
            silent = False
    except BaseException:
        protocol.close()
        raise
    if not silent:
        protocol.close()
        raise SpokeFirstError
