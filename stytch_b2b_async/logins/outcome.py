"""What the answer of a login comes to."""

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
    """A login's answer contradicts itself, or lacks what it says it has: nobody is to be let in by it, or sent on."""


@frozen
class LoggedIn(Model):
    """A member with a session."""

    session_token: Secret
    """Proves the session until it ends or is revoked."""
    session_jwt: Secret
    """Proves the session for five minutes, and can be checked without a call."""
    member_session: MemberSession
    member: Member
    organization: Organization


# Variables, not the classes themselves: mypy would else expect of the `send` inside `login_outcome(await client.send(…))` a request
# of exactly this response.
S = TypeVar("S", bound=SecondFactorResponse)
G = TypeVar("G", bound=MFAResponse)
D = TypeVar("D", bound=DiscoveryResponse)

LoginOutcome: TypeAlias = LoggedIn | NeedsSecondFactor | NeedsPrimaryFactor
"""What a login to an organization comes to."""


@overload
def login_outcome(response: S) -> LoggedIn: ...  # pyright: ignore[reportInvalidTypeVarUse]
@overload
def login_outcome(response: G) -> LoginOutcome: ...  # pyright: ignore[reportInvalidTypeVarUse]
@overload
def login_outcome(response: D) -> ChooseOrganization: ...  # pyright: ignore[reportInvalidTypeVarUse]
def login_outcome(response: SecondFactorResponse | MFAResponse | DiscoveryResponse) -> LoginOutcome | ChooseOrganization:
    """Tell what the answer of a login comes to: a session, or the step that is still missing.

    Takes the response of every call that logs a member in, proves a second factor, or finds a person's organizations. Where both a
    first and a second factor are missing, the first comes first.

    Raises UnclearLoginError for an answer that contradicts itself; the answer itself is still in the caller's hands.
    """
    if isinstance(response, DiscoveryResponse):
        return _choice(response)
    if isinstance(response, SecondFactorResponse):
        return _logged_in(response)
    if not isinstance(response, MFAResponse):
        raise TypeError(f"login_outcome takes the response of a login, not {type(response).__name__}")
    said: object = response.member_authenticated  # None in an answer that drifted
    mfa_required, primary_required = response.mfa_required, _primary_required(response)
    if said is True and mfa_required is None and primary_required is None:
        return _logged_in(response)
    if said is False and primary_required is not None:
        return _needs_primary_factor(response, primary_required)
    if said is False and mfa_required is not None:
        return _needs_second_factor(response, mfa_required)
    raise _unclear("does not say whether the member is logged in, or what is missing", response)


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
    """Refuse an answer that drifted, or was made up: whatever does not fit its declaration is None in it."""
    for path in paths:
        value: Any = response
        for name in path.split("."):
            value = getattr(value, name, None)
        if value is None or value == "":
            raise _unclear(f"lacks {path}", response)


def _unclear(why: str, response: Response) -> UnclearLoginError:
    return UnclearLoginError(f"the answer {why} [{response.request_id}]")
