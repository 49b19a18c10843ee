"""Tokens as the API signs them, and as it never would; and what publishes the keys to check them with."""

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar
from urllib.parse import urlsplit

import attrs
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from stytch_b2b_async import BlockingClient, Call, Client, Reply, TokenError

R = TypeVar("R")

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-planted-by-the-tests"
MEMBER_ID = "member-test-11111111-1111-4111-8111-111111111111"
MACHINE_ID = "m2m-client-test-11111111-1111-4111-8111-111111111111"
APP_ID = "connected-app-test-11111111-1111-4111-8111-111111111111"
ORGANIZATION_ID = "organization-test-11111111-1111-4111-8111-111111111111"
OTHER_ORGANIZATION_ID = "organization-test-22222222-2222-4222-8222-222222222222"
SESSION = "https://stytch.com/session"
ORGANIZATION = "https://stytch.com/organization"

KEY_ID = "jwk-test-11111111-1111-4111-8111-111111111111"
OTHER_KEY_ID = "jwk-test-22222222-2222-4222-8222-222222222222"

MISSING: Any = object()
"""A claim that is left out."""


def base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@attrs.frozen
class Signer:
    """A key, and what is signed with it."""

    key: RSAKey
    key_id: str

    @property
    def published(self) -> dict[str, Any]:
        """The key as the API publishes it."""
        public = self.key.as_dict(private=False)
        rest = {"kid": self.key_id, "alg": "RS256", "use": "sig", "key_ops": ["verify"], "x5c": [], "x5tS256": ""}
        return {"kty": "RSA", "n": public["n"], "e": public["e"], **rest}

    def token(self, payload: Any, **header: Any) -> str:
        """Sign a payload, whatever it is; a header of the API's own unless told."""
        given: dict[str, Any] = {"alg": "RS256", "kid": self.key_id, "typ": "JWT"}
        return self.raw(_json(without_missing({**given, **header})), _json(payload))

    def raw(self, header: bytes, payload: bytes) -> str:
        """Sign bytes that need be no JSON."""
        signed = f"{base64url(header)}.{base64url(payload)}"
        signature = JWSRegistry.algorithms["RS256"].sign(signed.encode(), self.key)
        return f"{signed}.{base64url(signature)}"


