"""Session JWTs, checked on this machine."""

from functools import partial
from typing import Any

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import JSONObject, Model, OrMapping, Secret, Token, frozen
from stytch_b2b_async.verify.errors import TokenExpiredError, TokenTooOldError
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class AuthenticateJWTLocal(LocalRequest[MemberSession]):
    """Check a session JWT on this machine, and read the session that it proves.

    Takes microseconds once the project's keys are here; a session that was revoked passes until its JWT ends, five minutes after it
    was made.

    - `max_token_age_seconds`: refuse a JWT that was made longer ago.
    - `leeway`: seconds by which the clocks may differ, 0 by default.
    - `authorization_check`: what the session's roles must allow, in its own organization, by the project's policy (kept for ten
      minutes).

    Raises NotAuthenticatedError, as the TokenError that says why: TokenExpiredError, TokenTooOldError, TokenNotYetValidError,
    BadSignatureError, UnknownKeyError, WrongIssuerError, WrongAudienceError, WrongTokenKindError, MalformedTokenError.
    NotAllowedError when the check fails: MissingRoleError, WrongTenantError. APIError, mostly APIConnectionError, when keys or a
    policy are needed and cannot be fetched.
    See https://stytch.com/docs/multi-tenant-auth/manage-sessions/jwts-and-tokens.
    """

    session_jwt: Token
    max_token_age_seconds: float | None = None
    leeway: float = 0.0
    authorization_check: OrMapping[AuthorizationCheck] | None = None

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[MemberSession]:
        """Check the token, then what it allows."""
        session = yield from verifier.verify_session(self.session_jwt, leeway=self.leeway, max_age=self.max_token_age_seconds)
        check = self.authorization_check
        if isinstance(check, AuthorizationCheck):
            yield from verifier.policies.authorize_roles(session.roles, session.organization_id, check)
        return session


@frozen
class AuthenticateJWTResponse(Model):
    """A session that lives, as far as is known here."""

    member_session: MemberSession
    session_jwt: Secret
    """The JWT that was checked, or the new one that the API gave for it."""
    member: Member | None = None
    """None when the API was not asked."""
    organization: Organization | None = None
    """None when the API was not asked."""


@frozen
class AuthenticateJWT(LocalRequest[AuthenticateJWTResponse]):
    """Check a session JWT on this machine, and ask the API only where that can help.

    That is for a genuine one that has expired or is older than `max_token_age_seconds`: while its session lives, the API gives a
    new one. Forged, foreign and malformed tokens are refused here.

    - `max_token_age_seconds`: ask the API about a JWT that was made longer ago.
    - `session_custom_claims`: claims to merge into the JWT, which only the API can do: it is asked in any case.
    - `authorization_check`: what the session's roles must allow, in its own organization.

    Give the `session_jwt` of the answer to the browser when it is not the one that was checked.

    Raises NotAuthenticatedError: SessionNotFoundError when the session has ended, or the TokenError of a token that is not
    genuine, as `authenticate_jwt_local` does. NotAllowedError when the check fails: MissingRoleError and WrongTenantError where it
    was made here, SessionAuthorizationError where the API made it. APIError, mostly APIConnectionError, when the API had to be
    asked and could not answer.
    See https://stytch.com/docs/multi-tenant-auth/manage-sessions/jwts-and-tokens.
    """

    session_jwt: Token
    max_token_age_seconds: float | None = None
    session_custom_claims: JSONObject | None = None
    authorization_check: OrMapping[AuthorizationCheck] | None = None
    leeway: float = 0.0

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[AuthenticateJWTResponse]:
        """Answer from here, or ask."""
        session = yield from self._local(verifier, send)
        if session is not None:
            return AuthenticateJWTResponse(member_session=session, session_jwt=self.session_jwt)
        response: Any = yield partial(send, self._remote())
        return AuthenticateJWTResponse(
            member_session=response.member_session,
            session_jwt=response.session_jwt,
            member=response.member,
            organization=response.organization,
        )

    def _local(self, verifier: Verifier, send: SendRequest) -> Flow[MemberSession | None]:
        """Answer from what is known here; None where only the API can."""
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
            session_jwt=self.session_jwt,
            session_custom_claims=self.session_custom_claims,
            authorization_check=self.authorization_check,
        )
