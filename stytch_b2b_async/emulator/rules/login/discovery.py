"""Organizations that a person can log in to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.discovery import DiscoveredOrganization, Membership
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor

from .factors import verifies_email
from .intermediate import expiry
from .joining import joinable
from .requirements import mfa_required, needs_second_factor, primary_required


class Discovered(TypedDict):
    """The fields of a discovery login's response."""

    intermediate_session_token: str
    intermediate_session_token_expires_at: datetime | None
    email_address: str
    discovered_organizations: list[DiscoveredOrganization]


def discover(
    project: Project,
    email: str,
    factor: AuthenticationFactor,
    *,
    email_verified: bool | None = None,
    oauth_tenants: Mapping[str, Sequence[str]] | None = None,
) -> Discovered:
    """Start an intermediate session for an authenticated person, and list their organizations.

    `email_verified`: whether the factor has shown that the mailbox is theirs; default: by its kind.
    """
    verified = verifies_email(factor) if email_verified is None else email_verified
    intermediate = project.intermediate_sessions.start(email, [factor], email_verified=verified, oauth_tenants=oauth_tenants)
    return {
        "intermediate_session_token": intermediate.token,
        "intermediate_session_token_expires_at": expiry(intermediate),
        "email_address": email,
        "discovered_organizations": discovered_organizations(project, email, [factor], oauth_tenants=oauth_tenants or {}),
    }


def discovered_organizations(
    project: Project,
    email: str,
    factors: Sequence[AuthenticationFactor],
    *,
    oauth_tenants: Mapping[str, Sequence[str]] | None = None,
) -> list[DiscoveredOrganization]:
    """List the organizations that a person is a member of, is invited to, or (if `oauth_tenants` is given) may join."""
    found: list[DiscoveredOrganization] = []
    joined: set[str] = set()
    for member in project.members.sharing(email):
        joined.add(member.organization_id)
        membership = Membership(type=f"{member.status}_member", details=None, member=member)
        found.append(_described(project.organizations.find(member.organization_id), membership, factors))
    if oauth_tenants is not None:
        for organization, membership in joinable(project, email, oauth_tenants):
            if organization.organization_id not in joined:
                found.append(_described(organization, membership, factors))
    return found


def _described(
    organization: Organization, membership: Membership, factors: Sequence[AuthenticationFactor]
) -> DiscoveredOrganization:
    member: Member | None = membership.member
    primary = primary_required(organization, member, factors)
    second = mfa_required(member) if needs_second_factor(organization, member, factors) else None
    return DiscoveredOrganization(
        member_authenticated=primary is None and second is None,
        organization=organization,
        membership=membership,
        primary_required=primary,
        mfa_required=second,
    )
