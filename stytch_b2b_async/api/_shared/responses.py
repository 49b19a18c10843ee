"""Responses shared by several endpoints."""

from __future__ import annotations

from datetime import datetime

from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.models.device import DeviceInfo
from stytch_b2b_async.models.discovery import DiscoveredOrganization
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.mfa import MfaRequired, PrimaryRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.schema import Secret, frozen


@frozen
class MemberResponse(Response):
    """A member and their organization."""

    member_id: str
    member: Member
    organization: Organization


@frozen
class SessionStarted(MemberResponse):
    """A member, logged in."""

    session_token: Secret
    """Authenticates the session until it expires or is revoked; `""` without a session."""
    session_jwt: Secret
    """Authenticates the session for five minutes, and can be verified locally; `""` without a session."""
    member_session: MemberSession | None = None
    """None without a session."""


@frozen
class MFAResponse(SessionStarted):
    """A member, logged in unless a second factor is missing."""

    member_authenticated: bool
    """False without a session: `mfa_required` or `primary_required` says what is missing."""
    intermediate_session_token: Secret
    """Represents the factors authenticated so far in the next call; `""` with a session."""
    intermediate_session_token_expires_at: datetime | None = None
    mfa_required: MfaRequired | None = None


@frozen
class LoginResponse(MFAResponse):
    """A member, logged in unless another factor is missing."""

    primary_required: PrimaryRequired | None = None
    member_device: DeviceInfo | None = None


@frozen
class OrganizationLoginResponse(LoginResponse):
    """A member of one organization, logged in unless another factor is missing."""

    organization_id: str


@frozen
class EmailLoginResponse(OrganizationLoginResponse):
    """A member who authenticated by email, logged in unless another factor is missing."""

    method_id: str
    """The id of the email address."""


@frozen
class SecondFactorResponse(SessionStarted):
    """A member, logged in with a second factor."""

    member_device: DeviceInfo | None = None


@frozen
class LoginEmailResponse(MemberResponse):
    """The recipient of a login email."""

    member_created: bool


@frozen
class DiscoveryEmailResponse(Response):
    """The email has been sent."""


@frozen
class DiscoveryResponse(Response):
    """A user who authenticated an email address, and their organizations."""

    intermediate_session_token: Secret
    """Used to log in to one of the organizations, or to create one; valid for 10 minutes."""
    email_address: str
    discovered_organizations: list[DiscoveredOrganization]
    intermediate_session_token_expires_at: datetime | None = None
