"""Sessions: authenticate, extend, list, revoke and exchange."""

from __future__ import annotations

from typing import Annotated, Final

from stytch_b2b_async.api._shared.responses import LoginResponse, MemberResponse, SessionStarted
from stytch_b2b_async.api._shared.session_params import SessionExtensionParams, SessionParams
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, get, post
from stytch_b2b_async.models.device import DeviceInfo
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.schema import InPath, Location, Secret, frozen

from ._authenticate import Authenticate as Authenticate
from ._authenticate import AuthenticateResponse as AuthenticateResponse
from ._local import AuthenticateJWT, AuthenticateJWTLocal


@frozen
class GetResponse(Response):
    """The sessions of one member."""

    member_sessions: list[MemberSession]


@get("/v1/b2b/sessions")
class Get(Request[GetResponse]):
    """List the active sessions of a member, without their tokens.

    - `organization_id`: or its slug, or its external id.
    - `member_id`: or the member's external id.

    Raises MemberNotFoundError, OrganizationNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/sessions/get-session.
    """

    organization_id: Annotated[str, Location.QUERY]
    member_id: Annotated[str, Location.QUERY]


@frozen
class RevokeResponse(Response):
    """The sessions are revoked."""


@post("/v1/b2b/sessions/revoke", Effect.REPEATABLE)
class Revoke(Request[RevokeResponse]):
    """Revoke a session, or all sessions of a member.

    Takes exactly one of `member_session_id`, `session_token`, `session_jwt` and `member_id`; the last one revokes all sessions of
    the member. Tokens become invalid at once; a JWT that is verified locally is accepted until it expires, up to five minutes.

    Raises BadRequestError (`no_session_revoke_arguments`, `too_many_session_revoke_arguments`), SessionNotFoundError,
    SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/revoke-session.
    """

    member_session_id: str | None = None
    session_token: Secret | None = None
    session_jwt: Secret | None = None
    member_id: str | None = None
    authorization: AsMember = None


@post("/v1/b2b/sessions/exchange", Effect.ACTS_ONCE)
class Exchange(SessionExtensionParams[LoginResponse]):
    """Log the user of a session in to another organization of which they are a member, or to which they are invited.

    Accepts an invitation, but does not create members by email domain. If the session's factors do not suffice, the response has an
    intermediate session token and says what is missing.

    - `session_token`, `session_jwt`: exactly one of them.
    - `organization_id`: the other organization; or its slug, or its external id.
    - `locale`: language of the text message, if the login sends one.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises SessionNotFoundError, OrganizationNotFoundError, BadRequestError (`insufficient_factors_for_session_exchange`).
    See https://stytch.com/docs/api-reference/b2b/api/sessions/exchange-session.
    """

    organization_id: str
    locale: Locale | None = None
    telemetry_id: str | None = None


@frozen
class ExchangeAccessTokenResponse(SessionStarted):
    """The member of the access token, logged in."""

    member_device: DeviceInfo | None = None


@post("/v1/b2b/sessions/exchange_access_token", Effect.ACTS_ONCE)
class ExchangeAccessToken(SessionParams[ExchangeAccessTokenResponse]):
    """Start a session with the access token of a connected app.

    The token must have the scope `full_access` and be at most five minutes old; it is valid once. No other factor is required.

    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises NotFoundError (`idp_access_token_not_found`, `idp_access_token_could_not_be_exchanged`).
    See https://stytch.com/docs/api-reference/b2b/api/sessions/exchange-access-token.
    """

    access_token: Secret
    telemetry_id: str | None = None


@frozen
class AttestResponse(MemberResponse):
    """The member of the trusted token, logged in."""

    member_session: MemberSession
    session_token: Secret
    """Authenticates the session until it expires or is revoked."""
    session_jwt: Secret
    """Authenticates the session for five minutes, and can be verified locally."""
    member_device: DeviceInfo | None = None


@post("/v1/b2b/sessions/attest", Effect.ACTS_ONCE)
class Attest(SessionExtensionParams[AttestResponse]):
    """Log a member in with a token of another identity system that the project trusts.

    - `profile_id`: the project's trusted-token profile, which determines how the token is verified.
    - `organization_id`: required if the token has no claim with the organization.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises NotFoundError (`trusted_token_profile_not_found`), BadRequestError (`jwt_invalid_issuer`, `jwt_invalid_audience`,
    `jwt_invalid_claims`, `token_missing_organization_id_claim`).
    See https://stytch.com/docs/api-reference/b2b/api/sessions/attest-session.
    """

    profile_id: str
    token: Secret
    organization_id: str | None = None
    telemetry_id: str | None = None


@post("/v1/b2b/sessions/migrate", Effect.ACTS_ONCE)
class Migrate(SessionParams[SessionStarted]):
    """Migrate a session from another system.

    The API sends the token to the userinfo endpoint that is configured in the project, and starts a session for the member with
    the returned email address. The member must exist.

    - `session_token`: from the other system.

    Raises MemberNotFoundError, OrganizationNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/sessions/migrate-session.
    """

    session_token: Secret
    organization_id: str


@frozen
class GetJWKSResponse(Response):
    """The current signing keys of session JWTs."""

    keys: list[JWK]


@get("/v1/b2b/sessions/jwks/{project_id}")
class GetJWKS(Request[GetJWKSResponse]):
    """Fetch the public keys of a project's JWTs.

    They change about every six months, and both sets are returned for a month: use the key with the `kid` of the JWT.
    See https://stytch.com/docs/api-reference/b2b/api/sessions/get-jwks.
    """

    project_id: InPath


class Sessions(Namespace[Mode]):
    """Sessions: authenticate, extend, list, revoke and exchange."""

    get: Final = Endpoint(Get)
    authenticate: Final = Endpoint(Authenticate)
    revoke: Final = Endpoint(Revoke)
    exchange: Final = Endpoint(Exchange)
    exchange_access_token: Final = Endpoint(ExchangeAccessToken)
    attest: Final = Endpoint(Attest)
    migrate: Final = Endpoint(Migrate)
    get_jwks: Final = Endpoint(GetJWKS)
    authenticate_jwt: Final = Endpoint(AuthenticateJWT)
    authenticate_jwt_local: Final = Endpoint(AuthenticateJWTLocal)
