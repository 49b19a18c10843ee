"""Tokens for tests, signed with a real key."""

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import RSAKey

from stytch_b2b_async.api.sessions import GetJWKSResponse
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.verify.options import Verification

_SESSION: Final = "https://stytch.com/session"
_ORGANIZATION: Final = "https://stytch.com/organization"
_KEY_BITS: Final = 2048


class TokenMinter:
    """Signs session JWTs, M2M tokens and connected-app access tokens of a project.

    ```python
    minter = TokenMinter("project-test-1")
    client = Client("project-test-1", "secret-test-1", verification=minter.verification)
    session = await client.sessions.authenticate_jwt_local(session_jwt=minter.session_jwt(roles=["editor"]))
    ```

    The key is generated with the minter. Every method takes `claims`, which replace or add to the token's own; None removes one.
    Tokens begin now and last `expires_in` seconds, which may be negative.
    """

    def __init__(self, project_id: str = "project-test-11111111-1111-4111-8111-111111111111") -> None:
        self.project_id: str = project_id
        self.environment: str = "live" if project_id.startswith("project-live-") else "test"
        self.key_id: str = self._id("jwk")
        self._key = RSAKey.generate_key(_KEY_BITS, {"kid": self.key_id})

    @property
    def jwk(self) -> JWK:
        """The public key."""
        public = self._key.as_dict(private=False)
        return JWK(
            kty="RSA",
            use="sig",
            key_ops=["verify"],
            alg="RS256",
            kid=self.key_id,
            x5c=[],
            x5tS256="",
            n=str(public["n"]),
            e=str(public["e"]),
        )

    @property
    def jwks(self) -> GetJWKSResponse:
        """The response of `sessions.get_jwks` with the public key."""
        return GetJWKSResponse.example(keys=[self.jwk])

    @property
    def verification(self) -> Verification:
        """Settings with which a client accepts the tokens without fetching a key: `Client(…, verification=…)`."""
        return Verification(keys=[self.jwk])

    def session_jwt(
        self,
        *,
        member_id: str | None = None,
        organization_id: str | None = None,
        organization_slug: str = "acme",
        member_session_id: str | None = None,
        roles: Sequence[str] = (),
        custom_claims: Mapping[str, Any] | None = None,
        expires_in: float = 300,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """Sign a session JWT; missing ids are made up, and `stytch_member` is always among the roles."""
        now = time.time()
        session = {
            "id": member_session_id or self._id("session"),
            "started_at": _moment(now),
            "last_accessed_at": _moment(now),
            "expires_at": _moment(now + 3600),
            "attributes": {"ip_address": "", "user_agent": ""},
            "authentication_factors": [
                {
                    "type": "magic_link",
                    "delivery_method": "email",
                    "last_authenticated_at": _moment(now),
                    "email_factor": {"email_id": self._id("email"), "email_address": "ada@example.com"},
                }
            ],
            "roles": list(dict.fromkeys(["stytch_member", *roles])),
        }
        return self.token(
            {
                **(custom_claims or {}),
                "sub": member_id or self._id("member"),
                _SESSION: session,
                _ORGANIZATION: self._organization(organization_id, organization_slug),
                **(claims or {}),
            },
            expires_in=expires_in,
        )

    def m2m_token(
        self,
        *,
        client_id: str | None = None,
        scopes: Sequence[str] = (),
        expires_in: float = 3600,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """Sign an M2M access token."""
        return self.token(
            {"sub": client_id or self._id("m2m-client"), "scope": " ".join(scopes), **(claims or {})}, expires_in=expires_in
        )

    def connected_app_token(
        self,
        *,
        client_id: str | None = None,
        member_id: str | None = None,
        organization_id: str | None = None,
        organization_slug: str = "acme",
        scopes: Sequence[str] = ("openid",),
        expires_in: float = 3600,
        claims: Mapping[str, Any] | None = None,
    ) -> str:
        """Sign the access token of a connected app, for a member."""
        return self.token(
            {
                "sub": member_id or self._id("member"),
                "client_id": client_id or self._id("connected-app"),
                "jti": str(uuid.uuid4()),
                "scope": " ".join(scopes),
                _ORGANIZATION: self._organization(organization_id, organization_slug),
                **(claims or {}),
            },
            expires_in=expires_in,
        )

    def token(self, claims: Mapping[str, Any], *, expires_in: float = 300) -> str:
        """Sign any claims, with the registered ones of the project; None removes one."""
        now = int(time.time())
        whole = {
            "aud": [self.project_id],
            "exp": now + int(expires_in),
            "iat": now,
            "nbf": now,
            "iss": f"stytch.com/{self.project_id}",
            **claims,
        }
        given = {name: value for name, value in whole.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key_id, "typ": "JWT"}
        return jws.serialize_compact(header, json.dumps(given, separators=(",", ":")).encode(), self._key)

    def _organization(self, organization_id: str | None, slug: str) -> dict[str, str]:
        return {"organization_id": organization_id or self._id("organization"), "slug": slug}

    def _id(self, kind: str) -> str:
        return f"{kind}-{self.environment}-{uuid.uuid4()}"

    def __repr__(self) -> str:
        return f"TokenMinter({self.project_id!r})"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
