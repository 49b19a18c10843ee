"""The guard of connections that a lent session makes."""

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
    """A connection that must not be used, seen before anything was written on it: another one will do."""


class AdoptedHandler(GuardedHandler):
    """A guarded connection in a connector that is not ours, which therefore asks only whether it should close."""

    usable: bool = True
    """Whether the exchange under way may begin, as seen before the last answer's parser was given up."""

    @property
    def should_close(self) -> bool:
        """Whether the connection must not be used again. Asked at the end of an answer, this ends the exchange."""
        return super().should_close or (self.is_answered() and not self.rests())

    def set_response_params(self, **params: Any) -> None:
        """Begin an exchange."""
        self.usable = self.is_usable()
        super().set_response_params(**params)


async def guard(connection: "Connection", session: aiohttp.ClientSession, *, has_body: bool) -> None:
    """See to it that the answer of a request which is about to be written is its own, and closes what must not be used again.

    Raises StaleConnectionError if another connection must be taken, SpokeFirstError if the server has spoken on a new one.
    """
    protocol: Any = connection.protocol
    if isinstance(protocol, AdoptedHandler):
        if not protocol.usable:
            raise StaleConnectionError
    elif isinstance(protocol, GuardedHandler):
        return  # our own connector has looked at it
    elif aiohttp_internals.GUARDS_CONNECTIONS and type(protocol) is ResponseHandler:
        await _adopt(protocol)
        protocol.set_response_params(read_until_eof=True, skip_payload=not has_body, **aiohttp_internals.limits_of(session))
    else:
        if protocol is None or protocol.should_close:
            raise SpokeFirstError
        protocol.force_close()  # nobody can tell what comes behind the answer


async def _adopt(protocol: Any) -> None:
    """Make a guarded one of a new connection. What others have used is not taken over: its parser may have held something."""
    if protocol._payload is not None or not protocol.is_connected():  # noqa: SLF001  # which the first answer sets; probed
        raise StaleConnectionError
    spoken = protocol.should_close or not is_drained(protocol._parser)  # noqa: SLF001  # probed
    protocol._parser = None  # noqa: SLF001  # so that whatever comes is kept, and seen
    if spoken:
        raise SpokeFirstError
    protocol.__class__ = AdoptedHandler
    transport: asyncio.Transport = protocol.transport
    transport.set_protocol(protocol)  # uvloop's hold on to a protocol's methods
    await listen(protocol)
