"""The gateway as a part of somebody else's server."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from support.raw_http import exchange, request

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import AllowList, Caller, Gateway, GatewayToken

from .conftest import TOKEN


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


@pytest.mark.parametrize(
    "target",
    [
        "/stytch/v1/b2b/%0d%0aorganizations/x",
        "/stytch/%0a",
        "/stytch/v1/b2b/organizations/%2e%2e",
        "/stytch/v1/b2b/organizations/a%2fb",
    ],
)
async def test_mounted_with_a_crafted_path(emulator: Emulator, tmp_path: Path, target: str) -> None:
    """The gateway itself refuses it, and records that."""
    app = web.Application()
    audit = tmp_path / "audit.jsonl"
    app.add_subapp("/stytch", Gateway(emulator.project_id, emulator.secret, authenticate=by_cookie, audit=audit).app)
    async with TestServer(app) as server:
        sent = request("GET", target, "Cookie: session=right", "Expect: everything", token=None)
        answer = await asyncio.to_thread(exchange, server.port or 0, sent)
    assert (400, "bad_request") == (answer.status, answer.json["error_type"])
    lines = (await asyncio.to_thread(audit.read_text)).splitlines()
    assert [400] == [json.loads(line)["status"] for line in lines]


async def test_mounted_at_the_root(emulator: Emulator) -> None:
    """Alone in a server, it has no prefix."""
    gateway = Gateway(emulator.project_id, emulator.secret, base_url=emulator.url, tokens=[GatewayToken.of(TOKEN, "a")])
    async with TestServer(gateway.app) as server, Client(emulator.project_id, TOKEN, base_url=str(server.make_url(""))) as client:
        assert 200 == (await client.organizations.search()).status_code
