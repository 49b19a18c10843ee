"""An emulator whose clock stands still, a client that does not repeat calls, and a tenant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio
from support.tenants import Tenant

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator


@pytest_asyncio.fixture
async def stytch() -> AsyncIterator[Emulator]:
    """Time passes only where a test says so."""
    moment = datetime.now(UTC)
    async with Emulator(clock=lambda: moment) as running:
        yield running


@pytest_asyncio.fixture
async def client(stytch: Emulator) -> AsyncIterator[Client]:
    async with stytch.client(max_attempts=1, strict=True) as made:
        yield made


@pytest_asyncio.fixture
async def acme(stytch: Emulator, client: Client) -> Tenant:
    return await Tenant.make(stytch, client)
