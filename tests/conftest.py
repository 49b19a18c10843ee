"""What every test gets: nothing beyond this machine can be reached, and nothing may block an event loop."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING
from unittest.mock import Mock

import aiohttp
import pytest
import pytest_asyncio
from aioresponses import aioresponses
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings
from pytest_socket import socket_allow_hosts
from support.rsa_keys import reused_rsa_keys

if TYPE_CHECKING:  # fixtures import it: coverage, which starts after this file was read, must see modules being imported
    from stytch_b2b_async import BlockingClient, Client
    from stytch_b2b_async.emulator import Emulator

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-planted-by-the-tests"
API = "https://test.stytch.com"

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_finish() -> None:
    """Keep the garbage collector away from modules and test items: many tests wait for it, and it would read them each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True, scope="session")
def _rsa_keys() -> Iterator[None]:
    with reused_rsa_keys():
        yield


@pytest.fixture(scope="session")
def _blockbuster(pytestconfig: pytest.Config) -> Iterator[BlockBuster]:
    with blockbuster_ctx(scanned_modules=["stytch_b2b_async"]) as watcher:
        if pytestconfig.getoption("cov_source", None):  # coverage takes a lock of its own in the thread that it traces
            for name in ("threading.Lock.acquire", "threading.Lock.acquire_lock"):
                watcher.functions.pop(name).deactivate()
        for function in watcher.functions.values():
            function.can_block_in("coverage/control.py", {"_should_trace"})
            function.can_block_in("emulator/threads.py", {"run", "wait"})  # where an emulator has said so
        yield watcher


@pytest.fixture(autouse=True)
def loops_do_not_block(_blockbuster: BlockBuster) -> BlockBuster:
    _blockbuster.activate()  # again, after a test that deactivated it
    return _blockbuster


class MockedResponse(aiohttp.ClientResponse):
    """What aioresponses answers with: aiohttp 3.14 wants a `stream_writer`, which aioresponses 0.7 does not pass."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        if "stream_writer" in signature(aiohttp.ClientResponse).parameters:
            kwargs.setdefault("stream_writer", Mock())
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they come


@pytest.fixture
def mocked() -> Iterator[aioresponses]:
    """aiohttp without a network: each `add` and shortcut answers with MockedResponse."""
    with aioresponses() as mock:
        mock.add = partial(mock.add, response_class=MockedResponse)  # type: ignore[method-assign]  # the way to set a default
        yield mock


@pytest_asyncio.fixture
async def client() -> AsyncIterator["Client"]:
    """A client of the vendor's test host, for `mocked`."""
    from stytch_b2b_async import Client

    async with Client(PROJECT_ID, SECRET) as made:
        yield made


@pytest_asyncio.fixture
async def stytch() -> AsyncIterator["Emulator"]:
    """A Stytch on this machine."""
    from stytch_b2b_async.emulator import Emulator

    async with Emulator() as running:
        yield running


@pytest_asyncio.fixture
async def emulated(stytch: "Emulator") -> AsyncIterator["Client"]:
    """A client of that Stytch."""
    from stytch_b2b_async import Client

    async with Client(stytch.project_id, stytch.secret, base_url=stytch.url) as made:
        yield made


@pytest.fixture
def blocking(stytch: "Emulator") -> Iterator["BlockingClient"]:
    """A blocking client of that Stytch; call it off the loop."""
    from stytch_b2b_async import BlockingClient

    with BlockingClient(stytch.project_id, stytch.secret, base_url=stytch.url) as made:
        yield made
