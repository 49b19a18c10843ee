"""A raw socket server, in its own thread, that violates HTTP in controlled ways."""

import asyncio
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeAlias

import attrs
from anyio.from_thread import BlockingPortal, start_blocking_portal


@attrs.define
class Site:
    """A port, the script for each connection, and the requests received."""

    script: "Script"
    tls: ssl.SSLContext | None = None
    port: int = 0
    requests: list[bytes] = attrs.field(factory=list[bytes])
    """Requests that were read completely, on which a server may act."""
    connections: int = 0
    elsewhere: int = 0
    """The port of another site."""
    warmed: asyncio.Event = attrs.field(factory=asyncio.Event)
    """Set when the client has read the first response."""
    ready: threading.Event = attrs.field(factory=threading.Event)
    """Set when the client may go on."""

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"


@attrs.define
class Peer:
    """The server's side of a connection."""

    site: Site
    number: int
    """From 1."""
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def read(self) -> bool:
        """Read one whole request; False if the client closed the connection instead."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)
            self.site.requests.append(head + await self.reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        return True

    async def say(self, *words: bytes) -> None:
        for word in words:
            self.writer.write(word)
            await self.writer.drain()

    async def answer(self, words: bytes) -> bool:
        """Answer one request correctly; True if the connection is the first, once the client has read the response."""
        if await self.read():
            await self.say(words)
            await self.site.warmed.wait()
        if self.number > 1:
            await self.stay()
        return self.number == 1

    async def stay(self) -> None:
        """Send nothing more until the client closes the connection."""
        while await self.reader.read(65536):
            pass

    async def reset(self) -> None:
        """Reset the connection (RST instead of FIN)."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


Script: TypeAlias = Callable[[Peer], Awaitable[None]]
"""What a site does with a connection, which is closed afterwards."""


@asynccontextmanager
async def open_site(script: Script, tls: ssl.SSLContext | None) -> AsyncIterator[Site]:
    site = Site(script, tls)
    talks: set[asyncio.Task[None] | None] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        site.connections += 1
        try:
            await script(Peer(site, site.connections, reader, writer))
        except (asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in talks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in talks if task is not None), return_exceptions=True)
        await server.wait_closed()


@attrs.define
class FaultServer:
    """Opens sites in an event loop separate from those of the clients."""

    portal: BlockingPortal

    @classmethod
    @contextmanager
    def running(cls) -> "Iterator[FaultServer]":
        with start_blocking_portal() as portal:
            yield cls(portal)

    def warmed(self, site: Site) -> None:
        """Signal that the first response was read, and wait until the site is ready."""
        self.portal.call(site.warmed.set)
        assert site.ready.wait(10)

    @contextmanager
    def site(self, script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
        with self.portal.wrap_async_context_manager(open_site(script, tls)) as site:
            yield site


def reply(body: bytes = b"{}", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Write an HTTP response; `length` overrides the Content-Length."""
    size = len(body) if length is None else length
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers))
    return f"{head}\r\n".encode() + body
