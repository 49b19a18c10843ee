"""The table of cases on FastAPI and Starlette, in uvicorn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from integrations.table_apps import on_fastapi, on_starlette
from web.app import USUAL, WITHOUT_RULE, Setup, fake_stytch
from web.cases import CASES
from web.driver import Driver
from web.served_by_uvicorn import served_by_uvicorn
from web.staging import Case, Stage

from stytch_b2b_async.integrations import fastapi, starlette

APPS: dict[str, Callable[..., Any]] = {"fastapi": on_fastapi, "starlette": on_starlette}


@pytest.fixture(scope="session")
def stages() -> Iterator[Callable[[str, Setup], Stage]]:
    """Return what starts the application of a setup once, when its first case comes."""
    running: dict[tuple[str, str], Stage] = {}
    with ExitStack() as stack:

        def stage(framework: str, setup: Setup) -> Stage:
            if (framework, setup.name) not in running:
                fake = stack.enter_context(fake_stytch())
                driver: Driver = stack.enter_context(served_by_uvicorn(APPS[framework](fake, setup)))
                running[framework, setup.name] = Stage(fake, driver, setup)
            return running[framework, setup.name]

        yield stage


@pytest.mark.parametrize("framework", APPS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, framework: str, stages: Callable[[str, Setup], Stage]) -> None:
    case.play(stages(framework, case.setup))


@pytest.mark.parametrize(("build", "adapter"), [(on_fastapi, fastapi.Auth), (on_starlette, starlette.Auth)])
def test_routes_without_a_rule(build: Callable[..., Any], adapter: Callable[..., Any]) -> None:
    with fake_stytch() as fake:
        assert WITHOUT_RULE == adapter(fake.client(), **USUAL.arguments).without_rule(build(fake, USUAL))
