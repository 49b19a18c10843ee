"""Measure every fault with every kind of endpoint and every client."""

import asyncio
import codecs
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import attrs
from faults.certificates import client_context, self_signed, server_context
from faults.faults import ANSWER, FAULTS, GROUPS, REQUESTS, SMALL_BOUND, Fault, Outcome
from faults.server import FaultServer, Site, reply
from support.http_servers import PROJECT_ID, SECRET

from stytch_b2b_async import APIConnectionError, BlockingClient, Client, Request, StytchError
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.schema.converter import converter
from stytch_b2b_async.transport import SessionPool, aiohttp_internals, body, fast_path, listening

Cell: TypeAlias = tuple[str, str]
"""(kind of endpoint, client)"""

CLIENTS = ("awaited", "awaited, through the session", "awaited, lent session", "blocking")
HANG_TIMEOUT = 20.0  # seconds after which a call counts as hanging


@contextmanager
def probes_off() -> Iterator[None]:
    """Simulate a release of aiohttp in which no probe finds its private names."""
    switches = ("FAST_PATH", "GUARDS_CONNECTIONS", "BOUNDS_CONNECTING", "TELLS_WHEN_SENT")
    before = {name: getattr(aiohttp_internals, name) for name in switches}
    for name in switches:
        setattr(aiohttp_internals, name, False)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(aiohttp_internals, name, value)


@attrs.frozen
class FaultLab:
    """Where faults are measured: a server, and a folder for certificates."""

    server: FaultServer
    folder: Path

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> "Iterator[FaultLab]":
        """Start a server, with short retry delays, a small MAX_BODY, and a resolver that knows only local names."""
        changed: list[tuple[Any, str, Any]] = [
            (retry, "INITIAL_BACKOFF", 0.002),
            (body, "MAX_BODY", SMALL_BOUND),
            (socket, "getaddrinfo", _resolver(socket.getaddrinfo)),
        ]
        before = [(module, name, getattr(module, name)) for module, name, _ in changed]
        converter()  # or several loops would meet at the lock of an import
        for encoding in ("utf-8-sig", "utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"):
            codecs.lookup(encoding)
        with FaultServer.running() as server:
            for module, name, value in changed:
                setattr(module, name, value)
            try:
                yield cls(server, folder)
            finally:
                for module, name, value in before:
                    setattr(module, name, value)

    def measure(self, fault: Fault) -> dict[Cell, Outcome]:
        """Make a call of each kind with each client, all concurrently, each to its own site."""
        with ExitStack() as stack:
            before, listening.LISTEN = listening.LISTEN, fault.listen
            stack.callback(setattr, listening, "LISTEN", before)
            sites = {(kind, client): stack.enter_context(self._site(fault)) for kind in REQUESTS for client in CLIENTS}
            with ThreadPoolExecutor(len(sites)) as threads:
                calls = {
                    cell: threads.submit(_CALLS[cell[1]], self, fault, REQUESTS[cell[0]], site) for cell, site in sites.items()
                }
                saw = {cell: call.result(HANG_TIMEOUT) for cell, call in calls.items()}
            return {cell: (*saw[cell], len(site.requests) - fault.warm) for cell, site in sites.items()}

    def _certificate(self, address: str, days: int) -> Path:
        made = self.folder / f"{address}.{days}.pem"
        return made if made.exists() else self_signed(self.folder, address, days=days)

    def pool(self, fault: Fault) -> SessionPool:
        """Make the pool of a call, which trusts the certificate of a `trusted` site."""
        return SessionPool(ssl=self.context(fault))

    def context(self, fault: Fault) -> ssl.SSLContext | None:
        """Make the TLS context of a call."""
        return client_context(self._certificate("127.0.0.1", 1)) if fault.way == "trusted" else None

    @contextmanager
    def _site(self, fault: Fault) -> Iterator[Site]:
        async def say_hello(peer: Any) -> None:
            while await peer.read():
                await peer.say(reply())

        tls = {
            "self-signed": ("127.0.0.1", 1),
            "other name": ("127.0.0.2", 1),
            "expired": ("127.0.0.1", -1),
            "trusted": ("127.0.0.1", 1),
        }.get(fault.way)
        context = server_context(self._certificate(*tls)) if tls else None
        with self.server.site(fault.script, context) as site, self.server.site(say_hello) as other:
            site.elsewhere = other.port
            yield site
        assert [] == other.requests, "a redirect was followed"


def _resolver(real: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host == "stalled.invalid":
            threading.Event().wait(0.5)
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **kwargs)

    return getaddrinfo


def _url(fault: Fault, site: Site) -> str:
    match fault.way:
        case "refused":
            return f"http://127.0.0.1:{_free_port()}"
        case "unknown host":
            return "https://nowhere.invalid"
        case "stalled resolver":
            return "https://stalled.invalid"
        case "no TLS":
            return site.url.replace("http:", "https:")
        case _:
            return site.url


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _options(fault: Fault, site: Site) -> dict[str, Any]:
    return {"base_url": _url(fault, site), "timeout": fault.timeout, "connect_timeout": fault.connect_timeout}


