"""The ways to make one call that are compared: each takes the server's address and gives a function that makes the call."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-11111111-1111-4111-8111-111111111111"  # noqa: S105  # made up
EMAIL = "ada@example.com"
PATH = "/v1/b2b/passwords/email/require_reset"

Once: TypeAlias = Callable[[], Awaitable[Any]]


async def ours(url: str, stack: AsyncExitStack) -> Once:
    """Await this SDK."""
    from stytch_b2b_async import Client

    client = await stack.enter_async_context(Client(PROJECT_ID, SECRET, base_url=url))
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


async def vendor(url: str, stack: AsyncExitStack) -> Once:
    """Await the vendor's SDK, with a session of its own that lasts."""
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


def ours_blocking(url: str) -> Callable[[], Any]:
    """Call this SDK."""
    from stytch_b2b_async import BlockingClient

    client = BlockingClient(PROJECT_ID, SECRET, base_url=url)
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


def vendor_blocking(url: str) -> Callable[[], Any]:
    """Call the vendor's SDK."""
    import stytch

    client = stytch.B2BClient(PROJECT_ID, SECRET, environment=f"{url}/", suppress_warnings=True)
    return lambda: client.passwords.email.require_reset(email_address=EMAIL)


AWAITED = {"ours": ours, "vendor": vendor, "bare aiohttp": bare}
BLOCKING = {"ours, blocking": ours_blocking, "vendor, blocking": vendor_blocking}


async def at_once(once: Once, calls: int, width: int) -> None:
    """Make so many calls, so many of them at once."""
    left = iter(range(calls))

    async def worker() -> None:
        for _ in left:
            await once()

    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(worker())
