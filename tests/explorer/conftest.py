"""An explorer with an emulator, in a thread of its own."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import pytest
from anyio.from_thread import start_blocking_portal

from stytch_b2b_async.client import Client
from stytch_b2b_async.config import Config
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.explorer import Explorer

TEST = Config.resolve("project-test-11111111-1111-4111-8111-111111111111", "secret-test-not-real", "http://127.0.0.1:1", None, None)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="session")
def explorer(emulator: Emulator) -> Iterator[Explorer]:
    """An explorer that runs beside the tests."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_running(emulator)) as running:
        yield running


@pytest.fixture(scope="session")
def asking(emulator: Emulator) -> Iterator[Explorer]:
    """An explorer of the same emulator, which it takes for a real test project."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_asking(emulator)) as running:
        yield running


@pytest.fixture(scope="session")
def live() -> Iterator[Explorer]:
    """An explorer of a live project, which cannot be reached."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_live()) as running:
        yield running


@asynccontextmanager
async def _live() -> AsyncGenerator[Explorer]:
    client = Client("project-live-1", "secret-live-1", base_url="https://127.0.0.1:1")
    async with client, Explorer(client=client) as running:
        yield running


@asynccontextmanager
async def _asking(emulator: Emulator) -> AsyncGenerator[Explorer]:
    async with emulator.client() as client, Explorer(client=client) as running:
        yield running


@asynccontextmanager
async def _running(emulator: Emulator) -> AsyncGenerator[Explorer]:
    async with Explorer(emulator=emulator) as running:
        yield running
