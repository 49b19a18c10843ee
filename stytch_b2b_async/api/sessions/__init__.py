"""Sessions: proving, extending, listing, ending and exchanging them."""

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
    """List the live sessions of a member, without their tokens.

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
    """End a session, or all sessions of a member.

    Takes exactly one of `member_session_id`, `session_token`, `session_jwt` and `member_id`, the last of which revokes all of the
    member's. Tokens die at once; a JWT that is checked without a call looks good until it expires, five minutes at most.

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
    """Log the person of a session in to another organization, where they are a member or invited.

    Accepts the invitation of one who is invited, and makes nobody a member by email domain. Where the session's factors are not
    enough, the answer holds an intermediate session token and says what is missing.

    - `session_token`, `session_jwt`: exactly one of them.
    - `organization_id`: where to; or its slug, or its external id.
    - `locale`: language of the text message, when the login sends one.
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

    The token must have the scope `full_access` and be at most five minutes old; it works once. Never asks for another factor.

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

    - `profile_id`: the project's trusted-token profile, which says how to check the token.
    - `organization_id`: needed when no claim of the token names the organization.
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
    """Turn a session of another system into one of this project.

    The API shows the token to the userinfo address that the project names for this, and starts a session for the member with the
    email address that comes back. The member must exist.

    - `session_token`: of the other system.

    Raises MemberNotFoundError, OrganizationNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/sessions/migrate-session.
    """

    session_token: Secret
    organization_id: str


@frozen
class GetJWKSResponse(Response):
    """The keys that session JWTs may be signed with now."""

    keys: list[JWK]


@get("/v1/b2b/sessions/jwks/{project_id}")
class GetJWKS(Request[GetJWKSResponse]):
    """Fetch the public keys of a project's JWTs.

    They change about every six months, and both sets are served for a month: take the one with the `kid` of the JWT.
    See https://stytch.com/docs/api-reference/b2b/api/sessions/get-jwks.
    """

    project_id: InPath


class Sessions(Namespace[Mode]):
    """Sessions: proving, extending, listing, ending and exchanging them."""

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
