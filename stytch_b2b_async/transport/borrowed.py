"""A session that somebody lends."""

import aiohttp

from stytch_b2b_async.errors import ClientClosedError
from stytch_b2b_async.wire import Call, Reply

from .through_session import exchange


class BorrowedSession:
    """Send through a session that somebody else made and will close."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._closed = False

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt."""
        if self._closed:
            raise ClientClosedError("the client was closed before this call")
        return await exchange(self._session, call, connect_timeout)

    async def close(self) -> None:
        """Stop using the session; it stays open."""
        self._closed = True
