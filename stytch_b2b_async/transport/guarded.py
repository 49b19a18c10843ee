"""A connection that is held to one answer for each request (RFC 9112, 9.2)."""

import math
import re
import select
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from . import acknowledgement
from .aiohttp_internals import ResponseHandler, is_drained
from .errors import UnsolicitedDataError

MAX_INTERIM = 16
"""Most interim responses (1xx) before the answer."""

_GAVE_UP = frozenset({408, 504})
"""Statuses of a server or proxy that has stopped waiting for something which may still come, as another response."""
_REQUEST_TIMEOUT = b"HTTP/1.1 408"
_KEEP_ALIVE = re.compile(r"\btimeout=(\d{1,6})\b")
_NO_BODY = frozenset({204, 304})
_NEW, _IDLE, _ASKED = "new", "idle", "asked"


class GuardedHandler(ResponseHandler):
    """aiohttp's protocol, which closes its connection as soon as unsolicited data arrives.

    That is: anything before the first request, anything that was sent before a request was received, anything between two
    exchanges, and anything beyond the end of a response, be it a whole response, half of one, or a blank line. It also notifies
    whoever waits for a body of what ends the connection, which aiohttp's own protocol does not always do.
    """

    _state = _NEW
    _received = 0
    _first = _last = b""
    _answer: Any = None
    _interim = 0
    _parsing = False
    _odd = False
    """Whether something came that should not have: nothing more is read or written then, not even the end of TLS."""
    _bodiless = False
    _idle_timeout = math.inf
    _idle_until = math.inf
    _fileno = -1
    """The socket's, if its acknowledgements can be told; negative if not."""
    _poll: Callable[[int], list[Any]] | None = None
    request_size: float = math.inf
    """The fewest bytes that the request under way has; infinite if that is not known."""
    on_surplus: Callable[[], None] | None = None
    """What to call when a server that has answered before says more than it was asked."""

    def enter_service(self) -> bool:
        """Begin as an idle connection; False if the server has already said something, or has closed it."""
        self._odd = self._state is not _NEW or self._received > 0 or self.should_close or not self.is_connected()
        self._state = _IDLE
        if self.transport is not None:
            socket = self.transport.get_extra_info("socket")
            self._fileno = socket.fileno() if acknowledgement.can_tell(socket) else -1
            self._poll = _poll_of(socket)
        return not self._odd

    def is_readable(self) -> bool:
        """Return whether the socket holds data or an end of stream that the event loop has not seen yet."""
        return self.transport is not None and bool(_poll_of(self.transport.get_extra_info("socket"))(0))

    def is_usable(self) -> bool:
        """Return whether the next request may be sent: nothing has arrived since the last response."""
        transport = self.transport
        usable = (
            transport is not None
            and self._state is _IDLE
            and not (self.should_close or self._reading_paused or transport.is_closing())
            and (self._idle_until is math.inf or self._loop.time() < self._idle_until)
            and self._poll is not None
            and not self._poll(0)
        )
        self._odd = self._odd or not usable
        return usable

    def set_response_params(self, **params: Any) -> None:
        """Begin an exchange."""
        if self._state is _IDLE:
            if self.should_close:
                self.close()  # so that nothing can be written
            self._state = _ASKED
            self._received = self._interim = 0
            self.request_size = math.inf
            self._first = self._last = b""
            self._answer = None
            self._bodiless = bool(params.get("skip_payload"))
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Process incoming data, unless it is unsolicited."""
        if self._state is _IDLE:
            if data:  # and not only a wish to go on with what is held
                self._odd = True
                if not data.startswith(_REQUEST_TIMEOUT):  # with which a server may end an idle connection
                    self._note_surplus()
                self.close()
            return
        if data:
            if not self._received:
                if self._fileno >= 0 and self._is_unsolicited():
                    self.set_exception(UnsolicitedDataError())
                    self._note_surplus()
                    self.close()
                    return
                self._first = data
            self._last = data
            self._received += len(data)
        self._parsing = True
        super().data_received(data)
        self._parsing = False
        if self._state is _IDLE and not self._is_clean():  # the exchange has ended within these bytes
            self.close()

    def _is_unsolicited(self) -> bool:
        transport = self.transport
        if transport is None or transport.is_closing():
            return False
        return acknowledgement.is_unreceived(self._fileno, transport.get_write_buffer_size(), self.request_size)

    def _note_surplus(self) -> None:
        if self.on_surplus is not None:
            self.on_surplus()

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Queue the head of one response, and of no more."""
        message = data[0]
        if self._exception is not None:
            return
        if 100 <= message.code < 200 and message.code != 101:  # noqa: PLR2004  # HTTP's own bounds of interim responses
            self._interim += 1
            if self._interim > MAX_INTERIM:
                self.set_exception(HttpProcessingError(message="too many interim responses"))
                if self.transport is not None:
                    self.transport.abort()
                return
        elif self._state is _IDLE or self._answer is not None:
            self._should_close = True
            self._note_surplus()
            return
        else:
            self._answer = message
            if message.code in _GAVE_UP:
                self._should_close = True
            if (keep_alive := message.headers.get("keep-alive")) is not None:
                said = _KEEP_ALIVE.search(keep_alive)
                if said is not None:
                    self._idle_timeout = int(said[1]) - 1.0  # minus a second of network latency
        super().feed_data(data, size)

    def is_answered(self) -> bool:
        """Return whether the current exchange's response is complete."""
        return self._state is _ASKED and self._answer is not None and (self._payload is None or self._payload.is_eof())

    def finish(self) -> bool:
        """End the exchange; False if the connection must not be used again. Raises nothing: that would lose the response."""
        self._state = _IDLE
        try:
            transport = self.transport
            unread = self._payload is not None and not self._payload.is_eof()
            if transport is None or unread or transport.get_write_buffer_size():
                self._odd = True
                return False  # answered before the request was read: what is left of it would precede the next one
            if self._idle_timeout is not math.inf:
                if self._idle_timeout <= 0:
                    return False
                self._idle_until = self._loop.time() + self._idle_timeout
            if self._parsing:
                return not self.should_close  # the rest of these bytes is looked at as soon as they are parsed
            return self._is_clean()
        except Exception:  # noqa: BLE001  # see above
            self._odd = True
            return False

    def _is_clean(self) -> bool:
        """Return whether no byte has arrived after the response."""
        clean = not self.should_close
        if clean and not (self._answer is not None and self._ends_exactly() and is_drained(self._parser)):
            clean = False
            self._odd = True
            self._note_surplus()
        self._parser = None
        self._first = self._last = b""
        self._answer = None
        return clean

    def _ends_exactly(self) -> bool:
        answer = self._answer
        end = self._first.find(b"\r\n\r\n") + 4
        if end < 4 or self._interim:  # noqa: PLR2004  # not found
            return True  # the parser knows whether more than blank lines came
        if self._bodiless or answer.code in _NO_BODY:
            return self._received == end
        if answer.chunked:
            return self._last.endswith(b"0\r\n\r\n") or len(self._last) < 5  # noqa: PLR2004  # the last chunk's own length
        length = answer.headers.get("content-length")
        return length is not None and length.isdecimal() and self._received == end + int(length)

    def set_exception(self, exc: BaseException, *cause: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # aiohttp passes it by position
        """Fail the pending response and its body with an error."""
        self._odd = True
        payload = self._payload
        super().set_exception(exc, *cause)
        _fail_body(payload)

    def close(self) -> None:
        """Close the connection; immediately during an exchange, after unexpected data, or under TLS.

        TLS would wait for the peer's close_notify, which a response of known length does not need, and which may never come.
        """
        _fail_body(self._payload)
        transport = self.transport
        if self._odd or self._state is _ASKED or (transport is not None and transport.get_extra_info("sslcontext") is not None):
            super().abort()
        else:
            super().close()


def _fail_body(payload: Any) -> None:
    """Fail an incomplete body, so that its reader does not wait forever."""
    if payload is not None and not payload.is_eof() and payload.exception() is None:
        payload.set_exception(aiohttp.ClientPayloadError("the connection was lost"))


def _poll_of(socket: Any) -> Callable[[int], list[Any]]:
    """Return what tells whether a socket holds data or an end of stream that the event loop has not seen yet, if called with 0."""
    if not hasattr(select, "poll"):
        return lambda _: select.select([socket], [], [], 0)[0]
    watch = select.poll()
    watch.register(socket.fileno(), select.POLLIN)
    return watch.poll
