"""pytest fixtures: an emulated Stytch, clients of it, and a member who is logged in.

pytest loads this module in every run, so it imports nothing else until a fixture is used.
"""

from collections.abc import Iterator

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from stytch_b2b_async.client import BlockingClient, Client
    from stytch_b2b_async.emulator import Emulator
    from stytch_b2b_async.logins import LoggedIn

_RUNNING: "pytest.StashKey[Emulator]" = pytest.StashKey()


@pytest.fixture(scope="session")
def stytch_emulator_options() -> "dict[str, Any]":
    """Return the arguments of the Emulator: override it to give settings or a seed, or `{"listen": False}` to need no socket."""
    return {}


@pytest.fixture(scope="session")
def stytch_emulator(stytch_emulator_options: "dict[str, Any]", pytestconfig: pytest.Config) -> "Iterator[Emulator]":
    """Run an emulated Stytch, one per test run or xdist worker. A test that uses it, even indirectly, finds it as it started."""
    from stytch_b2b_async.emulator import Emulator

    with Emulator(**stytch_emulator_options) as emulator:
        pytestconfig.stash[_RUNNING] = emulator
        yield emulator
        del pytestconfig.stash[_RUNNING]


@pytest.fixture
def stytch_environment(stytch_emulator: "Emulator", monkeypatch: pytest.MonkeyPatch) -> "Emulator":
    """Set `STYTCH_PROJECT_ID`, `STYTCH_SECRET` and `STYTCH_BASE_URL`, by which clients without arguments find the emulator."""
    monkeypatch.setenv("STYTCH_PROJECT_ID", stytch_emulator.project_id)
    monkeypatch.setenv("STYTCH_SECRET", stytch_emulator.secret)
    monkeypatch.setenv("STYTCH_BASE_URL", stytch_emulator.url)
    return stytch_emulator


@pytest.fixture
def stytch_client(stytch_emulator: "Emulator") -> "Iterator[Client]":
    """Create a client of the emulator, for tests in any event loop: pytest-asyncio, anyio or `asyncio.run`."""
    import asyncio

    client = stytch_emulator.client()
    yield client
    asyncio.run(client.close())


@pytest.fixture
def stytch_blocking_client(stytch_emulator: "Emulator") -> "Iterator[BlockingClient]":
    """Create a blocking client of the emulator."""
    with stytch_emulator.blocking_client() as client:
        yield client


@pytest.fixture
def stytch_session(stytch_emulator: "Emulator") -> "LoggedIn":
    """Log a member in: ada@example.com of the organization acme."""
    return stytch_emulator.log_in("ada@example.com", organization="acme")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Reset a running emulator before every test, which may ask for it while it runs: that takes less than a millisecond."""
    emulator = item.config.stash.get(_RUNNING, None)
    if emulator is not None:
        emulator.reset()
