"""DNS, TLS, round trip, clock, keys, and a call that proves the credentials."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from stytch_b2b_async.client import Client
from stytch_b2b_async.config import Config, is_loopback
from stytch_b2b_async.errors import APIStatusError, StytchError

from .finding import Finding, Level, failed, passed, warned

_TIMEOUT = 10.0
_MAX_CLOCK_DIFFERENCE = 5.0  # seconds; dates have whole ones
_SLOW = 1.0
_COPY_AGAIN = "Copy project id and secret from the dashboard again."


async def connection(config: Config, client: Client, tell: Callable[[Finding], None]) -> list[Finding]:
    """Check the way to the API step by step, and stop at the first step that fails."""
    findings: list[Finding] = []
    for steps in (_network(config.base_url), _calls(client, config.project_id or "")):
        async for finding in steps:
            findings.append(finding)
            tell(finding)
            if finding.level is Level.FAIL:
                return findings
    return findings


async def _network(base_url: str) -> AsyncIterator[Finding]:
    url = urlsplit(base_url)
    host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await asyncio.wait_for(asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM), _TIMEOUT)
    except (OSError, TimeoutError) as error:
        yield failed("DNS", f"{host} cannot be resolved ({error})", "Check the network, and the spelling of the base URL.")
        return
    addresses = sorted({str(entry[4][0]) for entry in found})
    yield passed("DNS", "not needed" if addresses == [host] else f"{host} is {', '.join(addresses)}")
    context = ssl.create_default_context() if url.scheme == "https" else None
    started = time.perf_counter()
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=context), _TIMEOUT)
    except ssl.SSLError as error:
        yield failed("TLS", str(error.reason or error), "A proxy may intercept TLS, or the certificates of this machine are old.")
        return
    except (OSError, TimeoutError) as error:
        yield failed("connection", f"cannot connect to {host}:{port} ({error})", _advice(base_url))
        return
    elapsed = (time.perf_counter() - started) * 1000
    encryption = writer.get_extra_info("ssl_object")
    yield passed("connection", f"{elapsed:.0f} ms, {encryption.version() if encryption else 'without TLS'}")
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _calls(client: Client, project_id: str) -> AsyncIterator[Finding]:
    async with client:
        try:
            keys: Any = await client.sessions.get_jwks(project_id=project_id)
        except StytchError as error:
            refused = isinstance(error, APIStatusError) and error.status_code == HTTPStatus.UNAUTHORIZED
            yield failed("credentials" if refused else "keys", str(error), _COPY_AGAIN)
            return
        yield passed("keys", f"{len(keys.keys)} fetched")
        if "date" in keys.headers:
            yield _clock(keys.headers["date"])
        started = time.perf_counter()  # of a second call: the first one waits for connections, and for keys to be made
        proof = await _credentials(client)
        elapsed = time.perf_counter() - started
        if proof.level is not Level.FAIL:
            yield (warned if elapsed > _SLOW else passed)("round trip", f"{elapsed * 1000:.0f} ms")
        yield proof


async def _credentials(client: Client) -> Finding:
    try:
        project = await client.debug.whoami()
    except APIStatusError as error:
        if error.error_type == "not_emulated":
            return warned("credentials", "not proven: this emulator does not answer debug.whoami")
        return failed("credentials", str(error), _COPY_AGAIN)
    except StytchError as error:
        return failed("credentials", str(error))
    return passed("credentials", f"accepted: {project.name} ({project.project_id})")


def _clock(date: str) -> Finding:
    try:
        difference = time.time() - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return warned("clock", f"the server's date is not valid: {date}")
    if abs(difference) <= _MAX_CLOCK_DIFFERENCE:
        return passed("clock", "as the server's")
    text = f"{abs(difference):.0f} s {'ahead of' if difference > 0 else 'behind'} the server's"
    return warned("clock", text, "Token checks depend on it: synchronize the clock of this machine.")


def _advice(base_url: str) -> str:
    if is_loopback(base_url):
        return "Is the emulator running? stytch-b2b emulator"
    return "Check firewalls and proxies."
