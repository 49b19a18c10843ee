"""Time to verify a session JWT, relative to the vendor's SDK and to OpenSSL's verification alone.

All contenders run in this process and take turns in each round, so that other load affects all of them. A ratio is the median of
the rounds, with the smallest and largest. All have the keys before the first round. A fresh token is one that its client has not
seen; the vendor's SDK has no cache, so every token is fresh to it.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias, cast

import attrs
import stytch
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from harness.race import server
from joserfc import jwt
from joserfc.jwk import RSAKey

from stytch_b2b_async import AuthorizationCheck, BlockingClient, Call, Client, MissingRoleError, Reply, Verification
from stytch_b2b_async.verify.jwt import parse
from stytch_b2b_async.verify.policy_cache import MAX_ORGANIZATIONS
from stytch_b2b_async.verify.token_cache import MAX_TOKENS

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-11111111-1111-4111-8111-111111111111"  # noqa: S105  # nobody's
ORGANIZATION_ID = "organization-test-11111111-1111-4111-8111-111111111111"

Run: TypeAlias = Callable[[], Awaitable[None]]
Prepare: TypeAlias = Callable[[Sequence[str]], Awaitable[Run]]
"""Gets ready for a round, unmeasured."""

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


ANOTHER = session_jwt(-1)


@contextlib.contextmanager
def published_keys() -> Iterator[str]:
    """Serve the public key on this machine, for the vendor's SDK."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.json"
        keys.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
        with server(keys) as url:
            yield f"{url}/"


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


class Signatures(dict[str, bytes]):
    """Signatures, decoded once: what is measured is their verification."""

    def __missing__(self, token: str) -> bytes:
        found = self[token] = parse(token).signature
        return found


SIGNATURES = Signatures()


async def bare(tokens: Sequence[str]) -> Run:
    """Check with OpenSSL alone, through cryptography."""
    key = KEY.public_key
    parts = [(token.rpartition(".")[0].encode(), SIGNATURES[token]) for token in tokens]

    async def run() -> None:
        for signed, signature in parts:
            key.verify(signature, signed, PKCS1v15(), SHA256())

    return run


async def fresh(tokens: Sequence[str]) -> Run:
    """Check with this SDK, awaited, each token for the first time."""
    check = Client(PROJECT_ID, SECRET, verification=VERIFICATION).sessions.authenticate_jwt_local
    await check(session_jwt=ANOTHER)

    async def run() -> None:
        for token in tokens:
            await check(session_jwt=token)

    return run


async def fresh_blocking(tokens: Sequence[str]) -> Run:
    """Check with this SDK, blocking, each token for the first time."""
    check = BlockingClient(PROJECT_ID, SECRET, verification=VERIFICATION).sessions.authenticate_jwt_local
    check(session_jwt=ANOTHER)

    async def run() -> None:
        for token in tokens:
            check(session_jwt=token)

    return run


async def repeated(tokens: Sequence[str]) -> Run:
    """Check with this SDK, awaited, tokens that it has seen."""
    check = Client(PROJECT_ID, SECRET, verification=VERIFICATION).sessions.authenticate_jwt_local
    for token in tokens:
        await check(session_jwt=token)

    async def run() -> None:
        for token in tokens:
            await check(session_jwt=token)

    return run


async def repeated_blocking(tokens: Sequence[str]) -> Run:
    """Check with this SDK, blocking, tokens that it has seen."""
    check = BlockingClient(PROJECT_ID, SECRET, verification=VERIFICATION).sessions.authenticate_jwt_local
    for token in tokens:
        check(session_jwt=token)

    async def run() -> None:
        for token in tokens:
            check(session_jwt=token)

    return run


