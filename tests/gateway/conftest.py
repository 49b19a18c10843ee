"""An emulator, and gateways before it, for a whole session."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from anyio.from_thread import start_blocking_portal

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import Gateway, GatewayToken

OpenGateway: TypeAlias = Callable[..., AbstractContextManager[Gateway]]

TOKEN = "stytch-gateway-planted-by-the-tests-0000000001"
READER = "stytch-gateway-planted-by-the-tests-0000000002"


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="session")
def open_gateway(emulator: Emulator) -> Iterator[OpenGateway]:
    """Run gateways in a thread; without settings, before the emulator and open for everything."""
    with start_blocking_portal() as portal:

        @contextmanager
        def opened(**settings: Any) -> Iterator[Gateway]:
            given = {
                "project_id": emulator.project_id,
                "secret": emulator.secret,
                "base_url": emulator.url,
                "tokens": [GatewayToken.of(TOKEN, "tests")],
                "allow": "*",
                **settings,
            }
            with portal.wrap_async_context_manager(Gateway(**given)) as gateway:
                yield gateway

        yield opened


@pytest.fixture(scope="session")
def audit_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway") / "audit.jsonl"


@pytest.fixture(scope="session")
def gateway(open_gateway: OpenGateway, audit_path: Path) -> Iterator[Gateway]:
    """A gateway with a token for everything, and one that only reads."""
    tokens = [GatewayToken.of(TOKEN, "tests"), GatewayToken.of(READER, "reader", allow="effect:reads")]
    with open_gateway(tokens=tokens, audit=audit_path) as running:
        yield running
