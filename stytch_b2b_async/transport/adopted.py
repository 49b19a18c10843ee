"""Guard the connections that a borrowed session makes."""

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp

from . import aiohttp_internals
from .aiohttp_internals import ResponseHandler, is_drained
from .errors import SpokeFirstError
from .guarded import GuardedHandler
from .listening import listen

if TYPE_CHECKING:
    from aiohttp.connector import Connection


class StaleConnectionError(aiohttp.ClientError):
    """A connection found unusable before anything was written on it; the request can use another."""


class AdoptedHandler(GuardedHandler):
    """A guarded connection in a foreign connector, which only asks `should_close`."""

    usable: bool = True
    """Whether the current exchange may begin, checked before the parser of the previous response was dropped."""

    @property
    def should_close(self) -> bool:
        """Whether the connection must not be used again. Asked at the end of an answer, this ends the exchange."""
        return super().should_close or (self.is_answered() and not self.finish())

    def set_response_params(self, **params: Any) -> None:
        """Begin an exchange."""
        self.usable = self.is_usable()
        super().set_response_params(**params)


async def guard(connection: "Connection", session: aiohttp.ClientSession, *, has_body: bool) -> None:
    """Ensure that the next response belongs to the request about to be written, and that a connection in doubt is closed.

    Raises StaleConnectionError if another connection must be used, SpokeFirstError if the server sent data on a new one.
    """
    protocol: Any = connection.protocol
    if isinstance(protocol, AdoptedHandler):
        if not protocol.usable:
            raise StaleConnectionError
    elif isinstance(protocol, GuardedHandler):
        return  # our own connector has checked it
    elif aiohttp_internals.GUARDS_CONNECTIONS and type(protocol) is ResponseHandler:
        await _adopt(protocol)
        protocol.set_response_params(read_until_eof=True, skip_payload=not has_body, **aiohttp_internals.limits_of(session))
    else:
        if protocol is None or protocol.should_close:
            raise SpokeFirstError
        protocol.force_close()  # data after the response could not be detected


async def _adopt(protocol: Any) -> None:
    """Convert a new connection into a guarded one. Used connections are refused: their parser may hold data."""
    if protocol._payload is not None or not protocol.is_connected():  # noqa: SLF001  # which the first answer sets; probed
        raise StaleConnectionError
    spoken = protocol.should_close or not is_drained(protocol._parser)  # noqa: SLF001  # probed
    protocol._parser = None  # noqa: SLF001  # so that incoming data is kept and seen
    if spoken:
        raise SpokeFirstError
    protocol.__class__ = AdoptedHandler
    transport: asyncio.Transport = protocol.transport
    transport.set_protocol(protocol)  # uvloop's transports cache the protocol's methods
    await listen(protocol)
