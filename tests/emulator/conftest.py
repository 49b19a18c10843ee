"""An emulator and a client that does not repeat calls, and a tenant on it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from tenants import Tenant

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator


@pytest_asyncio.fixture
async def client(stytch: Emulator) -> AsyncIterator[Client]:
    async with stytch.client(max_attempts=1, strict=True) as made:
        yield made


@pytest_asyncio.fixture
async def acme(stytch: Emulator, client: Client) -> Tenant:
    return await Tenant.make(stytch, client)
