"""Who is let in."""

from collections.abc import Mapping

import aiohttp
import pytest

from stytch_b2b_async.explorer import Explorer

from .visitor import Visitor


async def test_an_address_lets_one_browser_in_once(explorer: Explorer) -> None:
    """The second one to open it is told why it does not work."""
    address = explorer.new_address()
    async with Visitor(explorer) as first, Visitor(explorer) as second:
        assert 401 == (await first.get("/")).status
        opened = await first.get(address.removeprefix(explorer.url))
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(opened.headers["Set-Cookie"].split("; "))
        assert 200 == (await first.get("/")).status
        again = await second.get(address.removeprefix(explorer.url))
        assert (401, True) == (again.status, "works once" in again.text)
        assert 401 == (await second.get("/organizations.create")).status


@pytest.mark.parametrize("token", ["", "x", "../", "%00", "ü", "a" * 5000])
async def test_guessed_addresses_are_refused(explorer: Explorer, token: str) -> None:
    async with Visitor(explorer) as stranger:
        assert (await stranger.get(f"/open/{token}")).status in {400, 401, 404}
        assert 401 == (await stranger.get("/")).status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": "127.0.0.1:{port}.evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "application/json"}, 415),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_other_pages_cannot_send(explorer: Explorer, headers: Mapping[str, str], status: int) -> None:
    """A form of another site, port or name is refused, though the browser may bring the cookie."""
    port = explorer.url.rpartition(":")[2]
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        given = {name: value.format(port=port) for name, value in headers.items()}
        answer = await visitor.post("/debug.whoami", [("organization_id", "x")], headers=given)
        assert status == answer.status, answer.text[:80]


@pytest.mark.parametrize(
    ("site", "mode", "status"), [("cross-site", "navigate", 200), ("same-site", "no-cors", 403), ("none", "cors", 200)]
)
async def test_other_pages_can_link_and_not_read(explorer: Explorer, site: str, mode: str, status: int) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        answer = await visitor.get("/organizations.create", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode})
        assert status == answer.status


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"%ff=1", 400), (b"\xff", 400), (b"&".join([b"a=1"] * 6000), 400), (b"a=" + b"x" * 4_500_000, 413), (b"%00=%00", 200)],
)
async def test_what_no_browser_sends_is_refused(explorer: Explorer, body: bytes, status: int) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert status == (await visitor.post("/preview/organizations.create", body, headers=headers)).status


async def test_every_answer_forbids_everything_else(explorer: Explorer) -> None:
    """Refusals, pages and files alike."""
    async with Visitor(explorer) as visitor:
        stranger = await visitor.get("/")
        await visitor.enter()
        for answer in (
            stranger,
            *[await visitor.get(path) for path in ("/", "/organizations.create", "/nothing", "/assets/explorer.js")],
        ):
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert "nosniff" == answer.headers["X-Content-Type-Options"]


async def test_it_listens_on_this_machine_only(explorer: Explorer) -> None:
    assert explorer.url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session, session.get(explorer.url) as answer:
        assert 401 == answer.status
