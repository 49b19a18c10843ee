"""A site with login routes and its emulated Stytch, awaited and blocking."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from stytch_b2b_async.emulator import Emulator

from .site import Site


@pytest.fixture(params=["awaited", "blocking"])
def calling(request: pytest.FixtureRequest) -> str:
    """How calls are made."""
    mode: str = request.param
    return mode


@pytest_asyncio.fixture
async def site(stytch_emulator: Emulator, calling: str) -> AsyncIterator[Site]:
    """A site whose login page offers everything, with the organization acme and its member Ada."""
    async with Site.running(stytch_emulator, is_blocking=calling == "blocking") as made:
        yield made
