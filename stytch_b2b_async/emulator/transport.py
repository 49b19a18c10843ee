"""The emulator without a socket, for clients in the same process."""

from typing import Final
from urllib.parse import urlsplit

from stytch_b2b_async.errors import APIConnectionError
from stytch_b2b_async.wire import Call, Reply
from stytch_b2b_async.wire.incoming import HTTPRequest

from .dispatcher import ConnectionDropped, Dispatcher

IN_PROCESS_URL: Final = "http://127.0.0.1"
"""The `base_url` of clients in the same process; nothing listens there."""


class EmulatorTransport:
    """A transport that calls the emulator directly; clients and event loops can share it."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:  # nothing to connect to
        """Send a call to the emulator. Raises APIConnectionError if it has stopped."""
        if self._dispatcher.closed:
            raise APIConnectionError("the emulator is not running")
        url = urlsplit(call.url)
        headers = {"host": url.netloc, **{name.lower(): value for name, value in call.headers.items()}}
        try:
            response = await self._dispatcher.answer(HTTPRequest(call.method, url.path, url.query, headers, call.body or b""))
        except ConnectionDropped:
            raise APIConnectionError("the emulator dropped the connection, as a fault says", maybe_applied=True) from None
        return Reply(response.status, response.headers, response.body)