def vendors(url: str) -> "dict[str, Prepare]":
    """Make the vendor's contenders, whose one client keeps the keys that it fetched from an address on this machine."""
    sessions = stytch.B2BClient(PROJECT_ID, SECRET, environment=url, suppress_warnings=True).sessions

    async def awaited(tokens: Sequence[str]) -> Run:
        async def run() -> None:
            for token in tokens:
                assert await sessions.authenticate_jwt_local_async(token)

        return run

    async def blocking(tokens: Sequence[str]) -> Run:
        async def run() -> None:
            for token in tokens:
                assert sessions.authenticate_jwt_local(token)

        return run

    return {"vendor, awaited": awaited, "vendor, blocking": blocking}


OURS: "dict[str, Prepare]" = {
    "bare": bare,
    "fresh, awaited": fresh,
    "fresh, blocking": fresh_blocking,
    "repeated, awaited": repeated,
    "repeated, blocking": repeated_blocking,
}


async def measure(rounds: int, calls: int) -> dict[str, list[float]]:
    """Let the contenders take turns; return the microseconds of each check."""
    tokens = [session_jwt(number) for number in range(calls)]
    with published_keys() as url:
        contenders = {**OURS, **vendors(url)}
        taken: dict[str, list[float]] = {name: [] for name in contenders}
        for turn in range(rounds + 1):
            for name, prepare in contenders.items():
                run = await prepare(tokens)
                gc.collect()  # what the last one left
                started = time.perf_counter()
                await run()
                if turn:  # the first warms up
                    taken[name].append((time.perf_counter() - started) / calls * 1e6)
        return taken


async def measure_roles(rounds: int, calls: int) -> dict[str, list[float]]:
    """Measure a role check with full caches; return the microseconds."""
    client = Client(PROJECT_ID, SECRET, transport=Policy(), verification=VERIFICATION)
    session = await client.sessions.authenticate_jwt_local(session_jwt=session_jwt(0))
    check = AuthorizationCheck(organization_id=ORGANIZATION_ID, resource_id="document", action="write")
    policies = client._sender.verifier.policies  # noqa: SLF001  # what is asked, without the asking

    def looked_up() -> None:
        for _ in range(calls):
            next(policies.authorize_roles(session.roles, session.organization_id, check), None)

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


async def measure_memory() -> dict[str, float]:
    """Fill each cache; return the bytes per entry."""
    api = Policy()
    client = Client(PROJECT_ID, SECRET, transport=api, verification=VERIFICATION)
    tokens = [session_jwt(number) for number in range(MAX_TOKENS)]
    session = await client.sessions.authenticate_jwt_local(session_jwt=ANOTHER)
    check = AuthorizationCheck(organization_id=ORGANIZATION_ID, resource_id="document", action="burn")

    async def fill_tokens() -> None:
        for token in tokens:
            await client.sessions.authenticate_jwt_local(session_jwt=token)

    async def fill_organizations() -> None:
        for number in range(MAX_ORGANIZATIONS):
            organization_id = f"organization-test-{number:036}"
            theirs, about = (attrs.evolve(cast("Any", each), organization_id=organization_id) for each in (session, check))
            with contextlib.suppress(MissingRoleError):
                await client.rbac.authorize(member_session=theirs, authorization_check=about)

    with contextlib.suppress(MissingRoleError):
        await client.rbac.authorize(member_session=session, authorization_check=check)
    return {
        "a verified token": await memory(fill_tokens) / MAX_TOKENS,
        "an organization's roles": await memory(fill_organizations) / MAX_ORGANIZATIONS,
    }


async def memory(fill: Callable[[], Awaitable[None]]) -> float:
    """Return the bytes that a function's result holds."""
    gc.collect()
    tracemalloc.start()
    await fill()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held


def spread(values: list[float], digits: int) -> str:
    """Show a median with its extremes."""
    return f"{median(values):8.{digits}f}  ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=200, help="checks of each contender in a round")
    parser.add_argument("--memory", action="store_true", help="also fill the caches, and tell what they hold")
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
        print("\nbytes in a full cache of")
        for name, held in asyncio.run(measure_memory()).items():
            print(f"  {name:<24}{held:8.0f}")


if __name__ == "__main__":
    main()
