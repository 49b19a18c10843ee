"""The contenders: each takes the server's URL and returns a function that makes one call, or decodes one reply."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-11111111-1111-4111-8111-111111111111"  # noqa: S105  # made up
EMAIL = "ada@example.com"
REPLY = Path(__file__).parent / "require_reset_reply.json"
PATH = "/v1/b2b/passwords/email/require_reset"

Once: TypeAlias = Callable[[], Awaitable[Any]]
Act: TypeAlias = Callable[[], Any]


async def ours(url: str, stack: AsyncExitStack) -> Once:
    """Await this SDK."""
    from stytch_b2b_async import Client

    client = await stack.enter_async_context(Client(PROJECT_ID, SECRET, base_url=url))
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


async def ours_untimed(url: str, stack: AsyncExitStack) -> Once:
    """Await this SDK, with a timeout that suffices under valgrind."""
    from stytch_b2b_async import Client

    client = await stack.enter_async_context(Client(PROJECT_ID, SECRET, base_url=url, timeout=3600))
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


async def vendor(url: str, stack: AsyncExitStack) -> Once:
    """Await the vendor's SDK, with its own long-lived session."""
    import aiohttp
    import stytch

    session = await stack.enter_async_context(aiohttp.ClientSession())
    client = stytch.B2BClient(PROJECT_ID, SECRET, environment=f"{url}/", async_session=session, suppress_warnings=True)
    return lambda: client.passwords.email.require_reset_async(email_address=EMAIL)


async def bare(url: str, stack: AsyncExitStack) -> Once:
    """Await aiohttp alone: POST and read, nothing decoded."""
    import aiohttp

    headers = {"Authorization": aiohttp.encode_basic_auth(PROJECT_ID, SECRET), "Content-Type": "application/json"}
    session = await stack.enter_async_context(aiohttp.ClientSession(headers=headers))
    body = b'{"email_address":"' + EMAIL.encode() + b'"}'

    async def once() -> bytes:
        async with session.post(url + PATH, data=body) as response:
            return await response.read()

    return once


def ours_blocking(url: str) -> Act:
    """Call this SDK."""
    from stytch_b2b_async import BlockingClient

    client = BlockingClient(PROJECT_ID, SECRET, base_url=url)
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


def vendor_blocking(url: str) -> Act:
    """Call the vendor's SDK."""
    import stytch

    client = stytch.B2BClient(PROJECT_ID, SECRET, environment=f"{url}/", suppress_warnings=True)
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


async def transport_alone(url: str, stack: AsyncExitStack) -> Once:
    """Await our transport: an HTTP call that was written before, and a reply that is not decoded."""
    from stytch_b2b_async import SessionPool
    from stytch_b2b_async.config import Config
    from stytch_b2b_async.wire import encode

    pool = SessionPool()
    stack.push_async_callback(pool.close)
    call = encode(request(), Config.resolve(PROJECT_ID, SECRET, url, None))
    return lambda: pool.send(call, connect_timeout=5)


async def transport_and_wire(url: str, stack: AsyncExitStack) -> Once:
    """Await our transport with encoding and decoding: a call without deadline, retries and hooks."""
    from stytch_b2b_async import SessionPool
    from stytch_b2b_async.config import Config
    from stytch_b2b_async.wire import decode, encode

    pool = SessionPool()
    stack.push_async_callback(pool.close)
    config = Config.resolve(PROJECT_ID, SECRET, url, None)

    async def once() -> Any:
        asked = request()
        return decode(asked, await pool.send(encode(asked, config), connect_timeout=5), config)

    return once


def request() -> Any:
    """Make the request that all of them make."""
    from stytch_b2b_async.api.passwords.email import RequireReset

    return RequireReset(email_address=EMAIL)


def decode_ours() -> Act:
    """Decode a reply as this SDK does."""
    from stytch_b2b_async import Reply
    from stytch_b2b_async.config import Config
    from stytch_b2b_async.wire import decode

    asked, config = request(), Config.resolve(PROJECT_ID, SECRET, None, None)
    reply = Reply(200, {}, REPLY.read_bytes())
    return lambda: decode(asked, reply, config)


def decode_vendor() -> Act:
    """Read a reply as the vendor's SDK does."""
    from stytch.b2b.models.passwords_email import RequireResetResponse

    body = REPLY.read_bytes()
    return lambda: RequireResetResponse.from_json(200, json.loads(body))


def decode_untyped() -> Act:
    """Read a reply as dictionaries, with msgspec."""
    import msgspec

    body, decode = REPLY.read_bytes(), msgspec.json.Decoder().decode
    return lambda: decode(body)


def decode_plainly() -> Act:
    """Read a reply as dictionaries, with the standard library."""
    body = REPLY.read_bytes()
    return lambda: json.loads(body)


AWAITED = {
    "ours": ours,
    "vendor": vendor,
    "bare aiohttp": bare,
    "ours, untimed": ours_untimed,
    "our transport alone": transport_alone,
    "our transport, encoding, decoding": transport_and_wire,
}
BLOCKING = {"ours, blocking": ours_blocking, "vendor, blocking": vendor_blocking}
DECODING = {
    "ours, decoding": decode_ours,
    "vendor, decoding": decode_vendor,
    "untyped msgspec": decode_untyped,
    "json.loads": decode_plainly,
}


async def at_once(once: Once, calls: int, width: int) -> None:
    """Make so many calls, so many of them at once."""
    left = iter(range(calls))

    async def worker() -> None:
        for _ in left:
            await once()

    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(worker())
