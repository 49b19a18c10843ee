"""A thousand members at once: nobody gets what is another's, and nothing stays behind."""

import asyncio
import gc
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from stytch_b2b_async import Authorization, Client, SessionPool
from stytch_b2b_async.api.organizations.members import Create
from stytch_b2b_async.gateway import Gateway

from .conftest import PROJECT_ID, SECRET, TOKEN, TOKENS, UNLIMITED

_ASKED = re.compile(
    rb"POST /v1/b2b/organizations/(\S+)/members .*?X-Stytch-Member-Session: (\S+)\r\n.*?\r\n\r\n(\{.*?\})",
    re.DOTALL | re.IGNORECASE,
)
PADDING = "x" * 5000


class Echo(asyncio.Protocol):
    """Says whom a request was from, after a while that differs from one to the next."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        found = _ASKED.fullmatch(self.received)
        if found is not None:
            self.received = b""
            said = {
                "status_code": 200,
                "request_id": found[2].decode(),
                "member_id": found[1].decode(),
                "email_address": json.loads(found[3])["email_address"],
                "padding": PADDING,
            }
            body = json.dumps(said).encode()
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            asyncio.get_running_loop().call_later(hash(found[2]) % 7 / 1000, self.transport.write, head + body)


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a gateway before an echo, with as many connections as there are members."""
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=2048)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    gateway = Gateway(PROJECT_ID, SECRET, base_url=url, tokens=TOKENS, allow="*", limits=UNLIMITED, audit=tmp_path / "audit.jsonl")
    async with server, gateway, Client(PROJECT_ID, TOKEN, base_url=gateway.url, transport=SessionPool(limit=0)) as made:
        yield made.with_options(timeout=60, connect_timeout=60)


async def ask(client: Client, number: int) -> None:
    """Call as one of the members; what comes back is theirs."""
    session = f"session-of-{number}"
    request = Create(
        organization_id=f"organization-{number}",
        email_address=f"{number}@example.com",
        authorization=Authorization(session_token=session),
    )
    said = (await client.send(request)).raw
    assert (session, f"organization-{number}", f"{number}@example.com") == (
        said["request_id"],
        said["member_id"],
        said["email_address"],
    )


async def test_a_thousand_at_once(client: Client, tmp_path: Path) -> None:
    await asyncio.gather(*(ask(client, number) for number in range(1000)))
    await asyncio.sleep(0.1)
    assert 1000 == (await asyncio.to_thread((tmp_path / "audit.jsonl").read_bytes)).count(b'"status":200')


@pytest.mark.slow
async def test_memory(client: Client) -> None:
    """It is what it was, however often a thousand come at once."""

    async def resident() -> float:
        gc.collect()
        return int((await asyncio.to_thread(Path("/proc/self/statm").read_text)).split()[1]) * 4096 / 2**20

    held = []
    for _ in range(6):
        await asyncio.gather(*(ask(client, number) for number in range(1000)))
        held.append(await resident())
    assert held[-1] - held[2] < 5, held
