"""The long way of a call: through `ClientSession.request`, and all that its owner, or somebody else, has put there."""

from typing import Any

import aiohttp
from yarl import URL

from stytch_b2b_async.wire import Call, Reply

from . import body
from .failures import RAISED, LostError, failure
from .interface import departed


class TellingRequest(aiohttp.ClientRequest):
    """aiohttp's request, telling when it leaves."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        """Send it."""
        departed.set(True)
        return await super().send(conn)


async def exchange(session: aiohttp.ClientSession, call: Call, connect_timeout: float, proxy: URL | None = None) -> Reply:
    """Send a call through an aiohttp session, and read the answer to its end."""
    try:
        async with session.request(
            call.method,
            URL(call.url, encoded=True),
            data=call.body,
            headers=call.headers,
            allow_redirects=False,  # they would carry the member's session elsewhere
            raise_for_status=False,
            proxy=proxy,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout),  # the call's deadline bounds the rest
            middlewares=(_once, *session._middlewares),  # noqa: SLF001  # to pass one is to leave the session's own out
        ) as response:
            said, whole = await body.read(response.content, response.status)
            if not whole:
                response.close()
            return Reply(response.status, response.headers, said, whole)
    except RAISED as error:
        failed = failure(error, connect_timeout)
    raise failed


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending PUT and DELETE again when an idle connection breaks: repeats are ours to decide and to count."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise LostError(type(error).__name__, getattr(error, "strerror", None)) from None
