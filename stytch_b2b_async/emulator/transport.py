"""The emulator without a socket: calls of a client in the same process."""

from typing import Final
from urllib.parse import urlsplit

from stytch_b2b_async.errors import APIConnectionError
from stytch_b2b_async.wire import Call, Reply

from .codec import HTTPRequest
from .dispatcher import Dispatcher

IN_PROCESS_URL: Final = "http://127.0.0.1"
"""The `base_url` of clients in the same process; nothing listens there."""


class EmulatorTransport:
    """A client's transport that leads to the emulator directly; clients and event loops can share it."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:  # nothing to connect to
        """Have the emulator answer. Raises APIConnectionError when it has stopped."""
        if self._dispatcher.closed:
            raise APIConnectionError("the emulator is not running")
        url = urlsplit(call.url)
        headers = {"host": url.netloc, **{name.lower(): value for name, value in call.headers.items()}}
        response = await self._dispatcher.answer(HTTPRequest(call.method, url.path, url.query, headers, call.body or b""))
        return Reply(response.status, response.headers, response.body)
