"""Faults on demand: what a program sees, and what has happened nevertheless."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from support.pure_api import PureAPI
from support.tenants import refused

from stytch_b2b_async import APIConnectionError, APITimeoutError, Client, InternalServerError, RateLimitError
from stytch_b2b_async.emulator import Emulator, ProjectSettings, RateLimit


@pytest_asyncio.fixture(params=[True, False], ids=["http", "in process"])
async def stytch(request: pytest.FixtureRequest) -> AsyncIterator[Emulator]:
    async with Emulator(listen=request.param) as running:
        yield running


@pytest_asyncio.fixture
async def client(stytch: Emulator) -> AsyncIterator[Client]:
    async with stytch.client(max_attempts=1) as made:
        yield made


async def names(client: Client, *slugs: str) -> list[str]:
    """Tell which organizations exist."""
    found: list[str] = []
    for slug in slugs:
        try:
            found.append((await client.organizations.get(organization_id=slug)).organization.organization_slug)
        except Exception as error:  # noqa: BLE001  # only absence is expected
            assert "organization_not_found" in str(error)  # noqa: PT017  # of some, not of all
    return found


async def test_error_instead_of_acting(stytch: Emulator, client: Client) -> None:
    """The call does nothing; others are as usual."""
    fault = stytch.faults.add("organizations.create", status=503, times=2)
    for _ in range(2):
        with pytest.raises(InternalServerError) as caught:
            await client.organizations.create(organization_name="Acme", organization_slug="acme")
        assert (503, "internal_server_error") == (caught.value.status_code, caught.value.error_type)
    assert 2 == fault.fired
    assert [] == await names(client, "acme")
    await client.organizations.create(organization_name="Acme", organization_slug="acme")
    assert ["acme"] == await names(client, "acme")


async def test_error_type_is_the_given_one(stytch: Emulator, client: Client) -> None:
    """So that the program sees the exception of that type."""
    stytch.faults.add("passwords.*", status=429, error_type="user_lock_limit_reached")
    with refused("user_lock_limit_reached", 429):
        await client.passwords.strength_check(password="x")
    stytch.faults.clear()
    stytch.faults.add("passwords.*", status=429)
    with pytest.raises(RateLimitError, match="too_many_requests"):
        await client.passwords.strength_check(password="x")


@pytest.mark.parametrize(("drop", "acted"), [("before", []), ("after", ["acme"])])
async def test_dropped_connection(stytch: Emulator, client: Client, drop: Any, acted: list[str]) -> None:
    """A program cannot tell whether it acted; the emulator can."""
    stytch.faults.add("organizations.create", drop=drop, times=1)
    with pytest.raises(APIConnectionError) as caught:
        await client.organizations.create(organization_name="Acme", organization_slug="acme")
    assert caught.value.maybe_applied
    assert acted == await names(client, "acme")
    assert [200 if acted else 0] == [call.status for call in stytch.calls.to("organizations.create")]


async def test_latency(stytch: Emulator, client: Client) -> None:
    """The client's own deadline counts."""
    stytch.faults.add("passwords.strength_check", latency=0.3, times=1)
    started = time.perf_counter()
    await client.passwords.strength_check(password="x")
    assert time.perf_counter() - started >= 0.3
    stytch.faults.add("passwords.strength_check", latency=60)
    with pytest.raises(APITimeoutError):
        await client.with_options(timeout=0.3).passwords.strength_check(password="x")


async def test_retries_overcome_a_fault(stytch: Emulator) -> None:
    """What happens twice is not seen by a client that tries three times."""
    async with stytch.client() as client:
        stytch.faults.add("passwords.strength_check", status=500, times=2)
        assert 3 == (await client.passwords.strength_check(password="x")).attempts


async def statuses(client: Client, count: int) -> list[int]:
    found: list[int] = []
    for _ in range(count):
        try:
            found.append((await client.passwords.strength_check(password="x")).status_code)
        except InternalServerError as error:
            found.append(error.status_code)
    return found


async def test_every_and_times(stytch: Emulator, client: Client) -> None:
    """The third and the sixth, then no more."""
    stytch.faults.add(status=500, every=3, times=2)
    assert [200, 200, 500, 200, 200, 500, 200, 200, 200] == await statuses(client, 9)


async def test_equal_seeds_choose_equal_calls(stytch: Emulator, client: Client) -> None:
    """A test with chance in it can be repeated."""
    found: list[list[int]] = []
    for seed in (1, 1, 2):
        stytch.faults.clear()
        stytch.faults.add(status=500, probability=0.5, seed=seed)
        found.append(await statuses(client, 16))
    assert found[0] == found[1] != found[2]
    assert {200, 500} == set(found[0])


async def test_faults_add_up(stytch: Emulator, client: Client) -> None:
    """Latency of one, the error of the next; the log names both."""
    slow = stytch.faults.add("passwords.*", latency=0.01)
    broken = stytch.faults.add(status=500)
    spare = stytch.faults.add(status=502)
    assert [500] == await statuses(client, 1)
    assert (slow.fault_id, broken.fault_id) == stytch.calls[-1].fault_ids
    assert 0 == spare.fired
    stytch.faults.remove(broken)
    assert [502] == await statuses(client, 1)
    with pytest.raises(LookupError):
        stytch.faults.remove(broken)


