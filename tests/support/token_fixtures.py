"""Keys for the tests of tokens, and clients to check them with."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from stytch_b2b_async import BlockingClient, Client
from support.rsa_keys import new_rsa_key
from support.tokens import API, KEY_ID, OTHER_KEY_ID, PROJECT_ID, SECRET, Mode, Signer


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The project's own key."""
    return Signer(new_rsa_key(), KEY_ID)


@pytest.fixture(scope="session")
def stranger() -> Signer:
    """Somebody's key, which the project does not publish unless a test says so."""
    return Signer(new_rsa_key(), OTHER_KEY_ID)


@pytest.fixture
def api(signer: Signer) -> API:
    """The API, publishing the project's key."""
    return API(signer)


@pytest_asyncio.fixture(params=["awaited", "blocking"])
async def mode(request: pytest.FixtureRequest, api: API) -> AsyncIterator[Mode]:
    """A client of that API, once awaited and once blocking."""
    if request.param == "awaited":
        async with Client(PROJECT_ID, SECRET, transport=api) as client:
            yield Mode(client)
    else:
        blocking = BlockingClient(PROJECT_ID, SECRET, transport=api)
        yield Mode(blocking)
        await asyncio.to_thread(blocking.close)