def _json(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def without_missing(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not MISSING}


def session_claims(session: Any = None, **changes: Any) -> dict[str, Any]:
    """Say what a session's JWT says, with changes of its session and of the rest."""
    whole = {
        "id": "session-test-11111111-1111-4111-8111-111111111111",
        "started_at": "2026-01-02T03:04:05Z",
        "last_accessed_at": "2026-01-02T03:04:06Z",
        "expires_at": "2036-01-02T03:04:05Z",
        "attributes": {"user_agent": "a browser", "ip_address": "203.0.113.7"},
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
    organization = {"organization_id": ORGANIZATION_ID, "slug": "acme"}
    given = {SESSION: without_missing({**whole, **(session or {})}), ORGANIZATION: organization}
    return _claims(**{"sub": MEMBER_ID, **given, **changes})


def machine_claims(**changes: Any) -> dict[str, Any]:
    """Say what a machine's token says."""
    return _claims(**{"sub": MACHINE_ID, "scope": "read:documents write:documents", **changes})


def app_claims(**changes: Any) -> dict[str, Any]:
    """Say what a connected app's token says."""
    given = {"sub": MEMBER_ID, "client_id": APP_ID, "jti": "a token", "scope": "openid read:documents"}
    return _claims(**{**given, ORGANIZATION: {"organization_id": ORGANIZATION_ID, "slug": "acme"}, **changes})


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    given = {"aud": [PROJECT_ID], "exp": now + 300, "iat": now, "nbf": now, "iss": f"stytch.com/{PROJECT_ID}"}
    return without_missing({**given, **changes})


def permission(resource_id: str, *actions: str) -> dict[str, Any]:
    return {"resource_id": resource_id, "actions": list(actions)}


def role(role_id: str, *permissions: Mapping[str, Any]) -> dict[str, Any]:
    return {"role_id": role_id, "description": "", "permissions": list(permissions)}


def scope(name: str, *permissions: Mapping[str, Any]) -> dict[str, Any]:
    return {"scope": name, "description": "", "permissions": list(permissions)}


POLICY: Mapping[str, Any] = {
    "roles": [role("stytch_member", permission("document", "read")), role("stytch_admin", permission("document", "*"))],
    "scopes": [scope("read:documents", permission("document", "read"))],
    "resources": [{"resource_id": "document", "description": "", "actions": ["read", "write", "delete"]}],
}


class API:
    """A transport that answers for the API: publishes keys and policies, hands out tokens, and notes who asked for what."""

    def __init__(self, *signers: Signer, policy: Mapping[str, Any] = POLICY, max_age: str | None = "max-age=900") -> None:
        self.signers: Sequence[Signer] = signers
        self.policy = policy
        self.org_roles: dict[str, list[dict[str, Any]]] = {}
        self.headers = {} if max_age is None else {"cache-control": max_age}
        self.failure: Exception | int | None = None
        """Raised, or answered, to whatever is asked."""
        self.held = False
        """Whether answers are held back."""
        self.asked: list[str] = []
        """The last part of each path, `policy` and `token` among them."""
        self.paths: list[str] = []
        self.tokens_given = 0
        self.expires_in: Any = 3_600
        self.authenticated: Mapping[str, Any] = {}

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Answer."""
        path = urlsplit(call.url).path
        self.paths.append(path)
        kind = _kind(path)
        self.asked.append(kind)
        while self.held:  # noqa: ASYNC110  # an event belongs to one loop
            await asyncio.sleep(0.001)
        if isinstance(self.failure, Exception):
            raise self.failure
        if self.failure is not None:
            return _reply(self.failure, {"error_type": "made_up"})
        return _reply(200, self._answer(kind, path), self.headers if kind == "jwks" else {})

    def _answer(self, kind: str, path: str) -> Mapping[str, Any]:
        match kind:
            case "jwks":
                return {"keys": [signer.published for signer in self.signers]}
            case "policy":
                return {"policy": self.policy}
            case "org policy":
                return {"org_policy": {"roles": self.org_roles.get(path.rpartition("/")[2], [])}}
            case "token":
                self.tokens_given += 1
                return {"access_token": f"token {self.tokens_given}", "token_type": "bearer", "expires_in": self.expires_in}
            case _:
                return self.authenticated

    def count(self, kind: str) -> int:
        return self.asked.count(kind)


def _kind(path: str) -> str:
    if "/jwks/" in path:
        return "jwks"
    return "org policy" if "/rbac/organizations/" in path else path.rpartition("/")[2]


def _reply(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
    whole = {"request_id": "request-id-test-1", "status_code": status, **body}
    return Reply(status, headers or {}, json.dumps(whole).encode())


@attrs.frozen
class Mode:
    """A client, and how it is called."""

    client: Client | BlockingClient

    async def __call__(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call an endpoint by its path; a blocking one in a thread of its own."""
        endpoint = attrgetter(name)(self.client)
        if isinstance(self.client, Client):
            return await endpoint(*args, **kwargs)
        return await asyncio.to_thread(endpoint, *args, **kwargs)


CHECKS: Mapping[str, str] = {
    "sessions.authenticate_jwt_local": "session_jwt",
    "sessions.authenticate_jwt": "session_jwt",
    "m2m.authenticate_token": "access_token",
    "idp.introspect_access_token_local": "access_token",
}
"""What checks a token on this machine, and what the token is called there."""


async def refusal(mode: Mode, check: str, token: Any, **options: Any) -> TokenError:
    """Have a token refused; return why."""
    try:
        found = await mode(check, **{CHECKS[check]: token}, **options)
    except TokenError as error:
        return error
    raise AssertionError(f"{check} took it: {type(found).__name__}")


async def member_of(client: Client, token: str, **options: Any) -> str:
    """Have a client take a session's JWT; tell whose it is."""
    return (await client.sessions.authenticate_jwt_local(session_jwt=token, **options)).member_id


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, for seconds at most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # what is waited for knows of no event
            await asyncio.sleep(0.001)