async def test_stop_does_not_wait_for_latency(stytch: Emulator) -> None:
    """Sixty seconds of it."""
    if stytch.url == "http://127.0.0.1":
        pytest.skip("nothing listens: a client's call is its own task")
    stytch.faults.add(latency=60)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as session:
        with pytest.raises(TimeoutError):
            await session.get(f"{stytch.url}/v1/b2b/sessions/jwks/x")
    started = time.perf_counter()
    await stytch.stop()
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"operations": "password.*", "status": 500},
        {"operations": 5, "status": 500},
        {"status": 200},
        {"status": True},
        {"status": 600},
        {"status": "500"},
        {"error_type": "x"},
        {"error_type": 5, "status": 500},
        {"latency": -1},
        {"latency": 10**9},
        {"latency": "1"},
        {"drop": "now"},
        {"drop": []},
        {"drop": "after", "status": 500},
        {"status": 500, "times": 0},
        {"status": 500, "times": 1.5},
        {"status": 500, "every": 0},
        {"status": 500, "probability": 0},
        {"status": 500, "probability": 1.1},
        {"status": 500, "seed": "x"},
        {"status": 500, "hat": 1},
    ],
    ids=str,
)
def test_invalid_faults(api: PureAPI, settings: dict[str, Any]) -> None:
    """Each is refused with its reason, and nothing happens to any call."""
    status, body = api.call("POST", "/_emulator/faults", settings)
    assert (400, "bad_request") == (status, body["error_type"])
    assert {"faults": []} == api.call("GET", "/_emulator/faults")[1]


@pytest.fixture
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        yield made


def test_faults_over_http(api: PureAPI) -> None:
    """Add, list, remove one, remove all."""
    first = api.call("POST", "/_emulator/faults", {"operations": "passwords.*", "status": 500, "times": 3})[1]
    assert ("passwords.*", 500, 3, 0) == (first["operations"], first["status"], first["times"], first["fired"])
    second = api.call("POST", "/_emulator/faults", {"latency": 0.5})[1]
    assert {"faults": [first, second]} == api.call("GET", "/_emulator/faults")[1]
    assert 200 == api.call("DELETE", "/_emulator/faults", None, f"fault_id={first['fault_id']}")[0]
    assert 404 == api.call("DELETE", "/_emulator/faults", None, f"fault_id={first['fault_id']}")[0]
    assert {"faults": [second]} == api.call("GET", "/_emulator/faults")[1]
    assert 200 == api.call("DELETE", "/_emulator/faults")[0]
    assert [] == list(api.project.faults)


def test_faults_are_bounded(api: PureAPI) -> None:
    """A test that adds them in a loop learns of it."""
    for _ in range(100):
        assert 200 == api.call("POST", "/_emulator/faults", {"status": 500})[0]
    assert 400 == api.call("POST", "/_emulator/faults", {"status": 500})[0]
    assert 200 == api.call("POST", "/_emulator/reset")[0]
    assert 0 == len(api.project.faults)


FORMS = [
    ("m2m.token", "POST", "/v1/public/{project_id}/oauth2/token"),
    ("idp.introspect_token_network", "POST", "/v1/public/{project_id}/oauth2/introspect"),
    ("sso.start", "GET", "/v1/public/sso/start"),
    ("sso.start", "POST", "/v1/public/sso/start"),
    ("sso.callback", "GET", "/v1/b2b/sso/callback/saml-connection-test-1"),
    ("oauth.start", "GET", "/v1/b2b/public/oauth/google/start"),
    ("oauth.start", "POST", "/v1/b2b/public/oauth/google/start"),
    ("oauth.discovery.start", "GET", "/v1/b2b/public/oauth/google/discovery/start"),
]


@pytest.mark.parametrize(("operation", "method", "path"), FORMS, ids=lambda value: value if "/" not in value else "")
async def test_forms_and_pages_have_faults(operation: str, method: str, path: str) -> None:
    """What an app sends as a form, and where it sends browsers: an error, a lost connection, then the usual answer."""
    async with Emulator() as stytch, aiohttp.ClientSession() as browser:
        stytch.faults.add(operation, status=503, times=1)
        stytch.faults.add(operation, drop="before")
        url = stytch.url + path.format(project_id=stytch.project_id)
        form = {"grant_type": "client_credentials"} if method == "POST" else None
        async with browser.request(method, url, data=form) as reply:
            assert (503, "internal_server_error") == (reply.status, (await reply.json())["error_type"])
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await browser.request(method, url, data=form)  # repeats a GET by itself
        stytch.faults.clear()
        async with browser.request(method, url, data=form) as reply:
            assert 400 <= reply.status < 500  # it asks for nothing that could succeed
        first, *lost, last = [call.status for call in stytch.calls.to(operation)]
        assert (503, {0}, reply.status) == (first, set(lost), last)
        if form and operation != "m2m.token":  # its own body is JSON
            assert form == stytch.calls[-1].request


async def test_pages_have_rate_limits() -> None:
    """By their names, as endpoints."""
    settings = ProjectSettings(rate_limits=[RateLimit(operations="oauth.start", calls=1, seconds=86_400)])
    async with Emulator(settings=settings) as stytch, aiohttp.ClientSession() as browser:
        statuses = [(await browser.get(f"{stytch.url}/v1/b2b/public/oauth/google/start")).status for _ in range(2)]
    assert [400, 429] == statuses


async def test_control_routes_have_no_faults(stytch: Emulator) -> None:
    """Or a fault could not be removed."""
    stytch.faults.add(status=500)
    if stytch.url == "http://127.0.0.1":
        return
    async with aiohttp.ClientSession() as session, session.get(f"{stytch.url}/_emulator/health") as reply:
        assert 200 == reply.status
