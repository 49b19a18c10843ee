"""The gateway as a part of somebody else's server."""

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import AllowList, Caller, Gateway


def by_cookie(request: web.BaseRequest) -> Caller | None:
    return Caller("page", AllowList.parse("effect:reads")) if request.cookies.get("session") == "right" else None


async def test_mounted_with_a_cookie(emulator: Emulator) -> None:
    """A page's server mounts it below a prefix, and recognizes its own visitors."""
    app = web.Application()
    gateway = Gateway(emulator.project_id, emulator.secret, base_url=emulator.url, authenticate=by_cookie, allow="*")
    app.add_subapp("/stytch", gateway.app)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = server.make_url("/stytch/v1/b2b/organizations/search")
        origin = {"Origin": f"http://127.0.0.1:{server.port}", "Sec-Fetch-Site": "same-origin"}
        async with session.post(url, json={}, headers={**origin, "Cookie": "session=right"}) as found:
            assert 200 == found.status
            assert "organizations" in await found.json()
        async with session.post(url, json={}, headers={**origin, "Cookie": "session=wrong"}) as refused:
            assert (401, "gateway_token_invalid") == (refused.status, (await refused.json())["error_type"])
        async with session.delete(server.make_url("/stytch/v1/b2b/organizations/x"), headers={"Cookie": "session=right"}) as denied:
            assert (403, "gateway_operation_not_allowed") == (denied.status, (await denied.json())["error_type"])
        async with session.post(url, json={}, headers={"Origin": "http://evil.example", "Cookie": "session=right"}) as foreign:
            assert (403, "cross_origin_request") == (foreign.status, (await foreign.json())["error_type"])
