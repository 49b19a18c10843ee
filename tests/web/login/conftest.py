"""A site with login routes and its emulated Stytch, awaited and blocking."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from stytch_b2b_async.emulator import Emulator

from .site import Site


@pytest_asyncio.fixture(params=["awaited", "blocking"])
async def site(stytch_emulator: Emulator, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """A site whose login page offers everything, with the organization acme and its member Ada."""
    async with Site.running(stytch_emulator, is_blocking=request.param == "blocking") as made:
        yield made


@pytest_asyncio.fixture
async def awaited_site(stytch_emulator: Emulator) -> AsyncIterator[Site]:
    """The same, for what does not depend on how calls are made."""
    async with Site.running(stytch_emulator) as made:
        yield made
