"""Local checks of session JWTs."""

from functools import partial
from typing import Any

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.bounded import SessionMinutes
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import JSONObject, Model, OrMapping, Secret, Token, frozen
from stytch_b2b_async.verify.errors import MalformedTokenError, TokenExpiredError, TokenTooOldError
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class AuthenticateJWTLocal(LocalRequest[MemberSession]):
    """Verify a session JWT locally, and return its session.

    Takes microseconds once the project's keys are cached. A revoked session is accepted until its JWT expires, five minutes after
    it was issued.

    - `max_token_age_seconds`: reject a JWT that was issued longer ago.
    - `leeway`: seconds by which the clocks may differ, 0 by default.
    - `authorization_check`: an action that the session's roles must grant, in its own organization, by the project's policy (cached
      for ten minutes).

    Raises NotAuthenticatedError, as the TokenError of the reason: TokenExpiredError, TokenTooOldError, TokenNotYetValidError,
    BadSignatureError, UnknownKeyError, WrongIssuerError, WrongAudienceError, WrongTokenKindError, MalformedTokenError.
    NotAllowedError if the check fails: MissingRoleError, WrongTenantError. APIError, mostly APIConnectionError, if keys or a policy
    are needed and cannot be fetched.
    See https://stytch.com/docs/multi-tenant-auth/manage-sessions/jwts-and-tokens.
    """

    session_jwt: Token
    max_token_age_seconds: float | None = None
    leeway: float = 0.0
    authorization_check: OrMapping[AuthorizationCheck] | None = None

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[MemberSession]:
        """Verify the token, then check its roles."""
        verified = verifier.verify_session(self.session_jwt, leeway=self.leeway, max_age=self.max_token_age_seconds)
        check = self.authorization_check
        return _checked(verified, check, verifier) if isinstance(check, AuthorizationCheck) else verified


def _checked(verified: Flow[MemberSession], check: AuthorizationCheck, verifier: Verifier) -> Flow[MemberSession]:
    session = yield from verified
    yield from verifier.policies.authorize_roles(session.roles, session.organization_id, check)
    return session


@frozen
class AuthenticateJWTResponse(Model):
    """An active session, as far as is known locally."""

    member_session: MemberSession
    session_jwt: Secret
    """The JWT of the request, or a new one from the API."""
    member: Member | None = None
    """None if the API was not called."""
    organization: Organization | None = None
    """None if the API was not called."""


@frozen
class AuthenticateJWT(LocalRequest[AuthenticateJWTResponse]):
    """Verify a session JWT locally, and call the API only if necessary.

    The API is called for a genuine JWT that has expired or is older than `max_token_age_seconds`, and returns a new one if the
    session is active. Forged and malformed tokens, and those of other projects, are rejected locally.

    - `max_token_age_seconds`: call the API for a JWT that was issued longer ago.
    - `session_token`: the session's token, by which the API is called if it must be; by the JWT without it.
    - `session_duration_minutes`: from now, 5 to 527040 (366 days), to which a call to the API extends the session. A JWT that is
      accepted locally extends nothing.
    - `session_custom_claims`: claims to merge into the JWT; the API is then always called.
    - `authorization_check`: an action that the session's roles must grant, in its own organization.

    If the `session_jwt` of the result differs from the one in the request, pass it to the browser.

    Raises NotAuthenticatedError: SessionNotFoundError if the session has ended, or the TokenError of a token that is not genuine,
    as `authenticate_jwt_local` does; MalformedTokenError if token and JWT belong to different sessions. NotAllowedError if the
    check fails: MissingRoleError and WrongTenantError from a local check, SessionAuthorizationError from the API. APIError, mostly
    APIConnectionError, if the API had to be called and did not respond.
    See https://stytch.com/docs/multi-tenant-auth/manage-sessions/jwts-and-tokens.
    """

    session_jwt: Token
    max_token_age_seconds: float | None = None
    session_custom_claims: JSONObject | None = None
    authorization_check: OrMapping[AuthorizationCheck] | None = None
    leeway: float = 0.0
    session_token: Secret | None = None
    session_duration_minutes: SessionMinutes | None = None

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[AuthenticateJWTResponse]:
        """Answer locally, or call the API."""
        session = yield from self._local(verifier, send)
        if session is not None:
            return AuthenticateJWTResponse(member_session=session, session_jwt=self.session_jwt)
        response: Any = yield partial(send, self._remote())
        if self.session_token is not None:
            stale, _ = yield from verifier.genuine_session(self.session_jwt)
            if response.member_session is None or response.member_session.member_session_id != stale.member_session_id:
                raise MalformedTokenError("the session token and the JWT belong to different sessions")
        return AuthenticateJWTResponse(
            member_session=response.member_session,
            session_jwt=response.session_jwt,
            member=response.member,
            organization=response.organization,
        )

    def _local(self, verifier: Verifier, send: SendRequest) -> Flow[MemberSession | None]:
        """Return the local answer; None if the API must be called."""
        try:
            session = yield from AuthenticateJWTLocal(
                session_jwt=self.session_jwt,
                max_token_age_seconds=self.max_token_age_seconds,
                leeway=self.leeway,
                authorization_check=self.authorization_check,
            ).steps(verifier, send)
        except (TokenExpiredError, TokenTooOldError):
            return None
        return session if self.session_custom_claims is None else None

    def _remote(self) -> Any:
        from ._authenticate import Authenticate

        return Authenticate(
            session_token=self.session_token,
            session_jwt=None if self.session_token is not None else self.session_jwt,
            session_duration_minutes=self.session_duration_minutes,
            session_custom_claims=self.session_custom_claims,
            authorization_check=self.authorization_check,
        )
