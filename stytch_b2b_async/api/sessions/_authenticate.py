"""Authenticate a session by a call."""

from __future__ import annotations

from stytch_b2b_async.api._shared.session_params import SessionExtensionParams
from stytch_b2b_async.endpoint import Effect, Response, post
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.rbac import AuthorizationCheck, AuthorizationVerdict
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.schema import OrMapping, Secret, frozen


@frozen
class AuthenticateResponse(Response):
    """An active session, its member and organization."""

    member_session: MemberSession
    session_token: Secret
    """Authenticates the session until it expires or is revoked; may be `""` if the request had a JWT."""
    session_jwt: Secret
    """A new JWT: authenticates the session for five minutes, and can be verified locally."""
    member: Member
    organization: Organization
    verdict: AuthorizationVerdict | None = None
    """Set if the request had an `authorization_check`."""


@post("/v1/b2b/sessions/authenticate", Effect.REPEATABLE)
class Authenticate(SessionExtensionParams[AuthenticateResponse]):
    """Authenticate a session by token or JWT, and extend it if a duration is given.

    Every call returns a new JWT. An expired JWT is accepted while its session is active.

    - `session_token`, `session_jwt`: exactly one of them.
    - `authorization_check`: also check that the member's roles grant an action. Roles from an SSO connection count only if the
      session was started through that connection.

    Raises SessionNotFoundError, SessionAuthorizationError if the check fails, BadRequestError (`invalid_session_token`,
    `unable_to_parse_session_jwt`, `invalid_session_duration`, `session_not_mutable` for one that cannot be extended).
    See https://stytch.com/docs/api-reference/b2b/api/sessions/authenticate-session.
    """

    authorization_check: OrMapping[AuthorizationCheck] | None = None
