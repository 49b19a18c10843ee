"""The outcome of a login."""

from typing import Any, TypeAlias, TypeVar, cast, overload

from stytch_b2b_async.api._shared.responses import (
    DiscoveryResponse,
    LoginResponse,
    MFAResponse,
    SecondFactorResponse,
    SessionStarted,
)
from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.mfa import MfaRequired, PrimaryRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.schema import Model, Secret, frozen

from .steps import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor


class UnclearLoginError(StytchError):
    """A login's response contradicts itself or is incomplete: treat the user as not logged in."""


@frozen
class LoggedIn(Model):
    """A member with a session."""

    session_token: Secret
    """Authenticates the session until it expires or is revoked."""
    session_jwt: Secret
    """Authenticates the session for five minutes, and can be verified locally."""
    member_session: MemberSession
    member: Member
    organization: Organization


# Type variables, not the classes: mypy would otherwise expect `send` in `login_outcome(await client.send(…))` to take a request of
# exactly this response class.
S = TypeVar("S", bound=SecondFactorResponse)
G = TypeVar("G", bound=MFAResponse)
D = TypeVar("D", bound=DiscoveryResponse)

LoginOutcome: TypeAlias = LoggedIn | NeedsSecondFactor | NeedsPrimaryFactor
"""The outcome of a login to an organization."""


@overload
def login_outcome(response: S) -> LoggedIn: ...  # pyright: ignore[reportInvalidTypeVarUse]
@overload
def login_outcome(response: G) -> LoginOutcome: ...  # pyright: ignore[reportInvalidTypeVarUse]
@overload
def login_outcome(response: D) -> ChooseOrganization: ...  # pyright: ignore[reportInvalidTypeVarUse]
def login_outcome(response: SecondFactorResponse | MFAResponse | DiscoveryResponse) -> LoginOutcome | ChooseOrganization:
    """Return the outcome of a login: a session, or the step that is still missing.

    Takes the response of any call that logs a member in, authenticates a second factor, or discovers organizations. If both a
    primary and a second factor are missing, the outcome is NeedsPrimaryFactor.

    Raises UnclearLoginError for a contradictory response; the caller still has the response.
    """
    if isinstance(response, DiscoveryResponse):
        return _choice(response)
    if isinstance(response, SecondFactorResponse):
        return _logged_in(response)
    if not isinstance(response, MFAResponse):
        raise TypeError(f"login_outcome takes the response of a login, not {type(response).__name__}")
    authenticated: object = response.member_authenticated  # None after a schema mismatch
    mfa_required, primary_required = response.mfa_required, _primary_required(response)
    if authenticated is True and mfa_required is None and primary_required is None:
        return _logged_in(response)
    if authenticated is False and primary_required is not None:
        return _needs_primary_factor(response, primary_required)
    if authenticated is False and mfa_required is not None:
        return _needs_second_factor(response, mfa_required)
    raise _unclear("says neither that the member is logged in nor what is missing", response)


def _primary_required(response: MFAResponse) -> PrimaryRequired | None:
    return response.primary_required if isinstance(response, LoginResponse) else None


def _logged_in(response: SessionStarted) -> LoggedIn:
    _check_present(response, "session_token", "session_jwt", "member_session", "member", "organization")
    return LoggedIn(
        session_token=response.session_token,
        session_jwt=response.session_jwt,
        member_session=cast("MemberSession", response.member_session),
        member=response.member,
        organization=response.organization,
    )


def _needs_second_factor(response: MFAResponse, required: MfaRequired) -> NeedsSecondFactor:
    _check_present(response, "intermediate_session_token", "member_id", "organization.organization_id")
    options = required.member_options
    phone_number = (options.mfa_phone_number or None) if options else None
    totp_registered = bool(options and options.totp_registration_id)
    return NeedsSecondFactor(
        intermediate_session_token=response.intermediate_session_token,
        intermediate_session_token_expires_at=response.intermediate_session_token_expires_at,
        organization_id=response.organization.organization_id,
        member_id=response.member_id,
        phone_number=phone_number,
        totp_registered=totp_registered,
        must_enroll=phone_number is None and not totp_registered,
        code_sent=required.secondary_auth_initiated == "sms_otp",
    )


def _needs_primary_factor(response: MFAResponse, required: PrimaryRequired) -> NeedsPrimaryFactor:
    _check_present(response, "intermediate_session_token", "organization.organization_id")
    return NeedsPrimaryFactor(
        intermediate_session_token=response.intermediate_session_token,
        intermediate_session_token_expires_at=response.intermediate_session_token_expires_at,
        organization_id=response.organization.organization_id,
        allowed_auth_methods=tuple(required.allowed_auth_methods or ()),
    )


def _choice(response: DiscoveryResponse) -> ChooseOrganization:
    _check_present(response, "intermediate_session_token", "discovered_organizations")
    return ChooseOrganization(
        intermediate_session_token=response.intermediate_session_token,
        intermediate_session_token_expires_at=response.intermediate_session_token_expires_at,
        email_address=response.email_address,
        discovered_organizations=tuple(response.discovered_organizations),
    )


def _check_present(response: Response, *paths: str) -> None:
    """Reject a response with mismatches, or made by hand: mismatched fields are None."""
    for path in paths:
        value: Any = response
        for name in path.split("."):
            value = getattr(value, name, None)
        if value is None or value == "":
            raise _unclear(f"lacks {path}", response)


def _unclear(why: str, response: Response) -> UnclearLoginError:
    return UnclearLoginError(f"the response {why} [{response.request_id}]")
