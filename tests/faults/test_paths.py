"""Whatever stands in an id, a call reaches the path that it names, or is refused before it is sent."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest
from faults.faults import error, in_turn
from faults.server import FaultServer, Site
from support.arguments import arguments
from support.endpoints import ENDPOINTS
from support.http_servers import PROJECT_ID, SECRET

from stytch_b2b_async import APIStatusError, BlockingClient, Client, Request
from stytch_b2b_async.schema import Location, fields_of

REFUSED = ["", ".", "..", "a\nb", "a\r\nX-Planted: yes", "\r", "\t", "a\x00b", "\x00", "a\x1fb", "\x7f", "\ud800"]
REACHED = [
    "%2e%2e",
    "%2E",
    "%2e%2e%2fother",
    "%00",
    "%",
    "...",
    "../other",
    "../../organizations/other",
    "/",
    "//example.com/other",
    "a/b",
    "a/..",
    "./a",
    "?delete=all",
    "a?b#c",
    "#",
    "..\\..",
    "\\",
    "a;b=c&d",
    "https://example.com/",
    "user@example.com",
    "ada+1 @ x",
    " ",
    "ä",
    "日本語",
    "\u202e\u2028\x85",
    "\uff0e\uff0e",
    "🦊",
    "a" * 5_000,
]
PATHS = {
    name: request for name, request in ENDPOINTS.items() if any(field.location is Location.PATH for field in fields_of(request))
}

each_endpoint = pytest.mark.parametrize("request_class", PATHS.values(), ids=list(PATHS))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with FaultServer.running() as server, server.site(in_turn(error(418))) as made:
        yield made


@pytest.fixture(scope="module")
def blocking_client(site: Site) -> Iterator[BlockingClient]:
    with BlockingClient(PROJECT_ID, SECRET, base_url=site.url) as client:
        yield client


def names(request_class: type[Request[Any]]) -> list[str]:
    return [field.name for field in fields_of(request_class) if field.location is Location.PATH]


def expected_path(request_class: type[Request[Any]], given: dict[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: quote({"project_id": PROJECT_ID, **given}[found[1]], safe=""), request_class.path)


def check_reached(site: Site, request_class: type[Request[Any]], given: dict[str, Any]) -> None:
    """Compare what came over the wire: the client's own idea of the path does not count."""
    (seen,) = site.requests
    site.requests.clear()
    method, target, version = seen.decode("ascii").partition("\r\n")[0].split(" ")
    path = target.partition("?")[0]
    assert (request_class.method, expected_path(request_class, given), "HTTP/1.1") == (method, path, version)
    assert request_class.path.count("/") == path.count("/")
    assert set(given.values()) & {unquote(segment) for segment in path.split("/")} or not names(request_class)


@each_endpoint
async def test_an_id_reaches_its_own_path_when_awaited(site: Site, request_class: type[Request[Any]]) -> None:
    required = arguments(request_class, optional=False)
    async with Client(PROJECT_ID, SECRET, base_url=site.url) as client:
        for name in names(request_class):
            for value in REACHED:
                given = {**required, name: value}
                with pytest.raises(APIStatusError, match=r"^418"):
                    await client.send(request_class(**given))
                check_reached(site, request_class, {field: given[field] for field in names(request_class) if field in given})


@each_endpoint
def test_an_id_reaches_its_own_path_when_blocking(
    site: Site, blocking_client: BlockingClient, request_class: type[Request[Any]]
) -> None:
    required = arguments(request_class, optional=False)
    for name in names(request_class):
        for value in REACHED:
            given = {**required, name: value}
            with pytest.raises(APIStatusError, match=r"^418"):
                blocking_client.send(request_class(**given))
            check_reached(site, request_class, {field: given[field] for field in names(request_class) if field in given})


@each_endpoint
async def test_dot_segments(site: Site, blocking_client: BlockingClient, request_class: type[Request[Any]]) -> None:
    """What would lead elsewhere is refused by its name."""
    required = arguments(request_class, optional=False)
    async with Client(PROJECT_ID, SECRET, base_url=site.url) as client:
        for name in names(request_class):
            for value in REFUSED:
                for asked in (client, blocking_client):
                    with pytest.raises(ValueError, match=f"^{name} (must|contains) ") as caught:
                        method(asked, request_class)(**{**required, name: value})
                    assert len(value) < 3 or value not in str(caught.value)
    assert [] == site.requests


def method(client: Client | BlockingClient, request_class: type[Request[Any]]) -> Any:
    found: Any = client
    for name in request_class.operation.split("."):
        found = getattr(found, name)
    return found


def test_there_are_endpoints_to_walk() -> None:
    assert 40 < len(PATHS)
