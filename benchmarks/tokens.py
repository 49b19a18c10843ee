"""How long does the check of a session JWT take? As ratios to the vendor's SDK and to OpenSSL's bare verification.

All contenders run in this process and take turns in each round, so that what slows the machine down slows all of them; a ratio is
the median over the rounds, with the smallest and largest beside it. Everybody has the keys at hand before the first round. A fresh
token is one that its client has never seen; the vendor's SDK remembers none, so that every token is fresh to it.
"""

import argparse
import asyncio
import contextlib
import json
import threading
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from statistics import median
from typing import Any, TypeAlias

import stytch
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import RSAKey

from stytch_b2b_async import AuthorizationCheck, BlockingClient, Call, Client, Reply
from stytch_b2b_async.verify.jwt import parse
from stytch_b2b_async.verify.options import Verification

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-11111111-1111-4111-8111-111111111111"
ORGANIZATION_ID = "organization-test-11111111-1111-4111-8111-111111111111"
FULL_CACHE = 4_096

Run: TypeAlias = Callable[[Sequence[str]], Awaitable[None]]

PAIRS = [
    ("fresh, awaited", "bare"),
    ("fresh, blocking", "bare"),
    ("vendor, awaited", "bare"),
    ("vendor, blocking", "bare"),
]
"""How many times the second's time the first takes."""
RACES = [
    ("fresh, awaited", "vendor, awaited"),
    ("fresh, awaited", "vendor, blocking"),
    ("fresh, blocking", "vendor, blocking"),
    ("repeated, awaited", "vendor, awaited"),
    ("repeated, awaited", "vendor, blocking"),
    ("repeated, blocking", "vendor, blocking"),
]
"""How many times as fast as the second the first is."""

KEY = RSAKey.generate_key(2048, {"kid": "jwk-test-11111111-1111-4111-8111-111111111111", "alg": "RS256", "use": "sig"})
VERIFICATION = Verification(keys=[KEY.as_dict(private=False)])


