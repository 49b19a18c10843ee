"""Session JWTs: signed with RS256, valid for five minutes."""

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, cast

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.signing_keys import SigningKey
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

LIFE: Final = timedelta(minutes=5)
SESSION_CLAIM: Final = "https://stytch.com/session"
ORGANIZATION_CLAIM: Final = "https://stytch.com/organization"
_REMEMBERED: Final = 1_000
RESERVED: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})


def mint(project: Project, session: MemberSession, organization: Organization) -> str:
    """Sign a JWT for a session."""
    issued = int(project.clock.now().timestamp())
    claims: dict[str, Any] = {
        **(session.custom_claims or {}),
        "aud": [project.project_id],
        "exp": issued + int(LIFE.total_seconds()),
        ORGANIZATION_CLAIM: {"organization_id": organization.organization_id, "slug": organization.organization_slug},
        SESSION_CLAIM: _session_claim(session),
        "iat": issued,
        "iss": f"stytch.com/{project.project_id}",
        "nbf": issued,
        "sub": session.member_id,
    }
    return sign(project, claims)


def sign(project: Project, claims: Mapping[str, Any]) -> str:
    """Sign claims with the project's current key."""
    return _signed(project.signing_keys.current, json.dumps(claims, sort_keys=True, separators=(",", ":")).encode())


@lru_cache(maxsize=_REMEMBERED)
def _signed(key: SigningKey, payload: bytes) -> str:
    """Sign a payload. A signature of RS256 is always the same, and takes most of the time of a call that checks a session."""
    header = {"alg": "RS256", "kid": key.key_id, "typ": "JWT"}
    return jws.serialize_compact(header, payload, key.key)


def verified_claims(project: Project, jwt: str) -> dict[str, Any] | None:
    """Verify that a JWT was signed by this project, and return its claims; None for any other. It may have expired."""
    keys = KeySet([key.key for key in project.signing_keys.existing])
    try:
        claims: Any = json.loads(jws.deserialize_compact(jwt.encode(), keys, algorithms=["RS256"]).payload)
    except (JoseError, ValueError, LookupError, TypeError):
        return None
    return cast("dict[str, Any]", claims) if isinstance(claims, dict) else None


def session_id_in(project: Project, jwt: str) -> str:
    """Verify a JWT's signature and return its session; the JWT may have expired, since the session decides."""
    try:
        return str((verified_claims(project, jwt) or {})[SESSION_CLAIM]["id"])
    except (LookupError, TypeError):
        message = "The session JWT does not parse, or was not signed by this project."
        raise EmulatedError("unable_to_parse_session_jwt", message) from None


def factor_details(factor: AuthenticationFactor) -> dict[str, Any]:
    """Convert a factor to plain values, without unset details."""
    return {name: value for name, value in msgspec.to_builtins(factor).items() if value is not None}


def _session_claim(session: MemberSession) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(session)
    return {
        "id": session.member_session_id,
        "started_at": shown["started_at"],
        "last_accessed_at": shown["last_accessed_at"],
        "expires_at": shown["expires_at"],
        "attributes": {"ip_address": "", "user_agent": ""},
        "authentication_factors": [factor_details(factor) for factor in session.authentication_factors],
        "roles": session.roles,
    }
