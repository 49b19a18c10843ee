"""The table of cases on every framework, each in a server that people run it with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeAlias

import pytest
from integrations.app_on_aiohttp import on_aiohttp
from integrations.app_on_litestar import on_litestar
from integrations.apps_on_werkzeug import on_flask, on_quart
from integrations.table_apps import on_fastapi, on_starlette
from web.app import USUAL, WITHOUT_RULE, Setup, fake_stytch
from web.cases import CASES
from web.driver import Driver
from web.served_by_aiohttp import served_by_aiohttp
from web.served_by_gunicorn import served_by_gunicorn
from web.served_by_hypercorn import served_by_hypercorn
from web.served_by_uvicorn import served_by_uvicorn
from web.served_by_werkzeug import served_by_werkzeug
from web.staging import Case, Stage

from stytch_b2b_async.integrations import aiohttp, fastapi, flask, litestar, quart, starlette
from stytch_b2b_async.testing import FakeStytch

Serve: TypeAlias = Callable[[FakeStytch, Setup], AbstractContextManager[Driver]]

SERVERS: dict[str, Serve] = {
    "aiohttp": lambda fake, setup: served_by_aiohttp(on_aiohttp(fake, setup)),
    "django": lambda fake, setup: served_by_gunicorn("django", fake, setup, threads=4),
    "fastapi": lambda fake, setup: served_by_uvicorn(on_fastapi(fake, setup)),
    "flask": lambda fake, setup: served_by_werkzeug(on_flask(fake.blocking_client(timeout=setup.timeout), setup)),
    "flask, prefork": lambda fake, setup: served_by_gunicorn("flask", fake, setup),
    "litestar": lambda fake, setup: served_by_uvicorn(on_litestar(fake, setup)),
    "quart": lambda fake, setup: served_by_hypercorn(on_quart(fake, setup)),
    "starlette": lambda fake, setup: served_by_uvicorn(on_starlette(fake, setup)),
}
WITHOUT_WEBSOCKETS = {"django", "flask", "flask, prefork"}
SLOW = {"flask, prefork"}
"""Those whose cases run with the slow tests."""


@pytest.fixture(scope="session")
def stages() -> Iterator[Callable[[str, Setup], Stage]]:
    """Return what starts the application of a setup once, when its first case comes."""
    running: dict[tuple[str, str], Stage] = {}
    with ExitStack() as stack:

        def stage(framework: str, setup: Setup) -> Stage:
            if (framework, setup.name) not in running:
                fake = stack.enter_context(fake_stytch())
                driver = stack.enter_context(SERVERS[framework](fake, setup))
                running[framework, setup.name] = Stage(fake, driver, setup)
            return running[framework, setup.name]

        yield stage


def plays() -> Iterator[Any]:
    """List the cases of each framework."""
    for framework in SERVERS:
        for case in CASES:
            if not (case.is_websocket and framework in WITHOUT_WEBSOCKETS):
                marks = (pytest.mark.slow,) if framework in SLOW else ()
                yield pytest.param(case, framework, id=f"{case}-{framework}", marks=marks)


@pytest.mark.parametrize(("case", "framework"), [*plays()])
def test_case(case: Case, framework: str, stages: Callable[[str, Setup], Stage]) -> None:
    case.play(stages(framework, case.setup))


@pytest.mark.parametrize(
    ("build", "adapter"),
    [
        (on_aiohttp, aiohttp.Auth),
        (on_fastapi, fastapi.Auth),
        (on_litestar, litestar.Auth),
        (on_quart, quart.Auth),
        (on_starlette, starlette.Auth),
    ],
)
def test_routes_without_a_rule(build: Callable[..., Any], adapter: Callable[..., Any]) -> None:
    with fake_stytch() as fake:
        assert WITHOUT_RULE == adapter(fake.client(), **USUAL.arguments).without_rule(build(fake, USUAL))


def test_routes_without_a_rule_in_flask() -> None:
    with fake_stytch() as fake, fake.blocking_client() as client:
        assert WITHOUT_RULE == flask.Auth(client, **USUAL.arguments).without_rule(on_flask(client, USUAL))
