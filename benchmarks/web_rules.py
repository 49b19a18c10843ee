"""Time that a rule adds to a route: FastAPI and Starlette, called in process as a server calls them.

The routes with and without a rule take turns in each round. "Seen" is a session JWT that was checked
before, as most are in their five minutes; "unseen" is checked for the first time. What is printed is the median of the rounds, with
the smallest and largest, and as a multiple of a bare RS256 verification by OpenSSL.
"""

import argparse
import asyncio
import gc
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from statistics import median
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stytch_b2b_async import Client, Verification
from stytch_b2b_async.integrations import fastapi, starlette
from stytch_b2b_async.web import member

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-11111111-1111-4111-8111-111111111111"  # noqa: S105  # nobody's
LIMIT = 60.0
"""Microseconds that a rule may add for a JWT that was seen."""
KEY = RSAKey.generate_key(2048, {"kid": "jwk-test-11111111-1111-4111-8111-111111111111"})

App: TypeAlias = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def session_jwt(number: int) -> str:
    """Sign a session's JWT as the API does; no two numbers give the same."""
    now, moment = int(time.time()), "2026-01-02T03:04:05Z"
    session = {
        "id": f"session-test-{number:012}",
        "started_at": moment,
        "last_accessed_at": moment,
        "expires_at": "2036-01-02T03:04:05Z",
        "authentication_factors": [{"type": "magic_link", "delivery_method": "email", "last_authenticated_at": moment}],
        "roles": ["stytch_member", "editor"],
    }
    claims = {
        "aud": [PROJECT_ID],
        "exp": now + 3_600,
        "https://stytch.com/organization": {"organization_id": "organization-test-1", "slug": "acme"},
        "https://stytch.com/session": session,
        "iat": now,
        "iss": f"stytch.com/{PROJECT_ID}",
        "nbf": now,
        "sub": f"member-test-{number:012}",
    }
    return jws.serialize_compact({"alg": "RS256", "kid": str(KEY.kid)}, json.dumps(claims).encode(), KEY)


def client() -> Client:
    """Return a client that knows the key and has seen no token."""
    return Client(PROJECT_ID, SECRET, verification=Verification(keys=[KEY.as_dict(private=False)]))


def fastapi_app() -> App:
    """Return an application with FastAPI."""
    auth, app = fastapi.Auth(client(), organization="{org}"), FastAPI()
    auth.install(app)

    async def answer(org: str) -> Response:
        return Response(org)

    app.get("/plain/{org}")(answer)
    app.get("/ruled/{org}", dependencies=[auth.require(member())])(answer)
    return app


def starlette_app() -> App:
    """Return an application with Starlette."""
    auth = starlette.Auth(client(), organization="{org}")

    async def answer(request: Request) -> Response:
        return Response(request.path_params["org"])

    app = Starlette(routes=[Route("/plain/{org}", answer), Route("/ruled/{org}", auth.require(member())(answer))])
    auth.install(app)
    return app


APPS: dict[str, Callable[[], App]] = {"FastAPI": fastapi_app, "Starlette": starlette_app}


async def requests(app: App, path: str, tokens: Sequence[str]) -> float:
    """Send a request with each token, as a browser does; return the microseconds of one."""
    cookies = [f"theme=dark; __Host-stytch_session={'x' * 44}; __Host-stytch_session_jwt={token}".encode() for token in tokens]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    gc.collect()
    started = time.process_time()
    for cookie in cookies:
        await app(_scope(path, cookie), receive, send)
    taken = time.process_time() - started
    assert [200] * len(tokens) == statuses
    return taken / len(tokens) * 1e6


def _scope(path: str, cookie: bytes) -> dict[str, Any]:
    headers = [
        (b"host", b"app.example.com"),
        (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        (b"accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        (b"accept-language", b"en-US,en;q=0.5"),
        (b"accept-encoding", b"gzip, deflate, br, zstd"),
        (b"cookie", cookie),
        (b"sec-fetch-dest", b"document"),
        (b"sec-fetch-mode", b"navigate"),
        (b"sec-fetch-site", b"same-origin"),
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 443),
        "state": {},
    }


def bare(tokens: Sequence[str]) -> float:
    """Verify each token's signature with OpenSSL alone; return the microseconds of one."""
    from stytch_b2b_async.verify.jwt import parse

    parts = [(token.rpartition(".")[0].encode(), parse(token).signature) for token in tokens]
    key = KEY.public_key
    started = time.process_time()
    for signed, signature in parts:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    return (time.process_time() - started) / len(parts) * 1e6


async def measure(rounds: int, calls: int) -> dict[str, list[float]]:
    """Let routes with and without a rule take turns; return the microseconds."""
    tokens = [session_jwt(number) for number in range(calls)]
    taken: dict[str, list[float]] = {"bare RS256": []}
    for turn in range(rounds + 1):
        found = {"bare RS256": bare(tokens)}
        for name, make in APPS.items():
            app = make()
            await requests(app, "/ruled/acme", tokens[:1])  # builds the middleware, and imports
            plain = await requests(app, "/plain/acme", tokens)
            unseen = await requests(app, "/ruled/acme", tokens)
            await requests(app, "/ruled/acme", tokens)  # what copies need is kept from the second time on
            seen = await requests(app, "/ruled/acme", tokens)
            found |= {
                f"{name}, no rule": plain,
                f"{name}, added by a rule, seen": seen - plain,
                f"{name}, added by a rule, unseen": unseen - plain,
            }
        for name, value in found.items() if turn else ():  # the first round warms up
            taken.setdefault(name, []).append(value)
    return taken


def main() -> None:
    """Measure, and print the table; exit with 1 if a rule adds more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=300, help="requests of each route in a round")
    options = parser.parse_args()
    taken = asyncio.run(measure(options.rounds, options.calls))
    print("microseconds a request")
    for name, values in taken.items():
        ratios = [value / other for value, other in zip(values, taken["bare RS256"], strict=True)]
        print(f"  {name:<36}{median(values):8.1f}  ({min(values):.1f} to {max(values):.1f}), {median(ratios):.2f} x bare")
    slow = [name for name, values in taken.items() if name.endswith(" seen") and median(values) > LIMIT]
    if slow:
        raise SystemExit(f"more than {LIMIT:g} µs: {', '.join(slow)}")


if __name__ == "__main__":
    main()
