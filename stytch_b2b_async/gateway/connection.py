"""A connection of the gateway's own server: aiohttp's, with time limits, and without what the gateway does not need.

aiohttp makes a task, a writer and a response object for each request; here, each request has one answer, written as a whole. Some
of what is used for that is not public, so it is used only with releases of aiohttp that it was tested with; with others, aiohttp
itself answers.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import web
from aiohttp.http import HttpRequestParser, RawRequestMessage
from aiohttp.web_protocol import RequestHandler

from stytch_b2b_async.concurrency.deadline import Deadline
from stytch_b2b_async.transport.aiohttp_internals import TESTED_RELEASES

from .audit import peer_name
from .handler import Handler

if TYPE_CHECKING:
    from .answer import Answer

_HEAD_END: Final = b"\r\n\r\n"
LINGERING: Final = 1.0
"""Seconds to read on after a refusal, so that the client can see it."""

_USED: Final = {
    *("_messages", "_waiter", "_parser", "_force_close", "_close", "_buffer_paused", "_upgraded", "_keepalive_timeout"),
    *("_next_keepalive_close_time", "_keepalive_handle", "_request_in_progress", "_handler_waiter", "_current_request", "_paused"),
}
IS_TESTED: Final = (
    aiohttp.__version__.startswith(TESTED_RELEASES)
    and {name for each in RequestHandler.__mro__ for name in getattr(each, "__slots__", ())} >= _USED
    and hasattr(HttpRequestParser, "message_consumed")  # absent from aiohttp 3.14.0
)


class _Begun:
    """What has arrived in part."""

    def __init__(self) -> None:
        self._left = 0
        """Bytes of a body that are still to come."""
        self._end = b""
        """The last bytes, where the end of a head may have begun."""
        self.has_head: bool = False
        """Whether a head has arrived in part."""

    @property
    def expects_body(self) -> bool:
        """Whether the rest of a body is still to come."""
        return self._left > 0

    def note(self, data: bytes, messages: "Sequence[tuple[Any, Any]]") -> None:
        """Take what has arrived, and the requests whose heads ended in it."""
        at = min(self._left, len(data))
        self._left -= at
        for message, _ in messages:
            joined = self._end + data[at:] if self._end else data
            end = joined.find(_HEAD_END, 0 if self._end else at)
            if end < 0 or not isinstance(message, RawRequestMessage):
                self.has_head = False  # it is refused
                return
            at = end + len(_HEAD_END) + (at - len(self._end) if self._end else 0)
            self._end = b""
            length = _length_of(message)
            taken = min(length, len(data) - at)
            at += taken
            self._left = length - taken
        self.has_head = at < len(data) or (self.has_head and not messages)
        self._end = (self._end + data[at:])[1 - len(_HEAD_END) :] if self.has_head else b""


def _length_of(message: RawRequestMessage) -> int:
    given = message.headers.get("Content-Length", "0")
    return int(given) if given.isdecimal() else 0


class Connection(RequestHandler):
    """A connection that is dropped when it takes too long to ask, or to listen."""

    __slots__ = ("_begun", "_busy", "_handler", "_head_timer", "_is_direct", "_peer", "_server", "_write_timer")

    def __init__(self, server: web.Server, handler: Handler, *, is_direct: bool, **settings: Any) -> None:
        super().__init__(server, lingering_time=LINGERING, **settings)
        self._server = server
        self._handler = handler
        self._is_direct = is_direct
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._busy = False
        self._begun: _Begun | None = None
        self._peer = "local"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless there are too many connections."""
        self._peer = peer_name(transport.get_extra_info("peername"))
        super().connection_made(transport)
        if len(self._server.connections) > self._handler.limits.connections:
            self.force_close()
            return
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        seen = self._request_count
        super().data_received(data)
        if not data:
            return
        self._note(data, self._request_count - seen)
        if self._head_timer is None and not self._busy and not self._messages:
            self._expect_head()

    def _note(self, data: bytes, complete: int) -> None:
        """Note what has arrived; `complete` heads ended in it."""
        if self._begun is None and complete == 1:
            content = self._messages[-1][1]
            if content.is_eof() and data.find(_HEAD_END) + len(_HEAD_END) + content.total_bytes == len(data):
                return  # one request, and nothing else
        begun = _Begun() if self._begun is None else self._begun
        begun.note(data, [self._messages[number] for number in range(-complete, 0)])
        self._begun = begun if begun.has_head or begun.expects_body else None

    def resume_reading(self, resume_parser: bool = True) -> None:  # noqa: FBT001, FBT002  # aiohttp's signature
        """Read on if reading was paused: aiohttp calls this at the end of every body."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    async def start(self) -> None:
        """Answer requests, one after the other."""
        if not self._is_direct:
            await super().start()
            return
        try:
            while not self._force_close and await self._serve_next():
                pass
        except ConnectionError:  # the client is gone
            pass
        finally:
            if self.transport is not None:
                self.transport.close()

    async def _serve_next(self) -> bool:
        """Wait for a request and answer it; return whether another one may follow."""
        if not self._messages:
            await self._wait()
        message, content = self._messages.popleft()
        if self._parser is not None:
            self._parser.message_consumed()
        if self._buffer_paused:
            self._resume_reading_if_drained()
        self.begin()
        self._request_in_progress = True
        try:
            goes_on = await self._serve(message, content)
        finally:
            self._request_in_progress = False
            if self._handler_waiter is not None:
                self._handler_waiter.set_result(None)
        self.end()
        return goes_on and not self._close

    async def _wait(self) -> None:
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(self._next_keepalive_close_time, self._process_keepalive)
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def _serve(self, message: Any, content: aiohttp.StreamReader) -> bool:
        """Answer one request; return whether another one may follow."""
        if not isinstance(message, RawRequestMessage):
            self._write(self._handler.refuse_unparsed(self._peer), closes=True)
            return False
        request = web.BaseRequest(message, content, self, None, self._task_handler, self._loop)  # type: ignore[arg-type]
        self._current_request = request
        try:
            answer = await self._handler.handle(request, peer=self._peer)
        finally:
            self._current_request = None
        upgraded = bool(self._upgraded)  # so that nothing more is parsed  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        closes = message.should_close or message.version != aiohttp.HttpVersion11 or answer.closes or upgraded or self._close
        self._write(answer, closes=closes, has_body=message.method != "HEAD")
        if self._paused:
            await self._drain_helper()
        return (content.is_eof() or await self._linger(content)) and not closes

    def _write(self, answer: "Answer", *, closes: bool, has_body: bool = True) -> None:
        if self.transport is not None:
            self.transport.write(answer.encode(closes=closes, has_body=has_body))

    async def _linger(self, content: aiohttp.StreamReader) -> bool:
        """Read what the client still sends, for a while, so that it sees the answer; return whether this was all of it."""
        try:
            with Deadline(LINGERING):
                while not content.is_eof():
                    await content.readany()
        except (TimeoutError, web.RequestPayloadError):
            return False
        return True

    def begin(self) -> None:
        """Note that a whole head has arrived."""
        self._busy = True
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def end(self) -> None:
        """Note that a request has been answered."""
        self._busy = False
        if self._begun is not None and self._begun.has_head and not self._messages and self._head_timer is None:
            self._expect_head()

    def pause_writing(self) -> None:
        """Wait for the client, for a limited time."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self._loop.call_later(self._handler.limits.write_seconds, self._abort)

    def resume_writing(self) -> None:
        """Write on."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """End."""
        for timer in (self._head_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._write_timer = None
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Refuse what cannot be parsed."""
        self.begin()
        return self._handler.refuse_unparsed(self._peer, status).to_web()

    def _expect_head(self) -> None:
        self._head_timer = self._loop.call_later(self._handler.limits.head_seconds, self._give_up)

    def _give_up(self) -> None:
        self._head_timer = None
        self._handler.note_slow(self._peer)
        self._abort()

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()