def session_jwt(number: int) -> str:
    """Sign a session's JWT as the API does; no two numbers give the same."""
    now = int(time.time())
    session = {
        "id": f"session-test-{number:012}",
        "started_at": "2026-01-02T03:04:05Z",
        "last_accessed_at": "2026-01-02T03:04:05Z",
        "expires_at": "2036-01-02T03:04:05Z",
        "attributes": {"user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "ip_address": "203.0.113.7"},
        "authentication_factors": [
            {
                "type": "magic_link",
                "delivery_method": "email",
                "last_authenticated_at": "2026-01-02T03:04:05Z",
                "email_factor": {"email_id": "email-test-1", "email_address": "ada@example.com"},
            }
        ],
        "roles": ["stytch_member", "editor"],
    }
    claims: dict[str, Any] = {
        "aud": [PROJECT_ID],
        "exp": now + 3_600,
        "https://stytch.com/organization": {"organization_id": ORGANIZATION_ID, "slug": "acme"},
        "https://stytch.com/session": session,
        "iat": now,
        "iss": f"stytch.com/{PROJECT_ID}",
        "nbf": now,
        "sub": f"member-test-{number:012}",
    }
    return jwt.encode({"alg": "RS256", "kid": KEY.kid, "typ": "JWT"}, claims, KEY)


@contextlib.contextmanager
def published_keys() -> Iterator[str]:
    """Serve the public key on this machine, for the vendor's SDK."""
    body = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802  # the name that http.server calls
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object, **__: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class Policy:
    """A transport that answers with a policy, whatever is asked."""

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Answer."""
        roles = [{"role_id": name, "description": "", "permissions": [_permission()]} for name in ("stytch_admin", "editor")]
        if "organizations" in call.url:
            answer: Any = {"org_policy": {"roles": roles}}
        else:
            answer = {"policy": {"roles": roles, "resources": [], "scopes": []}}
        return Reply(200, {}, json.dumps({"request_id": "", "status_code": 200, **answer}).encode())


def _permission() -> dict[str, Any]:
    return {"resource_id": "document", "actions": ["read", "write"]}


def contenders(vendor: Any) -> dict[str, Run]:
    """Make the ways to check tokens: each takes those of a round."""
    key = KEY.public_key

    async def bare(tokens: Sequence[str]) -> None:
        for token in tokens:
            head, _, signature = token.rpartition(".")
            key.verify(parsed[signature], head.encode(), PKCS1v15(), SHA256())

    parsed: Any = _Signatures()

    async def fresh(tokens: Sequence[str]) -> None:
        check = Client(PROJECT_ID, SECRET, verification=VERIFICATION).sessions.authenticate_jwt_local
        for token in tokens:
            await check(session_jwt=token)

    async def fresh_blocking(tokens: Sequence[str]) -> None:
        check = BlockingClient(PROJECT_ID, SECRET, verification=VERIFICATION).sessions.authenticate_jwt_local
        for token in tokens:
            check(session_jwt=token)

    client = Client(PROJECT_ID, SECRET, verification=VERIFICATION)
    blocking = BlockingClient(PROJECT_ID, SECRET, verification=VERIFICATION)

    async def repeated(tokens: Sequence[str]) -> None:
        check, token = client.sessions.authenticate_jwt_local, tokens[0]
        for _ in tokens:
            await check(session_jwt=token)

    async def repeated_blocking(tokens: Sequence[str]) -> None:
        check, token = blocking.sessions.authenticate_jwt_local, tokens[0]
        for _ in tokens:
            check(session_jwt=token)

    async def vendor_awaited(tokens: Sequence[str]) -> None:
        for token in tokens:
            assert await vendor.sessions.authenticate_jwt_local_async(token)

    async def vendor_blocking(tokens: Sequence[str]) -> None:
        for token in tokens:
            assert vendor.sessions.authenticate_jwt_local(token)

    return {
        "bare": bare,
        "fresh, awaited": fresh,
        "fresh, blocking": fresh_blocking,
        "repeated, awaited": repeated,
        "repeated, blocking": repeated_blocking,
        "vendor, awaited": vendor_awaited,
        "vendor, blocking": vendor_blocking,
    }


class _Signatures(dict[str, bytes]):
    """Signatures, decoded once: what is measured is the verification."""

    def __missing__(self, text: str) -> bytes:
        found = self[text] = parse(f"{_HEAD}.e30.{text}").signature
        return found


_HEAD = session_jwt(0).partition(".")[0]


async def measure(rounds: int, calls: int) -> dict[str, list[float]]:
    """Let the contenders take turns; tell the microseconds of each check."""
    tokens = [session_jwt(number) for number in range(calls)]
    with published_keys() as url:
        vendor = stytch.B2BClient(PROJECT_ID, SECRET, environment=url, suppress_warnings=True)
        runs = contenders(vendor)
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for turn in range(rounds + 1):
            for name, run in runs.items():
                started = time.perf_counter()
                await run(tokens)
                if turn:  # the first warms up
                    taken[name].append((time.perf_counter() - started) / calls * 1e6)
        return taken


async def measure_roles(rounds: int, calls: int) -> dict[str, list[float]]:
    """Measure a check of roles that every cache can answer; tell the microseconds."""
    client = Client(PROJECT_ID, SECRET, transport=Policy(), verification=VERIFICATION)
    session = await client.sessions.authenticate_jwt_local(session_jwt=session_jwt(0))
    check = AuthorizationCheck(organization_id=ORGANIZATION_ID, resource_id="document", action="write")
    policies = client._caller.desk.policies  # noqa: SLF001  # what is asked, without the asking

    def looked_up() -> None:
        for _ in range(calls):
            with contextlib.suppress(StopIteration):
                next(policies.authorize_roles(session.roles, session.organization_id, check))

    async def whole() -> None:
        for _ in range(calls):
            await client.rbac.authorize(member_session=session, authorization_check=check)

    await whole()
    taken: dict[str, list[float]] = {"the look-up": [], "rbac.authorize, awaited": []}
    for _ in range(rounds):
        started = time.perf_counter()
        looked_up()
        between = time.perf_counter()
        await whole()
        taken["the look-up"].append((between - started) / calls * 1e6)
        taken["rbac.authorize, awaited"].append((time.perf_counter() - between) / calls * 1e6)
    return taken


async def measure_memory() -> float:
    """Fill the cache of tokens; tell the bytes of each."""
    tokens = [session_jwt(number) for number in range(FULL_CACHE)]
    client = Client(PROJECT_ID, SECRET, verification=VERIFICATION)
    await client.sessions.authenticate_jwt_local(session_jwt=session_jwt(-1))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for token in tokens:
        await client.sessions.authenticate_jwt_local(session_jwt=token)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / FULL_CACHE


def spread(values: list[float], digits: int) -> str:
    """Show a median with its extremes."""
    return f"{median(values):8.{digits}f}  ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=200, help="checks of each contender in a round")
    parser.add_argument("--memory", action="store_true", help="also fill the cache of tokens, and tell what it holds")
    options = parser.parse_args()
    taken = asyncio.run(measure(options.rounds, options.calls))
    print("microseconds a check of a session JWT")
    for name, values in taken.items():
        print(f"  {name:<24}{spread(values, 1)}")
    print("\ntimes the time")
    for first, second in PAIRS:
        ratios = [own / other for own, other in zip(taken[first], taken[second], strict=True)]
        print(f"  {first + ' / ' + second:<40}{spread(ratios, 2)}")
    print("\ntimes as fast")
    for first, second in RACES:
        ratios = [other / own for own, other in zip(taken[first], taken[second], strict=True)]
        print(f"  {first + ' / ' + second:<40}{spread(ratios, 1)}")
    print("\nmicroseconds a check of roles")
    for name, values in asyncio.run(measure_roles(options.rounds, options.calls * 10)).items():
        print(f"  {name:<24}{spread(values, 2)}")
    if options.memory:
        print(f"\nbytes a token in a full cache\n  {asyncio.run(measure_memory()):.0f}")


if __name__ == "__main__":
    main()
