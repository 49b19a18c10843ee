"""The core passes the table of cases, awaited and blocking."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from web.app import SETUPS, fake_stytch
from web.cases import CASES
from web.neutral import Neutral
from web.staging import Case, Stage

from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import Auth

MODES = ("awaited", "blocking")


@pytest.fixture(scope="module", params=MODES)
def stages(request: pytest.FixtureRequest) -> Iterator[dict[str, Stage]]:
    made: dict[str, Stage] = {}
    clients: list[Any] = []
    fakes: list[FakeStytch] = []
    for setup in SETUPS:
        fake = fake_stytch()
        make = fake.client if request.param == "awaited" else fake.blocking_client
        client = make(timeout=setup.timeout)
        made[setup.name] = Stage(fake, Neutral(Auth(client, **setup.arguments), setup), setup)
        clients.append(client)
        fakes.append(fake)
    yield made
    for client in clients:
        asyncio.run(client.close()) if request.param == "awaited" else client.close()
    for fake in fakes:
        fake.close()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, stages: dict[str, Stage]) -> None:
    case.play(stages[case.setup.name])


def test_the_table_is_long_enough() -> None:
    names = [case.name for case in CASES]
    assert 70 <= len(set(names)) == len(names)