def _await_call(
    lab: FaultLab, fault: Fault, request: Request[Any], site: Site, *, through_session: bool = False
) -> tuple[str, int]:
    async def main() -> tuple[str, int]:
        pool = lab.pool(fault)
        if through_session:
            await watch_session(pool)
        async with Client(PROJECT_ID, SECRET, transport=pool, **_options(fault, site)) as client:
            if fault.warm:
                await client.send(request)
                lab.server.warmed(site)  # this blocks the loop, which therefore has not seen what happened to the connection
            try:
                return _answered(await client.send(request))
            except StytchError as error:
                return _failed(error)
            finally:
                await asyncio.sleep(_closing_time(fault))
                _check_clean(pool)

    return asyncio.run(main())


def _await_call_by_lent_session(lab: FaultLab, fault: Fault, request: Request[Any], site: Site) -> tuple[str, int]:
    async def main() -> tuple[str, int]:
        context = lab.context(fault)
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=True if context is None else context)) as session,
            Client(PROJECT_ID, SECRET, session=session, **_options(fault, site)) as client,
        ):
            if fault.warm:
                await client.send(request)
                lab.server.warmed(site)
            try:
                return _answered(await client.send(request))
            except StytchError as error:
                return _failed(error)
            finally:
                await asyncio.sleep(_closing_time(fault))
                connector: Any = session.connector
                assert {asyncio.current_task()} == asyncio.all_tasks() - set(connector._resolve_host_tasks)
                assert set() == connector._acquired

    return asyncio.run(main())


def _block_on_call(lab: FaultLab, fault: Fault, request: Request[Any], site: Site) -> tuple[str, int]:
    pool = lab.pool(fault)
    with BlockingClient(PROJECT_ID, SECRET, transport=pool, **_options(fault, site)) as client:
        if fault.warm:
            client.send(request)
            lab.server.warmed(site)
        try:
            return _answered(client.send(request))
        except StytchError as error:
            return _failed(error)
        finally:
            threading.Event().wait(_closing_time(fault))
            assert [set()] == [lease.connector._acquired for _, lease in pool._leases.items()]


def _closing_time(fault: Fault) -> float:
    """Return the seconds that a connection needs to close: with the probes off, aiohttp closes TLS by exchanging messages."""
    return 0.1 if fault.way == "trusted" and not aiohttp_internals.GUARDS_CONNECTIONS else 0.0


_CALLS: dict[str, Callable[[FaultLab, Fault, Request[Any], Site], tuple[str, int]]] = {
    "awaited": _await_call,
    "awaited, through the session": partial(_await_call, through_session=True),
    "awaited, lent session": _await_call_by_lent_session,
    "blocking": _block_on_call,
}


async def watch_session(pool: SessionPool) -> None:
    """Trace a pool's session, as instrumentation does, so that calls go through `ClientSession.request`."""
    tracing = aiohttp.TraceConfig()
    tracing.freeze()
    loop = asyncio.get_running_loop()
    lease = pool._leases.get(loop) or await pool._lease(loop)
    lease.session.trace_configs.append(tracing)
    assert not fast_path.available(lease.session)


def _answered(response: Any) -> tuple[str, int]:
    return ANSWER, response.attempts


def _failed(error: Any) -> tuple[str, int]:
    assert error.__cause__ is None
    assert len(str(error)) < 300, error
    assert SECRET not in f"{error}{error!r}"
    maybe = ", may have acted" if isinstance(error, APIConnectionError) and error.maybe_applied else ""
    return f"{type(error).__name__}{maybe}", error.attempts


def _check_clean(pool: SessionPool) -> None:
    """Check that a finished call has left no task and no acquired connection behind."""
    assert {asyncio.current_task()} == asyncio.all_tasks() - pool_tasks(pool)
    lease = pool._leases.get(asyncio.get_running_loop())
    assert lease is not None
    assert set() == lease.connector._acquired


def pool_tasks(pool: SessionPool) -> set[Any]:
    """List name resolutions that are still running: their threads cannot be stopped."""
    lease = pool._leases.get(asyncio.get_running_loop())
    return set[Any]() if lease is None else set(lease.connector._resolve_host_tasks)


def render(measured: dict[Fault, dict[Cell, Outcome]]) -> str:
    """Render the table as docs/faults.md shows it."""
    lines: list[str] = []
    for group in GROUPS:
        lines += [f"### {group}", "", f"| fault | {' | '.join(REQUESTS)} |", f"|---{'|---' * len(REQUESTS)}|"]
        for fault in (fault for fault in FAULTS if fault.group == group and fault in measured):
            cells = measured[fault]
            shown = [_shown({cells[kind, client] for client in CLIENTS}) for kind in REQUESTS]
            lines.append(f"| {fault.name} | {' | '.join(shown)} |")
        lines.append("")
    return "\n".join(lines)


def _shown(outcomes: set[Outcome]) -> str:
    return " / ".join(f"{saw}; {attempts} → {acted}" for saw, attempts, acted in sorted(outcomes))
