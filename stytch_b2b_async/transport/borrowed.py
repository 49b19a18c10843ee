"""Send through an aiohttp session that the caller owns."""

import asyncio

import aiohttp

from stytch_b2b_async.errors import APIConnectionError, ClientClosedError
from stytch_b2b_async.wire import Call, Reply

from .interface import Attempt
from .session_path import exchange
from .slots import Slots


class BorrowedSession:
    """Send through a session that the caller created and will close.

    At most as many calls are under way as its connector allows connections; others wait here, and are served in order.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._closed = False
        self._slots: Slots | None = None

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt."""
        loop = asyncio.get_running_loop()
        attempt = Attempt.take(loop)
        if self._closed:
            raise ClientClosedError("the client was closed before this call")
        if self._slots is None:
            self._slots = Slots(loop, _limit(self._session), _HINT)
        return await self._slots.run(attempt, self._exchange, call, connect_timeout, attempt)

    async def _exchange(self, call: Call, connect_timeout: float, attempt: Attempt) -> Reply:
        if _is_closed(self._session):
            raise ClientClosedError("the session was closed before this call")
        try:
            return await exchange(self._session, call, connect_timeout, attempt)
        except (APIConnectionError, asyncio.CancelledError):  # aiohttp cancels those who wait when a session is closed
            if not _is_closed(self._session) or attempt.is_cancelled():
                raise
        raise ClientClosedError("the session was closed during this call", attempt.maybe_applied)

    async def close(self) -> None:
        """Stop using the session: calls under way end with ClientClosedError; it stays open."""
        self._closed = True
        if self._slots is not None:
            self._slots.close_from(asyncio.get_running_loop())


_HINT = "The session that was lent allows no more connections: see aiohttp.TCPConnector(limit=…)."


def _is_closed(session: aiohttp.ClientSession) -> bool:
    return session.closed


def _limit(session: aiohttp.ClientSession) -> int:
    connector = session.connector
    limits = () if connector is None else (connector.limit, connector.limit_per_host)
    return min((limit for limit in limits if limit), default=0)
